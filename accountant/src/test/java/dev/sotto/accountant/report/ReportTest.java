package dev.sotto.accountant.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.gdp.CentralLimitEstimate;
import dev.sotto.accountant.gdp.GaussianDp;
import dev.sotto.accountant.math.Normal;
import dev.sotto.accountant.pld.PldAccountant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final PldAccountant pld = new PldAccountant();

    @Test
    void tradeOff_ofAGaussian_isJustBelowItsClosedForm() {
        // Dong, Roth, Su 2022, Equation (6): Φ(Φ⁻¹(1-α) - μ)
        for (double alpha : new double[] {0.001, 0.05, 0.5, 0.9}) {
            double exact = Normal.above(-(Normal.quantile(1 - alpha) - 1));
            assertThat(TradeOff.falseNegativeAtLeast(pld, new DpEvent.Gaussian(1), alpha))
                    .isBetween(exact * 0.95 - 1e-3, exact);
        }
    }

    @Test
    void groupPrivacy_withoutSamples_isThatOfKTimesTheSensitivity() {
        DpEvent event = new DpEvent.Composed(
                List.of(new DpEvent.Gaussian(4), new DpEvent.Repeated(3, new DpEvent.Gaussian(8))));
        double mu = 3 * Math.sqrt(1 / 16.0 + 3 / 64.0);
        double exact = new GaussianDp(mu).epsilon(1e-5).upper();
        assertThat(GroupPrivacy.epsilonUpper(pld, event, 1e-5, 3)).isBetween(exact * (1 - 1e-9), exact * (1 + 1e-9));
    }

    @Test
    void groupPrivacy_ofLaplace_isThatOfASmallerScale_andOfAStatedGuaranteeTheFormulasOwn() {
        assertThat(GroupPrivacy.epsilonUpper(pld, new DpEvent.Repeated(2, new DpEvent.Laplace(6)), 1e-9, 3))
                .isCloseTo(1, within(1e-6));
        // (ε, δ) with ε = 0.2: k units have kε for δ' (e^kε - 1)/(e^ε - 1)
        DpEvent stated = new DpEvent.EpsilonDelta(0.2, 1e-7);
        double delta = 1e-7 * Math.expm1(0.6) / Math.expm1(0.2);
        assertThat(GroupPrivacy.epsilonUpper(pld, stated, 1.5 * delta, 3)).isBetween(0.6 * (1 - 1e-6), 0.6 * 1.001);
        assertThat(GroupPrivacy.epsilonUpper(pld, stated, 1e-7, 3)).isInfinite();
        assertThat(GroupPrivacy.epsilonUpper(pld, new DpEvent.NonPrivate(), 0.5, 3))
                .isInfinite();
        for (int size : new int[] {0, -1}) {
            assertThatThrownBy(() -> GroupPrivacy.epsilonUpper(pld, stated, 1e-5, size))
                    .hasMessageContaining("at least 1 unit");
        }
        for (double bad : new double[] {0, 1, Double.NaN}) {
            assertThatThrownBy(() -> GroupPrivacy.epsilonUpper(pld, stated, bad, 2))
                    .hasMessageContaining("delta");
        }
    }

    @Test
    void tradeOff_ofNothing_isThatOfGuessing_andRatesAreChecked() {
        DpEvent nothing = new DpEvent.Composed(List.of());
        assertThat(TradeOff.falseNegativeAtLeast(pld, nothing, 0.3)).isBetween(0.699, 0.7);
        assertThat(TradeOff.falseNegativeAtLeast(pld, new DpEvent.NonPrivate(), 0.3))
                .isZero();
        assertThat(TradeOff.falseNegativeAtLeast(pld, nothing, 0)).isBetween(0.998, 1.0);
        assertThat(TradeOff.falseNegativeAtLeast(pld, nothing, 1)).isZero();
        assertThat(TradeOff.falseNegativesAtLeast(pld, new DpEvent.Gaussian(1), java.util.List.of(0.05, 0.3)))
                .containsExactly(
                        TradeOff.falseNegativeAtLeast(pld, new DpEvent.Gaussian(1), 0.05),
                        TradeOff.falseNegativeAtLeast(pld, new DpEvent.Gaussian(1), 0.3));
        for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> TradeOff.falseNegativeAtLeast(pld, nothing, bad))
                    .hasMessageContaining("rate");
        }
    }

    @Test
    void plans_ofWhatIsNoPlan_areRefused() {
        assertThatThrownBy(() -> Plan.find(0, 1, 1, 1, 1e-5, 1)).hasMessageContaining("units");
        for (double batch : new double[] {0, 101, Double.NaN}) {
            assertThatThrownBy(() -> Plan.find(100, batch, 1, 1, 1e-5, 1)).hasMessageContaining("batch size");
        }
        for (double epochs : new double[] {0, 1e9, Double.NaN}) {
            assertThatThrownBy(() -> Plan.find(100, 10, epochs, 1, 1e-5, 1)).hasMessageContaining("epochs");
        }
        assertThatThrownBy(() -> Plan.find(100, 10, 1, 1, 1e-5, 0)).hasMessageContaining("retrainings");
        Plan plan = Plan.find(1000, 100, 2.5, 4, 1e-5, 1);
        assertThat(plan.steps()).isEqualTo(25);
        assertThat(Plan.find(1000, 100, 2.51, 4, 1e-5, 1).steps()).isEqualTo(26);
        assertThat(plan.rdpEpsilonOf(1)).isBetween(plan.epsilonOf(1), 1.6 * plan.epsilonOf(1));
    }

    @Test
    void groupPrivacy_ofASampledGaussian_isAnUpperBound_andGrowsWithTheGroup() {
        // With q so near 1 that it hardly matters, k units are k times the sensitivity.
        DpEvent event = Calibration.sampledGaussian(4, 0.999999, 1);
        double two = GroupPrivacy.epsilonUpper(pld, event, 1e-5, 2);
        double four = GroupPrivacy.epsilonUpper(pld, event, 1e-5, 4);
        assertThat(two).isGreaterThan(new GaussianDp(2 / 4.0).epsilon(1e-5).lower() * 0.999);
        assertThat(four).isGreaterThan(two);
        assertThat(GroupPrivacy.epsilonUpper(pld, new DpEvent.Gaussian(4), 1e-5, 1))
                .isEqualTo(pld.epsilon(new DpEvent.Gaussian(4), 1e-5).upper());
    }

    @Test
    void theCentralLimit_isCloseWhereStepsAreManyAndSmall_andNotABoundElsewhere() {
        double close = CentralLimitEstimate.of(20, 0.01, 1_000_000).estimatedEpsilon(1e-5);
        double truth = pld.epsilon(Calibration.sampledGaussian(20, 0.01, 1_000_000), 1e-5)
                .upper();
        assertThat(close).isCloseTo(truth, within(0.02 * truth));
        assertThat(CentralLimitEstimate.of(0.65, 0.0148, 674).estimatedEpsilon(7.4e-6))
                .isLessThan(pld.epsilon(Calibration.sampledGaussian(0.65, 0.0148, 674), 7.4e-6)
                        .lower());
    }

    @Test
    void aPlan_fitsItsBudget_andBeatsTheSumOfItsRuns() {
        // Twelve MNLI-like runs at RDP-epsilon 3 each: 11.6 by RDP, 10.9 or less by PLD, not 36.
        double q = 6000 / 392702.0;
        DpEvent twelve = Calibration.sampledGaussian(1.1465519640325772, q, 12 * 1179);
        assertThat(pld.epsilon(twelve, 1.2733e-6).upper()).isLessThanOrEqualTo(10.9);
        Plan plan = Plan.find(392702, 6000, 18, 10.9, 1.2733e-6, 12);
        assertThat(plan.steps()).isEqualTo(1179);
        assertThat(plan.epsilonOf(12)).isBetween(10.88, 10.9);
        assertThat(plan.trainingsThatFit()).isEqualTo(12);
        assertThat(PlanPicture.html(plan)).contains("<svg", "polyline").doesNotContain("NaN", "<script");
    }
}
