package dev.sotto.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TorchModuleTest {
    private static final String SCALED_SUM =
            """
            # Adds up xs, times a weight and the constants.
            def scaled_sum(self, xs: List[Tensor], p: Dict[str, Tensor]) -> Tensor:
                total = torch.zeros_like(xs[0])
                for x in xs:
                    total = torch.add(total, x)
                for factor in self.factors():
                    total = torch.mul(total, factor)
                assert self.flag() and self.name() == "a \\"quoted\\" name"
                return torch.add(torch.mul(total, p["layer.weight"]), self.shift())
            """;

    private static TorchModule module(String body) {
        Map<String, Object> constants = new TreeMap<>(
                Map.of("factors", List.of(2, 5), "shift", 0.5, "flag", true, "name", "a \"quoted\" name"));
        return new TorchModule(TorchArchive.of(constants, body), Device.cpu());
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = NativeFloats.allocate(values.length);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    @Test
    void script_seesItsConstantsListsAndWeights() {
        try (TorchModule module = module(SCALED_SUM)) {
            module.addWeight("layer.weight", NumberType.F32, floats(1, -1), List.of(2));
            module.seal();
            List<Argument> xs = List.of(
                    Argument.of(new float[] {1, 2}, 2).in("xs"),
                    Argument.of(new float[] {3, 4}, 2).in("xs"));
            assertThat(module.call("scaled_sum", xs).values()).containsExactly(40.5f, -59.5f);
        }
    }

    @Test
    void moreMemoryThanThereIs_isToldApartFromOtherErrors() {
        String body = "def f(self, x: Tensor) -> Tensor:\n    return torch.repeat(x, [1125899906842624])\n";
        try (TorchModule module = module(body)) {
            List<Argument> one = List.of(Argument.of(new float[] {1}, 1));

            assertThatThrownBy(() -> module.call("f", one)).isInstanceOf(DeviceMemoryException.class);
            assertThatThrownBy(() -> module.call("f", List.of())).isNotInstanceOf(DeviceMemoryException.class);
        }
    }

    @Test
    void sourceThatIsNotTorchScript_isRefusedWithTheLine() {
        assertThatThrownBy(() -> module("def f(self, x: Tensor) -> Tensor:\n    return torch.no_such_operator(x)\n"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no_such_operator");
    }

    @Test
    void sealedModule_takesNoFurtherWeights() {
        try (TorchModule module = module(SCALED_SUM)) {
            module.seal();
            assertThatThrownBy(() -> module.addWeight("layer.weight", NumberType.F32, floats(1), List.of(1)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    /** A warning a call would tell how many calls there were, and thereby how many rows were sampled. */
    @Test
    void libtorchItself_writesNoWarnings() {
        TorchRuntime.isForGpus(); // starts it
        assertThat(NativeLog.found()).hasValue(NativeLog.FATAL);
    }
}
