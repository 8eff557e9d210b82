package dev.sotto.job.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SeedModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GenerateCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int generate(Path model, String... options) {
        CommandLine commands = Sotto.commandLine(settings -> {});
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] arguments = new String[options.length + 2];
        arguments[0] = "generate";
        arguments[1] = "--model=" + model;
        System.arraycopy(options, 0, arguments, 2, options.length);
        return commands.execute(arguments);
    }

    @Test
    void eachPrompt_isAnsweredByALine_ofAtMostSoManyTokens() throws IOException {
        Path model = TinyModel.writer(folder);
        assertThat(generate(model, "--prompt=ab", "--prompt=ba", "--max-tokens=5"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.matches("[a-z]{0,5}"));
        String greedy = out.toString();
        assertThat(generate(model, "--prompt=ab", "--prompt=ba", "--max-tokens=5", "--beams=1"))
                .isZero();
        assertThat(out.toString()).isEqualTo(greedy + greedy);
        assertThat(generate(model, "--prompt=ab", "--top-p=0.9", "--seed=3")).isZero();
    }

    /** A prefix takes of the model's positions, and what is written ends where these do. */
    @Test
    void modelWithAPrefix_writesAsFarAsItsPositionsGo() throws IOException {
        Path trained = folder.resolve("trained");
        var prefixed =
                new ModelSpec(Task.CAUSAL_LM, 1, Trained.of(Trained.Part.NORMS).with(new Prefix(8)));
        int positions;
        try (SeedModel seed = SeedModel.open(TinyModel.writer(folder), prefixed)) {
            ModelExport.write(seed, seed.initial(), List.of("LABEL_0"), trained);
            positions = seed.longestText();
        }
        assertThat(positions).isEqualTo(12);
        Files.copy(folder.resolve("seed/tokenizer.json"), trained.resolve("tokenizer.json"), REPLACE_EXISTING);
        assertThat(generate(trained, "--prompt=ab", "--max-tokens=1000", "--top-p=0.99", "--seed=1"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString().strip()).hasSizeLessThan(positions);
    }

    @Test
    void wrongSettingsAndModels_haveTheirExitCodes() throws IOException {
        Path model = TinyModel.writer(folder);
        assertThat(generate(model, "--prompt=a", "--top-p=2")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(generate(model, "--prompt=a", "--max-tokens=0")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(generate(LocalSpark.CHECKPOINTS.resolve("bert_cls"), "--prompt=a"))
                .isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("encoder").doesNotContain("internal error");
    }
}
