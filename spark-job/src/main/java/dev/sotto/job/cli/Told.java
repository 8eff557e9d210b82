package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.StopRequest;
import dev.sotto.job.config.Texts;
import dev.sotto.job.store.Kerberos;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;

/**
 * What is told of an error that ends a command: one line that a person can act on, with the code. What a library or an executor threw is
 * known by its causes; its own words are left out where they may quote a row.
 */
record Told(ExitCode code, String message) {

    private static final Set<ExitCode> KEPT_WHEN_STOPPED = Set.of(ExitCode.STOPPED, ExitCode.OUTPUT, ExitCode.BUDGET);

    private static final Pattern EXIT = Pattern.compile("(?:code|status):? (\\d{1,3})\\b");

    private static final Map<String, String> MEANING =
            Map.of("52", ", out of heap", "137", ", killed, as a machine or container does that has no memory left");

    private static final List<String> FULL = List.of("No space left on device", "Disk quota exceeded");

    static Told of(Throwable error, boolean debug) {
        return stopped(error)
                .or(() -> own(error))
                .or(() -> fullDisk(error))
                .or(() -> otherType(error))
                .or(() -> damagedFile(error))
                .or(() -> noMemory(error))
                .or(() -> executorsLost(error))
                .or(() -> sparkEnded(error))
                .orElseGet(() -> new Told(
                        ExitCode.INTERNAL,
                        "internal error: " + error.getClass().getSimpleName()
                                + ". This is a bug or a machine that failed, not your settings."
                                + (debug ? "" : " Run again with --debug to see where, and report it.")));
    }

    /** Whatever fails after a request to stop fails because of it, but what could not be written. */
    private static Optional<Told> stopped(Throwable error) {
        if (!StopRequest.isMade()) {
            return Optional.empty();
        }
        return error instanceof SottoException own && KEPT_WHEN_STOPPED.contains(own.exitCode())
                ? own(error)
                : Optional.of(new Told(
                        ExitCode.STOPPED,
                        "stopped, as a signal asked, before it had anything to keep. Nothing is left to mend."));
    }

    /**
     * What a task on an executor found comes wrapped in Spark's own exception; what a store found there that asks for Kerberos, as
     * Hadoop's.
     */
    private static Optional<Told> own(Throwable error) {
        return causes(error)
                .filter(SottoException.class::isInstance)
                .map(SottoException.class::cast)
                .findFirst()
                .map(known -> new Told(known.exitCode(), String.valueOf(known.getMessage())))
                .or(() -> Kerberos.advice(error)
                        .map(advice -> new Told(ExitCode.DATA, "An executor cannot read the table's files.")));
    }

    private static Optional<Told> fullDisk(Throwable error) {
        return causes(error)
                .map(cause -> String.valueOf(cause.getMessage()))
                .flatMap(message -> FULL.stream().filter(message::contains))
                .findFirst()
                .map(full -> new Told(
                        ExitCode.OUTPUT,
                        "A disk is full (" + full
                                + "), the output's or one of those that Spark works on (spark.local.dir, else"
                                + " /tmp), so that what was to be written is not. Make room, or name folders elsewhere, and give the"
                                + " same command again."));
    }

    /** A column of one file that is not of the table's type: what is told of it is of schemas alone. */
    private static Optional<Told> otherType(Throwable error) {
        return ofSpark(error)
                .flatMap(cause -> OnSpark.otherType(cause).stream())
                .findFirst()
                .map(what -> new Told(
                        ExitCode.DATA,
                        what + ". Write the column alike in all files, or take those that differ out of the table."));
    }

    private static Stream<Throwable> ofSpark(Throwable error) {
        return causes(error)
                .filter(cause ->
                        cause.getClass().getName().startsWith("org.apache.spark.")); // which is not always there
    }

    /** Spark's words would go on with what the file's reader says, which may be bytes of it. */
    private static Optional<Told> damagedFile(Throwable error) {
        return ofSpark(error)
                .flatMap(cause -> OnSpark.unreadable(cause).stream())
                .findFirst()
                .map(file -> new Told(
                        ExitCode.DATA,
                        "The file " + file + " cannot be read to its end ("
                                + causes(error)
                                        .reduce((wrapping, root) -> root)
                                        .orElse(error)
                                        .getClass()
                                        .getSimpleName()
                                + "): it is damaged, cut off, or of another format or type than the table's other files. Replace it by a"
                                + " whole copy, or take it out of the table."));
    }

    private static Optional<Told> noMemory(Throwable error) {
        return causes(error)
                .filter(OutOfMemoryError.class::isInstance)
                .findFirst()
                .map(none -> new Told(
                        ExitCode.INTERNAL,
                        "out of memory (" + Texts.why(none)
                                + "). Give more: SOTTO_MEMORY=8g or --driver-memory 8g on this machine,"
                                + " --conf spark.executor.memory=8g on a cluster; or compute fewer rows at once:"
                                + " --microbatch-rows."));
    }

    /** Which of them could still say why, and which was ended before, is chance. */
    private static Optional<Told> executorsLost(Throwable error) {
        return causes(error)
                .map(cause -> String.valueOf(cause.getMessage()))
                .filter(message -> message.contains("ExecutorLostFailure"))
                .findFirst()
                .map(lost -> new Told(
                        ExitCode.INTERNAL,
                        "executors were lost while they computed, as often as Spark tries" + how(lost)
                                + ". Most often they lack memory: of the heap (--conf spark.executor.memory=8g), or beside it"
                                + " (--conf spark.executor.memoryOverhead=4g); sotto preflight calculates."));
    }

    private static String how(String lost) {
        Matcher code = EXIT.matcher(lost);
        return !code.find()
                ? ""
                : " (the last with code " + code.group(1) + MEANING.getOrDefault(code.group(1), "") + ")";
    }

    private static Optional<Told> sparkEnded(Throwable error) {
        return causes(error)
                .map(cause -> String.valueOf(cause.getMessage()))
                .filter(message ->
                        message.contains("stopped SparkContext") || message.contains("SparkContext was shut down"))
                .findFirst()
                .map(ended -> new Told(
                        ExitCode.INTERNAL,
                        "Spark ended before the command did: its master does not answer, or took the application away. Check --master"
                                + " and the cluster (sotto preflight); the same command begins again, or goes on from its"
                                + " checkpoints."));
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error, each -> each != null, Throwable::getCause).limit(50);
    }

    /** Loaded only where Spark is. */
    private static final class OnSpark {
        static Optional<String> otherType(Throwable error) {
            if (!(error instanceof SparkThrowable known)
                    || !"FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH".equals(known.getCondition())) {
                return Optional.empty();
            }
            Map<String, String> words = known.getMessageParameters();
            return Optional.of("Column %s of the table is of type %s by its first file, and of %s in the file %s"
                    .formatted(
                            words.get("column"),
                            words.get("expectedType"),
                            words.get("actualType"),
                            words.get("path")));
        }

        static Optional<String> unreadable(Throwable error) {
            return error instanceof SparkThrowable known
                            && String.valueOf(known.getCondition()).startsWith("FAILED_READ_FILE")
                    ? Optional.ofNullable(known.getMessageParameters().get("path"))
                    : Optional.empty();
        }
    }
}
