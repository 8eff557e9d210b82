package dev.sotto.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the public scorers of texts: src/test/golden/text_metrics.py. */
class TextScoresTest {
    private static final Path E2E = Path.of("../../shared/data/e2e/testset_w_refs.csv");

    /** The scorer in Perl prints four digits. */
    private static final Offset<Double> PRINTED = Offset.offset(0.5001e-4);

    static Stream<JsonObject> sets() {
        return Golden.cases(Golden.read("texts.json"));
    }

    private static List<Segment> segments(JsonObject set) {
        return Golden.cases(set.get("segments"))
                .map(each -> new Segment(each.get("hypothesis").getAsString(), Golden.strings(each.get("references"))))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void bleu_isMtEvalsAndSacreBleus(JsonObject set) {
        List<Segment> segments = segments(set);
        assertThat(Bleu.ofAnyCase(segments)).isCloseTo(Golden.number(set, "mteval_bleu"), PRINTED);
        assertThat(100 * Bleu.ofAnyCase(segments))
                .isCloseTo(Golden.number(set, "sacrebleu_lowercase"), Golden.ROUNDING);
        assertThat(100 * Bleu.cased(segments)).isCloseTo(Golden.number(set, "sacrebleu"), Golden.ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void bleuAndNist_areTheE2eScorers(JsonObject set) {
        assertThat(Bleu.ofAnyCase(segments(set))).isCloseTo(Golden.number(set, "e2e_bleu"), Golden.ROUNDING);
        assertThat(Nist.score(segments(set))).isCloseTo(Golden.number(set, "e2e_nist"), Golden.ROUNDING);
    }

    /** With different numbers of references the program in Perl takes all texts together for the length that is wanted. */
    @Test
    void nist_isMtEvalsWhereTextsHaveEquallyManyReferences() {
        JsonObject threeEach = sets().findFirst().orElseThrow();
        assertThat(Nist.score(segments(threeEach))).isCloseTo(Golden.number(threeEach, "mteval_nist"), PRINTED);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void rougeLAndCider_areTheCaptionScorers(JsonObject set) {
        assertThat(RougeL.score(segments(set))).isCloseTo(Golden.number(set, "rouge_l"), Golden.ROUNDING);
        assertThat(Cider.score(segments(set))).isCloseTo(Golden.number(set, "cider"), Golden.ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void meteorExactStem_isMeteorsWithTheseStages(JsonObject set) {
        List<Segment> segments = segments(set);
        double[] each = Golden.doubles(set.get("meteor_exact_stem_each"));
        for (int i = 0; i < each.length; i++) {
            assertThat(MeteorExactStem.score(List.of(segments.get(i))))
                    .as(segments.get(i).hypothesis())
                    .isCloseTo(each[i], Golden.ROUNDING);
        }
        assertThat(MeteorExactStem.score(segments)).isCloseTo(Golden.number(set, "meteor_exact_stem"), Golden.ROUNDING);
    }

    /** One text of each meaning against the others, as text_metrics.py takes them. */
    private static List<Segment> testSet(int meanings) throws IOException {
        Map<String, List<String>> references = new LinkedHashMap<>();
        for (String line : Files.readAllLines(E2E)) {
            Matcher row = Pattern.compile("\"(.*?)\",\"(.*)\"").matcher(line);
            if (row.matches()) {
                references
                        .computeIfAbsent(row.group(1), meaning -> new ArrayList<>())
                        .add(row.group(2).replace("\"\"", "\"").strip());
            }
        }
        references.remove("mr");
        return references.values().stream()
                .filter(texts -> texts.size() > 1)
                .limit(meanings)
                .map(texts -> new Segment(texts.get(0), texts.subList(1, texts.size())))
                .toList();
    }

    @Test
    void scoresOfTheE2eTestSet_areThePublicScorers() throws IOException {
        assumeTrue(Files.isReadable(E2E), () -> "skipped: no " + E2E.toAbsolutePath());
        JsonObject expected = Golden.read("e2e-test-set.json").getAsJsonObject();

        Map<String, Double> scores = TextScores.of(testSet(100));

        assertThat(scores.get("bleu")).isCloseTo(Golden.number(expected, "e2e_bleu"), Golden.ROUNDING);
        assertThat(scores.get("bleu")).isCloseTo(Golden.number(expected, "mteval_bleu"), PRINTED);
        assertThat(100 * scores.get("bleu_cased")).isCloseTo(Golden.number(expected, "sacrebleu"), Golden.ROUNDING);
        assertThat(scores.get("nist")).isCloseTo(Golden.number(expected, "e2e_nist"), Golden.ROUNDING);
        assertThat(scores.get("rouge_l")).isCloseTo(Golden.number(expected, "rouge_l"), Golden.ROUNDING);
        assertThat(scores.get("cider")).isCloseTo(Golden.number(expected, "cider"), Golden.ROUNDING);
        assertThat(scores.get("meteor_exact_stem"))
                .isCloseTo(Golden.number(expected, "meteor_exact_stem"), Golden.ROUNDING);
    }

    @Test
    void tokens_areThoseOfThePublicTokenizers() {
        List<JsonObject> texts = Golden.cases(
                        Golden.read("tokens.json").getAsJsonObject().get("texts"))
                .toList();
        assertThat(texts.size()).isGreaterThan(40);
        for (JsonObject each : texts) {
            String text = each.get("text").getAsString();
            assertThat(CaptionTokens.of(text)).as(text).isEqualTo(Golden.strings(each.get("caption")));
            assertThat(MtEvalTokens.cased(text)).as(text).isEqualTo(Golden.strings(each.get("mteval")));
        }
    }

    @Test
    void stems_areSnowballs() {
        assertThat(Golden.read("tokens.json")
                        .getAsJsonObject()
                        .get("stems")
                        .getAsJsonObject()
                        .entrySet())
                .hasSizeGreaterThan(100)
                .allSatisfy(each -> assertThat(EnglishStemmer.stem(each.getKey()))
                        .as(each.getKey())
                        .isEqualTo(each.getValue().getAsString()));
    }

    @Test
    void perfectTexts_scoreHighest() {
        var one = new Segment("The cat sat on the mat.", List.of("The cat sat on the mat."));
        var other = new Segment("A dog ran to its house.", List.of("A dog ran to its house."));
        Map<String, Double> scores = TextScores.of(List.of(one, other));
        assertThat(scores.get("bleu")).isEqualTo(1);
        assertThat(scores.get("rouge_l")).isCloseTo(1, Golden.ROUNDING);
        assertThat(scores.get("cider")).isCloseTo(10, Golden.ROUNDING);
        assertThat(scores.get("meteor_exact_stem")).isBetween(0.5, 1.0);
    }

    @Test
    void emptyTexts_scoreZero_andNoTextsAreNotDefined() {
        Map<String, Double> scores = TextScores.of(List.of(new Segment("", List.of("Something."))));
        assertThat(scores.values()).containsOnly(0.0);
        assertThat(TextScores.of(List.of()).values()).containsOnly(Double.NaN);
        assertThatThrownBy(() -> new Segment("text", List.of())).hasMessageContaining("no reference");
    }
}
