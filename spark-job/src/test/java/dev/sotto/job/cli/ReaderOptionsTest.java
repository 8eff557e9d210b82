package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.config.Fault;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.TableFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReaderOptionsTest {

    private static final Map<String, String> URL = Map.of("url", "jdbc:h2:mem:clinic");

    @TempDir
    Path folder;

    private final Faults faults = new Faults();

    private List<String> told() {
        return faults.list().stream().map(Fault::toString).toList();
    }

    @Test
    void file_holdsWhatNobodyElseMaySee() throws IOException {
        Path file = Files.writeString(folder.resolve("db"), "url=jdbc:h2:mem:clinic\npassword=sesame\nfetchsize=10\n");

        assertThat(ReaderOptions.of(Map.of("fetchsize", "20"), file, faults))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("url", "jdbc:h2:mem:clinic", "password", "sesame", "fetchsize", "20"));
        assertThat(told()).isEmpty();
    }

    @Test
    void fileThatIsNotThere_isToldByName() {
        ReaderOptions.of(null, folder.resolve("none"), faults);

        assertThat(told()).singleElement().asString().contains("reader-options-file: ", "none cannot be read");
    }

    @ParameterizedTest
    @CsvSource({
        "password,sesame",
        "sslPassword,sesame",
        "oauth.token,sesame",
        "url,jdbc:postgresql://db/clinic?user=me&password=sesame",
        "url,jdbc:mysql://me:sesame@db/clinic"
    })
    void typedPassword_isRefusedAndNotRepeated(String name, String value) {
        ReaderOptions.of(Map.of(name, value), null, faults);

        assertThat(told())
                .singleElement()
                .asString()
                .contains(name, "reader-options-file")
                .doesNotContain("sesame");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"messages", "clinic.messages", "\"Clinic\".\"my messages\"", "db.clinic.`messages`", "[dbo].[t]"
            })
    void nameOfATable_isRead(String table) {
        ReaderOptions.checkJdbc("table", table, URL, faults);

        assertThat(told()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(SELECT count(*) AS message FROM messages) t",
                "messages, persons",
                "messages WHERE 1 = 1",
                "messages JOIN persons USING (person)",
                "\"a\" CROSS JOIN \"b\"",
                ""
            })
    void queryInATablesPlace_isRefused(String table) {
        ReaderOptions.checkJdbc("table", table, URL, faults);

        assertThat(told()).singleElement().asString().contains("is not the name of a database's table");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dbtable", "query", "QUERY", "prepareQuery"})
    void queryAmongTheOptions_isRefused(String option) {
        ReaderOptions.check(TableFormat.JDBC, Map.of("url", "jdbc:h2:mem:clinic", option, "x"), faults);

        assertThat(told())
                .singleElement()
                .asString()
                .contains(option + " is not among the options", "The table is what table names");
    }

    @Test
    void databaseWithoutAddress_isAskedFor() {
        ReaderOptions.checkJdbc("table", "messages", Map.of(), faults);

        assertThat(told()).singleElement().asString().contains("url is missing");
    }
}
