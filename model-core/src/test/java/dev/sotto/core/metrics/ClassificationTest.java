package dev.sotto.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against scikit-learn: src/test/golden/classification_metrics.py. Rows are dealt to two tallies, which are then added. */
class ClassificationTest {

    static Stream<JsonObject> classes() {
        return cases("classes");
    }

    static Stream<JsonObject> rankings() {
        return cases("rankings");
    }

    static Stream<JsonObject> labelSets() {
        return cases("label_sets");
    }

    private static Stream<JsonObject> cases(String kind) {
        return Golden.cases(Golden.read("classification.json").getAsJsonObject().get(kind));
    }

    @ParameterizedTest
    @MethodSource("classes")
    void confusion_hasScikitLearnsMeasures(JsonObject expected) {
        int classes = expected.get("classes").getAsInt();
        double[] labels = Golden.doubles(expected.get("labels"));
        double[] answers = Golden.doubles(expected.get("answers"));
        Confusion[] parts = {new Confusion(classes), new Confusion(classes)};
        for (int i = 0; i < labels.length; i++) {
            parts[i % 2].add((int) labels[i], (int) answers[i]);
        }
        Confusion all = parts[0].plus(parts[1]);

        assertThat(all.rows()).isEqualTo(labels.length);
        assertThat(all.accuracy()).isCloseTo(Golden.number(expected, "accuracy"), Golden.ROUNDING);
        assertThat(all.accuracy()).isCloseTo(Golden.number(expected, "micro_f1"), Golden.ROUNDING);
        assertThat(all.macroF1()).isCloseTo(Golden.number(expected, "macro_f1"), Golden.ROUNDING);
        assertThat(all.matthews()).isCloseTo(Golden.number(expected, "matthews"), Golden.ROUNDING);
        if (classes == 2) {
            assertThat(all.f1(1)).isCloseTo(Golden.number(expected, "f1"), Golden.ROUNDING);
        }
    }

    @ParameterizedTest
    @MethodSource("rankings")
    void ranking_hasScikitLearnsAreas(JsonObject expected) {
        boolean[] labels = Golden.booleans(expected.get("labels"));
        double[] scores = Golden.doubles(expected.get("scores"));
        Ranking[] parts = {new Ranking(), new Ranking()};
        for (int i = 0; i < labels.length; i++) {
            parts[i % 2].add(scores[i], labels[i]);
        }
        Ranking all = parts[0].plus(parts[1]);

        assertThat(all.rows()).isEqualTo(labels.length);
        assertThat(all.auroc()).isCloseTo(Golden.number(expected, "auroc"), Golden.ROUNDING);
        assertThat(all.averagePrecision()).isCloseTo(Golden.number(expected, "average_precision"), Golden.ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("labelSets")
    void labelSets_haveScikitLearnsMeasures(JsonObject expected) {
        JsonArray labels = expected.get("labels").getAsJsonArray();
        JsonArray scores = expected.get("scores").getAsJsonArray();
        int width = labels.get(0).getAsJsonArray().size();
        LabelSets[] parts = {new LabelSets(width, 0.5), new LabelSets(width, 0.5)};
        for (int i = 0; i < labels.size(); i++) {
            parts[i % 2].add(Golden.booleans(labels.get(i)), Golden.doubles(scores.get(i)));
        }
        LabelSets all = parts[0].plus(parts[1]);

        assertThat(all.rows()).isEqualTo(labels.size());
        assertThat(all.exactMatch()).isCloseTo(Golden.number(expected, "exact_match"), Golden.ROUNDING);
        assertThat(all.microF1()).isCloseTo(Golden.number(expected, "micro_f1"), Golden.ROUNDING);
        assertThat(all.macroF1()).isCloseTo(Golden.number(expected, "macro_f1"), Golden.ROUNDING);
        assertThat(all.macroAuroc()).isCloseTo(Golden.number(expected, "macro_auroc"), Golden.ROUNDING);
        assertThat(all.macroAveragePrecision())
                .isCloseTo(Golden.number(expected, "macro_average_precision"), Golden.ROUNDING);
    }

    @Test
    void measures_areNotDefinedWithoutRows() {
        var none = new Confusion(3);
        assertThat(new double[] {none.accuracy(), none.macroF1(), none.matthews(), none.f1(0)})
                .containsOnly(Double.NaN);
        var sets = new LabelSets(2, 0);
        assertThat(new double[] {sets.exactMatch(), sets.microF1(), sets.macroF1(), sets.macroAuroc()})
                .containsOnly(Double.NaN);
    }

    @Test
    void areas_needTheRowsTheySpeakOf() {
        var onlyNegatives = new Ranking();
        onlyNegatives.add(1, false);
        assertThat(onlyNegatives.auroc()).isNaN();
        assertThat(onlyNegatives.averagePrecision()).isNaN();
        var onlyPositives = new Ranking();
        onlyPositives.add(1, true);
        assertThat(onlyPositives.auroc()).isNaN();
        assertThat(onlyPositives.averagePrecision()).isEqualTo(1);
    }

    @Test
    void zeros_areOneScoreWhateverTheirSign() {
        var ranking = new Ranking();
        ranking.add(0.0, true);
        ranking.add(-0.0, false);
        assertThat(ranking.auroc()).isEqualTo(0.5);
        assertThat(ranking.averagePrecision()).isEqualTo(0.5);
    }

    @Test
    void tallies_travel() throws IOException, ClassNotFoundException {
        var sets = new LabelSets(2, 0.5);
        sets.add(new boolean[] {true, false}, new double[] {0.25, 0.75});
        sets.add(new boolean[] {false, true}, new double[] {0.5, 0.75});
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(sets);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            LabelSets arrived = (LabelSets) in.readObject();
            assertThat(arrived.plus(sets).rows()).isEqualTo(4);
            assertThat(arrived.macroAuroc()).isEqualTo(sets.macroAuroc()).isEqualTo(0.25);
            assertThat(arrived.macroF1()).isEqualTo(sets.macroF1());
        }
    }

    @Test
    void rowsWithoutMeaning_areRefused() {
        assertThatThrownBy(() -> new Ranking().add(Double.NaN, true)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new Confusion(2).add(0, 2)).hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> new LabelSets(2, 0).add(new boolean[1], new double[2]))
                .hasMessageContaining("2 labels");
    }
}
