package dev.sotto.job.plan;

import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacySettings.Duration;
import dev.sotto.job.config.PrivacySettings.Sampling;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings that are compared: each batch size with each number of epochs.
 *
 * @param points in order of batch size, then of epochs
 */
record Grid(List<Point> points) {
    private static final List<Double> BATCH_FACTORS = List.of(0.25, 0.5, 1.0, 2.0, 4.0);
    private static final List<Double> EPOCH_FACTORS = List.of(0.5, 1.0, 2.0, 4.0);
    private static final double ROUNDING = 1e-9; // of epochs that were given as steps

    Grid {
        points = List.copyOf(points);
    }

    /**
     * One of them.
     *
     * @param batchSize units a step, in expectation
     * @param asked whether it is what the run was asked for, to the digit
     */
    record Point(PrivacySettings privacy, double batchSize, double epochs, boolean asked) {
        static Point asked(PrivacySettings privacy) {
            double q = privacy.sampling().probability(privacy.units());
            double epochs = privacy.duration() instanceof Duration.Epochs given ? given.count() : privacy.steps() * q;
            double batchSize = privacy.sampling() instanceof Sampling.BatchSize given
                    ? given.expectedUnits()
                    : q * privacy.units();
            return new Point(privacy, batchSize, epochs, true);
        }

        private Point at(double otherBatchSize, double otherEpochs) {
            return isNear(otherBatchSize, batchSize) && isNear(otherEpochs, epochs)
                    ? this
                    : new Point(
                            privacy.with(new Sampling.BatchSize(otherBatchSize), new Duration.Epochs(otherEpochs)),
                            otherBatchSize,
                            otherEpochs,
                            false);
        }

        private static boolean isNear(double one, double other) {
            return Math.abs(one - other) <= ROUNDING * other;
        }
    }

    /**
     * About what was asked.
     *
     * @param batchSizes empty for a quarter to four times the asked one, as far as there are units
     * @param epochs empty for half to four times the asked ones, as far as steps may be taken
     */
    static Grid about(PrivacySettings privacy, List<Double> batchSizes, List<Double> epochs) {
        Point asked = Point.asked(privacy);
        List<Point> points = new ArrayList<>();
        for (double size : among(batchSizes, BATCH_FACTORS, asked.batchSize())) {
            for (double length : among(epochs, EPOCH_FACTORS, asked.epochs())) {
                Point point = asked.at(size, length);
                if (point.privacy().faults().isEmpty()) {
                    points.add(point);
                }
            }
        }
        return new Grid(points);
    }

    private static List<Double> among(List<Double> given, List<Double> factors, double asked) {
        return given.isEmpty()
                ? factors.stream().map(factor -> factor * asked).toList()
                : given.stream().distinct().sorted().toList();
    }
}
