package dev.sotto.job.preflight;

import static dev.sotto.job.preflight.Finding.good;
import static dev.sotto.job.preflight.Finding.wrong;

import dev.sotto.core.engine.TorchTrial;
import dev.sotto.job.ExitCode;
import dev.sotto.job.preflight.MachineFacts.Gpu;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What the facts of all executors together tell. That they compute alike, to the bit, is assumed by the privacy argument, and
 * kernels follow from the processor and the library.
 */
final class FleetChecks {

    private static final String WHERE = "all executors";

    private FleetChecks() {}

    /** @param executors at least one */
    static List<Finding> of(List<MachineFacts> executors) {
        List<Finding> findings = new ArrayList<>();
        findings.add(alike(
                executors,
                "processor",
                MachineFacts::processor,
                "Executors that compute differently give weights that differ from run to run, and the privacy argument"
                        + " assumes alike ones: place executors on one kind (a node label, a constraint, one instance type).",
                ExitCode.SETTINGS));
        List<MachineFacts> computing = executors.stream()
                .filter(each -> each.torch() instanceof TorchTrial.Works)
                .toList();
        if (!computing.isEmpty()) {
            findings.add(alike(
                    computing,
                    "libtorch",
                    FleetChecks::library,
                    "Bring one libtorch to every node: set PYTORCH_LIBRARY_PATH everywhere or nowhere.",
                    ExitCode.SETTINGS));
        }
        List<MachineFacts> withModel = executors.stream()
                .filter(each -> each.model() != null && each.model().reached())
                .toList();
        if (!withModel.isEmpty()) {
            findings.add(alike(
                    withModel,
                    "seed model",
                    each -> Objects.requireNonNull(each.model()).words(),
                    "Copy the same model folder to every machine, or put it in HDFS or S3.",
                    ExitCode.MODEL));
        }
        findings.addAll(sharedGpus(executors));
        return findings;
    }

    private static String library(MachineFacts machine) {
        var works = (TorchTrial.Works) machine.torch();
        return works.version() + (works.forGpus() ? " for CUDA" : " for CPUs");
    }

    private static Finding alike(
            List<MachineFacts> machines, String what, Function<MachineFacts, String> fact, String todo, ExitCode code) {
        Map<String, TreeSet<String>> byFact = new LinkedHashMap<>();
        machines.forEach(each -> byFact.computeIfAbsent(fact.apply(each), first -> new TreeSet<>())
                .add(each.host()));
        if (byFact.size() == 1) {
            return good(WHERE, what, "alike: " + byFact.keySet().iterator().next());
        }
        List<String> found = byFact.entrySet().stream()
                .map(kind -> kind.getKey() + " (" + kind.getValue().first()
                        + (kind.getValue().size() > 1
                                ? " and " + (kind.getValue().size() - 1) + " more"
                                : "") + ")")
                .toList();
        return wrong(WHERE, what, byFact.size() + " kinds: " + String.join("; ", found), todo, code);
    }

    /** Two executors on one GPU: each believes that it has the whole of its memory. */
    private static List<Finding> sharedGpus(List<MachineFacts> executors) {
        Map<Gpu, TreeSet<String>> holders = new LinkedHashMap<>();
        Map<String, Gpu> byUuid = new TreeMap<>();
        for (MachineFacts machine : executors) {
            machine.gpus().stream()
                    .filter(gpu -> machine.assigned().contains(gpu.index()))
                    .forEach(gpu -> holders.computeIfAbsent(
                                    byUuid.computeIfAbsent(gpu.uuid(), first -> gpu), first -> new TreeSet<>())
                            .add(machine.where()));
        }
        return holders.entrySet().stream()
                .filter(shared -> shared.getValue().size() > 1)
                .map(shared -> wrong(
                        WHERE,
                        "GPU",
                        shared.getKey().name() + " " + shared.getKey().uuid() + " is assigned to "
                                + String.join(" and ", shared.getValue()),
                        "Have the cluster hand out its GPUs: on a standalone cluster set spark.worker.resource.gpu.amount"
                                + " and its discoveryScript to what the worker has, on YARN isolate GPUs; or run one"
                                + " executor a machine. For several tasks on one GPU set spark.task.resource.gpu.amount to"
                                + " a fraction."))
                .toList();
    }
}
