package dev.sotto.job.cli;

import dev.sotto.core.method.Trained.Part;

/** Which parameters learn, as one types it. */
enum TrainedPart {
    BIASES_AND_HEAD("biases+head", Part.BIASES_AND_HEAD),
    BIASES("biases", Part.BIASES),
    NORMS_AND_HEAD("norms+head", Part.NORMS_AND_HEAD),
    NORMS("norms", Part.NORMS),
    HEAD("head", Part.HEAD);

    private final String text;
    private final Part part;

    TrainedPart(String text, Part part) {
        this.text = text;
        this.part = part;
    }

    Part part() {
        return part;
    }

    /** Whether it is the other one, or that without its head. */
    boolean isPartOf(TrainedPart other) {
        return other.text.equals(text) || other.text.equals(text + "+head");
    }

    @Override
    public String toString() {
        return text;
    }
}
