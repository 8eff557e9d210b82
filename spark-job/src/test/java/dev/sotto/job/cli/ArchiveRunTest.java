package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.report.Console;
import dev.sotto.job.train.TrainJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sotto train} and {@code sotto check-model} on a TorchScript archive, as a user types them. */
class ArchiveRunTest {
    private static final Path ARCHIVES = LocalSpark.CHECKPOINTS.resolveSibling("archives");
    private static final ModelSpec SPEC = new ModelSpec(Task.CLASSIFICATION, 3, Trained.BIASES_AND_HEAD);
    private static final int VOCABULARY = 40; // that of the archive

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        var quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var console = new Console(quiet, false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int train(Path seed, Path table, String... more) {
        return run(Stream.concat(
                        Stream.of("train"),
                        Stream.concat(
                                Stream.of(more),
                                Stream.of(
                                        "--table=" + table,
                                        "--text-column=message",
                                        "--label-column=answer",
                                        "--labels=maybe=c,no=a,yes=b", // the archive's own names
                                        "--max-length=8",
                                        "--privacy-unit-column=person",
                                        "--model=" + seed,
                                        "--batch-size=20",
                                        "--units=40",
                                        "--steps=3",
                                        "--learning-rate=0.01",
                                        "--epsilon=3",
                                        "--delta=1e-4",
                                        "--output=" + folder.resolve("out"))))
                .toArray(String[]::new));
    }

    private Path seed(String archive) throws IOException {
        Path seed = Files.createDirectory(folder.resolve("seed"));
        for (String file : List.of("config.json", "model.pt")) {
            Files.copy(ARCHIVES.resolve(archive).resolve(file), seed.resolve(file));
        }
        String words = Stream.concat(
                        Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                        IntStream.range(5, VOCABULARY).mapToObj(i -> "word" + i))
                .collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(seed.resolve("vocab.txt"), words);
        return seed;
    }

    @Test
    void trainedArchive_isAnArchiveWithItsDelta() throws IOException {
        Path seed = seed("scripted_text");

        assertThat(train(seed, TinyModel.table(folder, "table.csv", 200)))
                .as(err::toString)
                .isZero();

        Path model = folder.resolve("out/model");
        assertThat(model).isDirectoryContaining("glob:**model.pt").isDirectoryContaining("glob:**vocab.txt");
        assertThat(SavedModel.of(model).labels()).containsExactly("a", "b", "c");
        try (SeedModel before = SeedModel.open(seed, SPEC);
                TrainableModel after = TrainableModel.load(model, SPEC)) {
            assertThat(after.initial()).isNotEqualTo(before.initial());
            assertThat(BiasDelta.read(folder.resolve("out/delta/delta.safetensors"), before))
                    .isEqualTo(after.initial());
        }
    }

    @Test
    void newHeadOfAnArchive_isRefused() throws IOException {
        assertThat(train(seed("scripted_text"), TinyModel.table(folder, "table.csv", 40), "--new-head"))
                .isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("holds an archive, whose head cannot begin anew");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void archive_answersWithItsDelta() throws IOException {
        Path seed = seed("scripted_text");
        Path delta = folder.resolve("mine.safetensors");
        try (SeedModel model = SeedModel.open(seed, SPEC)) {
            BiasDelta.write(model, model.initial(), List.of("no", "yes", "maybe"), delta);
        }

        int code = run(
                "predict",
                "--table=" + TinyModel.table(folder, "table.csv", 20),
                "--text-column=message",
                "--max-length=8",
                "--keep=person",
                "--model=" + seed,
                "--delta=mine=" + delta,
                "--output=" + folder.resolve("answers"));

        assertThat(code).as(err::toString).isZero();
        assertThat(folder.resolve("answers")).isNotEmptyDirectory();
    }

    @Test
    void archiveThatMixesRows_isRefusedBeforeAnythingIsCharged() throws IOException {
        int code = train(seed("batch_mean"), TinyModel.table(folder, "table.csv", 200));

        assertThat(code).as(err::toString).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("dense.bias", "mixes rows").doesNotContain("internal error");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void check_saysWhatIsTrainedAndThatItIsTheArchive() {
        String archive = ARCHIVES.resolve("traced_images").toString();

        assertThat(run("check-model", "--model", archive)).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("torchscript", "37 numbers in 8 tensors", "rows together against alone")
                .contains("logits of the archive itself");
    }
}
