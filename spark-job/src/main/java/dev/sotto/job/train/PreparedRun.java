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
 * @param ground its seed model, and how that reads rows
 * @param costs what it releases
 */
record PreparedRun(Groundwork ground, Dataset<Row> table, TableFiles files, Recipe recipe, Costs costs) {
    ModelRef ref() {
        return ground.ref();
    }

    TrainableModel model() {
        return ground.model();
    }

    Ancestry ancestry() {
        return ground.ancestry();
    }

    RowEncoding encoding() {
        return ground.encoding();
    }
}
