package dev.sotto.job.cli;

import dev.sotto.core.batch.ExpectedTokens;
import dev.sotto.core.batch.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a check of a model folder's tokenizer found.
 *
 * @param lines for people to read
 * @param passed whether all token ids are those expected
 */
record TokenizerReport(List<String> lines, boolean passed) {
    private static final List<String> FILES = List.of("tokenizer.json", "vocab.txt");

    TokenizerReport {
        lines = List.copyOf(lines);
    }

    /**
     * Looks at the folder's tokenizer; a folder without one is a model of something else, unless there is something to compare.
     *
     * @param expected token ids by another program, or null
     * @throws dev.sotto.core.batch.EncoderFilesException if a file is damaged, or asks for what is not built
     */
    static TokenizerReport of(Path folder, @Nullable Path expected) {
        List<String> lines = new ArrayList<>();
        boolean isThere = FILES.stream().anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
        if (isThere || expected != null) {
            TokenizerFiles.read(folder, Integer.MAX_VALUE).told().forEach(told -> lines.add(line("tokenizer", told)));
        }
        if (expected == null) {
            return new TokenizerReport(lines, true);
        }
        ExpectedTokens tokens = ExpectedTokens.read(expected);
        Optional<String> difference = tokens.firstDifference(folder);
        lines.add(
                difference.isEmpty()
                        ? line("ok", "tokens equal those expected in " + tokens.words())
                        : line(
                                "BAD",
                                "tokens are NOT EQUAL to those expected (" + expected + "): " + difference.get()));
        return new TokenizerReport(lines, difference.isEmpty());
    }

    private static String line(String what, String text) {
        return String.format(Locale.ROOT, "%-12s", what) + text;
    }
}
