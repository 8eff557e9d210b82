package dev.sotto.job.train;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.train.Phases;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.data.TableFiles;
import dev.sotto.job.step.ModelRef;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A run of which everything is known that can be known before a row is encoded.
 *
 * @param ground its seed model, and how that reads rows
 * @param costs what it releases
 */
record PreparedRun(Groundwork ground, Dataset<Row> table, TableFiles files, Phases phases, Costs costs) {
    List<ModelRef> refs() {
        return ground.refs();
    }

    TrainableModel model() {
        return ground.model();
    }

    Ancestry ancestry() {
        return ground.ancestry();
    }

    /** How much a pass holds, in every phase. */
    Microbatches.Limit limit() {
        return phases.list().get(0).limit();
    }

    RowEncoding encoding() {
        return ground.encoding();
    }
}
