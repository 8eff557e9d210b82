package dev.sotto.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecipeTest {

    /** The mean square of 100,000 draws is within 3 % of the variance but for one key in 10^10 (6.7 deviations); this key is fixed. */
    @Test
    void noiseVariance_isThatOfWhatTheMechanismReleases() {
        var plan = new PrivacyPlan(1_000, 0.05, 1, 0.7, new Clipping.Abadi(0.3));
        var recipe = new Recipe(
                plan,
                Optimizer.Sgd.plain(),
                new Schedule.Constant(1),
                new Microbatches.Limit(1, 1),
                RowIndependence.EXACT);
        double[] noise = new GaussianMechanism(plan, RunKey.insecureSeed(1))
                .release(new ClippedSum(plan, 100_000), 0)
                .gradient();
        double meanSquare = Arrays.stream(noise).map(x -> x * x).average().orElseThrow();
        assertThat(meanSquare / recipe.noiseVariance()).isBetween(0.97, 1.03);
    }
}
