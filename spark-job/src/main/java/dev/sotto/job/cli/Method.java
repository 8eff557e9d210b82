package dev.sotto.job.cli;

import dev.sotto.job.config.Faults;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What learns, under the names that the field has for it. The head learns with each of them. */
enum Method {
    /** Biases: Bu, Wang, Zha, Karypis, ICML 2024. */
    BITFIT,
    /** The head alone: linear probing. */
    HEAD,
    /** Scales and shifts of normalisations. */
    NORMS,
    /** Low-rank updates of maps: Hu et al., ICLR 2022. */
    LORA,
    /** Bottlenecks behind output maps: Houlsby et al., ICML 2019. */
    ADAPTER,
    /** The same of few numbers, by Kronecker products: Karimi Mahabadi et al., NeurIPS 2021. */
    COMPACTER,
    /** Keys and values before a text's: Li and Liang, ACL 2021. */
    PREFIX;

    /** What is added to a model: each is an answer to the same question. */
    private static final Set<Method> ADDING = EnumSet.of(LORA, ADAPTER, COMPACTER, PREFIX);

    /** One or several, joined by {@code +}; empty if there is a fault. */
    static Set<Method> of(String text, Faults faults) {
        Set<Method> methods = EnumSet.noneOf(Method.class);
        for (String name : text.split("\\+", -1)) {
            Optional<Method> method = Stream.of(values())
                    .filter(each -> each.toString().equals(name))
                    .findFirst();
            if (method.isEmpty()) {
                faults.add(
                        "method",
                        "'%s' is none. Choose %s, or several of them joined by +, such as lora+bitfit."
                                .formatted(
                                        name,
                                        Stream.of(values())
                                                .map(Method::toString)
                                                .collect(Collectors.joining(", "))));
                return Set.of();
            }
            methods.add(method.get());
        }
        if (methods.contains(BITFIT) && methods.contains(NORMS)) {
            faults.add(
                    "method",
                    "bitfit and norms are not combined: the shifts of normalisations are biases, and learn with"
                            + " bitfit. Choose one of the two.");
            return Set.of();
        }
        List<String> adding =
                methods.stream().filter(ADDING::contains).map(Method::toString).toList();
        if (adding.size() > 1) {
            faults.add(
                    "method",
                    ("%s are not combined: each is an answer to the same question, what to add to a model, and together they"
                                    + " get the noise of all. Choose one of them.")
                            .formatted(String.join(" and ", adding)));
            return Set.of();
        }
        return methods;
    }

    /** The parameters of the model's own that learn with some methods. */
    static TrainedPart part(Set<Method> methods) {
        return methods.contains(BITFIT)
                ? TrainedPart.BIASES_AND_HEAD
                : methods.contains(NORMS) ? TrainedPart.NORMS_AND_HEAD : TrainedPart.HEAD;
    }

    /** Told where it is not chosen: an option of it has no use without it. */
    void isNeededBy(String option, @Nullable Object value, Faults faults) {
        if (value != null) {
            faults.add(
                    option,
                    "it is an option of method: %s, which is not chosen. Leave it out, or choose %s."
                            .formatted(this, this));
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
