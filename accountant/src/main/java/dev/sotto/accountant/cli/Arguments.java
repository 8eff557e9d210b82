package dev.sotto.accountant.cli;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Options of one command: {@code --name value}, {@code --name=value}, and flags without a value. */
final class Arguments {
    private final Map<String, String> values = new LinkedHashMap<>();

    private final String operand;

    /**
     * @param arguments what was typed after the command
     * @throws UsageException naming an unknown option and the known one that is nearest to it
     */
    Arguments(List<String> arguments, Command command) {
        String first = "";
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                if (!command.takesOperand() || !first.isEmpty()) {
                    throw new UsageException("unexpected argument \"" + argument + "\": options begin with --");
                }
                first = argument;
                continue;
            }
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals < 0 ? argument.length() : equals);
            if (command.hasFlag(name) && equals < 0) {
                put(name, "true");
            } else if (command.hasValue(name) && equals >= 0) {
                put(name, argument.substring(equals + 1));
            } else if (command.hasValue(name)) {
                if (++i == arguments.size()) {
                    throw new UsageException(
                            "--" + name + " needs a value: give it behind, such as --" + name + "=VALUE");
                }
                put(name, arguments.get(i));
            } else {
                throw new UsageException("unknown option --" + name + nearest(name, new TreeSet<>(command.names())));
            }
        }
        this.operand = first;
    }

    /** What stands without dashes. */
    String operand(String command) {
        if (operand.isEmpty()) {
            throw new UsageException("which ledger? Give its address after the command: ledger " + command + " LEDGER");
        }
        return operand;
    }

    private void put(String name, String value) {
        if (values.put(name, value) != null) {
            throw new UsageException("--" + name + " was given twice, and only one value can count. Give it once.");
        }
    }

    /** A hint at the nearest known word, or at all of them. */
    static String nearest(String word, java.util.Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(k -> distance(word, k)))
                .filter(k -> distance(word, k) <= Math.max(2, k.length() / 3))
                .map(k -> ": did you mean " + k + "?")
                .orElse(": known are " + String.join(", ", known) + ". Choose one.");
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String required(String name) {
        return text(name)
                .orElseThrow(() -> new UsageException("--" + name + " is required. Give it; --help tells its range."));
    }

    double number(String name) {
        return parse(name, required(name));
    }

    double number(String name, double otherwise) {
        return text(name).map(value -> parse(name, value)).orElse(otherwise);
    }

    /** Numbers with commas between them. */
    List<Double> numbers(String name) {
        return Stream.of(required(name).split(",", -1))
                .map(value -> parse(name, value.strip()))
                .toList();
    }

    long whole(String name) {
        double number = number(name);
        if (number != Math.rint(number) || Math.abs(number) > 9e15) {
            throw new UsageException(
                    "--" + name + " must be a whole number, got " + required(name) + ". Give one such as 100.");
        }
        return (long) number;
    }

    private static double parse(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new UsageException(
                    "--" + name + " must be a number, got \"" + value + "\". Give one such as 0.5 or 1e-6.");
        }
    }
}
