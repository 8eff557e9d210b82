package dev.sotto.accountant.cli;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A command as its help describes it: the one declaration for the parser here and for {@code sotto}, which shows it as its own.
 *
 * @param operand what stands behind the name without dashes, such as LEDGER; empty if nothing
 * @param header one sentence
 * @param options in the order of the help
 */
public record Command(String name, String operand, String header, List<Option> options) {

    /**
     * An option.
     *
     * @param name without dashes
     * @param label what its value is; empty for one without a value
     * @param text unit, range, default
     */
    public record Option(String name, String label, String text) {
        boolean isFlag() {
            return label.isEmpty();
        }
    }

    boolean takesOperand() {
        return !operand.isEmpty();
    }

    List<String> names() {
        return options.stream().map(Option::name).toList();
    }

    boolean hasFlag(String name) {
        return options.stream()
                .anyMatch(option -> option.isFlag() && option.name().equals(name));
    }

    boolean hasValue(String name) {
        return options.stream()
                .anyMatch(option -> !option.isFlag() && option.name().equals(name));
    }

    /** How it is typed. */
    String synopsis(String program) {
        return program + " " + name + (takesOperand() ? " " + operand : "") + " [options]";
    }

    /** All that there is to know. */
    String help(String program) {
        return options.stream()
                .map(option -> "  --%s%s%n      %s"
                        .formatted(option.name(), option.isFlag() ? "" : "=" + option.label(), option.text()))
                .collect(Collectors.joining(
                        System.lineSeparator(),
                        "usage: %s%n%s%n%n".formatted(synopsis(program), header),
                        System.lineSeparator()));
    }
}
