package dev.sotto.job.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.Charset;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.util.LineReader;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** The first line of a file that is not blank: where there is a header line, it is this one. */
final class FirstLine implements Function<String, Boolean> {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 1 << 20; // bytes
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String header;
    private final String encoding;
    private final @Nullable String separator;
    private final Broadcast<SerializableConfiguration> hadoop;

    private FirstLine(
            String header, String encoding, @Nullable String separator, Broadcast<SerializableConfiguration> hadoop) {
        this.header = header;
        this.encoding = encoding;
        this.separator = separator;
        this.hadoop = hadoop;
    }

    /** Whether each of these files begins with this line, or has no line at all. */
    static boolean isOfAll(
            String header, String[] files, Charset encoding, @Nullable String separator, JavaSparkContext spark) {
        var hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        try {
            return spark.parallelize(java.util.List.of(files), Math.min(files.length, 1000))
                    .map(new FirstLine(header, encoding.name(), separator, hadoop))
                    .reduce(Boolean::logicalAnd);
        } finally {
            hadoop.destroy();
        }
    }

    @Override
    public Boolean call(String file) throws IOException {
        String first =
                of(file, Charset.forName(encoding), separator, hadoop.value().value());
        return first == null || first.equals(header);
    }

    /** A file's; null if it has none. */
    static @Nullable String of(String file, Charset encoding, @Nullable String separator, Configuration hadoop)
            throws IOException {
        Path path = new Path(URI.create(file));
        CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
        try (InputStream bytes = path.getFileSystem(hadoop).open(path);
                InputStream plain = codec == null ? bytes : codec.createInputStream(bytes);
                LineReader lines = separator == null
                        ? new LineReader(plain)
                        : new LineReader(plain, separator.getBytes(encoding))) {
            var line = new Text();
            while (lines.readLine(line, LONGEST, LONGEST) > 0) {
                String text = new String(line.copyBytes(), encoding);
                String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
                if (!bare.isBlank()) {
                    return bare;
                }
            }
            return null;
        }
    }
}
