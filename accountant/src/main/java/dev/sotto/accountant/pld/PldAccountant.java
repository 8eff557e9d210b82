package dev.sotto.accountant.pld;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.NotConvergedException;
import dev.sotto.accountant.gdp.GaussianDp;
import dev.sotto.accountant.math.Check;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Bounds by privacy loss distributions: an upper one (pessimistic connect-the-dots) and a lower one (its optimistic
 * twin), in both directions, composed exactly but for errors that are bounded and charged. The grid is refined until the
 * bounds are as close as asked for; where they cannot be brought so close, it throws.
 */
public final class PldAccountant implements Accountant {
    /** Largest lattice: 2^23 bins, about a gigabyte of work space. */
    static final long MAX_LATTICE = 1L << 23;

    /** δ is found to this relative width. */
    public static final double DELTA_WIDTH = 0.02;
    /** Or to this absolute one. */
    public static final double DELTA_ABSOLUTE = 1e-18;
    /** A δ that is asked after is mostly below this: what it does not notice is first left out. */
    private static final double LARGE_DELTA = 1e-4;
    /** Far below the width: what a first look at δ may cut off. */
    private static final double LOG_LITTLE = -60;
    /** What further ones may, over how far apart the bounds were. */
    private static final double CUT = 6e-6;

    /** Bins that a search for a target may spend; what any question in it may. */
    private static final long SEARCH_BINS = 1 << 23;

    private static final long LEAST_BINS = 1 << 19;
    /** How far apart bounds on ε may be over their distance from a target. */
    private static final double AWAY = 0.25;

    private final Adjacency adjacency;
    private final double relativeWidth;
    private final double absoluteWidth;
    private final double target; // NaN for none
    private final AtomicLong left; // bins that the questions near the target may still cost
    private final long most; // bins that one attempt at a question may cost, about
    private final boolean again; // whether a question that it leaves open gets another

    /** Add/remove neighbours; bounds on ε at most 0.002 or 0.25 % apart, whichever is more. */
    public PldAccountant() {
        this(Adjacency.ADD_OR_REMOVE_ONE);
    }

    /** The same widths under the given neighbours. */
    public PldAccountant(Adjacency adjacency) {
        this(adjacency, 0.0025, 0.002);
    }

    /**
     * @param relativeWidth how far apart the bounds on ε may be, over ε, in (0, 1)
     * @param absoluteWidth or how far in nats, whichever is more, &ge; 0
     */
    public PldAccountant(Adjacency adjacency, double relativeWidth, double absoluteWidth) {
        this(adjacency, relativeWidth, absoluteWidth, Double.NaN, Long.MAX_VALUE, Refinement.MOST_BINS, true);
    }

    private PldAccountant(
            Adjacency adjacency,
            double relativeWidth,
            double absoluteWidth,
            double target,
            long left,
            long most,
            boolean again) {
        Check.that(relativeWidth > 0 && relativeWidth < 1, "relative width must be in (0, 1), got %s", relativeWidth);
        Check.that(absoluteWidth >= 0, "absolute width must be >= 0, got %s", absoluteWidth);
        this.adjacency = adjacency;
        this.relativeWidth = relativeWidth;
        this.absoluteWidth = absoluteWidth;
        this.target = target;
        this.left = new AtomicLong(left);
        this.most = most;
        this.again = again;
    }

    /** {@inheritDoc} All questions to it together may take some seconds; once these are spent its bounds are wider. */
    @Override
    public PldAccountant near(double epsilon) {
        return new PldAccountant(
                adjacency, relativeWidth, absoluteWidth, epsilon, SEARCH_BINS, Refinement.MOST_BINS, false);
    }

    /** Gives up after the first attempt. */
    @Override
    public PldAccountant hasty() {
        return again ? once(Refinement.MOST_BINS) : this;
    }

    /** Makes only the second attempt, of twice the cost, that this one makes where the first does not do. */
    public PldAccountant patient() {
        return once(2 * Refinement.MOST_BINS);
    }

    private PldAccountant once(long bins) {
        return new PldAccountant(adjacency, relativeWidth, absoluteWidth, target, left.get(), bins, false);
    }

    /** How far apart bounds may be: away from a target a fraction of the distance, which tells the side for certain. */
    private double width(double upper) {
        double width = Math.max(absoluteWidth, relativeWidth * upper);
        return target > 0 ? Math.max(width, AWAY * Math.abs(upper - target)) : width;
    }

    /** The neighbours that the bounds are for. */
    public Adjacency adjacency() {
        return adjacency;
    }

    /**
     * ε at δ. Sources: Sommer, Meiser, Mohammadi, "Privacy Loss Classes", PoPETs 2019, for composition;
     * Doroshenko et al. 2022 (arXiv:2207.04380) for the upper rounding; {@link Optimistic} for the lower.
     */
    @Override
    public Bounds epsilon(DpEvent event, double delta) {
        Mechanism.checkDelta(delta);
        List<Steps> steps = ClosedForms.mergeGaussians(Mechanism.of(event, adjacency));
        if (steps.isEmpty() || delta == 1) {
            return new Bounds(0, 0);
        }
        Unnoticed unnoticed = Unnoticed.in(steps, delta);
        return unnoticed.isNothing() ? epsilon(steps, delta) : epsilon(steps, unnoticed, delta);
    }

    /** From above and from below by the steps that count alone; where that tells too little, by all of them, too. */
    private Bounds epsilon(List<Steps> steps, Unnoticed unnoticed, double delta) {
        Bounds above = attempt(unnoticed.others(), unnoticed.less(delta)).bounds();
        Bounds below = attempt(unnoticed.others(), delta).bounds();
        Bounds bounds = new Bounds(Math.min(below.lower(), above.upper()), above.upper());
        if (Refinement.isClose(bounds, this::width)) {
            return bounds;
        }
        Tried whole = attempt(steps, delta);
        Bounds both = bounds.and(whole.bounds());
        if (!whole.reason().isEmpty() && !Refinement.isClose(both, this::width)) {
            throw new NotConvergedException(both, whole.reason());
        }
        return both;
    }

    /** @param reason why they are not as close as asked for; empty if they are */
    private record Tried(Bounds bounds, String reason) {}

    private Tried attempt(List<Steps> steps, double delta) {
        try {
            return new Tried(epsilon(steps, delta), "");
        } catch (NotConvergedException e) {
            return new Tried(e.bounds(), e.reason());
        }
    }

    private Bounds epsilon(List<Steps> steps, double delta) {
        Bounds failure = ClosedForms.failure(steps);
        if (failure.lower() > delta) {
            return new Bounds(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        if (failure.upper() > delta) {
            return new Bounds(0, Double.POSITIVE_INFINITY); // no telling whether δ covers it
        }
        Bounds largest = ClosedForms.largestLoss(steps);
        if (delta <= failure.upper() * (1 + 1e-9)) {
            return delta == failure.lower() ? largest : new Bounds(0, largest.upper());
        }
        if (ClosedForms.isGaussian(steps)) {
            return exact(steps, gaussian -> gaussian.epsilon(delta), Double.POSITIVE_INFINITY);
        }
        if (ClosedForms.deltaAtZero(steps) <= delta) {
            return new Bounds(0, 0);
        }
        return LittleNoise.epsilon(steps, delta, this::width)
                .orElseGet(() -> epsilonByGrid(steps, delta))
                .and(new Bounds(0, largest.upper()));
    }

    /** δ at ε; the same, read the other way. The bounds are 2 % or 1e-18 apart, or what a few seconds give. */
    @Override
    public Bounds delta(DpEvent event, double epsilon) {
        Mechanism.checkEpsilon(epsilon);
        List<Steps> steps = ClosedForms.mergeGaussians(Mechanism.of(event, adjacency));
        Unnoticed unnoticed = Unnoticed.in(steps, LARGE_DELTA);
        if (unnoticed.isNothing()) {
            return delta(steps, epsilon);
        }
        Bounds bounds = unnoticed.ofAll(delta(unnoticed.others(), epsilon));
        return bounds.isWithin(DELTA_WIDTH, DELTA_ABSOLUTE) ? bounds : bounds.and(delta(steps, epsilon));
    }

    private Bounds delta(List<Steps> steps, double epsilon) {
        Bounds failure = ClosedForms.failure(steps);
        if (steps.isEmpty() || failure.upper() == 1) {
            return failure;
        }
        Bounds largest = ClosedForms.largestLoss(steps);
        if (epsilon >= largest.lower()) {
            return new Bounds(failure.lower(), Math.min(1, failure.upper() + largest.width()));
        }
        if (ClosedForms.isGaussian(steps)) {
            return exact(steps, gaussian -> gaussian.delta(epsilon), 1);
        }
        Bounds bounds = LittleNoise.delta(steps, epsilon, DELTA_WIDTH).orElseGet(() -> deltaByGrid(steps, epsilon));
        double upper = Math.min(bounds.upper(), Math.max(bounds.lower(), ClosedForms.deltaAtZero(steps)));
        return new Bounds(bounds.lower(), upper);
    }

    /** Of one Gaussian; anything up to the most there is where its μ is beyond doubles. */
    private static Bounds exact(List<Steps> one, Function<GaussianDp, Bounds> question, double most) {
        double mu = ClosedForms.mu(one);
        return mu < Double.POSITIVE_INFINITY ? question.apply(new GaussianDp(mu)) : new Bounds(0, most);
    }

    /** The first attempt is that of {@link #hasty}, so that its upper bounds are never below these. */
    private Bounds epsilonByGrid(List<Steps> steps, double delta) {
        try {
            return epsilonByGrid(steps, delta, Math.max(LEAST_BINS, Math.min(most, left.get() / 2)));
        } catch (NotConvergedException e) {
            if (!again) {
                throw e;
            }
            return second(e.bounds(), steps, delta);
        }
    }

    private Bounds epsilonByGrid(List<Steps> steps, double delta, long atMost) {
        Refinement refinement = new Refinement(steps, Math.log(Math.min(delta, 1 - delta)), atMost);
        try {
            return refinement.epsilon(delta, this::width);
        } catch (TooFineException e) {
            throw new NotConvergedException(new Bounds(0, Double.POSITIVE_INFINITY), String.valueOf(e.getMessage()));
        } finally {
            left.addAndGet(-refinement.bins());
        }
    }

    /** With more bins; what both attempts say together. */
    private Bounds second(Bounds first, List<Steps> steps, double delta) {
        try {
            return first.and(epsilonByGrid(steps, delta, 2 * Refinement.MOST_BINS));
        } catch (NotConvergedException e) {
            Bounds both = first.and(e.bounds());
            if (both.width() <= width(both.upper())) {
                return both;
            }
            throw new NotConvergedException(both, e.reason());
        }
    }

    /** Each look at δ tells what may be cut off without being seen by a closer one. One that did not see that far is the last but one. */
    private Bounds deltaByGrid(List<Steps> steps, double epsilon) {
        Bounds bounds = new Refinement(steps, LOG_LITTLE).coarseDelta(epsilon);
        long bins = most;
        while (bins <= 2 * most && !bounds.isWithin(DELTA_WIDTH, DELTA_ABSOLUTE)) {
            double little = CUT * bounds.width();
            bounds = bounds.and(new Refinement(steps, Math.log(little), bins)
                    .delta(epsilon, DELTA_WIDTH, Math.max(DELTA_ABSOLUTE, little)));
            bins *= bounds.width() <= little ? 1 : 2;
        }
        return bounds;
    }
}
