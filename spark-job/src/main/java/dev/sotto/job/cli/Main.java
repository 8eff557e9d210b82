package dev.sotto.job.cli;

import dev.sotto.job.report.Console;
import dev.sotto.job.train.TrainJob;

/** The entry of the jar. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(Sotto.commandLine(settings -> TrainJob.run(settings, Console.ofProcess()))
                .execute(arguments));
    }
}
