package dev.sotto.job.preflight;

import ai.djl.Device;
import com.sun.management.HotSpotDiagnosticMXBean;
import dev.sotto.core.engine.TorchTrial;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.SottoException;
import dev.sotto.job.preflight.MachineFacts.Gpu;
import dev.sotto.job.preflight.MachineFacts.Reach;
import dev.sotto.job.step.TaskDevice;
import dev.sotto.job.store.Kerberos;
import dev.sotto.job.store.Reading;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/** Looks at the machine that it runs on. Nothing that it finds wrong makes it fail. */
final class Machine {

    private static final Object ONE_AT_A_TIME = new Object();

    private Machine() {}

    /** What this JVM sees, on the driver or inside a task. */
    static MachineFacts look(Wanted wanted, Configuration hadoop) {
        synchronized (ONE_AT_A_TIME) { // tasks of one executor would each load the library
            String offline = System.getProperty("ai.djl.offline", System.getenv("DJL_OFFLINE")); // before it is loaded
            return new MachineFacts(
                    executor(),
                    host(),
                    Runtime.version().feature(),
                    CLibrary.ofThisProcess(),
                    processor(),
                    offline,
                    QuietLogs.loud(),
                    dumpsHeap(),
                    torch(),
                    TaskDevice.assigned(),
                    gpus(),
                    reach(wanted.model(), uri -> Reading.folder(uri, hadoop)),
                    reach(wanted.table(), uri -> Reading.files(uri, hadoop)));
        }
    }

    private static String executor() {
        SparkEnv spark = SparkEnv.get();
        return spark == null ? "driver" : spark.executorId();
    }

    private static boolean dumpsHeap() {
        return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("HeapDumpOnOutOfMemoryError")
                .getValue());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException nameless) {
            return "a machine without a name";
        }
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return Processor.of(lines);
        } catch (IOException noProc) {
            return System.getProperty("os.arch");
        }
    }

    private static TorchTrial torch() {
        Device device;
        try {
            device = TaskDevice.ofThisTask();
        } catch (SottoException misassigned) { // told by the check of GPUs
            device = Device.cpu();
        }
        TorchTrial onCpu = TorchTrial.on(Device.cpu());
        boolean useGpu = device.isGpu() && onCpu instanceof TorchTrial.Works works && works.forGpus();
        return useGpu ? TorchTrial.on(device) : onCpu;
    }

    private static List<Gpu> gpus() {
        try {
            Process asked = new ProcessBuilder("nvidia-smi", "--query-gpu=index,uuid,name", "--format=csv,noheader")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return asked.waitFor() == 0 ? GpuList.of(answer) : List.of();
        } catch (IOException noSuchProgram) {
            return List.of();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static @Nullable Reach reach(@Nullable String uri, Function<String, String> read) {
        if (uri == null) {
            return null;
        }
        try {
            return new Reach(true, read.apply(uri));
        } catch (SottoException cannot) {
            return new Reach(
                    false,
                    cannot.getMessage()
                            + Kerberos.advice(cannot).map(todo -> " " + todo).orElse(""));
        }
    }
}
