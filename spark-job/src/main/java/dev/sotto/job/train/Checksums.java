package dev.sotto.job.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** SHA-256 of a run's results, in lower-case hex, by their names in the output folder. */
final class Checksums {
    private final Map<String, String> byName = new TreeMap<>();

    /** Of every file of a folder, which is to be one of that name in the output folder. */
    void add(String name, Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        for (Path file : files) {
            MessageDigest digest = sha256();
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            put(name + "/" + file.getFileName(), digest.digest());
        }
    }

    /** Of a file that holds a text, as UTF-8. */
    void add(String name, String text) {
        put(name, sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void put(String name, byte[] hash) {
        byName.put(name, HexFormat.of().formatHex(hash));
    }

    /** Of one of the files. */
    String of(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }

    Map<String, String> byName() {
        return Map.copyOf(byName);
    }

    /** As {@code sha256sum --check} reads them. */
    String lines() {
        return byName.entrySet().stream()
                .map(each -> each.getValue() + "  " + each.getKey() + "\n")
                .collect(Collectors.joining());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("This JDK lacks SHA-256, which every JDK must have.", impossible);
        }
    }
}
