package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Fault;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.Texts;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The parser's errors as faults, so that they are told together with all others. */
final class Parsing {
    /** Of spark-submit, which takes them before the command. */
    private static final Set<String> SPARKS = Set.of(
            "--master",
            "--deploy-mode",
            "--conf",
            "--properties-file",
            "--jars",
            "--packages",
            "--exclude-packages",
            "--repositories",
            "--files",
            "--archives",
            "--driver-memory",
            "--driver-cores",
            "--driver-java-options",
            "--driver-library-path",
            "--driver-class-path",
            "--executor-memory",
            "--executor-cores",
            "--num-executors",
            "--total-executor-cores",
            "--queue",
            "--principal",
            "--keytab",
            "--proxy-user",
            "--supervise");

    private Parsing() {}

    /** Makes a command go on after the first error; enum values may be written in small letters. */
    static void collectErrors(CommandLine command) {
        command.getCommandSpec().parser().collectErrors(true).caseInsensitiveEnumValuesAllowed(true);
    }

    /**
     * What is wrong with what was typed, by itself.
     *
     * @throws SottoException if an option is given twice, or one of Spark's behind the command
     */
    static Faults faults(ParseResult typed) {
        refuseTwice(typed);
        typed.errors().forEach(Parsing::refuseMisplaced);
        Faults faults = new Faults();
        typed.errors().forEach(error -> addFault(error, faults));
        addEmpty(typed, faults);
        return faults;
    }

    /** What commands that tell all faults together find by themselves. */
    static void refuseEmpty(ParseResult typed) {
        ParseResult command = typed;
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        Faults faults = new Faults();
        addEmpty(command, faults);
        if (!faults.isEmpty() && !command.commandSpec().parser().collectErrors()) {
            throw new SottoException(ExitCode.SETTINGS, told(faults));
        }
    }

    /** A value without a letter is none: often of a shell's variable that is not set. */
    static void addEmpty(ParseResult typed, Faults faults) {
        for (OptionSpec option : typed.matchedOptions()) {
            Object value = option.getValue();
            Stream<?> values = value instanceof Collection<?> list ? list.stream() : Stream.ofNullable(value);
            if (values.filter(each -> each instanceof String || each instanceof Path)
                    .map(Object::toString)
                    .anyMatch(text -> text.isBlank() || text.indexOf('\0') >= 0)) {
                faults.add(
                        name(option),
                        "it is empty, or a part of it is. Give a value, or leave it out; behind the shell's $ it may be a name that"
                                + " is not set.");
            }
        }
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

    /** Its value may have been taken for the run file: so this comes before that is read. */
    private static void refuseMisplaced(Exception error) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            unmatched.getUnmatched().stream()
                    .filter(word -> SPARKS.contains(word.replaceFirst("=.*", "")))
                    .findFirst()
                    .ifPresent(word -> {
                        String command = unmatched.getCommandLine().getCommandName();
                        throw new SottoException(
                                ExitCode.SETTINGS,
                                "%s is Spark's, and Spark options stand before the command: sotto %s %s ..."
                                        .formatted(
                                                word.replaceFirst("=.*", ""),
                                                word.contains("=") ? word : word + " VALUE",
                                                command));
                    });
        }
    }

    /** What is told of a command line that could not be taken apart, where a command does not go on to tell all faults. */
    static SottoException refusal(ParameterException error) {
        refuseMisplaced(error);
        Faults faults = new Faults();
        addFault(error, faults);
        return new SottoException(ExitCode.SETTINGS, told(faults), error);
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
            CommandLine command = unmatched.getCommandLine();
            if (command.getSubcommands().isEmpty()) {
                addUnmatched(unmatched.getUnmatched(), command, faults);
            } else {
                addNoCommand(unmatched.getUnmatched().get(0), command, faults);
            }
        } else if (error instanceof ParameterException parameter
                && parameter.getArgSpec() instanceof OptionSpec option) {
            faults.add(name(option), "%s %s".formatted(found(parameter), expected(option)));
        } else {
            String help = error instanceof ParameterException parameter ? help(parameter.getCommandLine()) : "--help";
            faults.add("command line", "%s. See %s".formatted(error.getMessage(), help));
        }
    }

    /** Words of no command; what stands behind an option that is not known may be its value, and is not told by itself. */
    private static void addUnmatched(List<String> words, CommandLine command, Faults faults) {
        List<String> known =
                command.getCommandSpec().options().stream().map(Parsing::name).toList();
        boolean isValue = false;
        for (String word : words) {
            if (word.startsWith("--")) {
                String key = word.substring(2).replaceFirst("=.*", "");
                faults.add(
                        key,
                        "there is no such option. %s"
                                .formatted(Texts.nearest(key, known)
                                        .map(near -> "Did you mean --" + near + "?")
                                        .orElse("See all options with: " + help(command))));
                isValue = !word.contains("=");
            } else if (isValue) {
                isValue = false;
            } else {
                faults.add(word, "it is not an option, nor the value of one. Options start with two dashes.");
            }
        }
    }

    private static void addNoCommand(String word, CommandLine group, Faults faults) {
        faults.add(
                word,
                "there is no such command. %s"
                        .formatted(Texts.nearest(word, group.getSubcommands().keySet())
                                .map(near -> "Did you mean " + near + "?")
                                .orElse("See all commands with: " + help(group))));
    }

    private static String help(CommandLine command) {
        return command.getCommandSpec().qualifiedName(" ") + " --help";
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
