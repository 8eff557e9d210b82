package dev.sotto.accountant.cli;

import dev.sotto.accountant.cli.Command.Option;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands and what they take. */
public final class Commands {
    private static final Option EVENTS = new Option(
            "events", "<file>", "What was run: JSON events (docs/formats.md); - is standard input. Required.");
    private static final Option ADJACENCY = new Option(
            "adjacency", "<which>", "Neighbours: add-or-remove-one or replace-one. Default: add-or-remove-one.");
    private static final Option DELTA = new Option("delta", "<probability>", "In [0, 1). Required.");
    private static final Option EPSILON = new Option("epsilon", "<nats>", "> 0. Required.");
    private static final Option JSON = new Option("json", "", "The answer as one JSON object, for a program.");

    private static final List<Command> ACCOUNTANT = List.of(
            command(
                    "epsilon",
                    "Bounds on epsilon at a delta, by privacy loss distributions, and Renyi's beside them.",
                    EVENTS,
                    DELTA,
                    new Option(
                            "width",
                            "<share>",
                            "How far apart the bounds may be, over epsilon, down to an epsilon of 1e-4. Without it 0.005 or 0.005 nats"
                                    + " are promised and 0.001 is aimed at. Where they stay further apart, which is rare, \"converged\""
                                    + " is false; they hold all the same."),
                    ADJACENCY),
            command(
                    "delta",
                    "Bounds on delta at an epsilon; 2 % or 1e-18 are promised.",
                    EVENTS,
                    new Option("epsilon", "<nats>", ">= 0. Required."),
                    ADJACENCY),
            command("curve", "Bounds on epsilon at deltas from 1e-1 to 1e-15.", EVENTS, ADJACENCY),
            command(
                    "tradeoff",
                    "How often any test for one unit's presence must miss, given how often it cries wolf.",
                    EVENTS,
                    new Option("false-positive", "<rate>", "How often it cries wolf, in [0, 1]. Default: several."),
                    ADJACENCY),
            command(
                    "group",
                    "Epsilon of some units together, such as a person with K records where the unit was one record.",
                    EVENTS,
                    DELTA,
                    new Option("units", "<K>", "How many, in 1..1000000. Required."),
                    ADJACENCY),
            command(
                    "rdp",
                    "Renyi divergence at each order, the larger of both directions.",
                    EVENTS,
                    new Option("orders", "<a,b,...>", "Orders above 1, separated by commas. Required."),
                    ADJACENCY),
            command("compose", "The events as one, in JSON.", EVENTS),
            command(
                    "calibrate",
                    "Finds the one of noise, sampling and steps that is left out, for a given epsilon.",
                    EPSILON,
                    DELTA,
                    new Option(
                            "noise-multiplier", "<sigma>", "Noise over sensitivity, > 0. Leave out one of the three."),
                    new Option(
                            "sampling-probability",
                            "<q>",
                            "Of a unit in a step, in (0, 1]. Leave out one of the three."),
                    new Option("steps", "<count>", ">= 1. Leave out one of the three.")),
            command(
                    "plan",
                    "For a table, a batch size and a budget: the noise, how many trainings fit, what one more costs.",
                    new Option("units", "<N>", "Privacy units of the table, >= 1. Required."),
                    new Option("batch-size", "<units>", "Units in a step, in expectation, > 0. Required."),
                    new Option("epochs", "<count>", "How often a unit is drawn in one training, > 0. Required."),
                    EPSILON,
                    DELTA,
                    new Option("retrainings", "<count>", "Trainings within epsilon, >= 1. Default: 1."),
                    new Option("html", "<file>", "Where to draw it.")));

    private static final List<Command> LEDGER = List.of(
            ofLedger(
                    "show",
                    "What each run was charged, what all cost together, what is left of the budget. Writes nothing.",
                    new Option(
                            "delta",
                            "<probability>",
                            "Of the epsilon that is shown. Default: the budget's, else 1e-6.")),
            ofLedger(
                    "verify",
                    "Whether the lines are one whole chain. Writes nothing. That lines were cut off at its end shows only against what"
                            + " was kept elsewhere.",
                    new Option(
                            "expect",
                            "<head>",
                            "What was kept: the head that a run or an earlier verify told, or a run's privacy-report.json."),
                    new Option(
                            "public-key", "<file>", "Every line must be signed by a key of this file (PEM, Ed25519).")),
            ofLedger(
                    "set-budget",
                    "What all runs may cost together from now on. Raising it is asked about, or needs --yes.",
                    EPSILON,
                    DELTA,
                    new Option("yes", "", "Raise it without asking."),
                    new Option("ledger-key", "<file>", "Private key that signs the line (PEM, Ed25519).")));

    private Commands() {}

    /** Those that account for events. */
    public static List<Command> accountant() {
        return ACCOUNTANT;
    }

    /** Those on a ledger. */
    public static List<Command> ledger() {
        return LEDGER;
    }

    private static Command command(String name, String header, Option... options) {
        return new Command(name, "", header, withJson(options));
    }

    private static Command ofLedger(String name, String header, Option... options) {
        return new Command(name, "LEDGER", header, withJson(options));
    }

    private static List<Option> withJson(Option... options) {
        return Stream.concat(Stream.of(options), Stream.of(JSON)).toList();
    }

    /** The command of that name. */
    static Command named(String name, List<Command> commands, String program) {
        return commands.stream()
                .filter(command -> command.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("unknown command \"" + name + "\""
                        + Arguments.nearest(
                                name, commands.stream().map(Command::name).toList())
                        + " See all with: " + program + " --help"));
    }

    /** All commands of a program, a line each. */
    static String help(String program, List<Command> commands) {
        return commands.stream()
                .map(command -> "  %s%n      %s%n".formatted(command.synopsis(program), command.header()))
                .collect(Collectors.joining(
                        "",
                        "usage: %s COMMAND, each with --help%n%n".formatted(program),
                        "%nExit status: 0 done, 1 internal error, 2 command line or events, 5 budget, 7 ledger or output.%n"
                                .formatted()));
    }
}
