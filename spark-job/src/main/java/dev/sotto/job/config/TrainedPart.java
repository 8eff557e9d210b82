package dev.sotto.job.config;

/** Which parameters learn. */
public enum TrainedPart {
    BIASES_AND_HEAD("biases+head"),
    HEAD("head"),
    BIASES("biases");

    private final String text;

    TrainedPart(String text) {
        this.text = text;
    }

    /** As typed in the run file. */
    @Override
    public String toString() {
        return text;
    }
}
