package dev.sotto.job.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.SottoException;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LocalSpark.class)
class ResultSizeTest {

    private static final long GIB = 1L << 30;
    private static final int D = 50_000;

    @ParameterizedTest
    @CsvSource({"2200000, 64, 1080m", "134217728, 1, 1030m"})
    void moreThanTheDriverMayTake_isRefusedWithWhatToSet(int d, int sums, String enough) {
        assertThatThrownBy(() -> ResultSize.check(GIB, d, sums))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("spark.driver.maxResultSize=" + enough)
                .extracting(refused -> ((SottoException) refused).exitCode())
                .isEqualTo(ExitCode.SETTINGS);
    }

    @ParameterizedTest
    @CsvSource({"2200000, 2", "100000, 64", "124000000, 1"})
    void whatTheDriverMayTake_isNot(int d, int sums) {
        assertThatCode(() -> ResultSize.check(GIB, d, sums)).doesNotThrowAnyException();
        assertThatCode(() -> ResultSize.check(0, 1_000 * d, sums)).doesNotThrowAnyException();
    }

    /** With the slots of this session, two, not with the partitions, which are many more; and Spark itself agrees about which is too much. */
    @Test
    void refusal_isAboutSlotsAndWhereSparkRefuses(SparkSession session) {
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        SparkConf live = session.sparkContext().conf();
        try {
            live.set("spark.driver.maxResultSize", 17 * D + "b");
            ResultSize.check(spark, D, 64);
            assertThat(sumOfFullWidth(spark)).isNotNull();

            live.set("spark.driver.maxResultSize", 15 * D + "b");
            assertThatThrownBy(() -> ResultSize.check(spark, D, 64)).isInstanceOf(SottoException.class);
            assertThatThrownBy(() -> sumOfFullWidth(spark))
                    .isInstanceOf(SparkException.class)
                    .hasMessageContaining("maxResultSize");
        } finally {
            live.remove("spark.driver.maxResultSize");
        }
    }

    /** Sums of two tasks, each with a number that takes all bits but the two that noise and overflow have. */
    private static ClippedSum sumOfFullWidth(JavaSparkContext spark) {
        return StepSum.total(spark.parallelize(List.of(1, 2), 2).map(each -> {
            var sum = new ClippedSum(new PrivacyPlan(1000, 0.5, 5, 0.1, new Clipping.AutoV(1)), D);
            float[] unit = new float[D];
            unit[0] = 1;
            sum.add(unit, 0);
            for (int doubling = 0; doubling < 29; doubling++) {
                sum.add(sum);
            }
            return sum;
        }));
    }
}
