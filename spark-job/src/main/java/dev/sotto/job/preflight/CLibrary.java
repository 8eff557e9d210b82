package dev.sotto.job.preflight;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which C library this process runs on, found without any native code, which an old one would not load. */
final class CLibrary {

    private static final Pattern BANNER = Pattern.compile("GNU C Library [^\\n]*?version (\\d+\\.\\d+)");
    private static final Pattern GLIBC = Pattern.compile("/libc(\\.so\\.6|-2\\.\\d+\\.so)$");

    private CLibrary() {}

    /** {@code glibc 2.36}, {@code musl}, or {@code unknown} and why. */
    static String ofThisProcess() {
        try {
            return of(Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1));
        } catch (IOException noProc) {
            return "unknown (" + noProc + ")";
        }
    }

    /** @param maps lines of {@code /proc/self/maps}: what is mapped into a process */
    static String of(List<String> maps) throws IOException {
        for (String line : maps) {
            if (line.contains("/ld-musl")) {
                return "musl";
            }
            if (GLIBC.matcher(line).find()) {
                byte[] library = Files.readAllBytes(Path.of(line.substring(line.indexOf('/'))));
                Matcher banner = BANNER.matcher(new String(library, StandardCharsets.ISO_8859_1));
                if (banner.find()) {
                    return "glibc " + banner.group(1);
                }
            }
        }
        return "unknown (none is mapped)";
    }
}
