package dev.sotto.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Terms;
import dev.sotto.accountant.ledger.Unit;
import dev.sotto.core.checkpoint.Provenance.Charged;
import dev.sotto.core.checkpoint.Provenance.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvenanceTest {
    private static final Terms TERMS =
            new Terms(new Unit.Column("patient", 16), Adjacency.ADD_OR_REMOVE_ONE, "messages", "exact");
    private static final DpEvent EVENT =
            new DpEvent.Repeated(5, new DpEvent.PoissonSampled(0.1, new DpEvent.Gaussian(1.5)));
    private static final Provenance TWO = Provenance.NONE
            .with(new Link("night-1", "5e1f", TERMS, EVENT, new Charged("a".repeat(64), "b".repeat(64))))
            .with(new Link("night-2 \"ü\"", "0a0b", TERMS, new DpEvent.NonPrivate(), null));

    @TempDir
    Path folder;

    @Test
    void aModelsFolder_saysWhatWasWrittenThere_andWithoutTheFileNothing() throws IOException {
        assertThat(Provenance.of(folder)).isEqualTo(Provenance.NONE);
        Files.writeString(folder.resolve(Provenance.FILE), TWO.json() + "\n");
        assertThat(Provenance.of(folder)).isEqualTo(TWO);
        assertThat(TWO.links()).extracting(Link::run).isEqualTo(List.of("night-1", "night-2 \"ü\""));
    }

    @Test
    void ofTwoAccounts_theFirstTellsOfEachRun_andTheSecondOfOthers() {
        Link first = TWO.links().get(0);
        Link altered = new Link("night-1", "5e1f", TERMS, new DpEvent.Gaussian(100), new Charged("a".repeat(64), "c"));
        Link ofAnotherLedger = new Link("night-1", "5e1f", TERMS, EVENT, new Charged("d".repeat(64), "e".repeat(64)));
        assertThat(new Provenance(List.of(first))
                        .and(new Provenance(List.of(altered, ofAnotherLedger)))
                        .links())
                .containsExactly(first, ofAnotherLedger);
        var twiceTheName = new Provenance(List.of(first, ofAnotherLedger));
        assertThat(Provenance.NONE.and(twiceTheName)).isEqualTo(twiceTheName);
        assertThat(twiceTheName.and(Provenance.NONE)).isEqualTo(twiceTheName);
    }

    /** To take it for nothing would be to forget what was spent. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"format\":1}",
                "{\"format\":2,\"runs\":[]}",
                "{\"format\":1,\"runs\":[{\"run\":\"a\"}]}",
                "{\"format\":1,\"runs\":[{\"run\":\"a\",\"seed_sha256\":\"b\",\"terms\":{\"unit\":\"row\"}}]}"
            })
    void whatIsNotUnderstood_isRefused(String text) throws IOException {
        Files.writeString(folder.resolve(Provenance.FILE), text);
        assertThatThrownBy(() -> Provenance.of(folder)).isInstanceOf(IllegalArgumentException.class);
    }
}
