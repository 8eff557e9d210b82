package dev.sotto.accountant.cli;

import static dev.sotto.accountant.ledger.LedgerTestFolder.ROWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LedgerPlaces;
import dev.sotto.accountant.ledger.LedgerTestFolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCommandsTest {
    private static final DpEvent RUN = Calibration.sampledGaussian(1, 0.01, 100);
    private static final DpEvent LESS = Calibration.sampledGaussian(1, 0.01, 10);

    @TempDir
    Path folder;

    private Path address = Path.of("");
    private Ledger ledger;

    @BeforeEach
    void open() {
        address = folder.resolve("ledger");
        ledger = LedgerTestFolder.open(address);
    }

    private record Result(int status, String out, String err) {
        Map<String, Object> json() {
            return Json.readObject(out);
        }
    }

    private Result on(Path place, String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of("ledger", command, place.toString()));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    private static Result run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = Main.run(
                List.of(arguments),
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private void twoRuns() {
        ledger.setBudget(new Budget(3, 1e-5));
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        ledger.reserve("b", Calibration.sampledGaussian(1, 0.01, 200), ROWS, Optional.empty());
        ledger.settle("a", LESS);
        ledger.note("a", "released");
    }

    @Test
    void show_tellsEachRun_whatWasSpentAndWhatIsLeft() {
        twoRuns();
        Map<String, Object> shown = on(address, "show", "--json").json();
        assertThat(shown).containsEntry("lines", 5L).containsEntry("head", ledger.head());
        double counted = (double) shown.get("budget_counted");
        assertThat((double) shown.get("spent_upper"))
                .isEqualTo(ledger.spent(1e-5).upper())
                .isLessThan(counted);
        assertThat(counted).isEqualTo(ledger.standing(new Budget(3, 1e-5)).counted());
        assertThat((double) shown.get("budget_left")).isEqualTo(3 - counted);
        var runs = Json.asArray(shown.get("runs"), "runs");
        assertThat(runs).hasSize(2);
        assertThat(Json.asObject(runs.get(0), "run"))
                .containsEntry("run", "a")
                .containsEntry("state", "settled")
                .containsEntry("notes", List.of("released"))
                .containsEntry("terms", ROWS.json())
                .containsEntry("event", Json.read(Json.write(EventJson.write(LESS))));
        assertThat(Json.asObject(runs.get(1), "run"))
                .containsEntry("state", "reserved")
                .containsEntry("notes", List.of());
    }

    @Test
    void show_isATableForPeople() {
        twoRuns();
        assertThat(on(address, "show").out())
                .contains(
                        "one row",
                        "add or remove one",
                        "by privacy loss distributions",
                        "by the filter",
                        "% used), left 1.")
                .containsPattern("a +settled +10 x Gaussian 1.0 on samples of 0.01 +1 +exact +messages +released")
                .containsPattern("b +reserved +200 x Gaussian");
    }

    @Test
    void show_cutsLongNotes_ofItsTableAlone() {
        String note = "released " + "0".repeat(64) + " {\"format\":1,\"runs\":[]}";
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        ledger.note("a", note);
        assertThat(on(address, "show").out()).contains("0".repeat(64)).doesNotContain("runs\":");
        assertThat(on(address, "show", "--json").out()).contains("0".repeat(64)).contains("runs\\\":");
    }

    @Test
    void show_sendsNoControlCharactersToATerminal() {
        ledger.reserve("a\u001b[2J\nb", RUN, ROWS, Optional.empty());
        assertThat(on(address, "show").out()).contains("a\ufffd[2J\ufffdb").doesNotContain("\u001b");
    }

    @Test
    void verify_findsWhatWasCutOff_byAHeadOrAReport() throws IOException {
        twoRuns();
        String head = ledger.head();
        Path report = Files.writeString(
                folder.resolve("privacy-report.json"), "{\"ledger\":{\"head\":\"" + head + "\",\"lines\":5}}");
        assertThat(on(address, "verify").out()).contains("whole", "not known: lines that were cut off");
        ledger.note("b", "a line after the report");
        assertThat(on(address, "verify", "--expect", head).status()).isZero();
        assertThat(on(address, "verify", "--expect", report.toString()).out()).contains("goes through the head");

        Files.delete(address.resolve("line-000000000005.json"));
        Files.delete(address.resolve("line-000000000004.json"));
        for (String expected : List.of(head, report.toString())) {
            Result cut = on(address, "verify", "--expect", expected);
            assertThat(cut.status()).isEqualTo(7);
            assertThat(cut.err()).contains("cut off").contains("4 lines");
        }
        Path page = Files.writeString(folder.resolve("privacy-report.html"), "<html>" + head);
        assertThat(on(address, "verify", "--expect", page.toString()).err()).contains("tells of no ledger");
        Path other = Files.writeString(folder.resolve("other.json"), "{}");
        assertThat(on(address, "verify", "--expect", other.toString()).err()).contains("tells of no ledger");
    }

    @Test
    void aLedgerThatIsNotThere_isAnErrorAndStaysAway() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        for (Path place : List.of(empty, folder.resolve("no/such"))) {
            for (String command : List.of("show", "verify")) {
                Result result = on(place, command);
                assertThat(result.status()).isEqualTo(7);
                assertThat(result.err()).contains("There is no ledger");
                assertThat(result.out()).isEmpty();
            }
        }
        assertThat(folder.resolve("no")).doesNotExist();
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void readingCommands_writeNothing() throws IOException {
        twoRuns();
        on(address, "show");
        on(address, "verify");
        assertThat(run("ledger", "budget", address.toString(), "--epsilon", "9", "--delta", "1e-5")
                        .err())
                .contains("unknown command \"budget\"");
        assertThat(ledger.lines()).isEqualTo(5);
        assertThat(address.toFile().list()).hasSize(5);
    }

    @Test
    void setBudget_raisesOnlyWhenToldTwice() {
        assertThat(on(address, "set-budget", "--epsilon", "3", "--delta", "1e-5")
                        .status())
                .isZero();
        assertThat(on(address, "set-budget", "--epsilon", "2", "--delta", "1e-5")
                        .status())
                .as("lowering is nobody's loss")
                .isZero();
        for (String[] more : new String[][] {{"--epsilon=4", "--delta=1e-5"}, {"--epsilon=1", "--delta=1e-4"}}) {
            Result raised = on(address, "set-budget", more);
            assertThat(raised.status()).isEqualTo(2);
            assertThat(raised.err()).contains("--yes");
        }
        assertThat(ledger.budget()).contains(new Budget(2, 1e-5));
        assertThat(on(address, "set-budget", "--epsilon=4", "--delta=1e-5", "--yes")
                        .status())
                .isZero();
        assertThat(ledger.budget()).contains(new Budget(4, 1e-5));
    }

    @Test
    void setBudget_onATerminal_asks() throws IOException {
        ledger.setBudget(new Budget(2, 1e-5));
        for (String answer : List.of("n\n", "\n", "", "y\n")) {
            var asked = new ByteArrayOutputStream();
            var commands = new LedgerCommands(
                    LedgerPlaces.local(),
                    new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
                    new PrintStream(asked, true, StandardCharsets.UTF_8),
                    true);
            Arguments raise = new Arguments(
                    List.of(address.toString(), "--epsilon=4", "--delta=1e-5"),
                    Commands.named("set-budget", Commands.ledger(), "ledger"));
            if (answer.startsWith("y")) {
                commands.run("set-budget", raise);
            } else {
                assertThatThrownBy(() -> commands.run("set-budget", raise)).hasMessageContaining("left as it is");
            }
            assertThat(asked.toString(StandardCharsets.UTF_8))
                    .contains("from epsilon 2.0")
                    .contains("[y/N]");
            assertThat(ledger.budget()).contains(new Budget(answer.startsWith("y") ? 4 : 2, 1e-5));
        }
    }

    @Test
    void verify_withPublicKeys_wantsEveryLineSigned() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path secret = pem("ledger.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
        Path open = pem("ledger.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
        assertThat(on(address, "set-budget", "--epsilon=3", "--delta=1e-5", "--ledger-key", secret.toString())
                        .status())
                .isZero();
        assertThat(on(address, "verify", "--public-key", open.toString()).out()).contains("every line's");
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        Result found = on(address, "verify", "--public-key", open.toString());
        assertThat(found.status()).isEqualTo(7);
        assertThat(found.err()).contains("Line 1").contains("not signed");
    }

    private Path pem(String name, String kind, byte[] content) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + kind + "-----\n");
    }

    @Test
    void whatIsNotUnderstood_isNamed() {
        assertThat(run("ledger", "shwo", "x").err()).contains("show?").contains("ledger --help");
        assertThat(run("ledger", "show", "--json").err()).contains("which ledger?");
        assertThat(run("ledger", "--help").out()).contains("verify");
        assertThat(run("ledger", "verify", "--help").out()).contains("--expect");
        assertThat(run("ledger").status()).isEqualTo(2);
        Result elsewhere = run("ledger", "show", "hdfs://nowhere/ledger");
        assertThat(elsewhere.status()).isEqualTo(2);
        assertThat(elsewhere.err()).contains("Hadoop client");
        assertThat(run("ledger", "show", "file://" + address).err()).contains("There is no ledger");
    }
}
