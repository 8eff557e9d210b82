package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.quickstart.Message;
import dev.sotto.job.quickstart.PatientMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sotto quickstart-data}: the quickstart's two tables. */
@Command(
        name = "quickstart-data",
        header = "Writes the quickstart's made-up tables of patient messages.",
        customSynopsis = "sotto quickstart-data --output <folder> [options]",
        sortOptions = false)
final class QuickstartDataCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Option(
            names = "--output",
            paramLabel = "<folder>",
            required = true,
            description = "Folder for messages.csv, to learn from, and held-out.csv, of other patients, to measure on.")
    Path output = Path.of(".");

    @Option(
            names = "--patients",
            paramLabel = "<count>",
            defaultValue = "20000",
            description = "Patients in messages.csv, >= 1, each with 1 to 12 messages. Default: ${DEFAULT-VALUE}.")
    int patients;

    @Option(
            names = "--held-out-patients",
            paramLabel = "<count>",
            defaultValue = "400",
            description = "Patients in held-out.csv, >= 1. Default: ${DEFAULT-VALUE}.")
    int heldOutPatients;

    @Option(
            names = "--seed",
            paramLabel = "<number>",
            defaultValue = "1",
            description = "The same seed gives the same tables. Default: ${DEFAULT-VALUE}.")
    long seed;

    @Override
    public Integer call() {
        if (patients < 1 || heldOutPatients < 1) {
            throw new SottoException(
                    ExitCode.SETTINGS, "Each table needs at least one patient: give counts of 1 or more.");
        }
        write("messages.csv", PatientMessages.of(patients, "P", seed));
        write("held-out.csv", PatientMessages.of(heldOutPatients, "H", ~seed));
        return ExitCode.DONE.code();
    }

    private void write(String name, List<Message> messages) {
        String csv =
                messages.stream().map(Message::csv).collect(Collectors.joining("\n", Message.CSV_HEADER + "\n", "\n"));
        try {
            Files.createDirectories(output);
            Files.writeString(output.resolve(name), csv);
        } catch (IOException e) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "The table " + output.resolve(name) + " cannot be written ("
                            + e.getClass().getSimpleName()
                            + "). Give --output a folder that can be made and written to.",
                    e);
        }
    }
}
