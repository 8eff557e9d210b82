package dev.sotto.job.cli;

import dev.sotto.core.generate.Decoding;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.WritingSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a language model writes. */
final class DecodingOptions {
    static final List<String> NAMES = List.of("max-tokens", "beams", "length-penalty", "top-p", "temperature", "seed");

    @Option(
            names = "--max-tokens",
            paramLabel = "<tokens>",
            defaultValue = "64",
            description = "Tokens that are written at most, >= 1. Default: ${DEFAULT-VALUE}.")
    int maxTokens;

    @Option(
            names = "--beams",
            paramLabel = "<texts>",
            defaultValue = "1",
            description = "How many texts are followed at once, >= 1; 1 takes the likeliest token each time. Default:"
                    + " ${DEFAULT-VALUE}.")
    int beams;

    @Option(
            names = "--length-penalty",
            paramLabel = "<power>",
            defaultValue = "1",
            description =
                    "Of beams: log probabilities are divided by the length to this power. Default: ${DEFAULT-VALUE}.")
    double lengthPenalty;

    @Option(
            names = "--top-p",
            paramLabel = "<share>",
            description = "Draw tokens at random among the likeliest that make up this share, in (0, 1], instead.")
    @Nullable
    Double topP;

    @Option(
            names = "--temperature",
            paramLabel = "<factor>",
            defaultValue = "1",
            description = "Of top-p: scores are divided by it, > 0. Default: ${DEFAULT-VALUE}.")
    double temperature;

    @Option(
            names = "--seed",
            paramLabel = "<number>",
            defaultValue = "0",
            description = "Of top-p: what the draws begin from. Default: ${DEFAULT-VALUE}.")
    long seed;

    /** @throws SottoException if one of them has no meaning */
    WritingSettings settings() {
        if (maxTokens < 1) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "--max-tokens must be at least 1, found " + maxTokens + ". 64 is a sentence or two.");
        }
        try {
            return new WritingSettings(
                    maxTokens,
                    topP == null
                            ? new Decoding.Beam(beams, lengthPenalty)
                            : new Decoding.TopP(topP, temperature, seed));
        } catch (IllegalArgumentException wrong) {
            throw SottoException.of(ExitCode.SETTINGS, wrong);
        }
    }
}
