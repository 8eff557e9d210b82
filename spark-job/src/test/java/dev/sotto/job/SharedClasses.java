package dev.sotto.job;

import dev.sotto.job.cli.Main;
import dev.sotto.job.cli.TinyModel;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class path of the JVMs that tests start, and an archive of its classes as they are once loaded (application class-data sharing,
 * JEP 310): a JVM that maps it needs half the processor time to start Spark. Archives hold no classes of folders, so each folder becomes a
 * jar. The first test that wants them makes them, by a small run. A JVM that finds another class path does without, and says nothing.
 */
public final class SharedClasses {

    private static final Path FOLDER = Path.of("target", "shared-classes").toAbsolutePath();
    private static final Path ARCHIVE = FOLDER.resolve("classes.jsa"); // a JDK without an archive of its own makes none
    private static final Path MADE = FOLDER.resolve("made");

    private SharedClasses() {}

    /** This JVM's class path in the same order, absolute, of jars alone. */
    public static String path() {
        return entries()
                .map(entry -> Files.isDirectory(entry) ? jarOf(entry) : entry)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Those of them that hold what is built here. */
    public static List<String> ownJars() {
        return folders().map(SharedClasses::jarOf).map(Path::toString).toList();
    }

    /** What a JVM with that class path is told. */
    public static List<String> options() throws IOException {
        Files.createDirectories(FOLDER);
        try (var lock = FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock(); // until it is closed: tests run in two JVMs
            if (!isFresh()) {
                make();
            }
        }
        return List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }

    private static Stream<Path> entries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .map(Path::toAbsolutePath)
                .filter(Files::exists);
    }

    private static Stream<Path> folders() {
        return entries().filter(Files::isDirectory);
    }

    /** Named after module and folder: {@code spark-job-test-classes.jar}. */
    private static Path jarOf(Path folder) {
        Path module = folder.getParent().getParent();
        return FOLDER.resolve(module.getFileName() + "-" + folder.getFileName() + ".jar");
    }

    private static boolean isFresh() throws IOException {
        long made = MADE.toFile().lastModified(); // 0 where there is none
        for (Path folder : folders().toList()) {
            try (Stream<Path> files = Files.walk(folder)) {
                if (files.anyMatch(file -> file.toFile().lastModified() >= made)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void make() throws IOException {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        for (Path folder : folders().toList()) {
            String file = jarOf(folder).toString();
            int failed = jar.run(
                    System.out, System.err, "--create", "--no-compress", "--file", file, "-C", "" + folder, ".");
            if (failed != 0) {
                throw new IOException(file + " could not be made.");
            }
        }
        Files.deleteIfExists(ARCHIVE);
        Path run = Files.createTempDirectory(FOLDER, "run");
        Path log = run.resolve("log.txt");
        List<String> arguments = List.of(
                "train",
                "--table=" + TinyModel.table(run, "table.csv", 100),
                "--text-column=message",
                "--label-column=answer",
                "--labels=no,yes",
                "--privacy-unit-column=person",
                "--units=40",
                "--max-rows-per-unit=3",
                "--model=" + TinyModel.in(run),
                "--epsilon=8",
                "--delta=1e-4",
                "--batch-size=10",
                "--steps=2",
                "--output=" + run.resolve("output"));
        Process training = OwnJvm.start(
                List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE), path(), Map.of(), log, Main.class.getName(), arguments);
        if (training.onExit().join().exitValue() != 0) {
            throw new IOException("The run whose classes are to be shared has failed: " + Files.readString(log));
        }
        Files.write(MADE, new byte[0]);
    }
}
