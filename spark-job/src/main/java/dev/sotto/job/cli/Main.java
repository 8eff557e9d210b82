package dev.sotto.job.cli;

import dev.sotto.job.report.Console;
import dev.sotto.job.train.TrainJob;

/** The entry of the jar. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        int code = Sotto.commandLine(settings -> TrainJob.run(settings, Console.ofProcess()))
                .execute(arguments);
        if (System.getProperty("spark.yarn.app.id") != null) {
            YarnContainer.end(code);
        } else {
            System.exit(code);
        }
    }
}
