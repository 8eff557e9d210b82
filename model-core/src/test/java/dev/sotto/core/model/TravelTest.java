package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
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
                        new BiasLayout.Entry("head.weight", 3, List.of(2, 5)))));
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
