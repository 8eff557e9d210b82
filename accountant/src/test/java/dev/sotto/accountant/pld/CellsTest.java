package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellsTest {
    private static final double STEP = 0.25;
    private static final long[] EDGES = {-3, 0, 1, 5, 125};

    /** Split so that mass and likelihood ratio stay, in both directions, with the digits of the smaller part. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.3",
        "0, 1e-9",
        "0, 0.0099",
        "0, 0.0101",
        "0, 0.7499",
        "1, 0.125",
        "1, 0.249999",
        "2, 0.004",
        "2, 0.996",
        "3, 12",
        "3, 29.999"
    })
    void aMass_isSplitOverItsCellsEnds(int cell, double wanted) {
        double mass = 0.375;
        double width = (EDGES[cell + 1] - EDGES[cell]) * STEP;
        double loss = EDGES[cell] * STEP + wanted;
        double inside = loss - EDGES[cell] * STEP;
        double other = mass * Math.exp(-loss);
        Cells cells = new Cells(EDGES, STEP);
        assertThat(cells.width(cell)).isEqualTo(width);
        assertThat(cells.left(cell)).isEqualTo(EDGES[cell] * STEP);
        assertThat(cells.right(cell)).isEqualTo(EDGES[cell + 1] * STEP);
        cells.add(cell, loss, inside < width / 2, mass, other);
        RoundedPair pair = cells.rounded(0.5, 0, 0);
        double right = mass * Math.expm1(-inside) / Math.expm1(-width);
        double left = mass * Math.exp(-inside) * Math.expm1(inside - width) / Math.expm1(-width);
        RoundedLoss removal = pair.removal();
        assertThat(removal.offset()).isEqualTo(0.5);
        assertThat(removal.index(cell)).isEqualTo(EDGES[cell]);
        assertThat(removal.upper(cell + 1)).isCloseTo(right, within(1e-13 * right));
        assertThat(removal.upper(cell)).isCloseTo(left, within(1e-13 * left));
        RoundedLoss addition = pair.addition();
        int mirrored = EDGES.length - 1 - cell;
        assertThat(addition.offset()).isEqualTo(-0.5);
        assertThat(addition.index(mirrored)).isEqualTo(-EDGES[cell]);
        // what lies at the point x under P lies at -x under Q, e^-x as much
        assertThat(addition.upper(mirrored) / Math.exp(-EDGES[cell] * STEP)).isCloseTo(left, within(1e-13 * left));
        assertThat(addition.upper(mirrored - 1) / Math.exp(-EDGES[cell + 1] * STEP))
                .isCloseTo(right, within(1e-13 * right));
    }

    @Test
    void aMassOnAPoint_staysThere_fromAboveAndBelow() {
        Cells cells = new Cells(EDGES, STEP);
        cells.addPoint(2, 0.5, 0.25);
        RoundedPair pair = cells.rounded(0, 0, 0);
        assertThat(pair.removal().upper(2)).isEqualTo(0.5);
        assertThat(pair.removal().lower(2)).isCloseTo(0.5, within(1e-15));
        assertThat(pair.addition().upper(2)).isEqualTo(0.25);
        assertThat(pair.addition().lower(2)).isCloseTo(0.25, within(1e-15));
        assertThat(pair.removal().upper(1) + pair.removal().upper(3)).isZero();
    }

    @Test
    void whatIsNotInTheCells_isAtInfinityFromAbove() {
        RoundedPair pair = new Cells(EDGES, STEP).rounded(0, 0.25, 0.5);
        for (RoundedLoss loss : new RoundedLoss[] {pair.removal(), pair.addition()}) {
            assertThat(loss.infinity()).isEqualTo(0.75);
            assertThat(loss.certain()).isEqualTo(0.5);
        }
        assertThat(new Cells(EDGES, STEP).rounded(0, 0.75, 0.5).removal().infinity())
                .isEqualTo(1);
    }

    /** Half cells: what a tangent at the middle misses at either end. */
    @Test
    void sums_tellHalvesFromWholes() {
        CellSums sums = new CellSums(2);
        sums.add(1, 0.25, 0.75, 3, 5, true, 0.5);
        sums.add(1, 0.5, 0.5, 7, 11, false, 2);
        assertThat(sums.count()).isEqualTo(2);
        assertThat(sums.upper()).containsExactly(0, 0.375 + 1, 0.125 + 1);
        assertThat(sums.point(1)).isEqualTo(1.375);
        assertThat(sums.tangentLeft(1)).isEqualTo(1.5);
        assertThat(sums.tangentRight(1)).isEqualTo(22);
        assertThat(sums.wholeLeft(1)).isEqualTo(15.5);
        assertThat(sums.wholeRight(1)).isEqualTo(24.5);
        assertThat(sums.tangentLeft(0) + sums.tangentRight(0) + sums.wholeLeft(0) + sums.wholeRight(0))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"-7, 12", "3, 9", "-9, -4", "-1, 0", "0, 1", "-100000, 3"})
    void edges_reachAsFarAsAskedFor_withOneAtZero_andNoneTooWide(long first, long last) {
        for (CellWidths widths : new CellWidths[] {CellWidths.even(), CellWidths.octaves()}) {
            long[] edges = widths.edges(first, last, STEP);
            assertThat(edges[0]).isLessThanOrEqualTo(first);
            assertThat(edges[edges.length - 1]).isGreaterThanOrEqualTo(last);
            assertThat(edges).contains(0).isSorted().doesNotHaveDuplicates();
            assertThat(edges.length).isGreaterThan(1);
            for (int i = 1; i < edges.length; i++) {
                assertThat((edges[i] - edges[i - 1]) * STEP).isLessThanOrEqualTo(CellWidths.MAX_WIDTH);
            }
        }
    }

    @Test
    void parts_areTheLossAboveOrBelow_andInfinityStaysBelow() {
        RoundedLoss loss = new RoundedLoss(
                0.5,
                new long[] {-1, 2, 7},
                new double[] {0.25, 0.5, 0.125},
                new double[] {0.5, 0.25, 0},
                0.125,
                0.0625);
        RoundedLoss low = loss.upTo(1);
        RoundedLoss high = loss.from(1);
        assertThat(loss.span()).isEqualTo(8);
        assertThat(low.size()).isEqualTo(1);
        assertThat(high.size()).isEqualTo(2);
        assertThat(high.index(0)).isEqualTo(2);
        assertThat(high.upper(1)).isEqualTo(0.125);
        assertThat(high.lower(0)).isEqualTo(0.25);
        assertThat(low.infinity()).isEqualTo(0.125);
        assertThat(low.certain()).isEqualTo(0.0625);
        for (RoundedLoss part : new RoundedLoss[] {high, loss.finite()}) {
            assertThat(part.offset()).isEqualTo(0.5);
            assertThat(part.infinity()).isZero();
            assertThat(part.certain()).isZero();
        }
        assertThat(loss.finite().size()).isEqualTo(3);
    }
}
