package dev.sotto.core.archive;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An archive's code as functions of one module without state.
 *
 * @param source TorchScript functions, {@code entry} among them; they take their weights as {@code Dict[str, Tensor]} after
 *     {@code self} and call those of {@code archive.pyts}
 * @param entry the name of what was {@code forward}
 * @param parameters what it takes besides
 * @param returns the type of its result
 * @param tensors names of the tensors that it reads
 */
public record RewrittenArchive(
        String source, String entry, List<Parameter> parameters, String returns, Set<String> tensors) {

    /**
     * A parameter.
     *
     * @param required whether one must be given
     */
    public record Parameter(String name, String type, boolean required) {}

    /** Where a tensor's value becomes a number or a yes or no of the code; in traced code integers are sizes alone. */
    private static final Pattern LOOK = Pattern.compile("(?<![A-Za-z0-9_.])(bool|float|int)\\(|torch\\.item\\(");

    private static final String TRACED_SIZE = "ops.prim.NumToTensor";

    /**
     * Whether its code looks at the values of tensors to decide what it computes. Then a row could change what is computed of those
     * beside it in ways that show on some values alone.
     */
    public boolean looksAtValues() {
        boolean traced = source.contains(TRACED_SIZE);
        return LOOK.matcher(source)
                .results()
                .anyMatch(each -> !(traced && each.group().equals("int(")));
    }

    public RewrittenArchive {
        parameters = List.copyOf(parameters);
        tensors = Set.copyOf(tensors);
    }
}
