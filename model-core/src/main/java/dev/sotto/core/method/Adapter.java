package dev.sotto.core.method;

import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Bottlenecks behind the output maps of attention and feed-forward: of what such a map says, y [hidden], the layer goes on with
 * y + U·gelu(D·y + d) + u, where D [bottleneck, hidden], d, U [hidden, bottleneck] and u are trained, before it adds its input and
 * normalises. U and u begin at zero, so that nothing changes at first. Houlsby et al., "Parameter-Efficient Transfer Learning for NLP",
 * ICML 2019 (arXiv:1902.00751), section 2.1. The paper leaves the non-linearity open and its authors' code has GELU, as most of these
 * models have themselves: so it is here, by the error function, whatever the model's own is.
 *
 * @param bottleneck rows of D, &gt; 0
 */
public record Adapter(int bottleneck) implements Addition {

    /** Behind the name of a map: D, [bottleneck, hidden]. */
    public static final String DOWN = ".adapter.down.weight";
    /** Behind the name of a map: d, [bottleneck]. */
    public static final String DOWN_BIAS = ".adapter.down.bias";
    /** Behind the name of a map: U, [hidden, bottleneck]. */
    public static final String UP = ".adapter.up.weight";
    /** Behind the name of a map: u, [hidden]. */
    public static final String UP_BIAS = ".adapter.up.bias";

    /** The names that families of transformers have for the output maps of attention and feed-forward. */
    private static final List<String> OUTPUTS = List.of(
            "output.dense",
            "attention.dense",
            "ffn_output",
            "attention.out_lin",
            "ffn.lin2",
            "attn.c_proj",
            "mlp.c_proj",
            "self_attn.o_proj",
            "mlp.down_proj");

    public Adapter {
        if (bottleneck < 1) {
            throw new IllegalArgumentException("An adapter's bottleneck must be at least 1, got " + bottleneck + ".");
        }
    }

    @Override
    public String words() {
        return "adapters with a bottleneck of " + bottleneck;
    }

    @Override
    public List<Slot> factors(Slot slot) {
        return mapBefore(slot)
                .map(map -> List.of(
                        factor(map.name() + DOWN, WhenMissing.UNIFORM, bottleneck, map.out()),
                        factor(map.name() + DOWN_BIAS, WhenMissing.ZEROS, bottleneck),
                        factor(map.name() + UP, WhenMissing.ZEROS, map.out(), bottleneck),
                        factor(map.name() + UP_BIAS, WhenMissing.ZEROS, map.out())))
                .orElse(List.of());
    }

    @Override
    public Optional<String> placeOf(String parameter) {
        return Stream.of(DOWN, DOWN_BIAS, UP, UP_BIAS)
                .filter(parameter::endsWith)
                .map(factor -> parameter.substring(0, parameter.length() - factor.length()))
                .findFirst();
    }

    static Slot factor(String name, WhenMissing beginning, Integer... shape) {
        return new Slot(name, List.of(shape), Slot.Role.ADAPTER, beginning);
    }

    /** The map that a parameter is the weight of, if it is one that an adapter stands behind. */
    static Optional<LinearMap> mapBefore(Slot slot) {
        return LinearMap.of(slot, OUTPUTS);
    }
}
