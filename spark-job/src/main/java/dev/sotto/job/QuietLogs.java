package dev.sotto.job;

import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Keeps what tells of rows out of Spark's logs: why a task failed, where the message quotes a row that could not be read, and how large
 * blocks, pages and spills are. As a plugin of Spark it is at work on every executor before its first task, whatever that cluster's own
 * log configuration says. Under {@code --debug} it leaves all as it is.
 */
public final class QuietLogs implements SparkPlugin {

    /** The setting by which {@code --debug} reaches executors. */
    public static final String DEBUG = "spark.sotto.debug";

    private static final String PLUGINS = "spark.plugins";

    /** What handles rows, blocks of them and the errors of tasks. What is about processes and connections stays. */
    private static final List<String> TELLING = List.of(
            "org.apache.spark.executor",
            "org.apache.spark.memory",
            "org.apache.spark.storage",
            "org.apache.spark.shuffle",
            "org.apache.spark.rdd",
            "org.apache.spark.sql",
            "org.apache.spark.util.collection",
            "org.apache.spark.util.SparkUncaughtExceptionHandler",
            "org.apache.spark.scheduler.TaskSetManager",
            "org.apache.spark.scheduler.TaskResultGetter",
            "org.apache.spark.scheduler.DAGScheduler",
            "org.apache.parquet",
            "org.apache.orc",
            "org.apache.avro");

    /** Quiets this process. */
    public static void here(SparkConf conf) {
        quiet(conf, TELLING);
    }

    /** The same from a request to stop on: what Spark then logs, with stacks, is its own end. */
    static void ending() {
        quiet(new SparkConf(), List.of("org.apache.spark"));
    }

    private static void quiet(SparkConf conf, List<String> loggers) {
        if (!conf.getBoolean(DEBUG, false)) {
            loggers.forEach(logger -> Configurator.setLevel(logger, Level.OFF));
        }
    }

    /** Those loggers of this process that would tell of rows. */
    public static List<String> loud() {
        return TELLING.stream()
                .filter(logger -> LogManager.getLogger(logger).isFatalEnabled())
                .toList();
    }

    /** This plugin behind those that are set. */
    static Map<String, String> settings(SparkConf conf) {
        String others = conf.get(PLUGINS, "");
        String own = QuietLogs.class.getName();
        return Map.of(PLUGINS, others.isEmpty() || others.equals(own) ? own : others + "," + own);
    }

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {
            @Override
            public Map<String, String> init(SparkContext spark, PluginContext context) {
                here(context.conf());
                return Map.of();
            }
        };
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> none) {
                here(context.conf());
            }
        };
    }
}
