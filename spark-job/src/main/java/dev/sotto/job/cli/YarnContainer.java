package dev.sotto.job.cli;

import org.apache.spark.SparkUserAppException;

/**
 * A driver in one of YARN's containers ({@code --deploy-mode cluster}). Spark's application master, in the same JVM, takes one that exits
 * for one that failed, whatever its code, and YARN would begin the run again; so there a program returns, or throws its code. A class of
 * its own, which commands that are started without Spark never load.
 */
final class YarnContainer {

    private YarnContainer() {}

    /**
     * Tells the application master how the run has ended.
     *
     * @throws Exception Spark's own with the code, if it is not 0
     */
    static void end(int code) throws Exception {
        if (code != 0) {
            throw new SparkUserAppException(code, null);
        }
    }
}
