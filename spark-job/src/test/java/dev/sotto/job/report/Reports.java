package dev.sotto.job.report;

import dev.sotto.accountant.Bounds;
import dev.sotto.core.method.Trained;
import dev.sotto.core.pass.ComputeMode;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.Span;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.predict.ByClass;
import dev.sotto.job.report.PrivacyReport.Attacker;
import dev.sotto.job.report.PrivacyReport.Chain;
import dev.sotto.job.report.PrivacyReport.Evaluation;
import dev.sotto.job.report.PrivacyReport.Guarantee;
import dev.sotto.job.report.PrivacyReport.Learning;
import dev.sotto.job.report.PrivacyReport.LedgerState;
import dev.sotto.job.report.PrivacyReport.Limit;
import dev.sotto.job.report.PrivacyReport.Mechanism;
import dev.sotto.job.report.PrivacyReport.Run;
import dev.sotto.job.report.PrivacyReport.Several;
import dev.sotto.job.report.PrivacyReport.Spent;
import dev.sotto.job.report.PrivacyReport.Test;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Fixed reports to render. */
final class Reports {
    private static final Attacker ATTACKER =
            new Attacker(0.7512, List.of(new Test(0.001, 0.0161), new Test(0.01, 0.0884), new Test(0.1, 0.4127)));

    private Reports() {}

    static PrivacyReport kept() {
        List<Spent> path = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> new Spent(i * 4L, 0.35 + 0.1324 * Math.sqrt(i * 4)))
                .toList();
        return report(
                new Guarantee.Private(
                        "privacy loss distribution",
                        new Bounds(2.9971, 2.9979),
                        1e-5,
                        3.2214,
                        ATTACKER,
                        path,
                        List.of()),
                1.1172);
    }

    /** Of a run whose epsilon promises little. */
    static PrivacyReport weak() {
        return report(
                new Guarantee.Private(
                        "privacy loss distribution",
                        new Bounds(999, 1000),
                        1e-5,
                        1001.0,
                        new Attacker(1, List.of(new Test(0.001, 1))),
                        List.of(new Spent(1, 500), new Spent(400, 1000)),
                        List.of()),
                0.1);
    }

    /** One row is the unit, and nothing is known for a person with ten. */
    static PrivacyReport byRow() {
        PrivacyReport kept = kept();
        Mechanism mechanism = kept.mechanism();
        return new PrivacyReport(
                kept.run(),
                new Guarantee.Private(
                        "privacy loss distribution",
                        new Bounds(2.9971, 2.9979),
                        1e-5,
                        3.2214,
                        ATTACKER,
                        List.of(new Spent(1, 0.5), new Spent(400, 2.9979)),
                        List.of(new Several(2, 7.4561), new Several(10, Double.POSITIVE_INFINITY))),
                new Mechanism(
                        mechanism.phases(),
                        mechanism.released(),
                        3.0,
                        1,
                        0,
                        new PrivacyUnit.Row(),
                        null,
                        mechanism.independence()),
                kept.learning(),
                kept.evaluation(),
                kept.ledger(),
                kept.chain(),
                kept.software(),
                kept.files());
    }

    /** A resumed run from a seed model that came from others. */
    static PrivacyReport chained() {
        PrivacyReport kept = kept();
        return new PrivacyReport(
                kept.run(),
                kept.guarantee(),
                kept.mechanism(),
                kept.learning(),
                kept.evaluation(),
                kept.ledger(),
                new Chain(List.of("night-1"), List.of("elsewhere-3"), 1.0002, 1.0, 0),
                kept.software(),
                kept.files());
    }

    static PrivacyReport notPrivate() {
        return report(new Guarantee.NotPrivate("The run was asked for without noise (non-private)."), 0);
    }

    /** Every number that may fail to be one fails to be one, and every text is mark-up. */
    static PrivacyReport hostile() {
        double none = Double.NaN;
        String text = "<script>alert('\"&')</script>";
        return new PrivacyReport(
                new Run(text, text, Instant.EPOCH, Duration.ZERO),
                new Guarantee.Private(
                        "rdp",
                        new Bounds(3, Double.POSITIVE_INFINITY),
                        1e-5,
                        none,
                        new Attacker(none, List.of(new Test(none, none))),
                        List.of(new Spent(1, none), new Spent(2, 1)),
                        List.of(new Several(2, none))),
                new Mechanism(
                        List.of(new PrivacyReport.Phase(
                                new PrivacyPlan(1, 1, 2, 0.5, new Clipping.Abadi(1)), GROUPS, Trained.HEAD, 1, text)),
                        2,
                        none,
                        1,
                        0,
                        new PrivacyUnit.Column(text, 3),
                        new PrivacyReport.Usable(none, null),
                        RowIndependence.ROUNDING),
                new Learning(text, text, text, text, 1, 1, ComputeMode.Precision.FLOAT32, List.of(text), null),
                new Evaluation(
                        text,
                        1,
                        false,
                        Map.of(text, none),
                        Map.of(text, Double.NEGATIVE_INFINITY),
                        new ByClass(List.of(new ByClass.OfClass(text, 1, 0, none, 0, none)), List.of(List.of(1L)))),
                new LedgerState(text, 1, 2, text, Double.POSITIVE_INFINITY, none, new Limit(none, none, none, none)),
                new Chain(List.of(text), List.of(text), none, none, 7),
                Map.of(text, text),
                Map.of(text, text));
    }

    private static final ClippingGroups GROUPS = new ClippingGroups(List.of(
            new ClippingGroups.Group("head", new Clipping.AutoS(0.6), List.of(new Span(2, 5))),
            new ClippingGroups.Group("<backbone>", new Clipping.AutoS(0.8), List.of(new Span(0, 2)))));

    private static PrivacyReport report(Guarantee guarantee, double noiseMultiplier) {
        return new PrivacyReport(
                new Run("quickstart-2026-02", "5e77", Instant.parse("2026-02-11T09:30:00Z"), Duration.ofSeconds(142)),
                guarantee,
                new Mechanism(
                        List.of(new PrivacyReport.Phase(
                                new PrivacyPlan(3000, 0.0853333, 400, noiseMultiplier, new Clipping.AutoS(1)),
                                ClippingGroups.JOINT,
                                Trained.BIASES_AND_HEAD,
                                4_102,
                                "adam, learning rate 5e-3, linear")),
                        400,
                        3.0,
                        2,
                        37,
                        new PrivacyUnit.Column("patient_id", 16),
                        new PrivacyReport.Usable(15, 2963L),
                        RowIndependence.EXACT),
                new Learning(
                        "hdfs:///clinic/messages.parquet",
                        "models/seed-encoder",
                        "9f2c4d0be1a87c55",
                        "bert",
                        4_102,
                        1_487_366,
                        ComputeMode.Precision.FLOAT32,
                        List.of("cardiology", "billing"),
                        48),
                new Evaluation(
                        "public/held-out.parquet",
                        1200,
                        true,
                        Map.of("accuracy", 0.168, "majority", 0.55),
                        Map.of("accuracy", 0.742, "majority", 0.55),
                        new ByClass(
                                List.of(
                                        new ByClass.OfClass("cardiology", 660, 700, 0.8, 0.85, 0.8235),
                                        new ByClass.OfClass("billing", 540, 500, 0.8, 0.74, 0.7692)),
                                List.of(List.of(560L, 100L), List.of(140L, 400L)))),
                new LedgerState(
                        "hdfs:///clinic/ledger",
                        4,
                        9,
                        "5e1f".repeat(16),
                        5.8131,
                        1e-5,
                        new Limit(8, 1e-5, 6.1234, 1.8766)),
                null,
                Map.of("Sotto", "0.1.0", "Spark", "4.1.3", "Java", "17.0.15"),
                Map.of("model/model.safetensors", "7d3a".repeat(16)));
    }
}
