package dev.sotto.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.method.Grouping;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.job.config.ClippingFunction;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacySettings.Duration;
import dev.sotto.job.config.PrivacySettings.Noise;
import dev.sotto.job.config.PrivacySettings.Sampling;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridTest {
    private static PrivacySettings settings(Sampling sampling, Duration duration) {
        return new PrivacySettings(
                1000,
                false,
                new Noise.Target(3, 1e-5),
                ClippingFunction.AUTO_S,
                1,
                Grouping.JOINT,
                sampling,
                duration,
                RowIndependence.EXACT,
                null);
    }

    /** Rounding must not make another run of it: 7 steps are 0.7 epochs of which 8 steps could come. */
    @Test
    void whatWasAsked_isAmongThem_asItWas() {
        for (PrivacySettings asked : List.of(
                settings(new Sampling.BatchSize(100), new Duration.Epochs(3)),
                settings(new Sampling.BatchSize(97), new Duration.Steps(7)),
                settings(new Sampling.Probability(0.07), new Duration.Steps(13)))) {
            Grid grid = Grid.about(asked, List.of(), List.of());
            assertThat(grid.points().stream().filter(Grid.Point::asked))
                    .singleElement()
                    .extracting(Grid.Point::privacy)
                    .isSameAs(asked);
            assertThat(grid.points()).hasSize(20);
        }
    }

    @Test
    void batchesAboveTheUnits_andTooManySteps_areLeftOut() {
        PrivacySettings large = settings(new Sampling.BatchSize(500), new Duration.Epochs(3));
        assertThat(Grid.about(large, List.of(), List.of()).points())
                .hasSize(16)
                .allSatisfy(point -> assertThat(point.batchSize()).isLessThanOrEqualTo(1000));
        PrivacySettings longest = settings(new Sampling.BatchSize(1), new Duration.Steps(10_000_000));
        assertThat(Grid.about(longest, List.of(), List.of()).points())
                .isNotEmpty()
                .allSatisfy(point -> assertThat(point.privacy().steps()).isLessThanOrEqualTo(10_000_000));
    }

    @Test
    void whatIsGiven_isInOrder_onceEach() {
        PrivacySettings asked = settings(new Sampling.BatchSize(100), new Duration.Epochs(3));
        assertThat(Grid.about(asked, List.of(200.0, 50.0, 200.0), List.of(2.0, 1.0))
                        .points())
                .extracting(point -> point.batchSize() + " " + point.epochs() + " "
                        + point.privacy().steps())
                .containsExactly("50.0 1.0 20", "50.0 2.0 40", "200.0 1.0 5", "200.0 2.0 10");
    }
}
