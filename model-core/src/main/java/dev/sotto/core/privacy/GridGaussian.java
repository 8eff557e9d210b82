package dev.sotto.core.privacy;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Draws round(2²⁸ Z) for a standard normal Z, exactly (given uniform words), in integer arithmetic: Algorithm N of
 * Karney, "Sampling Exactly from the Normal Distribution", ACM TOMS 42(1), 2016 (arXiv:1303.6257).
 *
 * <p>|Z| = k + x with an integer k ≥ 0 and x in [0, 1). The density at k + x is proportional to
 * exp(-(k+x)²/2) = exp(-k/2) · exp(-k(k-1)/2) · exp(-x(2k+x)/2). The first factor makes k geometric; the others are
 * probabilities of keeping a proposal (k, uniform x). All are powers of chances that von Neumann's game decides: for
 * u₁, u₂, … uniform, p &gt; u₁ &gt; … &gt; uₙ holds with probability pⁿ/n!, so the longest such run is even with
 * probability 1 - p + p²/2! - … = exp(-p).
 *
 * <p>Uniform reals are read lazily, digit by digit, as far as comparisons need; what x has not revealed is still
 * uniform. So x is an exact real, of which 29 bits are enough to round 2²⁸(k + x) to the nearest integer (a tie has
 * probability zero).
 */
final class GridGaussian {
    private final LongSupplier words;
    private final int digitBits;
    private final Uniform x = new Uniform();
    private final Uniform first = new Uniform();
    private final Uniform second = new Uniform();
    private final Uniform coin = new Uniform();

    /** In production a digit is a word; tests make it a few bits, so that ties, one in 2⁶⁴ otherwise, are common. */
    GridGaussian(LongSupplier words, int digitBits) {
        this.words = words;
        this.digitBits = digitBits;
    }

    /** One independent draw, in units of 2⁻²⁸ standard deviations. */
    long next() {
        while (true) {
            long k = 0;
            while (expMinusHalf()) {
                k++;
            }
            if (keep(k)) {
                long magnitude = (k << Lattice.NOISE_BITS) + (x.leading(Lattice.NOISE_BITS + 1) + 1) / 2;
                return words.getAsLong() < 0 ? -magnitude : magnitude;
            }
        }
    }

    /** Draws x, and is true with probability exp(-k(k-1)/2) · exp(-x(2k+x)/2), the latter in k + 1 equal parts. */
    private boolean keep(long k) {
        for (long i = 0; i < k * (k - 1); i++) {
            if (!expMinusHalf()) {
                return false;
            }
        }
        x.forget();
        for (long i = 0; i <= k; i++) {
            if (!expMinusProduct(k)) {
                return false;
            }
        }
        return true;
    }

    /** True with probability exp(-1/2): is the longest run 1/2 &gt; u₁ &gt; u₂ &gt; … even? */
    private boolean expMinusHalf() {
        Uniform last = first.forget();
        boolean even = last.leading(1) == 1; // the empty run
        boolean running = !even;
        while (running) {
            Uniform next = last == first ? second : first;
            running = next.forget().isBelow(last);
            even ^= running;
            last = next;
        }
        return even;
    }

    /**
     * True with probability exp(-xf), f = (2k+x)/(2k+2): is the longest run x &gt; u₁ &gt; u₂ &gt; …, each link of which
     * also has to win a chance of f, even? A run of n has probability xⁿ/n!·fⁿ.
     */
    private boolean expMinusProduct(long k) {
        Uniform last = x;
        Uniform next = first;
        boolean even = true;
        while (next.forget().isBelow(last) && chance(k)) {
            last = next;
            next = last == first ? second : first;
            even = !even;
        }
        return even;
    }

    /** True with probability (2k+x)/(2k+2): of a die's faces 2k win, one wins with chance x, one loses. */
    private boolean chance(long k) {
        long faces = 2 * k + 2;
        long face = faces;
        while (face >= faces) {
            face = words.getAsLong() >>> Long.numberOfLeadingZeros(faces - 1);
        }
        return face < 2 * k || (face == 2 * k && coin.forget().isBelow(x));
    }

    /** A uniform real in [0, 1), known to as many digits as were asked for. */
    private final class Uniform {
        private long[] digits = new long[2];
        private int known;

        Uniform forget() {
            known = 0;
            return this;
        }

        boolean isBelow(Uniform other) {
            int i = 0;
            while (digit(i) == other.digit(i)) {
                i++;
            }
            return Long.compareUnsigned(digits[i], other.digits[i]) < 0;
        }

        /** The first {@code bits} bits after the point. */
        long leading(int bits) {
            long value = 0;
            int have = 0;
            for (int i = 0; have < bits; i++) {
                int take = Math.min(digitBits, bits - have);
                value = (value << take) | (digit(i) >>> (digitBits - take));
                have += take;
            }
            return value;
        }

        private long digit(int i) {
            while (known <= i) {
                digits = known < digits.length ? digits : Arrays.copyOf(digits, 2 * known);
                digits[known++] = words.getAsLong() >>> (Long.SIZE - digitBits);
            }
            return digits[i];
        }
    }
}
