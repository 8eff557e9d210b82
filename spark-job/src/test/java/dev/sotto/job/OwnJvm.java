package dev.sotto.job;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs in JVMs of their own, on this test's class path, with what Spark wants opened. */
public final class OwnJvm {

    /** Some run beside each other and beside the tests, which with all of them are to fit into 8 GiB. */
    private static final String HEAP = "-Xmx1g";

    private OwnJvm() {}

    /**
     * Starts one.
     *
     * @param properties Java system properties; later ones of a name win
     * @param log takes what it prints
     */
    public static Process start(Map<String, String> properties, Path log, Class<?> program, List<String> arguments)
            throws IOException {
        return start(properties, Map.of(), log, program.getName(), arguments);
    }

    /**
     * The same with environment variables, for programs of Spark; {@code HADOOP_CONF_DIR} is on the class path, as Spark's own launcher
     * has it, but behind the jars: none of them holds settings, and what comes first must be what is shared.
     */
    public static Process start(
            Map<String, String> properties,
            Map<String, String> environment,
            Path log,
            String program,
            List<String> arguments)
            throws IOException {
        String settings = environment.get("HADOOP_CONF_DIR");
        String classes = settings == null ? SharedClasses.path() : SharedClasses.path() + File.pathSeparator + settings;
        List<String> options = new ArrayList<>(SharedClasses.options());
        properties.forEach((name, value) -> options.add("-D" + name + "=" + value));
        return start(options, classes, environment, log, program, arguments);
    }

    /** The same with options and a class path of its own. */
    static Process start(
            List<String> options,
            String classes,
            Map<String, String> environment,
            Path log,
            String program,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("sotto.test.jvm.args").split(" ")));
        command.add(HEAP); // of several the last holds
        command.addAll(options);
        command.addAll(List.of("-cp", classes, program));
        command.addAll(arguments);
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().putAll(environment);
        return process.start();
    }
}
