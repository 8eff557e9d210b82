package dev.sotto.job.ml;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/** A saved model's folder: metadata as every stage of a pipeline has it, the delta, the privacy report. Public, all of it. */
final class ModelFolder {

    private static final String DELTA = "delta/delta.safetensors";
    private static final String REPORT = "privacy-report.json";
    private static final String PAGE = "privacy-report.html";

    private ModelFolder() {}

    static final class Writer extends MLWriter {
        private final DpFineTunedModel model;

        Writer(DpFineTunedModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            DefaultParamsWriter.saveMetadata(model, path, sparkSession());
            Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
            write(path, DELTA, model.delta().bytes(), hadoop);
            write(path, REPORT, model.reports().json().getBytes(StandardCharsets.UTF_8), hadoop);
            write(path, PAGE, model.reports().page().getBytes(StandardCharsets.UTF_8), hadoop);
        }
    }

    static final class Reader extends MLReader<DpFineTunedModel> {
        @Override
        public DpFineTunedModel load(String path) {
            var metadata = DefaultParamsReader.loadMetadata(path, sparkSession(), DpFineTunedModel.class.getName());
            Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
            var model = new DpFineTunedModel(
                    metadata.uid(),
                    new Delta(read(path, DELTA, hadoop)),
                    new Reports(
                            new String(read(path, REPORT, hadoop), StandardCharsets.UTF_8),
                            new String(read(path, PAGE, hadoop), StandardCharsets.UTF_8)));
            metadata.getAndSetParams(model, Option.empty());
            return model;
        }
    }

    private static void write(String folder, String name, byte[] content, Configuration hadoop) {
        var file = new Path(folder, name);
        try (var out = file.getFileSystem(hadoop).create(file, false)) {
            out.write(content);
        } catch (IOException cannotWrite) {
            throw new java.io.UncheckedIOException(cannotWrite);
        }
    }

    private static byte[] read(String folder, String name, Configuration hadoop) {
        var file = new Path(folder, name);
        try {
            FileSystem store = file.getFileSystem(hadoop);
            try (var in = store.open(file)) {
                return in.readAllBytes();
            }
        } catch (IOException cannotRead) {
            throw new java.io.UncheckedIOException(cannotRead);
        }
    }
}
