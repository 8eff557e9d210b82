package dev.sotto.job.plan;

/**
 * How a run's gradients stand against their noise. With clipping norm R the noise of the released mean gradient has standard deviation
 * σR/(qN) in each of d numbers, so a length of about σR√d/(qN); the mean of clipped gradients is no longer than R, and as long as κR where they
 * agree so far. What is told for κ = 1 is therefore a bound.
 *
 * <p>Sources. The quotient σ/(qN), and that it falls with larger batches at equal epsilon and epochs: Li, Tramèr, Liang, Hashimoto, "Large Language
 * Models Can Be Strong Differentially Private Learners", ICLR 2022 (arXiv:2110.05679). What a step in noise is worth, by a quadratic
 * model of the loss and the best learning rate for it: McCandlish, Kaplan, Amodei, "An Empirical Model of Large-Batch Training", 2018
 * (arXiv:1812.06162), section 2.2, with the privacy noise in the place of that of sampling. That the sum of many steps gains ever less from
 * larger batches: Räisä, Jälkö, Honkela, "Subsampling is not Magic", ICML 2024 (arXiv:2402.03990).
 *
 * @param batchSize qN, units a step in expectation
 * @param noiseMultiplier σ; 0 where there is no noise
 * @param d trained numbers
 * @param steps of the run
 */
record Signal(double batchSize, double noiseMultiplier, int d, long steps) {

    /** σ/(qN): noise in each number of the mean gradient, in clipping norms. */
    double effectiveNoise() {
        return noiseMultiplier / batchSize;
    }

    /** Signal over noise of one step, at the most: qN/(σ√d). */
    double perStep() {
        return 1 / (effectiveNoise() * Math.sqrt(d));
    }

    /** The same of all steps' sum, if their signals agree: signal grows with the steps, noise with their root. */
    double accumulated() {
        return perStep() * Math.sqrt((double) steps);
    }

    /**
     * How many steps without noise the run is worth: steps / (1 + 1/(κ · signal over noise)²).
     *
     * @param alignment κ, the length of a mean of clipped gradients over the clipping norm, in (0, 1]
     */
    double effectiveSteps(double alignment) {
        double ratio = alignment * perStep();
        return steps / (1 + 1 / (ratio * ratio));
    }
}
