package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionEncoderTest {
    /** Byte-level, without merges: every byte of plain English is one token, the space is "Ġ". */
    private static final String TOKENIZER =
            """
            {"version": "1.0", "added_tokens": [{"id": 0, "content": "<end>", "single_word": false, "lstrip": false,
              "rstrip": false, "normalized": false, "special": true}],
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "vocab": {"<end>": 0, "a": 1, "b": 2, "c": 3, "d": 4, "Ġ": 5}, "merges": []}}
            """;

    @TempDir
    Path folder;

    private CompletionEncoder open(int maxLength) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 0, \"vocab_size\": 6}");
        return CompletionEncoder.open(CompletionFiles.read(folder, maxLength));
    }

    @Test
    void row_isPromptEndCompletionEnd_ofWhichTheLatterTwoAreSaid() throws IOException {
        try (CompletionEncoder encoder = open(16)) {
            EncodedText row = encoder.encode("ab a", "cd");
            assertThat(row.ids()).containsExactly(1, 2, 5, 1, 0, 3, 4, 0);
            assertThat(row.typeIds()).containsExactly(0, 0, 0, 0, 0, 1, 1, 1);
            assertThat(encoder.prompt("ab a")).containsExactly(1, 2, 5, 1, 0);
            assertThat(encoder.decode(new int[] {3, 4, 5, 1, 0})).isEqualTo("cd a");
        }
    }

    @Test
    void longRow_isCutToTheLength_andEnds() throws IOException {
        try (CompletionEncoder encoder = open(8)) {
            EncodedText row = encoder.encode("aaaaaaaaaaaa", "cd");
            assertThat(row.length()).isEqualTo(8);
            assertThat(row.ids()).endsWith(0, 3, 4, 0);
        }
    }

    @Test
    void targets_areTheCompletionAlone() throws IOException {
        try (CompletionEncoder encoder = open(16)) {
            EncodedText row = encoder.encode("ab", "c");
            int[][] ids = {row.ids()};
            int[][] types = {row.typeIds()};
            TokenBatch batch = TokenBatch.ofCompletions(TokenBatch.padded(ids, types, new float[1], 0, 7));
            assertThat(batch.labels()).containsExactly(-100, -100, -100, 3, 0, -100, -100);
            assertThat(IntStream.of(batch.typeIds())).containsOnly(0);
        }
    }

    @Test
    void modelThatNamesNoEnd_isRefused() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
        Files.writeString(folder.resolve("config.json"), "{\"vocab_size\": 6}");
        assertThatThrownBy(() -> CompletionFiles.read(folder, 16))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContaining("eos_token_id");
    }
}
