package dev.sotto.job.cli;

import dev.sotto.accountant.json.Json;
import dev.sotto.core.metrics.Segment;
import dev.sotto.core.metrics.TextScores;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.predict.TextFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto score}: texts against references, from files. */
@Command(
        name = "score",
        sortOptions = false,
        header = "Compares texts with references that people wrote: BLEU, NIST, ROUGE-L, CIDEr.",
        customSynopsis = {"sotto score --hypotheses <file> --references <file>", "or:    sotto score --texts <file>"},
        description = {
            "",
            "One JSON object goes to standard output, a line for people to standard error. bleu, nist, rouge_l and cider are"
                    + " those of the E2E challenge's scorer, bleu_cased sacreBLEU's by default, divided by 100."
                    + " meteor_exact_stem is not the METEOR of papers: it knows neither synonyms nor paraphrases.",
            "",
        })
final class ScoreCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Option(names = "--hypotheses", paramLabel = "<file>", description = "The texts, one a line, in UTF-8.")
    @Nullable
    Path hypotheses;

    @Option(
            names = "--references",
            paramLabel = "<file>",
            description = {
                "Their references, one a line, an empty line between those of one text and those of the next; without empty"
                        + " lines one for each text."
            })
    @Nullable
    Path references;

    @Option(
            names = "--texts",
            paramLabel = "<file>",
            description = {
                "Both in one file, one JSON object a line: {\"hypothesis\": \"...\", \"references\": [\"...\"]}, as sotto"
                        + " evaluate --generate writes."
            })
    @Nullable
    Path texts;

    @Override
    public Integer call() {
        List<Segment> segments = segments();
        Map<String, Double> scores = TextScores.of(segments);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("texts", (long) segments.size());
        json.putAll(scores);
        spec.commandLine().getOut().println(Json.write(json));
        spec.commandLine().getOut().flush();
        spec.commandLine().getErr().println(line(scores) + " on " + segments.size() + " texts");
        spec.commandLine().getErr().flush();
        return ExitCode.DONE.code();
    }

    private List<Segment> segments() {
        if (texts != null && hypotheses == null && references == null) {
            return TextFiles.jsonLines(texts);
        }
        if (texts == null && hypotheses != null && references != null) {
            return TextFiles.sideBySide(hypotheses, references);
        }
        throw new SottoException(
                ExitCode.SETTINGS,
                "What is to be compared is not clear. Give --hypotheses and --references, or --texts alone.");
    }

    private static String line(Map<String, Double> scores) {
        return scores.entrySet().stream()
                .map(each -> String.format(Locale.ROOT, "%s %.4f", each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }
}
