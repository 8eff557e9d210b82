package dev.sotto.job.step;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The partitions that one task takes, and where.
 *
 * @param place the executor that it prefers; none if there is no executor
 * @param partitions indices, ascending, at least one
 */
record SlotGroup(Optional<String> place, List<Integer> partitions) {

    /**
     * One group a slot, or fewer where partitions are fewer: each partition goes to a slot of an executor that has its block, unless
     * these have their even share by then; it and the blocks that nobody has go to whoever has the least. Without executors each
     * partition is a group, for whoever comes.
     *
     * @param holders of each partition, the ids of the executors that have its block
     */
    static List<SlotGroup> of(List<Executor> executors, List<? extends Collection<String>> holders) {
        int partitions = holders.size();
        List<Slot> slots = slots(executors);
        if (slots.isEmpty()) {
            return IntStream.range(0, partitions)
                    .mapToObj(partition -> new SlotGroup(Optional.empty(), List.of(partition)))
                    .toList();
        }
        int share = (partitions + slots.size() - 1) / slots.size();
        Map<String, List<Slot>> byExecutor = slots.stream()
                .collect(Collectors.groupingBy(slot -> slot.executor().id()));
        List<Integer> elsewhere = new ArrayList<>();
        IntStream.range(0, partitions)
                .boxed()
                .sorted(Comparator.comparing(partition -> holders.get(partition).size())) // those with a choice last
                .forEach(partition -> holders.get(partition).stream()
                        .flatMap(holder -> byExecutor.getOrDefault(holder, List.of()).stream())
                        .min(LEAST_FIRST)
                        .filter(slot -> slot.partitions().size() < share)
                        .ifPresentOrElse(slot -> slot.partitions().add(partition), () -> elsewhere.add(partition)));
        elsewhere.forEach(partition ->
                slots.stream().min(LEAST_FIRST).orElseThrow().partitions().add(partition));
        return slots.stream()
                .filter(slot -> !slot.partitions().isEmpty())
                .map(Slot::group)
                .toList();
    }

    private static final Comparator<Slot> LEAST_FIRST =
            Comparator.comparing(slot -> slot.partitions().size());

    /** The executors' first slots, then their second ones, so that few partitions are spread over executors. */
    private static List<Slot> slots(List<Executor> executors) {
        int most = executors.stream().mapToInt(Executor::slots).max().orElse(0);
        return IntStream.range(0, most)
                .boxed()
                .flatMap(nth -> executors.stream().filter(executor -> nth < executor.slots()))
                .map(executor -> new Slot(executor, new ArrayList<>()))
                .toList();
    }

    private record Slot(Executor executor, List<Integer> partitions) {
        SlotGroup group() {
            return new SlotGroup(
                    Optional.of(executor.place()), partitions.stream().sorted().toList());
        }
    }
}
