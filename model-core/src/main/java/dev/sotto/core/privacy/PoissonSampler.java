package dev.sotto.core.privacy;

import dev.sotto.accountant.math.Check;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Draws a step's sample: each unit is in it with probability q, independently, exactly (given uniform words), in O(qN) work.
 *
 * <p>The number G of units skipped before the next sampled one is geometric, P(G = g) = (1-q)ᵍ q. Its binary digits are independent: with r
 * = 1-q and g = Σ bⱼ2ʲ the probability is a product of factors r^(bⱼ2ʲ), so digit j is 1 with probability r^(2ʲ)/(1 + r^(2ʲ)), and G ≥ 2ᴶ,
 * which is independent of the lower J digits, has probability r^(2ᴶ). Each of these is one comparison of a uniform real with a known one,
 * digit by digit, as many digits as it takes: no floating-point arithmetic is involved, and q is the very double that is accounted for.
 */
public final class PoissonSampler {
    private final LongSupplier words;
    private final int digitBits;
    private final int units;
    private final double probability;
    private final int gapBits; // J: 2^J >= units
    private final long[] firstDigits; // [J + 1], the leading digit of each threshold; the last is that of G >= 2^J
    private long word;
    private int unread; // bits of the word, the lowest

    /** @param digitBits at most 32; tests take few, so that ties are common */
    PoissonSampler(LongSupplier words, int digitBits, int units, double probability) {
        this.words = words;
        this.digitBits = digitBits;
        this.units = units;
        this.probability = probability;
        this.gapBits = Long.SIZE - Long.numberOfLeadingZeros(units - 1L);
        BigInteger[] thresholds = thresholds(probability, gapBits, digitBits);
        this.firstDigits =
                Arrays.stream(thresholds).mapToLong(BigInteger::longValue).toArray();
    }

    /**
     * The sample of one partition in one step: a function of the arguments alone, so that a retried task draws it again.
     *
     * @param epoch which attempt at the run, any value
     * @param units how many units the partition holds, ≥ 0
     * @param q the sampling probability, in (0, 1]
     * @return the sampled units' indices in [0, units), ascending
     */
    public static int[] sample(SamplingKey key, long epoch, long step, int partition, int units, double q) {
        Check.that(units >= 0, "A partition cannot have %s units.", units);
        Check.that(q > 0 && q <= 1, "The sampling probability must be in (0, 1], got %s.", q);
        if (q == 1 || units == 0) {
            return IntStream.range(0, units).toArray();
        }
        KeyedStream words = key.stream(epoch, step, partition);
        return new PoissonSampler(words, 16, units, q).draw(); // four digits a word; one in 65,536 is a tie
    }

    int[] draw() {
        return LongStream.iterate(skip(0), unit -> unit < units, unit -> skip(unit + 1))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** The first sampled unit of those from {@code start} on; beyond all units if there is none. */
    private long skip(long start) {
        long gap = 0;
        for (int j = 0; j <= gapBits; j++) { // digit J stands for all that makes the gap 2^J or more
            gap |= isBelowThreshold(j) << j;
        }
        return start + gap;
    }

    /** 1 if a uniform real, read digit by digit, is below threshold j, else 0; the sign, for a branch would be guessed. */
    private long isBelowThreshold(int j) {
        long difference = nextDigit() - firstDigits[j];
        for (int bits = 2 * digitBits; difference == 0; bits += digitBits) {
            difference = nextDigit() - (thresholds(probability, gapBits, bits)[j].longValue() & -1L >>> -digitBits);
        }
        return difference >>> (Long.SIZE - 1);
    }

    private long nextDigit() {
        if (unread < digitBits) {
            word = words.getAsLong();
            unread = Long.SIZE;
        }
        unread -= digitBits;
        return word >>> unread & -1L >>> -digitBits;
    }

    /**
     * The thresholds' leading bits, ⌊2ᵇ pⱼ⌋ for j = 0..J: lower and upper ends of r^(2ʲ) are squared with outward
     * rounding, and the working precision doubles until both ends give the same bits.
     */
    static BigInteger[] thresholds(double probability, int gapBits, int bits) {
        for (int precision = bits + 64; ; precision *= 2) {
            BigInteger one = BigInteger.ONE.shiftLeft(precision);
            BigDecimal r = BigDecimal.ONE.subtract(new BigDecimal(probability));
            BigInteger low = r.multiply(new BigDecimal(one)).toBigInteger();
            BigInteger high = low.add(BigInteger.ONE).min(one);
            BigInteger[] lows = new BigInteger[gapBits + 1];
            BigInteger[] highs = new BigInteger[gapBits + 1];
            for (int j = 0; j < gapBits; j++) {
                lows[j] = low.shiftLeft(bits).divide(one.add(low)); // x/(1 + x) increases with x
                highs[j] = high.shiftLeft(bits).divide(one.add(high));
                low = low.multiply(low).shiftRight(precision);
                BigInteger squared = high.multiply(high).shiftRight(precision);
                high = squared.add(BigInteger.ONE).min(one);
            }
            lows[gapBits] = low.shiftRight(precision - bits);
            highs[gapBits] = high.shiftRight(precision - bits);
            if (Arrays.equals(lows, highs)) {
                return lows;
            }
        }
    }
}
