package dev.sotto.job.config;

/**
 * One thing wrong with the settings: what was found, why it matters, what to do.
 *
 * @param option the option or run-file key, without dashes
 * @param message one or more full sentences
 */
public record Fault(String option, String message) {
    @Override
    public String toString() {
        return option + ": " + message;
    }
}
