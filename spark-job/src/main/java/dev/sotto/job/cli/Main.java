package dev.sotto.job.cli;

/** The entry of the jar. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(Sotto.commandLine(settings -> {}).execute(arguments));
    }
}
