package dev.sotto.core.check;

import dev.sotto.core.privacy.Clipping;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A clipping function under its name in a reference file: {@code abadi_R1_eps1e-6} is min(1, R / (norm + eps)),
 * {@code autos_R1_g0.01} R / (norm + 0.01), {@code autov_R1} R / norm, {@code _exact} and none mean eps = 0.
 */
record NamedClipping(String name, Clipping clipping, double added) {
    private static final Pattern NAME = Pattern.compile(
            "(abadi|autos|autov)_R([0-9.]+(?:e-?[0-9]+)?)(?:_eps([0-9.]+(?:e-?[0-9]+)?)|_exact|_g0\\.01)?");

    /** The clippings that a reference has factors of, for a kind; those of other names are left out. */
    static List<NamedClipping> in(Collection<String> tensors, String kind) {
        return tensors.stream()
                .filter(tensor -> tensor.startsWith(kind + "/") && tensor.endsWith("/factor"))
                .map(tensor -> tensor.substring(kind.length() + 1, tensor.length() - "/factor".length()))
                .flatMap(name -> parse(name).stream())
                .toList();
    }

    private static Optional<NamedClipping> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double bound = Double.parseDouble(matcher.group(2));
        Clipping clipping =
                switch (matcher.group(1)) {
                    case "abadi" -> new Clipping.Abadi(bound);
                    case "autos" -> new Clipping.AutoS(bound);
                    default -> new Clipping.AutoV(bound);
                };
        String added = matcher.group(3);
        return Optional.of(new NamedClipping(name, clipping, added == null ? 0 : Double.parseDouble(added)));
    }

    /** The factor of each row. */
    double[] factors(double[] norms) {
        return Arrays.stream(norms).map(norm -> clipping.factor(norm + added)).toArray();
    }
}
