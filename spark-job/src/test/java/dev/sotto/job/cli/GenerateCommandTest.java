package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
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
