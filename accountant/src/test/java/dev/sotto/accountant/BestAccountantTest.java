package dev.sotto.accountant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;
import org.junit.jupiter.api.Test;

class BestAccountantTest {
    private final BestAccountant best = new BestAccountant();
    private final RdpAccountant rdp = new RdpAccountant();

    @Test
    void whereTheLatticeConverges_itsAnswerStands() {
        DpEvent event = Calibration.sampledGaussian(1, 0.01, 100);
        assertThat(best.epsilon(event, 1e-5)).isEqualTo(new PldAccountant().epsilon(event, 1e-5));
        assertThat(best.delta(event, 0.5)).isEqualTo(new PldAccountant().delta(event, 0.5));
        assertThat(best.near(2).epsilon(event, 1e-5).lower()).isPositive();
    }

    /** The loss jumps where delta is: the lattice cannot tell, and what it knows is told, or what Rényi knows. */
    @Test
    void whereItDoesNot_theLowerOfBothUpperBoundsIsTaken() {
        DpEvent event = Calibration.sampledGaussian(0.001, 0.1, 2);
        Bounds bounds = best.epsilon(event, 0.01);
        assertThat(bounds.lower()).isBetween(4.9e5, 1.0e6); // of one sampled step and of two
        assertThat(bounds.width()).isGreaterThan(0.01 * bounds.upper()); // more than was asked for
        assertThat(bounds.upper())
                .isBetween(bounds.lower(), rdp.epsilon(event, 0.01).upper());
    }

    @Test
    void accountantsUnderDifferentNeighbours_areRefused() {
        assertThatThrownBy(() -> new BestAccountant(new PldAccountant(), new RdpAccountant(Adjacency.REPLACE_ONE)))
                .hasMessageContaining("neighbours");
    }

    /** Far beyond all losses the lattice's bounds on δ are far apart: the lower of both upper ones is taken. */
    @Test
    void deltaFarOut_isTheLowerOfBothUpperBounds() {
        DpEvent event = Calibration.sampledGaussian(4, 1e-3, 87);
        Bounds pld = new PldAccountant().delta(event, 2.5);
        double byRdp = rdp.delta(event, 2.5).upper();
        assertThat(pld.width()).isGreaterThan(0.05 * pld.upper());
        assertThat(best.delta(event, 2.5)).isEqualTo(new Bounds(pld.lower(), Math.min(pld.upper(), byRdp)));
        assertThat(byRdp).isLessThan(pld.upper());
    }

    @Test
    void hasty_neverPromisesMore() {
        DpEvent event = Calibration.sampledGaussian(0.9, 0.02, 300);
        assertThat(best.hasty().epsilon(event, 1e-6).upper())
                .isGreaterThanOrEqualTo(best.epsilon(event, 1e-6).upper());
    }
}
