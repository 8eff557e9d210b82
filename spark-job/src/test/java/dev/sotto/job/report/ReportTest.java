package dev.sotto.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
    @Test
    void page_tellsThePromiseAndItsLimits() {
        assertThat(HtmlReport.render(Reports.kept()))
                .contains("ε = 2.998", "δ = 1e-5", "patient_id", "at most 16 of them used")
                .contains("What is promised", "What is not promised", "Side channels", "malicious operator")
                .contains(
                        "2.998 by privacy loss distribution; the exact value is at least 2.997",
                        "3.222 by Rényi",
                        "9f2c4d0be1a87c55",
                        "<svg class=\"plot\"",
                        "0.742")
                .doesNotContain("NOT PRIVATE");
    }

    @Test
    void whereARowIsTheUnit_aPersonWithSeveralRowsIsToldWhatTheyGet() throws IOException {
        assertThat(HtmlReport.render(Reports.byRow()))
                .contains("For a person with several rows", "2 rows", "ε = 7.457", "10 rows", "no bound is known")
                .contains("privacy-unit-column");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.byRow()));
        assertThat(json.at("/epsilon_of_several_units/0/units").asInt()).isEqualTo(2);
        assertThat(json.at("/epsilon_of_several_units/0/epsilon").asDouble()).isEqualTo(7.4561);
        assertThat(json.at("/epsilon_of_several_units/1/epsilon").isNull()).isTrue();
    }

    @Test
    void whereAPersonIsTheUnit_nothingIsSaidOfSeveralRows() throws IOException {
        assertThat(HtmlReport.render(Reports.kept())).doesNotContain("For a person with several rows");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.kept()));
        assertThat(json.has("epsilon_of_several_units")).isFalse();
    }

    @Test
    void epsilonThatLeavesRoundingOut_saysSoInTheHeadline() throws IOException {
        String page = HtmlReport.render(Reports.hostile());
        assertThat(page.substring(0, page.indexOf("What that means"))).contains("not counting what one unit");
        assertThat(HtmlReport.render(Reports.kept())).doesNotContain("not counting what one unit");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.hostile()));
        assertThat(json.get("epsilon_is").asText()).contains("by rounding");
        var told = new ByteArrayOutputStream();
        new Console(new PrintStream(told, true, StandardCharsets.UTF_8), false, Clock.systemUTC())
                .done(Reports.hostile());
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("NOT COUNTING WHAT ONE UNIT");
    }

    @Test
    void epsilonAboveTen_standsInRed_withAWarning() {
        String page = HtmlReport.render(Reports.weak());
        assertThat(page.substring(0, page.indexOf("What that means")))
                .contains("<div class=\"alarm\">", "ε = 1000", "WEAK: an epsilon above 10 promises little")
                .doesNotContain("<div class=\"promise\">");
        assertThat(HtmlReport.render(Reports.kept())).doesNotContain("WEAK", "<div class=\"alarm\">");
        var told = new ByteArrayOutputStream();
        new Console(new PrintStream(told, true, StandardCharsets.UTF_8), false, Clock.systemUTC()).done(Reports.weak());
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("WEAK: an epsilon above 10");
    }

    @Test
    void rowsMeasuredOn_arePublicByTheUsersWordAlone() throws IOException {
        String word =
                "The user declared that the rows measured on may be published (eval-table-is-public): public/held-out.parquet.";
        assertThat(HtmlReport.render(Reports.kept())).contains(word);
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.kept()));
        assertThat(json.get("not_promised").get(0).asText()).startsWith(word);
    }

    @Test
    void page_needsNothingFromElsewhere() {
        assertThat(HtmlReport.render(Reports.kept())).doesNotContain("http", "src=", "<link", "@import", "url(");
    }

    @Test
    void runWithoutNoise_isCalledNotPrivateAndPromisesNothing() throws IOException {
        assertThat(HtmlReport.render(Reports.notPrivate()))
                .contains("<title>NOT PRIVATE", "<p class=\"figure\">NOT PRIVATE</p>", "without noise")
                .doesNotContain("What is promised", "ε =  ", "class=\"promise\"");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.notPrivate()));
        assertThat(json.get("private").asBoolean(true)).isFalse();
        assertThat(json.has("epsilon")).isFalse();
        assertThat(json.has("promised")).isFalse();
    }

    @Test
    void json_holdsEveryNumberOfTheGuarantee() throws IOException {
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.kept()));
        assertThat(json.get("private").asBoolean()).isTrue();
        assertThat(json.get("epsilon").asDouble()).isEqualTo(2.9979);
        assertThat(json.get("epsilon_lower_bound").asDouble()).isEqualTo(2.9971);
        assertThat(json.get("epsilon_rdp").asDouble()).isEqualTo(3.2214);
        assertThat(json.get("delta").asDouble()).isEqualTo(1e-5);
        assertThat(json.get("epsilon_by_step")).hasSize(100);
        assertThat(json.at("/mechanism/noise_multiplier").asDouble()).isEqualTo(1.1172);
        assertThat(json.at("/mechanism/sampling_probability").asDouble()).isEqualTo(0.0853333);
        assertThat(json.at("/mechanism/privacy_unit/column").asText()).isEqualTo("patient_id");
        assertThat(json.at("/ledger/budget_epsilon").asDouble()).isEqualTo(8);
    }

    @Test
    void whatEpsilonIsOf_andTheLedgersHead_areTold() throws IOException {
        assertThat(HtmlReport.render(Reports.chained()))
                .contains("whole chain", "by itself costs 1.001", "night-1", "more than the 1 that was asked for")
                .contains("user&#39;s declaration", "elsewhere-3")
                .contains("5e1f5e1f", "Counted against it", "ε = 6.124", "ε = 1.876");
        assertThat(HtmlReport.render(Reports.kept())).doesNotContain("whole chain", "user&#39;s declaration");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.chained()));
        assertThat(json.at("/chain/seed_runs_counted/0").asText()).isEqualTo("night-1");
        assertThat(json.at("/chain/seed_runs_declared_disjoint/0").asText()).isEqualTo("elsewhere-3");
        assertThat(json.at("/chain/passes_epsilon_asked").asBoolean()).isTrue();
        assertThat(json.at("/ledger/head").asText()).isEqualTo("5e1f".repeat(16));
        assertThat(json.at("/ledger/lines").asLong()).isEqualTo(9);
        assertThat(json.at("/ledger/budget_left").asDouble()).isEqualTo(1.8766);
        assertThat(json.get("not_promised").toString()).contains("elsewhere-3");
    }

    @Test
    void whatIsNoNumber_isNeverPrintedAsOne() throws IOException {
        String page = HtmlReport.render(Reports.hostile());
        assertThat(page).contains("unbounded").doesNotContain("NaN", "Infinity", "null");
        String json = JsonReport.render(Reports.hostile());
        assertThat(json).doesNotContain("NaN", "Infinity");
        assertThat(new ObjectMapper().readTree(json).get("epsilon").isNull()).isTrue();
    }

    @Test
    void groupsOfClipping_areToldByTheirBounds() throws IOException {
        assertThat(HtmlReport.render(Reports.hostile()))
                .contains(
                        "auto-s in 2 groups: a group of norm x times R/(x + 0.01), R from 0.6 to 0.8; then the whole to 1");
        JsonNode mechanism = new ObjectMapper()
                .readTree(JsonReport.render(Reports.hostile()))
                .get("mechanism");
        assertThat(mechanism.at("/clipping").asText()).isEqualTo("auto-s");
        assertThat(mechanism.at("/clipping_groups/head").asDouble()).isEqualTo(0.6);
    }

    @Test
    void texts_areNeverTakenForMarkUp() {
        assertThat(HtmlReport.render(Reports.hostile()))
                .doesNotContain("<script")
                .contains("&lt;script&gt;");
    }

    @Test
    void sameReport_givesTheSameBytes() {
        assertThat(HtmlReport.render(Reports.kept())).isEqualTo(HtmlReport.render(Reports.kept()));
        assertThat(JsonReport.render(Reports.kept())).isEqualTo(JsonReport.render(Reports.kept()));
    }

    @ParameterizedTest
    @CsvSource({"2.9980001, 2.999", "2.998, 2.998", "1e-9, 0.001", "0, 0.000"})
    void epsilon_isRoundedUp(double epsilon, String text) {
        // 2.998 as a double lies just above or below 2.998: printed up either way, never below it.
        assertThat(Double.parseDouble(Figures.epsilon(epsilon))).isGreaterThanOrEqualTo(epsilon - 1e-15);
        assertThat(Double.parseDouble(Figures.epsilon(epsilon)) - Double.parseDouble(text))
                .isBetween(0.0, 0.0011);
    }

    @Test
    void settingsThatAnAuditorAsksFor_areTold() throws IOException {
        assertThat(HtmlReport.render(Reports.kept()))
                .contains("ε asked for", "255.9999 units on average", "2: drivers were lost", "the 37 sums")
                .contains("cardiology, billing", "48 tokens");
        assertThat(HtmlReport.render(Reports.byRow())).doesNotContain("Attempts");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.kept()));
        assertThat(json.at("/mechanism/epsilon_asked").asDouble()).isEqualTo(3);
        assertThat(json.at("/mechanism/attempts").asInt()).isEqualTo(2);
        assertThat(json.at("/model/labels/1").asText()).isEqualTo("billing");
    }

    @Test
    void measuresAreToldBesideWhatNeedsNoModel_andByClass() throws IOException {
        assertThat(HtmlReport.render(Reports.kept()))
                .contains(
                        "always the commonest class", "0.5500", "learned nothing yet", "<td>billing</td><td>540</td>");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.kept()));
        assertThat(json.at("/evaluation/confusion/1/0").asLong()).isEqualTo(140);
        assertThat(json.at("/evaluation/classes/0/f1").asDouble()).isEqualTo(0.8235);
        var told = new ByteArrayOutputStream();
        new Console(new PrintStream(told, true, StandardCharsets.UTF_8), false, Clock.systemUTC()).done(Reports.kept());
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("always the commonest class: 0.5500");
    }

    @Test
    void files_areToldByTheirHashes() throws IOException {
        String hash = "7d3a".repeat(16);
        assertThat(HtmlReport.render(Reports.kept())).contains("<th>model/model.safetensors</th><td>" + hash);
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.kept()));
        assertThat(json.get("files_sha256").get("model/model.safetensors").asText())
                .isEqualTo(hash);
        assertThat(HtmlReport.render(Reports.kept().withFiles(Map.of()))).doesNotContain("Files, by SHA-256");
    }

    @Test
    void whatAnAttackerCanDo_isTold() throws IOException {
        assertThat(HtmlReport.render(Reports.kept()))
                .contains("<td>0.1 %</td><td>1.7 %</td>", "<td>10 %</td><td>41.3 %</td>", "at most 75.2 %");
        JsonNode json = new ObjectMapper().readTree(JsonReport.render(Reports.kept()));
        assertThat(json.at("/attacker/right_guesses_at_most").asDouble()).isEqualTo(0.7512);
        assertThat(json.at("/attacker/tests/1/true_positive_rate_at_most").asDouble())
                .isEqualTo(0.0884);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0123, 0.9, 1, 2, 2.99, 8, 400, 1999, 123456})
    void ticks_areFewRoundAndWithinTheRange(double most) {
        List<Double> ticks = EpsilonPlot.ticks(most);
        assertThat(ticks).hasSizeBetween(3, 10).startsWith(0.0).allMatch(tick -> tick <= most * 1.001);
    }
}
