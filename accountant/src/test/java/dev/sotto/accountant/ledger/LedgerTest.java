package dev.sotto.accountant.ledger;

import static dev.sotto.accountant.ledger.LedgerTestFolder.ROWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.pld.PldAccountant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final DpEvent RUN = Calibration.sampledGaussian(1, 0.01, 500);

    @TempDir
    Path folder;

    private Ledger ledger;

    @BeforeEach
    void open() {
        ledger = Ledger.open(new LocalLedgerStore(folder));
    }

    @Test
    void spent_isTheCompositionOfAllRuns() {
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        ledger.reserve("b", RUN, ROWS, Optional.empty());
        assertThat(ledger.spent(1e-5))
                .isEqualTo(new PldAccountant().epsilon(Calibration.sampledGaussian(1, 0.01, 1000), 1e-5));
    }

    @Test
    void aCrash_leavesTheReservationStanding_andSettlingFreesWhatWasNotDrawn() {
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        double reserved = reopened().spent(1e-5).upper();
        reopened().settle("a", Calibration.sampledGaussian(1, 0.01, 100));
        assertThat(reopened().spent(1e-5).upper()).isLessThan(reserved).isPositive();
    }

    /** Of a run that fits, of one that has the budget for itself, and of one that does not fit. */
    @Test
    void outlook_isWhatReservingThenGives_andWritesNothing() {
        double alone = 1.001 * new PldAccountant().epsilon(RUN, 1e-5).upper(); // less than the filter counts
        for (double epsilon : new double[] {alone / 2, alone, 8}) {
            Optional<Budget> budget = Optional.of(new Budget(epsilon, 1e-5));
            Ledger fresh = Ledger.open(new LocalLedgerStore(folder.resolve("of-" + epsilon)));
            for (String id : List.of("a", "b")) {
                String head = fresh.head();
                var outlook = fresh.outlook(List.of(new Ledger.Proposal(id, RUN, ROWS)), budget);
                assertThat(fresh.head()).isEqualTo(head);
                assertThat(outlook.before()).hasValue(fresh.standing(budget.get()));
                if (outlook.refusal().isPresent()) {
                    assertThatThrownBy(() -> fresh.reserve(id, RUN, ROWS, budget))
                            .hasMessage(outlook.refusal().get());
                    assertThat(outlook.after()).isEmpty();
                } else {
                    fresh.reserve(id, RUN, ROWS, budget);
                    assertThat(outlook.after()).hasValue(fresh.standing(budget.get()));
                }
                assertThat(outlook.charged()).isEqualTo(fresh.charged());
            }
            assertThat(fresh.runs()).hasSize(epsilon < alone ? 0 : epsilon < 8 ? 1 : 2);
        }
    }

    @Test
    void outlook_holdsTheLedgersOwnBudgetAndItsUnitToo() {
        ledger.setBudget(new Budget(1.5, 1e-5));
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        var outlook = ledger.outlook(List.of(new Ledger.Proposal("b", RUN, ROWS)), Optional.empty());
        assertThat(outlook.refusal()).get().asString().contains("Run b does not fit");
        assertThat(outlook.before()).hasValue(ledger.standing(new Budget(1.5, 1e-5)));
        var ofPersons = new Terms(new Unit.Column("person", 3), ROWS.adjacency(), ROWS.table(), ROWS.rowIndependence());
        assertThat(ledger.outlook(List.of(new Ledger.Proposal("b", RUN, ofPersons)), Optional.empty())
                        .refusal())
                .isPresent();
        assertThat(ledger.outlook(List.of(new Ledger.Proposal("a", RUN, ROWS)), Optional.empty())
                        .charged())
                .as("what is there already is not charged twice")
                .isEqualTo(ledger.charged());
    }

    @Test
    void aRunThatPassesTheBudget_isRefusedAndWritesNothing() {
        Optional<Budget> budget = Optional.of(new Budget(1.5, 1e-5));
        ledger.reserve("a", RUN, ROWS, budget);
        assertThatThrownBy(() -> ledger.reserve("b", RUN, ROWS, budget))
                .isInstanceOfSatisfying(BudgetExceededException.class, e -> {
                    assertThat(e.spent()).isBetween(1.0, 1.5);
                    assertThat(e.needed()).isGreaterThan(1.5);
                })
                .hasMessageContaining("Run b does not fit");
        assertThat(ledger.lines()).isEqualTo(1);
    }

    @Test
    void theLedgersOwnBudget_holdsToo() {
        ledger.setBudget(new Budget(0.5, 1e-5));
        assertThatThrownBy(() -> ledger.reserve("a", RUN, ROWS, Optional.empty()))
                .isInstanceOf(BudgetExceededException.class);
        assertThatThrownBy(() -> ledger.reserve("c", new DpEvent.NonPrivate(), ROWS, Optional.empty()))
                .isInstanceOf(BudgetExceededException.class);
        assertThat(ledger.runs()).isEmpty();
    }

    @Test
    void reSubmission_isIdempotent_andADifferentEventUnderTheSameIdIsRefused() {
        assertThat(ledger.reserve("a", RUN, ROWS, Optional.empty()).fresh()).isTrue();
        assertThat(reopened()
                        .reserve("a", RUN, ROWS, Optional.of(new Budget(1e-3, 1e-9)))
                        .fresh())
                .isFalse();
        DpEvent less = Calibration.sampledGaussian(1, 0.01, 10);
        assertThatThrownBy(() -> ledger.reserve("a", less, ROWS, Optional.empty()))
                .hasMessageContaining("uncounted");
        ledger.settle("a", less);
        ledger.settle("a", less);
        ledger.note("a", "released model-7");
        ledger.note("a", "released model-7");
        assertThat(ledger.lines()).isEqualTo(3);
        assertThatThrownBy(() -> ledger.settle("a", RUN)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settling_neverGoesBeyondTheReservation() {
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        assertThatThrownBy(() -> ledger.settle("a", Calibration.sampledGaussian(1, 0.01, 501)))
                .hasMessageContaining("501");
        assertThatThrownBy(() -> ledger.settle("a", Calibration.sampledGaussian(2, 0.01, 5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ledger.settle("z", RUN)).hasMessageContaining("no reservation");
    }

    @Test
    void racingReservations_neverPassABudgetTogether() throws Exception {
        // Each costs about 1.2 at 1e-5, three about 2.2: a budget of 2.0 takes two of the twelve.
        Budget budget = new Budget(2.0, 1e-5);
        var pool = Executors.newFixedThreadPool(6);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String id = "run-" + i;
            tasks.add(() -> {
                try {
                    return reopened()
                            .reserve(id, RUN, ROWS, Optional.of(budget))
                            .fresh();
                } catch (BudgetExceededException e) {
                    return false;
                }
            });
        }
        int admitted = 0;
        for (Future<Boolean> result : pool.invokeAll(tasks)) {
            admitted += result.get() ? 1 : 0;
        }
        pool.shutdown();
        assertThat(admitted).isEqualTo(ledger.runs().size()).isPositive();
        assertThat(ledger.spent(1e-5).upper()).isLessThanOrEqualTo(2.0);
    }

    @Test
    void aChangedLine_isRefusedByName() throws IOException {
        threeRuns();
        Path line = folder.resolve(LedgerLine.name(1));
        Files.writeString(line, Files.readString(line).replace("500", "400"));
        assertThatThrownBy(this::reopened)
                .isInstanceOf(LedgerFormatException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("hash");
    }

    @Test
    void aTruncatedLine_isRefusedByName() throws IOException {
        threeRuns();
        Path line = folder.resolve(LedgerLine.name(2));
        byte[] whole = Files.readAllBytes(line);
        for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
            Files.write(line, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(this::reopened)
                    .isInstanceOf(LedgerFormatException.class)
                    .hasMessageContaining("line 2")
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void aMissingLine_isRefusedByName() throws IOException {
        threeRuns();
        Files.delete(folder.resolve(LedgerLine.name(1)));
        assertThatThrownBy(this::reopened).hasMessageContaining("line 1").hasMessageContaining("missing");
    }

    @Test
    void aLineFromAnotherLedger_breaksTheChain() throws IOException {
        threeRuns();
        byte[] forged = LedgerLine.encode(1, LedgerLine.GENESIS, java.util.Map.of("kind", "note"), Optional.empty());
        Files.write(folder.resolve(LedgerLine.name(1)), forged);
        assertThatThrownBy(this::reopened).hasMessageContaining("line 1").hasMessageContaining("chain");
    }

    @Test
    void anUnknownVersion_isRefusedByName() throws IOException {
        threeRuns();
        Path line = folder.resolve(LedgerLine.name(0));
        String written = Files.readString(line);
        Files.writeString(line, written.replace("\"version\":2", "\"version\":3"));
        assertThatThrownBy(this::reopened).hasMessageContaining("line 0").hasMessageContaining("version 3");
        Files.writeString(line, written.replace("\"version\":2", "\"version\":1"));
        assertThatThrownBy(this::reopened).hasMessageContaining("which privacy unit its costs hold");
    }

    @Test
    void aRetriedCreation_thatHadSucceeded_isRecognizedAsOurs() {
        var local = new LocalLedgerStore(folder);
        LedgerStore forgetful = new LedgerStore() {
            @Override
            public boolean createIfAbsent(String name, byte[] content) throws IOException {
                local.createIfAbsent(name, content);
                return false;
            }

            @Override
            public List<String> list() throws IOException {
                return local.list();
            }

            @Override
            public byte[] read(String name) throws IOException {
                return local.read(name);
            }
        };
        assertThat(Ledger.open(forgetful)
                        .reserve("a", RUN, ROWS, Optional.empty())
                        .fresh())
                .isTrue();
        assertThat(ledger.lines()).isEqualTo(1);
    }

    @Test
    void lines_areJsonObjectsThatEndInANewline() throws IOException {
        ledger.reserve("a\n\"ü\u0000", RUN, ROWS, Optional.empty());
        String line = Files.readString(folder.resolve(LedgerLine.name(0)), StandardCharsets.UTF_8);
        assertThat(line).endsWith("}\n").hasLineCount(1);
        assertThat(ledger.runs().get(0).id()).isEqualTo("a\n\"ü\u0000");
    }

    @Test
    void anObject_isCreatedOnce_andItsFirstContentStays() throws IOException {
        var store = new LocalLedgerStore(folder);
        assertThat(store.createIfAbsent("a", new byte[] {1})).isTrue();
        assertThat(store.createIfAbsent("a", new byte[] {2})).isFalse();
        assertThat(store.read("a")).containsExactly(1);
        Files.write(folder.resolve(".tmp-left-by-a-crash"), new byte[] {3});
        assertThat(store.list()).containsExactly("a");
    }

    /** Else a lost race against an equal line would be taken for a win, and one of two runs would go uncharged. */
    @Test
    void equalRunsAtTheSameSecond_writeDifferentLines() {
        Clock noon = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
        Set<String> heads = new HashSet<>();
        for (String name : List.of("x", "y")) {
            Ledger other = Ledger.open(new LocalLedgerStore(folder.resolve(name)), noon);
            other.reserve("a", RUN, ROWS, Optional.empty());
            heads.add(other.head());
        }
        assertThat(heads).hasSize(2);
    }

    @Test
    void aRunId_thatCouldNotBeToldApart_isRefused() {
        for (String bad : List.of("", " \n", "x".repeat(201))) {
            assertThatThrownBy(() -> ledger.reserve(bad, RUN, ROWS, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("run id");
        }
        assertThat(ledger.lines()).isZero();
        assertThat(ledger.reserve("x".repeat(200), RUN, ROWS, Optional.empty()).fresh())
                .isTrue();
        assertThat(ledger.settle("x".repeat(200), RUN).settled()).contains(RUN);
        assertThat(ledger.note("x".repeat(200), "done").notes()).containsExactly("done");
    }

    @Test
    void budgets_thatMeanNothing_areRefused() {
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Budget(bad, 1e-5)).hasMessageContaining("epsilon");
        }
        for (double bad : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThatThrownBy(() -> new Budget(1, bad)).hasMessageContaining("delta");
        }
    }

    @Test
    void whatCouldNotBeReadAgain_isNotWritten() {
        DpEvent uncountable = Calibration.sampledGaussian(1, 0.01, Long.MAX_VALUE);
        assertThatThrownBy(() -> ledger.reserve("a", uncountable, ROWS, Optional.empty()))
                .isInstanceOf(LedgerFormatException.class);
        assertThat(reopened().lines()).isZero();
    }

    @Test
    void budgetThatSomebodyElseHasSetMeanwhile_isLeftAsTheySetIt() {
        Optional<Budget> seen = ledger.budget();
        reopened().setBudget(new Budget(1, 1e-5));
        assertThatThrownBy(() -> ledger.changeBudget(seen, new Budget(9, 1e-5)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("by somebody else");
        assertThat(ledger.budget()).contains(new Budget(1, 1e-5));
        ledger.changeBudget(ledger.budget(), new Budget(9, 1e-5));
        assertThat(reopened().budget()).contains(new Budget(9, 1e-5));
    }

    @Test
    void whatWasSetAndCharged_isTold_andWhyARunWasRefused() {
        Budget budget = new Budget(1.5, 1e-5);
        assertThat(ledger.budget()).isEmpty();
        ledger.setBudget(budget);
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        assertThat(reopened().budget()).contains(budget);
        assertThat(new PldAccountant().epsilon(ledger.charged(), 1e-5)).isEqualTo(ledger.spent(1e-5));
        assertThatThrownBy(() -> ledger.reserve("b", RUN, ROWS, Optional.empty()))
                .isInstanceOfSatisfying(BudgetExceededException.class, e -> assertThat(e.budget())
                        .isEqualTo(budget));
        assertThat(new LedgerFormatException(7, "seven", "is odd").line()).isEqualTo(7);
        assertThat(new LocalLedgerStore(folder)).hasToString(folder.toString());
    }

    @Test
    void aLineThatTellsTooLittle_isRefusedByWhatIsMissing() throws IOException {
        byte[] line = LedgerLine.encode(
                0, LedgerLine.GENESIS, java.util.Map.of("kind", "budget", "epsilon", 1.0), Optional.empty());
        Files.write(folder.resolve(LedgerLine.name(0)), line);
        assertThatThrownBy(this::reopened).hasMessageContaining("line 0").hasMessageContaining("\"delta\" is missing");
    }

    /** Written with a right hash by whoever may write there: the ledger would understate. */
    @Test
    void aSettlementThatIsNotCovered_orComesTwice_isRefused() throws IOException {
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        for (String drawn : List.of(
                "{\"type\":\"gaussian\",\"sigma\":1000.0}",
                "{\"type\":\"repeated\",\"count\":2,\"event\":%s}".formatted(Json.write(EventJson.write(RUN))))) {
            appended(1, Map.of("kind", "settle", "run", "a", "event", Json.read(drawn)));
            assertThatThrownBy(this::reopened)
                    .hasMessageContaining("line 1")
                    .hasMessageContaining("what is drawn must be reserved first");
        }
        Files.delete(folder.resolve(LedgerLine.name(1)));
        ledger.settle("a", RUN);
        appended(2, Map.of("kind", "settle", "run", "a", "event", EventJson.write(new DpEvent.Composed(List.of()))));
        assertThatThrownBy(this::reopened).hasMessageContaining("line 2").hasMessageContaining("was settled before");
    }

    @Test
    void anOrderThatIsNone_isRefused() throws IOException {
        for (double order : new double[] {-4, 0, 1}) {
            appended(
                    0,
                    Map.of(
                            "kind",
                            "reserve",
                            "run",
                            "a",
                            "event",
                            EventJson.write(RUN),
                            "terms",
                            ROWS.json(),
                            "order",
                            order));
            assertThatThrownBy(this::reopened).hasMessageContaining("line 0").hasMessageContaining("order");
        }
    }

    @Test
    void aLineWhoseEndWasRewritten_isRefusedByThat() throws IOException {
        threeRuns();
        Path line = folder.resolve(LedgerLine.name(1));
        Files.writeString(line, Files.readString(line).replace("\n", "\r\n"));
        assertThatThrownBy(this::reopened).hasMessageContaining("line 1").hasMessageContaining("CR LF");
    }

    private void appended(long number, Map<String, Object> body) throws IOException {
        Path before = folder.resolve(LedgerLine.name(number - 1));
        String previous =
                number == 0 ? LedgerLine.GENESIS : Files.readString(before).replaceAll(".*\"hash\":\"|\".*|\\s", "");
        Files.createDirectories(folder);
        Files.write(
                folder.resolve(LedgerLine.name(number)), LedgerLine.encode(number, previous, body, Optional.empty()));
    }

    private void threeRuns() {
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        ledger.reserve("b", RUN, ROWS, Optional.empty());
        ledger.reserve("c", RUN, ROWS, Optional.empty());
    }

    private Ledger reopened() {
        return Ledger.open(new LocalLedgerStore(folder));
    }
}
