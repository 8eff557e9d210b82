package dev.sotto.accountant.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import dev.sotto.accountant.report.GroupPrivacy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TermsTest {
    private static final Terms ROWS = LedgerTestFolder.ROWS;
    private static final Terms PATIENTS = terms(new Unit.Column("patient", 16), "messages");
    private static final DpEvent RUN = Calibration.sampledGaussian(1, 0.05, 200);

    @TempDir
    Path folder;

    private static Terms terms(Unit unit, String table) {
        return new Terms(unit, Adjacency.ADD_OR_REMOVE_ONE, table, "rounding");
    }

    /** One sum of both would say less than 9 where a patient with five rows has paid for more than 40. */
    @Test
    void aRowLevelRun_isNotAddedToALedgerOfPersons() {
        DpEvent both = new DpEvent.Composed(List.of(RUN, RUN));
        assertThat(new BestAccountant().epsilon(both, 1e-5).upper()).isLessThan(9);
        assertThat(GroupPrivacy.epsilonUpper(new BestAccountant(), RUN, 1e-5, 5))
                .isGreaterThan(40);

        Ledger ledger = LedgerTestFolder.open(folder);
        ledger.reserve("patients", RUN, PATIENTS, Optional.empty());
        assertThatThrownBy(() -> ledger.reserve("rows", RUN, ROWS, Optional.empty()))
                .isInstanceOf(OtherUnitException.class)
                .hasMessageContaining("one row")
                .hasMessageContaining("patient")
                .hasMessageContaining("privacy-unit-column");
        assertThat(ledger.lines()).isEqualTo(1);
    }

    @Test
    void aPersonLevelRun_isNotAddedToALedgerOfRows_norOneOfOtherPersonsOrNeighbours() {
        Ledger ledger = LedgerTestFolder.open(folder);
        ledger.reserve("rows", RUN, ROWS, Optional.empty());
        for (Terms other : List.of(
                PATIENTS, new Terms(new Unit.Row(), Adjacency.REPLACE_ONE, ROWS.table(), ROWS.rowIndependence()))) {
            assertThatThrownBy(() -> ledger.reserve("other", RUN, other, Optional.empty()))
                    .isInstanceOf(OtherUnitException.class);
        }
        assertThat(PATIENTS.addUpWith(terms(new Unit.Column("doctor", 16), "messages")))
                .isFalse();
    }

    @Test
    void otherTablesAndCaps_ofTheSameUnitAddUp() {
        Ledger ledger = LedgerTestFolder.open(folder);
        Terms labs = terms(new Unit.Column("patient", 4), "labs where year > 2020");
        ledger.reserve("messages", RUN, PATIENTS, Optional.empty());
        ledger.reserve("labs", RUN, labs, Optional.empty());
        assertThat(LedgerTestFolder.open(folder).runs()).extracting(Run::terms).containsExactly(PATIENTS, labs);
    }

    @Test
    void aLedgerThatWasChargedNothing_takesAnyUnit() {
        Ledger ledger = LedgerTestFolder.open(folder);
        ledger.reserve("rows", RUN, ROWS, Optional.empty());
        ledger.settle("rows", new DpEvent.Composed(List.of()));
        assertThat(ledger.reserve("patients", RUN, PATIENTS, Optional.empty()).fresh())
                .isTrue();
    }

    @Test
    void aResubmissionUnderOtherTerms_isRefused() {
        Ledger ledger = LedgerTestFolder.open(folder);
        ledger.reserve("a", RUN, PATIENTS, Optional.empty());
        assertThatThrownBy(() -> ledger.reserve("a", RUN, terms(PATIENTS.unit(), "labs"), Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("labs");
    }

    @Test
    void json_readsBackAsTheSame_andWhatIsMissingIsNamed() {
        for (Terms terms : List.of(ROWS, PATIENTS)) {
            assertThat(Terms.of(Json.read(Json.write(terms.json())))).isEqualTo(terms);
        }
        assertThatThrownBy(() -> Terms.of(Json.read("{\"unit\":\"column\",\"column\":\"p\"}")))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("max_rows");
        assertThatThrownBy(() -> Terms.of(Json.read("{\"unit\":\"household\"}")))
                .hasMessageContaining("household");
    }
}
