package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Fault;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.Texts;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The parser's errors as faults, so that they are told together with all others. */
final class Parsing {
    private Parsing() {}

    /** Makes a command go on after the first error; enum values may be written in small letters. */
    static void collectErrors(CommandLine command) {
        command.getCommandSpec().parser().collectErrors(true).caseInsensitiveEnumValuesAllowed(true);
    }

    /**
     * What is wrong with what was typed, by itself.
     *
     * @throws SottoException if an option is given twice
     */
    static Faults faults(ParseResult typed) {
        refuseTwice(typed);
        Faults faults = new Faults();
        typed.errors().forEach(error -> addFault(error, faults));
        return faults;
    }

    /** The parser goes on after an option that is given twice, but with values lost: so this comes before all else. */
    private static void refuseTwice(ParseResult typed) {
        Set<String> seen = new HashSet<>();
        for (String word : typed.originalArgs()) {
            OptionSpec option =
                    word.startsWith("--") ? typed.commandSpec().findOption(word.replaceFirst("=.*", "")) : null;
            if (option != null && !option.isMultiValue() && !seen.add(option.longestName())) {
                throw new SottoException(
                        ExitCode.SETTINGS,
                        option.longestName() + " is given twice, and only one value can count. Give it once.");
            }
        }
    }

    /** All faults, for people. */
    static String told(Faults found) {
        List<Fault> faults = found.list();
        StringBuilder text = new StringBuilder();
        text.append(
                faults.size() == 1
                        ? "One setting needs attention; nothing was started and no row was read."
                        : faults.size() + " settings need attention; nothing was started and no row was read.");
        faults.forEach(
                fault -> text.append(System.lineSeparator()).append("  - ").append(fault));
        return text.toString();
    }

    /** Adds what the parser found. */
    static void addFault(Exception error, Faults faults) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            unmatched.getUnmatched().forEach(word -> addUnmatched(word, unmatched.getCommandLine(), faults));
        } else if (error instanceof ParameterException parameter
                && parameter.getArgSpec() instanceof OptionSpec option) {
            faults.add(name(option), "%s %s".formatted(found(parameter), expected(option)));
        } else {
            faults.add("command line", "%s. See the command's --help".formatted(error.getMessage()));
        }
    }

    private static void addUnmatched(String word, CommandLine command, Faults faults) {
        if (!word.startsWith("--")) {
            faults.add(
                    word,
                    "it is not an option, and not the one run file that train takes. Options start with two dashes.");
            return;
        }
        String key = word.substring(2).replaceFirst("=.*", "");
        List<String> known =
                command.getCommandSpec().options().stream().map(Parsing::name).toList();
        faults.add(
                key,
                "there is no such option. %s"
                        .formatted(Texts.nearest(key, known)
                                .map(near -> "Did you mean --" + near + "?")
                                .orElse("See all options with: sotto " + command.getCommandName() + " --help")));
    }

    private static String found(ParameterException error) {
        @Nullable String value = error.getValue();
        return value == null
                ? Objects.requireNonNullElse(error.getMessage(), "it cannot be read") + "."
                : "'" + value + "' cannot be read.";
    }

    private static String expected(ArgSpec option) {
        Class<?> type = option.typeInfo().getType();
        if (type.isEnum()) {
            return "Give one of "
                    + List.of(type.getEnumConstants()).stream()
                            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ", "", "."));
        }
        return type == Double.class || type == double.class
                ? "Give a number, such as 0.5 or 1e-6."
                : type == String.class ? "Give one value." : "Give a whole number.";
    }

    private static String name(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }
}
