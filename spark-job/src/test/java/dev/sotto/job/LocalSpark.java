package dev.sotto.job;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One Spark on this machine for all tests of the JVM, handed to those that ask for a {@link SparkSession}. */
public final class LocalSpark implements ParameterResolver {

    /** Checkpoints in Hugging Face layout with random weights, made with transformers 4.57: see model-core's test resources. */
    public static final Path CHECKPOINTS = Path.of("../model-core/src/test/resources/vectors/hf");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return parameter.getParameter().getType() == SparkSession.class;
    }

    @Override
    public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return SparkSession.builder()
                .appName("sotto tests")
                .getOrCreate(); // the pom gives the test JVM its Spark settings
    }
}
