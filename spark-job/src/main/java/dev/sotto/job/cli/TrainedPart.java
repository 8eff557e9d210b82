package dev.sotto.job.cli;

import dev.sotto.core.model.Trained;

/** Which parameters learn, as one types it. */
enum TrainedPart {
    BIASES_AND_HEAD("biases+head", Trained.BIASES_AND_HEAD),
    HEAD("head", Trained.HEAD),
    BIASES("biases", Trained.BIASES);

    private final String text;
    private final Trained trained;

    TrainedPart(String text, Trained trained) {
        this.text = text;
        this.trained = trained;
    }

    Trained trained() {
        return trained;
    }

    @Override
    public String toString() {
        return text;
    }
}
