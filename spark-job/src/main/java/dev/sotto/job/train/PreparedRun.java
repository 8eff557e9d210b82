package dev.sotto.job.train;

import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.train.Recipe;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.data.TableFiles;
import dev.sotto.job.step.ModelRef;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A run of which everything is known that can be known before a row is encoded.
 *
 * @param ancestry what its seed model had learned from private data before
 * @param costs what it releases
 */
record PreparedRun(
        ModelRef ref,
        TrainableModel model,
        Ancestry ancestry,
        RowEncoding encoding,
        Dataset<Row> table,
        TableFiles files,
        Recipe recipe,
        Costs costs) {}
