package dev.sotto.job.config;

/** How one unit's gradient of norm x is shortened to at most R. */
public enum ClippingFunction {
    /** min(1, R/x). */
    ABADI("abadi"),
    /** R/(x + 0.01). */
    AUTO_S("auto-s"),
    /** R/x. */
    AUTO_V("auto-v");

    private final String text;

    ClippingFunction(String text) {
        this.text = text;
    }

    /** As typed in the run file. */
    @Override
    public String toString() {
        return text;
    }
}
