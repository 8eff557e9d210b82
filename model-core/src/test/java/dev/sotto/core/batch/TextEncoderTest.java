package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextEncoderTest {
    @TempDir
    Path folder;

    @BeforeEach
    void seedTokenizer() throws IOException {
        write("tokenizer.json", GoldenRows.text("tokenizers/tokenizer.json"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "64  | {}                                                            | {}",
                "64  | {\"model_max_length\": 1000000000000000019884624838656}       | {\"max_position_embeddings\": 512}",
                "64  | {\"model_max_length\": 64}                                    | {\"max_position_embeddings\": 512}",
                "64  | {\"model_max_length\": 512}                                   | {\"max_position_embeddings\": 64}",
                "64  | {}                                                            | {\"n_positions\": 64}",
                "64  | {\"tokenizer_class\": \"TokenizersBackend\"} | {\"model_type\": \"roberta\", \"pad_token_id\": 1, \"max_position_embeddings\": 66}",
                "64  | {\"tokenizer_class\": \"TokenizersBackend\"} | {\"model_type\": \"roberta\", \"pad_token_id\": 2, \"max_position_embeddings\": 67}",
                "64  | {} | {\"model_type\": \"bert\", \"pad_token_id\": 1, \"max_position_embeddings\": 64}"
            })
    void maxLength_isWhatEveryFileAllows(int expected, String tokenizerConfig, String config) throws IOException {
        write("tokenizer_config.json", tokenizerConfig);
        write("config.json", config);
        int wanted = config.equals("{}") && tokenizerConfig.equals("{}") ? 64 : 100_000;
        wanted = tokenizerConfig.contains("10000000") ? 64 : wanted;
        try (TextEncoder encoder = TextEncoder.open(folder, wanted)) {
            assertThat(encoder.maxLength()).isEqualTo(expected);
            assertThat(encoder.encode("word ".repeat(1000)).length()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | {\"pad_token\": \"[MASK]\"}                  | {\"pad_token_id\": 3}",
                "4 | {\"pad_token\": \"[MASK]\"}                  | {\"pad_token_id\": null}",
                "4 | {\"pad_token\": {\"content\": \"[MASK]\"}}   | {}",
                "1 | {\"tokenizer_class\": \"TokenizersBackend\"} | {\"model_type\": \"roberta\"}",
                "0 | {}                                           | {\"pad_token_id\": -1}",
                "0 | {}                                           | {\"model_type\": \"bert\"}"
            })
    void padId_isTheModels(int expected, String tokenizerConfig, String config) throws IOException {
        write("tokenizer_config.json", tokenizerConfig);
        write("config.json", config);
        assertThat(TokenizerFiles.read(folder, 64).padId()).isEqualTo(expected);
    }

    @Test
    void typeIds_areZeroWhereTheModelHasOneSegment() throws IOException {
        write("config.json", "{\"type_vocab_size\": 1}");
        try (TextEncoder encoder = TextEncoder.open(folder, 64)) {
            assertThat(encoder.encode("one", "two").typeIds()).containsOnly(0);
        }
    }

    @Test
    void halfACharacter_isReplacedAndNeverCrashes() {
        try (TextEncoder encoder = TextEncoder.open(folder, 64)) {
            assertThat(encoder.encode("a \ud83d b \ude00 c").ids())
                    .containsExactly(encoder.encode("a \ufffd b \ufffd c").ids());
        }
    }

    /** Of 100 MB the library would be given all, for minutes and gigabytes. */
    @Test
    void textBeyondItsHead_isNeverTokenised() {
        String prose = "some words of a naïve text, and more. ".repeat(200);
        String endless = "x".repeat(100_000_000);
        try (TextEncoder encoder = TextEncoder.open(folder, 32)) {
            assertThat(encoder.encode(prose + endless).ids())
                    .containsExactly(encoder.encode(prose).ids());
            assertThat(encoder.encode(prose + endless, endless).ids())
                    .containsExactly(encoder.encode(prose, "x".repeat(3200)).ids());
            assertThat(encoder.encode(endless).length()).isLessThanOrEqualTo(32);
            assertThat(encoder.encode(" ".repeat(100_000_000) + "word").ids())
                    .containsExactly(encoder.encode(" ").ids());
        }
    }

    @Test
    void head_cutsNoCharacterInTwo() {
        assertThat(TextEncoder.head("a\ud83d\ude00b", 2)).isEqualTo("a\ud83d\ude00");
        assertThat(TextEncoder.head("a\ud83d\ude00b", 3)).isEqualTo("a\ud83d\ude00b");
        assertThat(TextEncoder.head("\ud83d\ude00", 1)).isEqualTo("\ud83d\ude00");
    }

    @Test
    void files_encodeTheSameAfterTheirJourney() throws Exception {
        write("config.json", "{\"pad_token_id\": 4, \"type_vocab_size\": 1, \"max_position_embeddings\": 16}");
        TokenizerFiles files = TokenizerFiles.read(folder, 64);
        TokenizerFiles arrived = travelled(files);
        assertThat(arrived.maxLength()).isEqualTo(16);
        assertThat(arrived.padId()).isEqualTo(4);
        try (TextEncoder here = TextEncoder.open(files);
                TextEncoder there = TextEncoder.open(arrived)) {
            String text = "naïve words ".repeat(20);
            assertThat(there.encode(text, text).ids())
                    .containsExactly(here.encode(text, text).ids());
            assertThat(there.encode(text, text).typeIds())
                    .containsExactly(here.encode(text, text).typeIds());
        }
    }

    @Test
    void manyThreads_getWhatOneThreadGets() throws Exception {
        List<String> texts = IntStream.range(0, 400)
                .mapToObj(i -> "text " + i + " " + "film ".repeat(i % 50))
                .toList();
        var pool = Executors.newFixedThreadPool(4);
        try (TextEncoder encoder = TextEncoder.open(folder, 32)) {
            List<int[]> expected =
                    texts.stream().map(text -> encoder.encode(text).ids()).toList();
            List<Callable<List<int[]>>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tasks.add(() ->
                        texts.stream().map(text -> encoder.encode(text).ids()).toList());
            }
            for (var result : pool.invokeAll(tasks)) {
                assertThat(result.get()).usingRecursiveComparison().isEqualTo(expected);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void closedEncoder_throws() {
        TextEncoder encoder = TextEncoder.open(folder, 32);
        encoder.close();
        encoder.close();
        assertThatThrownBy(() -> encoder.encode("text")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noTokenizer_namesWhatWasLookedFor() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        assertThatThrownBy(() -> TextEncoder.open(folder, 64))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContainingAll(folder.toString(), "tokenizer.json", "vocab.txt", "save_pretrained");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tokenizer.json        | {\"version\":              | tokenizer.json",
                "tokenizer.json        | []                         | tokenizer.json",
                "tokenizer.json        | {}                         | has no model",
                "tokenizer.json        | {\"model\": {}}            | has no vocab",
                "tokenizer.json        | {\"model\": {\"type\": \"Unknown\", \"vocab\": {}}} | does not take",
                "tokenizer.json        | {\"model\": {\"vocab\": {\"a\": \"b\"}}} | lists its tokens",
                "tokenizer.json        | {\"added_tokens\": 1, \"model\": {\"vocab\": {}}} | lists its tokens",
                "tokenizer_config.json | {\"model_max_length\": \"long\"} | expected a number",
                "tokenizer_config.json | {\"model_max_length\": 0}  | at least 1",
                "tokenizer_config.json | {\"tokenizer_class\": \"CodeLlamaTokenizer\"} | CodeLlamaTokenizer, which may change",
                "tokenizer_config.json | {\"tokenizer_class\": \"RobertaTokenizer\"} | holds a WordPiece model",
                "tokenizer_config.json | {\"split_special_tokens\": true}            | split_special_tokens",
                "tokenizer_config.json | {\"truncation_side\": \"middle\"}           | left or right",
                "tokenizer_config.json | {\"model_input_names\": 1}                  | a list of names",
                "tokenizer_config.json | {\"added_tokens_decoder\": {\"x\": 1}}      | lists its tokens",
                "config.json           | {\"vocab_size\": 8191}     | ids up to 8191",
                "config.json           | {\"max_position_embeddings\": 4} | at most 4 tokens"
            })
    void damagedFiles_areRefusedByName(String file, String content, String complaint) throws IOException {
        write(file, content);
        assertThatThrownBy(() -> TextEncoder.open(folder, 64))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void vocabularyWithoutASpecialToken_isRefusedByName() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\nword\n");
        assertThatThrownBy(() -> TextEncoder.open(folder, 64))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContainingAll("vocab.txt", "[SEP]", "sep_token");
    }

    @Test
    void maxLength_leavesRoomForTextInAPair() {
        assertThatThrownBy(() -> TextEncoder.open(folder, 4))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContaining("at least 5");
        try (TextEncoder encoder = TextEncoder.open(folder, 5)) {
            assertThat(encoder.encode("a b c", "d e f").length()).isEqualTo(5);
        }
        assertThatThrownBy(() -> TextEncoder.open(folder, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private static TokenizerFiles travelled(TokenizerFiles files) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(files);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (TokenizerFiles) in.readObject();
        }
    }
}
