package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LocalSpark.class)
class TableFilesTest {

    private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant BEGUN = Instant.parse("2026-01-02T00:00:00Z");

    @TempDir
    Path folder;

    private Path table = Path.of("");

    @BeforeEach
    void writeTable() throws IOException {
        table = Files.createDirectories(folder.resolve("table"));
        write("year=2025/a.csv", "text\none\n");
        write("year=2026/b.csv", "text\ntwo\n");
        asOf(WRITTEN, table.resolve("year=2025"), table.resolve("year=2026"), table);
    }

    private Path write(String name, String content) throws IOException {
        Path file = table.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return asOf(WRITTEN, file);
    }

    private static Path asOf(Instant time, Path... files) throws IOException {
        for (Path file : files) {
            Files.setLastModifiedTime(file, FileTime.from(time));
        }
        return files[0];
    }

    private enum Change {
        GROWN {
            @Override
            void of(TableFilesTest test) throws IOException {
                Files.writeString(test.table.resolve("year=2026/b.csv"), "text\ntwo\nthree\n");
            }
        },
        WRITTEN_ANEW {
            @Override
            void of(TableFilesTest test) throws IOException {
                Files.writeString(test.table.resolve("year=2026/b.csv"), "text\nTWO\n");
            }
        },
        ADDED {
            @Override
            void of(TableFilesTest test) throws IOException {
                test.write("year=2027/c.csv", "text\nthree\n"); // moved there: it is older than the run
            }
        },
        TAKEN_AWAY {
            @Override
            void of(TableFilesTest test) throws IOException {
                Files.delete(test.table.resolve("year=2026/b.csv"));
            }
        };

        abstract void of(TableFilesTest test) throws IOException;
    }

    private static TableOrigin source(Path address, TableFormat format) {
        return new TableSource(address.toString(), format, Map.of(), Map.of(), null, null);
    }

    private TableFiles open(SparkSession session) {
        return TableFiles.of(session, source(table, TableFormat.CSV), session.emptyDataFrame());
    }

    @ParameterizedTest
    @EnumSource
    void tableThatChanged_isRefused(Change change, SparkSession session) throws IOException {
        TableFiles files = open(session);
        files.requireUnchanged();
        files.requireUnchangedSince(BEGUN, new Configuration());

        change.of(this);

        assertRefused(files::requireUnchanged);
        TableFiles later = open(session);
        assertRefused(() -> later.requireUnchangedSince(BEGUN, new Configuration()));
    }

    private static void assertRefused(Runnable check) {
        assertThatThrownBy(check::run)
                .isInstanceOfSatisfying(SottoException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.DATA))
                .hasMessageContaining("has changed since");
    }

    /** Where a table is one file, others may come and go beside it. */
    @Test
    void filesBesideTheTable_areOfNoConcern(SparkSession session) throws IOException {
        var one = TableFiles.of(
                session, source(table.resolve("year=2026/b.csv"), TableFormat.CSV), session.emptyDataFrame());
        Change.ADDED.of(this);
        Files.writeString(table.resolve("year=2026/ledger"), "");
        one.requireUnchanged();
        one.requireUnchangedSince(BEGUN, new Configuration());
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc"})
    void rowsHandedOver_areHeldToTheirFiles(String format, SparkSession session) {
        String uri = folder.resolve("rows").toString();
        session.range(3).write().format(format).save(uri);
        var rows = session.read().format(format).load(uri).filter("id > 0").toDF();
        var files = TableFiles.of(session, new HandedOver(rows, "rows"), rows);
        files.requireUnchanged();
        session.range(1).write().format(format).mode("append").save(uri);
        assertRefused(files::requireUnchanged);
    }

    /** What has no files cannot be looked at. */
    @Test
    void rowsWithoutFiles_areTakenAsTheyAre(SparkSession session) {
        var rows = session.range(3).toDF();
        var files = TableFiles.of(session, new HandedOver(rows, "rows"), rows);
        files.requireUnchanged();
        files.requireUnchangedSince(BEGUN, new Configuration());
    }
}
