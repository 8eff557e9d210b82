package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckModelCommandTest {
    private static final Path BERT = LocalSpark.CHECKPOINTS.resolve("bert_cls");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void supportedModel_isDescribed() {
        assertThat(check("--model", BERT.toString(), "--train", "head"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString()).contains("family", "bert", "parameters", "biases", "(head)");
    }

    @Test
    void reference_passesAtRoundingAndFailsBelowIt() {
        String reference = BERT.resolve("expected.safetensors").toString();
        assertThat(check("--model", BERT.toString(), "--reference", reference, "--tolerance", "1e-5"))
                .as(() -> out.toString() + err)
                .isZero();
        assertThat(out.toString()).contains("logits", "equal to the reference");
        assertThat(check("--model", BERT.toString(), "--reference", reference, "--tolerance", "1e-12"))
                .isEqualTo(ExitCode.CHECK.code());
        assertThat(out.toString()).contains("NOT EQUAL");
    }

    @Test
    void unsupportedModel_isNamedAndEndsWithItsCode() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"mixtral\"}");
        assertThat(check("--model", folder.toString())).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).doesNotContain("\tat ", "internal error");
    }

    @Test
    void noSuchFolder_endsAsATrainingRunWould() {
        assertThat(check("--model", folder.resolve("none").toString())).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("is no folder on this machine");
    }

    @Test
    void tokenWithoutAnEmbedding_isTold() throws IOException {
        Path model = TinyModel.in(folder);
        Files.writeString(model.resolve("vocab.txt"), "more\n", StandardOpenOption.APPEND);
        assertThat(check("--model", model.toString())).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("token ids up to 120").contains("vocab_size 120");
    }

    /** Behind the output maps of three layers of 48 features: 2 * 3 * (2 * 1 + 1) * (48 + 8) and 4^3 numbers, and the head's 98. */
    @Test
    void whatIsAdded_isCountedInNumbersAndBytes() {
        assertThat(check("--model", BERT.toString(), "--method=compacter", "--bottleneck=8"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString()).contains("1,170 numbers", "4,680 bytes to each executor and at most 9,360");
    }

    @Test
    void ruleThatMatchesNothing_isAnError() {
        assertThat(check("--model", BERT.toString(), "--train-layers", "9-12")).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("its layers are 0 to 2");
    }

    @Test
    void tokenizer_isNamedAndComparedWithWhatPythonGave() throws Exception {
        Path bert = LocalSpark.CHECKPOINTS.resolveSibling("tokenizers/bert-left");
        Path tokens = bert.resolve("tokens.jsonl");
        assertThat(check("--model", bert.toString(), "--tokens", tokens.toString()))
                .as(() -> out.toString() + err)
                .isZero();
        assertThat(out.toString())
                .contains("BertTokenizer, as transformers 5.18", "lose their beginning", "44 rows made by", "0.23.2");
        Path other = Files.writeString(
                folder.resolve("tokens.jsonl"), "{\"text\": \"The nurse\", \"ids\": [2, 3], \"max_length\": 8}\n");
        assertThat(check("--model", bert.toString(), "--tokens", other.toString()))
                .isEqualTo(ExitCode.CHECK.code());
        assertThat(out.toString()).contains("NOT EQUAL", "line 1", "differ first at token 1", "[2, 3]");
    }

    @Test
    void tokenizerThatCannotBeFollowed_endsWithItsCode() throws Exception {
        for (String file : List.of("config.json", "tokenizer.json")) {
            Files.copy(
                    LocalSpark.CHECKPOINTS
                            .resolveSibling("tokenizers/bert-left")
                            .resolve(file),
                    folder.resolve(file));
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"split_special_tokens\": true}");
        assertThat(check("--model", folder.toString())).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("tokenizer_config.json", "split_special_tokens", "tokenizer.json");
    }

    private int check(String... options) {
        CommandLine commands = Sotto.commandLine(settings -> {});
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] arguments = new String[options.length + 1];
        arguments[0] = "check-model";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return commands.execute(arguments);
    }
}
