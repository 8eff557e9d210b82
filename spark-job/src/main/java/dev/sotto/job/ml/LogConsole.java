package dev.sotto.job.ml;

import dev.sotto.job.report.Console;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run's console in a program that has its own: each line is logged, at level INFO. */
final class LogConsole extends OutputStream {

    private final Logger log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private LogConsole(Logger log) {
        this.log = log;
    }

    static Console of(Class<?> speaker) {
        var lines = new PrintStream(new LogConsole(LoggerFactory.getLogger(speaker)), true, StandardCharsets.UTF_8);
        return new Console(lines, false, Clock.systemUTC());
    }

    @Override
    public void write(int each) {
        if (each == '\n') {
            log.info("{}", line.toString(StandardCharsets.UTF_8).strip());
            line.reset();
        } else {
            line.write(each);
        }
    }
}
