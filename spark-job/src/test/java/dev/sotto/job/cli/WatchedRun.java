package dev.sotto.job.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * {@code sotto} as always, with someone looking on: what is there only while a run lasts is kept in a folder, the first argument. At
 * each line that the run prints its checkpoints are copied; at the last one all pages of Spark's REST interface.
 */
final class WatchedRun extends PrintStream {

    private static final List<String> PAGES = List.of(
            "jobs", "stages?details=true", "storage/rdd", "environment", "executors", "sql?planDescription=true");

    private final Path kept;

    private WatchedRun(PrintStream out, Path kept) {
        super(out, true, StandardCharsets.UTF_8);
        this.kept = kept;
    }

    public static void main(String[] arguments) throws Exception {
        System.setOut(new WatchedRun(System.out, Files.createDirectories(Path.of(arguments[0]))));
        Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    @Override
    public void println(String line) {
        super.println(line);
        try {
            if (line.startsWith("step ")) {
                copyCheckpoints();
            } else if (line.startsWith("report: ")) {
                keepPages();
            }
        } catch (IOException | InterruptedException | TimeoutException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void copyCheckpoints() throws IOException {
        try (Stream<Path> files = Files.list(kept.resolveSibling("out").resolve("checkpoints"))) {
            for (Path file : files.toList()) {
                Path copy = kept.resolve(file.getFileName());
                if (!Files.exists(copy)) {
                    Files.copy(file, copy);
                }
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private void keepPages() throws IOException, InterruptedException, TimeoutException {
        SparkContext spark = SparkSession.active().sparkContext();
        spark.listenerBus().waitUntilEmpty();
        String root = spark.uiWebUrl().get() + "/api/v1/applications/" + spark.applicationId() + "/";
        for (String page : PAGES) {
            var answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(root + page)).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(page + " answers " + answer.statusCode());
            }
            Files.writeString(kept.resolve(page.replaceAll("\\W.*", "") + ".json"), answer.body());
        }
    }
}
