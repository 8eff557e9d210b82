package dev.sotto.job.preflight;

import static dev.sotto.job.preflight.Finding.good;
import static dev.sotto.job.preflight.Finding.note;
import static dev.sotto.job.preflight.Finding.wrong;

import dev.sotto.core.engine.TorchTrial;
import dev.sotto.job.ExitCode;
import dev.sotto.job.preflight.MachineFacts.Gpu;
import dev.sotto.job.preflight.MachineFacts.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the facts of one machine tell. */
final class MachineChecks {

    private static final int JAVA = 17;
    private static final Pattern GLIBC = Pattern.compile("glibc (\\d+)\\.(\\d+)");
    private static final int GLIBC_MINOR = 29; // of version 2

    private MachineChecks() {}

    /**
     * All of them.
     *
     * @param computes whether tasks compute in this JVM, as they do not in a cluster's driver
     */
    static List<Finding> of(MachineFacts machine, boolean computes) {
        List<Finding> findings = new ArrayList<>();
        findings.add(java(machine));
        findings.add(libc(machine));
        findings.add(torch(machine));
        convolutions(machine).ifPresent(findings::add);
        findings.add(offline(machine));
        findings.add(logs(machine));
        dumps(machine).ifPresent(findings::add);
        if (computes) {
            findings.add(gpu(machine));
        }
        reach(machine, "seed model", machine.model(), ExitCode.MODEL).ifPresent(findings::add);
        reach(machine, "table", machine.table(), ExitCode.DATA).ifPresent(findings::add);
        return findings;
    }

    private static Finding java(MachineFacts machine) {
        return machine.java() == JAVA
                ? good(machine.where(), "Java", "17")
                : wrong(
                        machine.where(),
                        "Java",
                        machine.java() + ", where Spark and the native libraries are run on 17",
                        machine.isDriver()
                                ? "Install a JDK 17 and set JAVA_HOME to it."
                                : "Install a JDK 17 there and set spark.executorEnv.JAVA_HOME to it (on a standalone cluster,"
                                        + " JAVA_HOME of the worker).");
    }

    private static Finding libc(MachineFacts machine) {
        String libc = machine.libc();
        Matcher version = GLIBC.matcher(libc);
        if (!version.matches()) {
            return wrong(
                    machine.where(),
                    "C library",
                    libc + ", where libtorch needs glibc 2.29 or later",
                    "Use a system or image with glibc, such as Debian 11, Ubuntu 20.04, RHEL 9 or later.");
        }
        int major = Integer.parseInt(version.group(1));
        return major > 2 || (major == 2 && Integer.parseInt(version.group(2)) >= GLIBC_MINOR)
                ? good(machine.where(), "C library", libc)
                : wrong(
                        machine.where(),
                        "C library",
                        libc + ", where libtorch needs 2.29 or later",
                        "Use a newer system or image there: Debian 11, Ubuntu 20.04, RHEL 9 or later.");
    }

    private static Finding torch(MachineFacts machine) {
        if (machine.torch() instanceof TorchTrial.Works works) {
            return good(
                    machine.where(),
                    "libtorch",
                    works.version() + " " + (works.forGpus() ? "for CUDA" : "for CPUs") + " multiplies matrices");
        }
        String why = ((TorchTrial.Fails) machine.torch()).why();
        return wrong(
                machine.where(),
                "libtorch",
                "does not compute: " + why,
                machine.assigned().isEmpty()
                        ? "Start with scripts/sotto, which passes the CPU libraries on; or pass spark-job/target/lib's"
                                + " pytorch-native jar with --jars; or set PYTORCH_LIBRARY_PATH (and"
                                + " spark.executorEnv.PYTORCH_LIBRARY_PATH) to a folder with libtorch 2.7.1 on every node."
                        : "Check nvidia-smi there, and that PYTORCH_LIBRARY_PATH names a libtorch 2.7.1 for CUDA whose"
                                + " version the NVIDIA driver supports.");
    }

    private static Optional<Finding> convolutions(MachineFacts machine) {
        return machine.torch() instanceof TorchTrial.Works works && !works.convolves()
                ? Optional.of(note(
                        machine.where(),
                        "convolutions",
                        "libtorch's are wrong on this processor, whose caches a virtual machine hides: they are computed without oneDNN,"
                                + " about half as fast",
                        "Only image models have them. Show the virtual machine the processor's caches (QEMU: the CPU flag topoext) to"
                                + " have the fast ones."))
                : Optional.empty();
    }

    private static Finding offline(MachineFacts machine) {
        String todo = machine.isDriver()
                ? "Set DJL_OFFLINE=true in its environment, as scripts/sotto does."
                : "Set --conf spark.executorEnv.DJL_OFFLINE=true, as scripts/sotto does.";
        if (machine.offline() == null) {
            return note(
                    machine.where(), "DJL_OFFLINE", "unset: native libraries may be looked for on the network", todo);
        }
        return machine.offline().equalsIgnoreCase("true")
                ? good(machine.where(), "DJL_OFFLINE", "true")
                : wrong(
                        machine.where(),
                        "DJL_OFFLINE",
                        machine.offline() + ": native libraries are looked for on the network",
                        todo);
    }

    private static Finding logs(MachineFacts machine) {
        return machine.loud().isEmpty()
                ? good(machine.where(), "logs", "tell nothing of rows")
                : wrong(
                        machine.where(),
                        "logs",
                        String.join(", ", machine.loud())
                                + " are on: they tell why tasks failed, in messages that may quote rows, and how large blocks are",
                        "Leave --debug out, and take no configuration of log4j that sets these while the program runs.");
    }

    private static Optional<Finding> dumps(MachineFacts machine) {
        return machine.dumpsHeap()
                ? Optional.of(note(
                        machine.where(),
                        "heap dumps",
                        "on (-XX:+HeapDumpOnOutOfMemoryError): a JVM that is out of memory writes all that it holds, rows among it, to"
                                + " a file that nobody clears away",
                        "Take the option out, or keep -XX:HeapDumpPath inside the trust boundary."))
                : Optional.empty();
    }

    private static Finding gpu(MachineFacts machine) {
        if (machine.assigned().isEmpty()) {
            return machine.gpus().isEmpty()
                    ? good(machine.where(), "GPU", "none, none assigned")
                    : note(
                            machine.where(),
                            "GPU",
                            machine.gpus().size() + " x "
                                    + machine.gpus().get(0).name() + ", which idle: tasks compute on the CPU",
                            "To use them set spark.executor.resource.gpu.amount=1 and spark.task.resource.gpu.amount=1;"
                                    + " docs/operations.md has more.");
        }
        if (machine.assigned().size() > 1) {
            return wrong(
                    machine.where(),
                    "GPU",
                    "a task was assigned " + machine.assigned().size() + " and computes on one",
                    "Set spark.task.resource.gpu.amount=1 (or a fraction, for several tasks on one GPU).");
        }
        String index = machine.assigned().get(0);
        Optional<Gpu> found = machine.gpus().stream()
                .filter(each -> each.index().equals(index))
                .findFirst();
        if (found.isEmpty()) {
            return wrong(
                    machine.where(),
                    "GPU",
                    "Spark assigned \"" + index + "\", and nvidia-smi shows "
                            + (machine.gpus().isEmpty() ? "no GPU" : "no such index"),
                    "Set spark.executor.resource.gpu.discoveryScript (and spark.worker's, on a standalone cluster) to"
                            + " scripts/gpu-discovery.sh, and check nvidia-smi there; a container needs the NVIDIA runtime.");
        }
        if (machine.torch() instanceof TorchTrial.Works works && !works.forGpus()) {
            return wrong(
                    machine.where(),
                    "GPU",
                    found.get().name() + " is assigned, but the libtorch there is built for CPUs alone",
                    "Install libtorch with CUDA on every node and set PYTORCH_LIBRARY_PATH to its lib folder,"
                            + " PYTORCH_VERSION=2.7.1 and PYTORCH_FLAVOR=cu128 before starting scripts/sotto; or take"
                            + " spark.task.resource.gpu.amount out, to train on CPUs.");
        }
        return good(machine.where(), "GPU", found.get().name() + ", index " + index);
    }

    private static Optional<Finding> reach(MachineFacts machine, String what, @Nullable Reach reach, ExitCode code) {
        if (reach == null) {
            return Optional.empty();
        }
        return Optional.of(
                reach.reached()
                        ? good(machine.where(), what, reach.words())
                        : wrong(
                                machine.where(),
                                what,
                                reach.words(),
                                "A local path must lie in the same place on every machine; else put it in HDFS or S3.",
                                code));
    }
}
