package dev.sotto.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.core.method.Grouping.By;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GroupingTest {
    private static final String QUERY = "bert.encoder.layer.0.attention.self.query";
    private static final List<String> NAMES = List.of(
            "bert.embeddings.LayerNorm.bias",
            QUERY + ".bias",
            QUERY + Lora.A,
            QUERY + Lora.B,
            "bert.encoder.layer.0.output.dense.bias",
            "bert.encoder.layer.11.output.dense.bias",
            "bert.pooler.dense.bias",
            "classifier.weight",
            "classifier.bias");
    private static final Set<String> HEAD = Set.of("classifier.weight", "classifier.bias");

    private static List<Grouping.Group> groups(By by, Map<String, Double> shares) {
        return new Grouping(by, shares).groups(layout(NAMES), HEAD);
    }

    private static BiasLayout layout(List<String> names) {
        List<BiasLayout.Entry> entries = new ArrayList<>();
        names.forEach(name -> entries.add(new BiasLayout.Entry(name, 2 * entries.size(), List.of(2))));
        return new BiasLayout(entries);
    }

    private static List<String> named(List<Grouping.Group> groups) {
        return groups.stream()
                .map(group -> group.name() + " " + group.parameters().size())
                .toList();
    }

    @Test
    void layers_areModulesWithWhatIsAddedToThem() {
        assertThat(named(groups(By.LAYER, Map.of())))
                .containsExactly(
                        "bert.embeddings.LayerNorm 1",
                        QUERY + " 3",
                        "bert.encoder.layer.0.output.dense 1",
                        "bert.encoder.layer.11.output.dense 1",
                        "bert.pooler.dense 1",
                        "classifier 2");
    }

    @Test
    void blocks_areNumbered_besideTheHeadAndTheRest() {
        assertThat(named(groups(By.BLOCK, Map.of())))
                .containsExactly("* 2", "bert.encoder.layer.0 4", "bert.encoder.layer.11 1", "head 2");
    }

    @ParameterizedTest
    @CsvSource({
        "transformer.h.3.attn.c_attn.bias, transformer.h.3",
        "resnet.encoder.stages.2.layers.1.layer.0.convolution.bias, resnet.encoder.stages.2.layers.1",
        "layer1.0.downsample.1.bias, layer1.0",
        "layer2.0.conv1.bias, layer2.0",
        "features.3.squeeze.bias, features.3",
        "features.3.0.block.1.0.bias, features.3.0",
        "swin.encoder.layers.0.blocks.1.norm.bias, swin.encoder.layers.0.blocks.1",
        "albert.encoder.albert_layer_groups.0.albert_layers.0.ffn.bias, albert.encoder.albert_layer_groups.0.albert_layers.0",
        "0.bias, 0",
        "embed.bias, *",
    })
    void block_isTheNumberedPart(String name, String block) {
        assertThat(named(new Grouping(By.BLOCK, Map.of()).groups(layout(List.of(name)), Set.of())))
                .containsExactly(block + " 1");
    }

    @Test
    void eachParameter_isInOneGroup_andTheBoundsMakeTheWhole() {
        for (Grouping grouping : List.of(
                Grouping.JOINT,
                new Grouping(By.LAYER, Map.of()),
                new Grouping(By.BLOCK, Map.of()),
                new Grouping(By.HEAD_AND_BODY, Map.of("head", 3.0)),
                new Grouping(By.NAMED, Map.of("*.query.*", 0.1, "*", 7.0)))) {
            List<Grouping.Group> groups = grouping.groups(layout(NAMES), HEAD);
            assertThat(groups.stream().flatMap(group -> group.parameters().stream()))
                    .containsExactlyInAnyOrderElementsOf(layout(NAMES).entries());
            assertThat(groups.stream()
                            .mapToDouble(group -> group.fraction() * group.fraction())
                            .sum())
                    .isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void bounds_areInProportionToShares() {
        List<Grouping.Group> groups = groups(By.HEAD_AND_BODY, Map.of("head", 3.0, "backbone", 4.0));
        assertThat(named(groups)).containsExactly("backbone 7", "head 2");
        assertThat(groups.get(0).fraction()).isCloseTo(0.8, within(1e-12));
        assertThat(groups.get(1).fraction()).isCloseTo(0.6, within(1e-12));
        assertThat(groups(By.BLOCK, Map.of())).allMatch(group -> group.fraction() == 0.5);
    }

    static Stream<Arguments> unfit() {
        return Stream.of(
                Arguments.of(Map.of("*.qurey.*", 1.0, "*", 1.0), "*.qurey.* matches no parameter that learns"),
                Arguments.of(Map.of("*.query.*", 1.0, "*.bias", 1.0, "*", 1.0), QUERY + ".bias is in the groups"),
                Arguments.of(Map.of("*.query.*", 1.0), "bert.embeddings.LayerNorm.bias learns and is in no group"),
                Arguments.of(Map.of("bert.*", 1.0, "classifier.*", 1.0, "*", 1.0), "nothing is left for it"));
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void patternsThatDoNotFit_areRefused(Map<String, Double> shares, String told) {
        assertThatThrownBy(() -> groups(By.NAMED, shares)).hasMessageContaining(told);
    }

    @Test
    void patternThatMatchesNothing_isToldTheNearestNames() {
        assertThatThrownBy(() -> groups(By.NAMED, Map.of("*.qurey.*", 1.0, "*", 1.0)))
                .hasMessageContaining("bert.encoder.layer.*.attention.self.query");
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "NaN", "Infinity"})
    void shareThatIsNone_isRefused(double share) {
        assertThatThrownBy(() -> new Grouping(By.NAMED, Map.of("*", share))).hasMessageContaining("finite and > 0");
    }
}
