package dev.sotto.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotGroupTest {

    private static final Executor ONE = new Executor("1", "left", 2);
    private static final Executor TWO = new Executor("2", "right", 1);

    @Test
    void everyPartition_isInExactlyOneGroupAndNoGroupHasMoreThanItsShare() {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            int partitions = 1 + random.nextInt(60);
            List<Executor> executors = IntStream.range(0, random.nextInt(6))
                    .mapToObj(id -> new Executor("" + id, "host", 1 + random.nextInt(4)))
                    .toList();
            List<List<String>> holders = IntStream.range(0, partitions)
                    .mapToObj(partition -> random.ints(random.nextInt(3), 0, 7) // some have gone, some are unknown
                            .distinct()
                            .mapToObj(String::valueOf)
                            .toList())
                    .toList();

            List<SlotGroup> groups = SlotGroup.of(executors, holders);

            int slots = executors.stream().mapToInt(Executor::slots).sum();
            int share = slots == 0 ? 1 : (partitions + slots - 1) / slots;
            assertThat(groups.stream().flatMap(group -> group.partitions().stream()))
                    .as("seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, partitions).boxed().toList());
            assertThat(groups).allSatisfy(group -> assertThat(group.partitions())
                    .hasSizeBetween(1, share)
                    .isSorted());
            assertThat(groups.size()).isLessThanOrEqualTo(slots == 0 ? partitions : slots);
        }
    }

    @Test
    void partitions_goWhereTheirBlocksLie() {
        List<SlotGroup> groups = SlotGroup.of(
                List.of(ONE, TWO),
                List.of(List.of("2"), List.of("1"), List.of("1"), List.of("2"), List.of("1"), List.of("1")));

        assertThat(at(groups, ONE)).containsExactlyInAnyOrder(1, 2, 4, 5);
        assertThat(at(groups, TWO)).containsExactly(0, 3);
        assertThat(groups).hasSize(3);
    }

    @Test
    void replicas_areChosenSoThatGroupsAreEven() {
        List<SlotGroup> groups =
                SlotGroup.of(List.of(ONE, TWO), List.of(List.of("1", "2"), List.of("1"), List.of("1")));

        assertThat(at(groups, ONE)).containsExactlyInAnyOrder(1, 2);
        assertThat(at(groups, TWO)).containsExactly(0);
    }

    /** An executor has come in the place of one that was lost, whose tasks the others have done meanwhile. */
    @Test
    void newExecutor_takesItsShare() {
        List<SlotGroup> groups =
                SlotGroup.of(List.of(new Executor("1", "left", 1), new Executor("3", "new", 1)), all("1", 10));

        assertThat(groups).extracting(group -> group.partitions().size()).containsExactly(5, 5);
    }

    @Test
    void blocksThatNobodyHas_areSpreadEvenlyOverExecutorsFirst() {
        List<SlotGroup> groups =
                SlotGroup.of(List.of(new Executor("1", "a", 4), new Executor("2", "b", 4)), all("lost", 2));

        assertThat(groups)
                .extracting(group -> group.place().orElse(""))
                .containsExactly("executor_a_1", "executor_b_2");
    }

    @Test
    void withoutExecutors_eachPartitionGoesToWhoeverComes() {
        assertThat(SlotGroup.of(List.of(), all("1", 3))).hasSize(3).allSatisfy(group -> assertThat(group.place())
                .isEmpty());
    }

    private static List<List<String>> all(String holder, int partitions) {
        return IntStream.range(0, partitions).mapToObj(each -> List.of(holder)).toList();
    }

    private static List<Integer> at(List<SlotGroup> groups, Executor executor) {
        List<Integer> partitions = new ArrayList<>();
        groups.stream()
                .filter(group -> group.place().orElse("").equals(executor.place()))
                .forEach(group -> partitions.addAll(group.partitions()));
        return partitions;
    }
}
