package dev.sotto.accountant.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Golden;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.NoTheoremException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
    private static final DpEvent EVERYTHING = new DpEvent.Composed(List.of(
            new DpEvent.Gaussian(1.5),
            new DpEvent.Repeated(3, new DpEvent.Laplace(0.25)),
            new DpEvent.Repeated(7, new DpEvent.PoissonSampled(0.1, new DpEvent.Gaussian(2))),
            new DpEvent.PoissonSampled(0.2, new DpEvent.Laplace(2)),
            new DpEvent.PoissonSampled(0.2, new DpEvent.EpsilonDelta(1, 1e-9)),
            new DpEvent.Repeated(2, new DpEvent.Composed(List.of(new DpEvent.EpsilonDelta(0.1, 0)))),
            new DpEvent.NonPrivate()));

    @Test
    void events_surviveTheRoundTripAsTheSameAccount() {
        DpEvent back = EventJson.read(Json.read(Json.write(EventJson.write(EVERYTHING))));
        assertThat(Mechanism.of(back, Adjacency.ADD_OR_REMOVE_ONE))
                .isEqualTo(Mechanism.of(EVERYTHING, Adjacency.ADD_OR_REMOVE_ONE));
    }

    @Test
    void events_surviveJavaSerialization() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(EVERYTHING);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(EVERYTHING);
        }
    }

    @Test
    void everyGoldenSetting_isRead() {
        Golden.rows("settings")
                .filter(row -> !List.of("e019", "e020", "e021", "e023").contains(row.get("id")))
                .forEach(row -> assertThat(EventJson.read(row.get("events"))).isNotNull());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"gaussian\"}",
                "{\"type\":\"gaussian\",\"sigma\":\"1\"}",
                "{\"type\":\"gaussian\",\"sigma\":1,\"q\":0.5}",
                "{\"type\":\"gaussian\",\"sigma\":1,\"count\":1.5}",
                "{\"type\":\"gaussian\",\"sigma\":1,\"count\":-1}",
                "{\"type\":\"gauss\",\"sigma\":1}",
                "{\"sigma\":1}",
                "7",
                "{\"type\":\"gaussian\",\"sigma\":1,\"sigma\":2}",
                "{\"type\":\"gaussian\",\"sigma\":1}}",
                "{\"type\":\"gaussian\",\"sigma\":01e}",
                "{\"type\":\"gaussian\",",
                "{\"type\":\"gaussian\",\"sigma\":0}",
            })
    void whatIsNotAnEvent_isRefused(String text) {
        assertThatThrownBy(() -> EventJson.read(Json.read(text))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncated_poisson", "without_replacement", "shuffled"})
    void samplesOfOtherKinds_haveNoTheorem(String kind) {
        assertThatThrownBy(() -> EventJson.read(Map.of("type", kind, "sigma", 1.0, "q", 0.1)))
                .isInstanceOf(NoTheoremException.class)
                .hasMessageContaining(kind)
                .hasMessageContaining("never approximated");
    }

    @Test
    void strings_surviveTheRoundTrip() {
        String text = "a\"\\\n\t\u0001é\uD83D\uDE00";
        assertThat(Json.read(Json.write(text))).isEqualTo(text);
        assertThatThrownBy(() -> Json.read("[".repeat(5000))).isInstanceOf(JsonException.class);
    }

    @Test
    void aSingleSample_isWrittenAsOne() {
        DpEvent one = new DpEvent.PoissonSampled(0.2, new DpEvent.EpsilonDelta(1, 1e-9));
        assertThat(Json.write(EventJson.write(one))).startsWith("{\"type\":\"poisson_sampled\"");
        assertThat(EventJson.read(EventJson.write(new DpEvent.Repeated(3, one))))
                .isEqualTo(new DpEvent.Repeated(3, one));
    }
}
