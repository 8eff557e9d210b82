package dev.sotto.job.ml;

import dev.sotto.job.cli.ProgramOptions;
import dev.sotto.job.config.Fault;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.RunFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Params that stand for options of {@code sotto train}, whose help is their documentation: the option's name in camel case, but
 * {@code ...Col} for {@code ...-column}, {@code seedModel} for {@code model} and {@code targetEpsilon} for {@code epsilon}. A param
 * that is not set has the option's default.
 */
final class Options {

    private Options() {}

    static Param<String> text(Params owner, String name) {
        return new Param<>(owner, name, help(name));
    }

    static StringArrayParam texts(Params owner, String name) {
        return new StringArrayParam(owner, name, help(name));
    }

    static DoubleParam number(Params owner, String name) {
        return new DoubleParam(owner, name, help(name));
    }

    static IntParam count(Params owner, String name) {
        return new IntParam(owner, name, help(name));
    }

    /** A whole number that may be large. */
    static LongParam largeCount(Params owner, String name) {
        return new LongParam(owner, name, help(name));
    }

    static BooleanParam flag(Params owner, String name) {
        return new BooleanParam(owner, name, help(name));
    }

    /** Sets a param, and gives its owner, whose type T is. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T, V> T set(Params owner, Param<V> param, V value) {
        owner.set(param, value);
        return (T) owner;
    }

    private static String help(String param) {
        return ProgramOptions.help(option(param));
    }

    /** The option that a param stands for. */
    static String option(String param) {
        return switch (param) {
            case "seedModel" -> "model";
            case "targetEpsilon" -> "epsilon";
            default ->
                param.replaceFirst("Col$", "Column")
                        .replaceAll("([A-Z])", "-$1")
                        .toLowerCase(Locale.ROOT);
        };
    }

    /** What is set, by option. */
    static Map<String, RunFile.Value> values(Params owner) {
        Map<String, RunFile.Value> values = new LinkedHashMap<>();
        for (ParamPair<?> pair :
                CollectionConverters.asJava(owner.extractParamMap().toSeq())) {
            String option = option(pair.param().name());
            if (ProgramOptions.names().contains(option)) {
                values.put(
                        option,
                        pair.value() instanceof String[] texts
                                ? new RunFile.Value.Items(List.of(texts))
                                : new RunFile.Value.Scalar(String.valueOf(pair.value())));
            }
        }
        return values;
    }

    /** All faults for people, under the names that params have. */
    static String told(Params owner, Faults faults) {
        Map<String, String> params =
                Stream.of(owner.params()).map(Param::name).collect(Collectors.toMap(Options::option, name -> name));
        return faults.list().stream()
                .map(fault -> new Fault(params.getOrDefault(fault.option(), fault.option()), fault.message()))
                .map(fault -> System.lineSeparator() + "  - " + fault)
                .collect(Collectors.joining(
                        "", "Settings need attention; nothing was started and no row was read.", ""));
    }
}
