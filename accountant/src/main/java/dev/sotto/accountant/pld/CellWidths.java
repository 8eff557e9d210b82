package dev.sotto.accountant.pld;

import java.util.Arrays;

/**
 * How wide cells may be: one step where most of the (tilted) mass is, and the wider the less mass lies beyond. Only the
 * tightness of the bounds depends on it.
 */
interface CellWidths {
    /** In nats: e^width must stay far from overflow. */
    double MAX_WIDTH = 30;

    /** Cells on either side: integrating more takes minutes. */
    int MOST = 1 << 20;

    /**
     * Width in steps, &ge; 1, of the cell next to a loss.
     *
     * @param loss distance from index 0, in nats, of the cell's end that is nearer to 0
     */
    long width(double loss, double step);

    /** All of one step. */
    static CellWidths even() {
        return (loss, step) -> 1;
    }

    /** A dozen or two per octave of the loss: sees every shape. */
    static CellWidths octaves() {
        return (loss, step) -> powerOfTwo(Math.min(MAX_WIDTH, Math.abs(loss) / 12) / step);
    }

    /**
     * From the tilted masses on a lattice of octaves. A second-order error is (mass x width²); this keeps what lies in
     * cells of 2^k steps below a 32nd of what one step everywhere would cost, for each k.
     *
     * @param losses ascending, in nats from index 0
     * @param beyond tilted mass at or beyond each of them, away from 0
     * @param tilt with the larger λ of both directions
     * @param firstStep the step that refinement starts from: all widths shrink as the step does
     */
    static CellWidths byMass(double[] losses, double[] beyond, Tilt tilt, double firstStep) {
        return (loss, step) -> {
            int found = Arrays.binarySearch(losses, loss);
            int i = found >= 0 ? found : loss > 0 ? Math.max(0, -found - 2) : Math.min(losses.length - 1, -found - 1);
            double byMass = Math.sqrt(1 / (32 * beyond[i] + 1e-300));
            double byTilt = tilt.scale(loss) / firstStep;
            double byDistance = Math.abs(loss) / firstStep / 4;
            return powerOfTwo(Math.min(byMass, Math.min(byTilt, byDistance)));
        };
    }

    private static long powerOfTwo(double atMost) {
        return !(atMost >= 2) ? 1 : Long.highestOneBit((long) Math.min(atMost, 1L << 40));
    }

    /** Cell ends from first to last at least, with one at 0. */
    default long[] edges(long first, long last, double step) {
        long[] up = side(Math.max(last, first < 0 ? 0 : 1), 1, step);
        long[] down = side(Math.max(-first, 0), -1, step);
        long[] edges = new long[up.length + down.length - 1];
        for (int i = 0; i < down.length; i++) {
            edges[i] = -down[down.length - 1 - i];
        }
        System.arraycopy(up, 0, edges, down.length - 1, up.length);
        return edges;
    }

    private long[] side(long reach, int sign, double step) {
        long[] edges = new long[64];
        int count = 1;
        while (edges[count - 1] < reach) {
            if (count > MOST) {
                throw new TooFineException((double) reach, MOST);
            }
            if (count == edges.length) {
                edges = Arrays.copyOf(edges, 2 * count);
            }
            edges[count] = edges[count - 1] + width(sign * edges[count - 1] * step, step);
            count++;
        }
        return Arrays.copyOf(edges, count);
    }
}
