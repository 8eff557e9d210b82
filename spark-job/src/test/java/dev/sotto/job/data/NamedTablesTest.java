package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tables that a catalog or a database knows by name, and Avro's, which comes in a module of its own. */
@ExtendWith(LocalSpark.class)
class NamedTablesTest {

    private static final String DATABASE = "jdbc:h2:mem:clinic;DB_CLOSE_DELAY=-1";
    private static final Map<String, String> ACCESS = Map.of("url", DATABASE, "user", "sa", "password", "sesame");

    @TempDir
    Path folder;

    private static Dataset<Row> open(SparkSession spark, String name, TableFormat format, Map<String, String> options) {
        return open(spark, new TableSource(name, format, options, Map.of(), "label <> 'maybe'", null));
    }

    private static Dataset<Row> open(SparkSession spark, TableSource source) {
        return Table.open(
                spark,
                new DataSettings(
                        source,
                        new Input.Text("message", null, 16),
                        new DataSettings.Target.Classes("label", List.of("no", "yes")),
                        new PrivacyUnit.Row(),
                        2,
                        TableStorage.MEMORY_AND_DISK,
                        null));
    }

    private static List<String> texts(Dataset<Row> table) {
        return table.collectAsList().stream()
                .map(row -> row.<String>getAs(Table.TEXT))
                .sorted()
                .toList();
    }

    private static Dataset<Row> rows(SparkSession spark) {
        return spark.sql(
                "SELECT 'one' AS message, 'no' AS label UNION ALL SELECT 'two', 'yes' UNION ALL SELECT 'x', 'maybe'");
    }

    @Test
    void avro_isReadByItsSuffix(SparkSession spark) {
        Path file = folder.resolve("t.avro");
        rows(spark).write().format("avro").save(file.toString());

        assertThat(TableFormat.ofPath(file.toString())).contains(TableFormat.AVRO);
        assertThat(texts(open(spark, file.toString(), TableFormat.AVRO, Map.of())))
                .containsExactly("one", "two");
    }

    @Test
    void tableOfTheCatalog_isReadByNameAndItsViewsAreLookedInto(SparkSession spark) {
        rows(spark).write().option("path", folder.resolve("t").toString()).saveAsTable("messages");
        spark.sql("CREATE VIEW some AS SELECT * FROM messages WHERE message <> 'one'");
        spark.sql("CREATE VIEW counted AS SELECT message, label, count(*) AS n FROM messages GROUP BY message, label");
        try {
            assertThat(texts(open(spark, "default.messages", TableFormat.CATALOG, Map.of())))
                    .containsExactly("one", "two");
            assertThat(texts(open(spark, "some", TableFormat.CATALOG, Map.of())))
                    .containsExactly("two");
            assertThatThrownBy(() -> open(spark, "counted", TableFormat.CATALOG, Map.of()))
                    .hasMessageContaining("counted is a view with")
                    .hasMessageContaining("no row was read");
            assertThatThrownBy(() -> open(spark, "clinic.nothing", TableFormat.CATALOG, Map.of()))
                    .hasMessageContaining("cannot be read as catalog")
                    .hasMessageContaining("spark.sql.catalogImplementation=hive");
        } finally {
            spark.sql("DROP VIEW counted");
            spark.sql("DROP VIEW some");
            spark.sql("DROP TABLE messages");
        }
    }

    /** A view keeps the mode that it was made in, in which Spark's casts end the query at a row, and tell its value. */
    @Test
    void expressionOfAView_endsNoRun(SparkSession spark) {
        spark.sql("SELECT 'one' AS message, 'no' AS label, '7' AS age UNION ALL SELECT 'two', 'yes', 'seven'")
                .write()
                .option("path", folder.resolve("p").toString())
                .saveAsTable("people");
        spark.sql("CREATE VIEW aged AS SELECT message, label, CAST(age AS INT) AS age FROM people");
        spark.sql("CREATE VIEW old AS SELECT * FROM aged WHERE 1 / (age - 7) IS NULL");
        spark.sql("CREATE VIEW long AS SELECT repeat(message, 1000000) AS message, label FROM people");
        spark.sql("CREATE VIEW longer AS SELECT * FROM long");
        try {
            assertThat(texts(open(spark, "aged", TableFormat.CATALOG, Map.of())))
                    .containsExactly("one", "two");
            assertThat(texts(open(spark, "old", TableFormat.CATALOG, Map.of()))).containsExactly("two");
            for (String costly : List.of("long", "longer")) {
                assertThatThrownBy(() -> open(spark, costly, TableFormat.CATALOG, Map.of()))
                        .hasMessageContaining(costly + " is a view with the function repeat");
            }
        } finally {
            for (String view : List.of("longer", "long", "old", "aged")) {
                spark.sql("DROP VIEW " + view);
            }
            spark.sql("DROP TABLE people");
        }
    }

    /** For which drivers and Spark throw: numbers without declared digits, days beyond Java's and Spark's calendars. */
    @Test
    void valueThatSparksTypeHasNoRoomFor_isNull(SparkSession spark) throws SQLException {
        try (Connection database = database("odd")) {
            var sql = database.createStatement();
            sql.execute("ALTER TABLE odd ADD (\"n\" NUMERIC(60, 2), \"d\" DECFLOAT(40), \"day\" DATE, \"at\" TIMESTAMP,"
                    + " \"zoned\" TIMESTAMP WITH TIME ZONE, \"hour\" TIME)");
            sql.execute(
                    "INSERT INTO odd VALUES ('one', 'no', 1.5, 2.5, DATE '2025-01-01', TIMESTAMP '2025-01-01 10:30:00',"
                            + " TIMESTAMP WITH TIME ZONE '2025-01-01 10:30:00+00:00', TIME '10:30:00')");
            sql.execute(
                    "INSERT INTO odd VALUES ('two', 'yes', 1e50, 1e300, DATE '999999999-01-01', TIMESTAMP"
                            + " '999999999-01-01 00:00:00', TIMESTAMP WITH TIME ZONE '999999999-01-01 00:00:00+00:00', TIME '23:59:59')");
            Map<String, String> whole = Map.of(
                    "n", "n = 1.5",
                    "d", "d = 3",
                    "day", "day = DATE '2025-01-01'",
                    "at", "at = TIMESTAMP '2025-01-01 10:30:00'",
                    "zoned", "zoned = TIMESTAMP '2025-01-01 10:30:00Z'",
                    "hour", "hour = TIMESTAMP '1970-01-01 10:30:00'");
            whole.forEach((column, condition) -> {
                assertThat(texts(open(spark, conditional("odd", condition))))
                        .as(column)
                        .containsExactly("one");
                assertThat(texts(open(spark, conditional("odd", column + " IS NULL"))))
                        .as(column)
                        .isEqualTo(column.equals("hour") ? List.of() : List.of("two"));
            });
        }
    }

    private static TableSource conditional(String table, String condition) {
        return new TableSource(table, TableFormat.JDBC, ACCESS, Map.of(), condition, null);
    }

    @Test
    void tableOfADatabase_isReadWithAccessThatNothingTells(SparkSession spark) throws SQLException {
        try (Connection database = database("messages")) {
            database.createStatement()
                    .execute("INSERT INTO messages VALUES ('one', 'no'), ('two', 'yes'), ('x', 'maybe')");

            Dataset<Row> table = open(spark, "messages", TableFormat.JDBC, ACCESS);

            assertThat(texts(table)).containsExactly("one", "two");
            assertThat(table.queryExecution().toString())
                    .doesNotContain("sesame")
                    .doesNotContain("h2:mem");
            Map<String, String> wrong = Map.of("url", DATABASE, "user", "sa", "password", "barley");
            assertThatThrownBy(() -> open(spark, "messages", TableFormat.JDBC, wrong))
                    .hasMessageContaining("cannot be read as jdbc")
                    .hasMessageContaining("reader-options-file")
                    .hasMessageNotContaining("barley");
        }
    }

    /** A task that is tried again asks the database again, which promises no order and may hold another row by then. */
    @Test
    void rowOfADatabase_keepsItsPartitionWhateverElseIsThere(SparkSession spark) throws SQLException {
        try (Connection database = database("moving")) {
            for (int i = 0; i < 50; i++) {
                database.createStatement().execute("INSERT INTO moving VALUES ('message " + i + "', 'no')");
            }
            Map<String, Integer> before = places(spark);
            database.createStatement().execute("DELETE FROM moving");
            for (int i = 50; i >= 0; i--) {
                database.createStatement().execute("INSERT INTO moving VALUES ('message " + i + "', 'no')");
            }
            Map<String, Integer> after = places(spark);

            assertThat(before).hasSize(50).containsValues(0, 1, 2);
            assertThat(after).hasSize(51).containsAllEntriesOf(before);
        }
    }

    private static Map<String, Integer> places(SparkSession spark) {
        var source = new TableSource("moving", TableFormat.JDBC, ACCESS, Map.of(), null, null);
        Map<String, Integer> places = new TreeMap<>();
        EncodedTable.placed(open(spark, source), new PrivacyUnit.Row(), 3)
                .select(functions.col(Table.TEXT), functions.spark_partition_id())
                .collectAsList()
                .forEach(row -> places.put(row.getString(0), row.getInt(1)));
        return places;
    }

    private static Connection database(String table) throws SQLException {
        Connection database = DriverManager.getConnection(DATABASE, "sa", "sesame");
        database.createStatement()
                .execute("CREATE TABLE " + table + " (\"message\" VARCHAR(100), \"label\" VARCHAR(10))");
        return database;
    }
}
