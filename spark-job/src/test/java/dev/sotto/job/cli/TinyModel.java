package dev.sotto.job.cli;

import dev.sotto.job.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A BERT of random weights with a vocabulary of its own, and tables that it can read. */
public final class TinyModel {

    private static final int VOCABULARY = 120; // that of the checkpoint

    private TinyModel() {}

    /** A model folder as Hugging Face lays it out. */
    public static Path in(Path folder) throws IOException {
        Path model = Files.createDirectory(folder.resolve("seed"));
        for (String file : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(LocalSpark.CHECKPOINTS.resolve("bert_cls").resolve(file), model.resolve(file));
        }
        String words = Stream.concat(
                        Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                        IntStream.range(5, VOCABULARY).mapToObj(i -> "word" + i))
                .collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(model.resolve("vocab.txt"), words);
        return model;
    }

    /** The folder of a GPT-2 of random weights that reads and writes small letters. */
    public static Path writer(Path folder) throws IOException {
        Path checkpoint = LocalSpark.CHECKPOINTS.resolveSibling("hf-small/gpt2_lm");
        Path model = Files.createDirectory(folder.resolve("seed"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(checkpoint.resolve(file), model.resolve(file));
        }
        String letters = IntStream.rangeClosed('a', 'z')
                .mapToObj(letter -> "\"" + (char) letter + "\": " + (letter - 'a' + 1))
                .collect(Collectors.joining(", "));
        Files.writeString(
                model.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [], \"pre_tokenizer\": {\"type\": \"ByteLevel\","
                        + " \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}, \"decoder\":"
                        + " {\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
                        + " \"use_regex\": true}, \"model\":"
                        + " {\"type\": \"BPE\", \"vocab\": {\"end\": 0, " + letters + "}, \"merges\": []}}");
        return model;
    }

    /** Rows of persons p0, p1, ...; a row is "yes" if and only if it holds word5. */
    public static Path table(Path folder, String name, int rows) throws IOException {
        String lines = IntStream.range(0, rows)
                .mapToObj(i -> "p" + i % 40 + ",word" + (i % 2 == 0 ? 5 : 6) + " word" + (7 + i % 100) + ","
                        + (i % 2 == 0 ? "yes" : "no"))
                .collect(Collectors.joining("\n", "person,message,answer\n", "\n"));
        return Files.writeString(folder.resolve(name), lines);
    }
}
