package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.json.Json;
import dev.sotto.core.batch.CompletionEncoder;
import dev.sotto.core.batch.CompletionFiles;
import dev.sotto.core.batch.EncodedText;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GPT-2 of random weights is measured on a public table of prompts and texts, on Spark in this JVM. */
class EvaluateTextsTest {
    private static final double ROUNDING = 1e-5; // rows share passes of other lengths and sizes
    private static final String[][] ROWS = {
        {"ab", "xyz"}, {"ba", "zyxw"}, {"ab", "x y"}, {"abc", "k"}, {"", "left out"}, {"ba", "zy xw"}
    };

    @TempDir
    Path folder;

    private Path model;
    private Path table;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeModelAndTable() throws IOException {
        model = TinyModel.writer(folder);
        StringBuilder lines = new StringBuilder("meaning,text\n");
        for (String[] row : ROWS) {
            lines.append(row[0]).append(',').append(row[1]).append('\n');
        }
        table = Files.writeString(folder.resolve("public.csv"), lines);
    }

    private int sotto(String... arguments) {
        out.getBuffer().setLength(0);
        return Sotto.commandLine(settings -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int evaluate(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "--table=" + table,
                "--table-is-public",
                "--text-column=meaning",
                "--label-column=text",
                "--max-length=16",
                "--partitions=3",
                "--model=" + model));
        arguments.addAll(List.of(more));
        return sotto(arguments.toArray(String[]::new));
    }

    private Map<String, Object> measured(String output, int which) throws IOException {
        Map<String, Object> json = Json.readObject(Files.readString(folder.resolve(output + "/evaluation.json")));
        return Json.asObject(Json.asArray(json.get("models"), "models").get(which), "model");
    }

    private List<Map<String, Object>> texts(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file)).stream()
                .map(Json::readObject)
                .toList();
    }

    @Test
    void perplexity_isThatOfTheModelRowByRow() throws IOException {
        int code = evaluate("--output=" + folder.resolve("out"));

        assertThat(code).as(err::toString).isZero();
        double nats = 0;
        long tokens = 0;
        double meanOfRows = 0;
        var spec = new ModelSpec(Task.CAUSAL_LM, 1, Trained.of(Trained.Part.NORMS));
        try (TrainableModel loaded = TrainableModel.load(model, spec);
                CompletionEncoder encoder = CompletionEncoder.open(CompletionFiles.read(model, 16))) {
            for (String[] row : ROWS) {
                if (!row[0].isEmpty()) {
                    EncodedText text = encoder.encode(row[0], row[1]);
                    var batch = TokenBatch.ofCompletions(TokenBatch.padded(
                            new int[][] {text.ids()}, new int[][] {text.typeIds()}, new float[1], 0, text.length()));
                    long said = java.util.Arrays.stream(text.typeIds()).sum();
                    double loss = loaded.losses(batch, loaded.initial())[0];
                    nats += loss * said;
                    tokens += said;
                    meanOfRows += loss / 5;
                }
            }
        }
        Map<String, Object> measured = measured("out", 0);
        assertThat(measured)
                .containsEntry("rows", 5L)
                .containsEntry("left_out", 1L)
                .doesNotContainKey("bleu");
        assertThat((double) measured.get("loss")).isCloseTo(meanOfRows, within(ROUNDING));
        assertThat((double) measured.get("perplexity")).isCloseTo(Math.exp(nats / tokens), within(100 * ROUNDING));
        assertThat(out.toString()).contains("perplexity").contains("on 5 rows; 1 left out");
    }

    @Test
    void texts_areWrittenOnceAPrompt_asGenerateWritesThem_andScoredAsScoreDoes() throws IOException {
        int code = evaluate("--generate", "--max-tokens=6", "--beams=2", "--output=" + folder.resolve("out"));

        assertThat(code).as(err::toString).isZero();
        List<Map<String, Object>> texts = texts("out/texts.jsonl");
        assertThat(texts).extracting(text -> text.get("prompt")).containsExactly("ab", "abc", "ba");
        assertThat(texts)
                .extracting(text -> text.get("references"))
                .containsExactly(List.of("x y", "xyz"), List.of("k"), List.of("zy xw", "zyxw"));
        assertThat(sotto(
                        "generate",
                        "--model=" + model,
                        "--prompt=ab",
                        "--prompt=abc",
                        "--prompt=ba",
                        "--max-tokens=6",
                        "--beams=2"))
                .isZero();
        assertThat(out.toString().lines().map(String::strip))
                .isEqualTo(texts.stream().map(text -> text.get("hypothesis")).toList())
                .anyMatch(text -> !text.isEmpty());
        assertThat(sotto("score", "--texts=" + folder.resolve("out/texts.jsonl")))
                .isZero();
        Map<String, Object> scores = Json.readObject(out.toString().strip());
        assertThat(scores.remove("texts")).isEqualTo(3L);
        assertThat(measured("out", 0)).containsAllEntriesOf(scores);
    }

    @Test
    void deltas_writeEachForItself() throws IOException {
        var spec = new ModelSpec(Task.CAUSAL_LM, 1, Trained.BIASES_AND_HEAD);
        try (SeedModel seed = SeedModel.open(model, spec)) {
            BiasDelta.write(seed, seed.initial(), List.of("text"), folder.resolve("same.safetensors"));
            float[] zeros = new float[seed.initial().length];
            BiasDelta.write(seed, zeros, List.of("text"), folder.resolve("zeros.safetensors"));
        }
        assertThat(evaluate("--output=" + folder.resolve("whole")))
                .as(err::toString)
                .isZero();

        int code = evaluate(
                "--delta=same=" + folder.resolve("same.safetensors"),
                "--delta=zeros=" + folder.resolve("zeros.safetensors"),
                "--generate",
                "--max-tokens=4",
                "--output=" + folder.resolve("out"));

        assertThat(code).as(err::toString).isZero();
        assertThat(measured("out", 0).get("loss"))
                .isEqualTo(measured("whole", 0).get("loss"));
        assertThat(measured("out", 1).get("loss"))
                .isNotEqualTo(measured("whole", 0).get("loss"));
        assertThat(texts("out/same-texts.jsonl")).hasSize(3);
        assertThat(texts("out/zeros-texts.jsonl")).hasSize(3);
    }

    @Test
    void whatHasNoMeaning_isRefused() throws IOException {
        assertThat(evaluate("--beams=3", "--max-tokens=9")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("beams", "max-tokens", "--generate");
        assertThat(evaluate("--generate", "--max-tokens=0")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(sotto(
                        "predict",
                        "--table=" + table,
                        "--text-column=meaning",
                        "--model=" + model,
                        "--output=" + folder.resolve("predicted")))
                .isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("sotto generate").doesNotContain("internal error");
    }
}
