package dev.sotto.job.train;

import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.train.Recipe;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.data.TableFiles;
import dev.sotto.job.step.ModelRef;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A run of which everything is known that can be known before a row is encoded.
 *
 * @param adapter low-rank updates to begin with, on this machine; empty if there are none
 * @param ancestry what its seed model had learned from private data before
 * @param costs what it releases
 */
record PreparedRun(
        ModelRef ref,
        TrainableModel model,
        Optional<Path> adapter,
        Ancestry ancestry,
        RowEncoding encoding,
        Dataset<Row> table,
        TableFiles files,
        Recipe recipe,
        Costs costs) {}
