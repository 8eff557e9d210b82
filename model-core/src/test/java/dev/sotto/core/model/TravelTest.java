package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.Span;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent to executors arrives as it was. */
class TravelTest {
    static Stream<Serializable> cargo() {
        return Stream.of(
                new ModelSpec(Task.CLASSIFICATION, 4, Trained.HEAD),
                new BiasLayout(List.of(
                        new BiasLayout.Entry("a.bias", 0, List.of(3)),
                        new BiasLayout.Entry("head.weight", 3, List.of(2, 5)))),
                new ClippingGroups(List.of(
                        new ClippingGroups.Group("a", new Clipping.AutoS(0.6), List.of(new Span(0, 3))),
                        new ClippingGroups.Group("head", new Clipping.AutoS(0.8), List.of(new Span(3, 13))))));
    }

    @ParameterizedTest
    @MethodSource("cargo")
    void cargo_arrivesAsItWas(Serializable cargo) throws IOException, ClassNotFoundException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(cargo);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(cargo);
        }
    }
}
