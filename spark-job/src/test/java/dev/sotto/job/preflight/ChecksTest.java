package dev.sotto.job.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.engine.TorchTrial;
import dev.sotto.job.ExitCode;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.preflight.MachineFacts.Gpu;
import dev.sotto.job.preflight.MachineFacts.Reach;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdicts, on given facts: machines with GPUs and clusters of several kinds are not needed for them. */
class ChecksTest {

    private static final String ALIKE = "EPYC, family 25 model 1, avx2";
    private static final TorchTrial CPU = new TorchTrial.Works("2.7.1", false, true);
    private static final TorchTrial CUDA = new TorchTrial.Works("2.7.1", true, true);
    private static final Gpu H100 = new Gpu("0", "GPU-a", "NVIDIA H100");

    private static MachineFacts machine(String id, String libc, TorchTrial torch, @Nullable Gpu given, List<Gpu> gpus) {
        return new MachineFacts(
                id,
                "host" + id,
                17,
                libc,
                ALIKE,
                "true",
                List.of(),
                false,
                torch,
                given == null ? List.of() : List.of(given.index()),
                gpus,
                null,
                null);
    }

    private static MachineFacts machine(TorchTrial torch) {
        return machine("1", "glibc 2.36", torch, null, List.of());
    }

    private static MachineFacts onGpu(String id, TorchTrial torch, Gpu given, List<Gpu> gpus) {
        return machine(id, "glibc 2.36", torch, given, gpus);
    }

    private static MachineFacts looked(String processor, @Nullable Reach model, @Nullable Reach table) {
        return new MachineFacts(
                "1",
                "host1",
                17,
                "glibc 2.36",
                processor,
                "true",
                List.of(),
                false,
                CPU,
                List.of(),
                List.of(),
                model,
                table);
    }

    private static List<Finding> wrong(List<Finding> findings) {
        return findings.stream().filter(Finding::isWrong).toList();
    }

    private static void assertOnly(List<Finding> findings, String found, String setting) {
        assertThat(wrong(findings)).singleElement().satisfies(each -> {
            assertThat(each.found()).contains(found);
            assertThat(each.todo()).contains(setting);
        });
    }

    /** As a run would have it. */
    private static SparkConf conf(String... pairs) {
        var conf = new SparkConf(false)
                .set("spark.ui.enabled", "false")
                .set("spark.storage.blockManagerHeartbeatTimeoutMs", "20s")
                .set("spark.network.timeoutInterval", "1s");
        for (int i = 0; i < pairs.length; i += 2) {
            conf.set(pairs[i], pairs[i + 1]);
        }
        return conf;
    }

    @BeforeAll
    static void quietLogs() {
        QuietLogs.here(new SparkConf(false));
    }

    @Test
    void loggersThatTellOfRows_areWrong_andHeapDumpsAreTold() {
        MachineFacts loud = new MachineFacts(
                "1",
                "host1",
                17,
                "glibc 2.36",
                ALIKE,
                "true",
                List.of("org.apache.spark.sql"),
                true,
                CPU,
                List.of(),
                List.of(),
                null,
                null);

        assertOnly(MachineChecks.of(loud, true), "org.apache.spark.sql are on", "--debug");
        assertThat(MachineChecks.of(loud, true))
                .anyMatch(each ->
                        each.verdict() == Finding.Verdict.NOTE && each.found().contains("HeapDumpOnOutOfMemoryError"));
    }

    @Test
    void goodMachine_hasNothingWrong() {
        assertThat(MachineChecks.of(machine(CPU), true)).allMatch(each -> each.verdict() == Finding.Verdict.OK);
        assertThat(MachineChecks.of(onGpu("1", CUDA, H100, List.of(H100)), true))
                .allMatch(each -> each.verdict() == Finding.Verdict.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "glibc 2.28,true",
        "glibc 2.29,false",
        "glibc 2.40,false",
        "glibc 3.0,false",
        "musl,true",
        "unknown,true"
    })
    void libc_isWrongBelow2_29(String libc, boolean isWrong) {
        assertThat(wrong(MachineChecks.of(machine("1", libc, CPU, null, List.of()), true)))
                .hasSize(isWrong ? 1 : 0);
    }

    @Test
    void libtorchThatDoesNotLoad_isToldInItsOwnWords() {
        assertOnly(
                MachineChecks.of(machine(new TorchTrial.Fails("UnsatisfiedLinkError: no libtorch")), true),
                "no libtorch",
                "PYTORCH_LIBRARY_PATH");
    }

    @Test
    void wrongConvolutions_areNotedWithWhatMakesThemRight() {
        assertThat(MachineChecks.of(machine(new TorchTrial.Works("2.7.1", false, false)), true))
                .anySatisfy(each -> {
                    assertThat(each.verdict()).isEqualTo(Finding.Verdict.NOTE);
                    assertThat(each.todo()).contains("topoext");
                });
        assertThat(MachineChecks.of(machine(CPU), true))
                .noneMatch(each -> each.what().equals("convolutions"));
    }

    @Test
    void cpuLibraryOnAGpu_isWrong() {
        assertOnly(MachineChecks.of(onGpu("1", CPU, H100, List.of(H100)), true), "built for CPUs", "PYTORCH_FLAVOR");
    }

    @Test
    void gpuAssignedAndNoneThere_isWrong() {
        assertOnly(MachineChecks.of(onGpu("1", CUDA, H100, List.of()), true), "shows no GPU", "discoveryScript");
    }

    @Test
    void gpuThatNoTaskUses_isNoted() {
        assertThat(MachineChecks.of(machine("1", "glibc 2.36", CPU, null, List.of(H100)), true))
                .anySatisfy(each -> {
                    assertThat(each.verdict()).isEqualTo(Finding.Verdict.NOTE);
                    assertThat(each.todo()).contains("spark.task.resource.gpu.amount=1");
                });
    }

    @Test
    void oneGpuInTwoExecutors_isWrongAndTheSameIndexOfTwoGpusIsNot() {
        Gpu other = new Gpu("0", "GPU-b", "NVIDIA H100");
        MachineFacts first = onGpu("1", CUDA, H100, List.of(H100));
        assertOnly(
                FleetChecks.of(List.of(first, onGpu("2", CUDA, H100, List.of(H100)))),
                "executor 1 on host1 and executor 2 on host2",
                "spark.worker.resource.gpu.amount");
        assertThat(wrong(FleetChecks.of(List.of(first, onGpu("2", CUDA, other, List.of(other))))))
                .isEmpty();
    }

    @Test
    void executors_areAlikeInProcessorLibraryAndModel() {
        MachineFacts one = looked(ALIKE, new Reach(true, "a"), null);
        assertThat(wrong(FleetChecks.of(List.of(one, one)))).isEmpty();
        assertOnly(
                FleetChecks.of(List.of(one, looked("Xeon, family 6 model 85, avx512f", new Reach(true, "a"), null))),
                "2 kinds",
                "one kind");
        assertOnly(
                FleetChecks.of(List.of(machine(CPU), machine(new TorchTrial.Works("2.5.1", false, true)))),
                "2.5.1",
                "PYTORCH_LIBRARY_PATH");
        assertThat(new Findings(FleetChecks.of(List.of(one, looked(ALIKE, new Reach(true, "b"), null)))).exitCode())
                .isEqualTo(ExitCode.MODEL);
    }

    @Test
    void unreachedTable_endsAsTrainWould() {
        var findings = new Findings(MachineChecks.of(looked(ALIKE, null, new Reach(false, "no file")), true));
        assertThat(findings.exitCode()).isEqualTo(ExitCode.DATA);
        assertThat(findings.lines()).anyMatch(line -> line.startsWith("WRONG  table, executor 1 on host1: no file"));
    }

    @Test
    void kryo_isWrong() {
        assertOnly(
                SparkChecks.of(conf("spark.serializer", "org.apache.spark.serializer.KryoSerializer")),
                "Kryo",
                "org.apache.spark.serializer.JavaSerializer");
        assertThat(wrong(SparkChecks.of(conf()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,,true", ",1,true", "1,2,true", "1,x,true", "1,1,false", "1,0.5,false", ",,false"})
    void gpuSettings_areWrongUnlessBothAreGivenAndATaskHasOne(
            @Nullable String executor, @Nullable String task, boolean isWrong) {
        SparkConf conf = conf();
        if (executor != null) {
            conf.set("spark.executor.resource.gpu.amount", executor);
        }
        if (task != null) {
            conf.set("spark.task.resource.gpu.amount", task);
        }
        assertThat(wrong(SparkChecks.of(conf))).hasSize(isWrong ? 1 : 0);
    }

    @Test
    void sharedGpuThatIsSaid_isNoted() {
        assertThat(SparkChecks.of(
                        conf("spark.executor.resource.gpu.amount", "1", "spark.task.resource.gpu.amount", "0.25")))
                .anySatisfy(each -> assertThat(each.found()).contains("4 tasks share one GPU"));
    }

    @Test
    void settingsThatCostTimeOrTell_areNoted() {
        assertThat(SparkChecks.of(conf(
                        "spark.eventLog.enabled", "true",
                        "spark.dynamicAllocation.enabled", "true",
                        "spark.task.cpus", "2",
                        "spark.master", "yarn")))
                .filteredOn(each -> each.verdict() == Finding.Verdict.NOTE)
                .extracting(Finding::what)
                .containsExactlyInAnyOrder(
                        "spark.eventLog.enabled",
                        "spark.dynamicAllocation.enabled",
                        "spark.task.cpus",
                        "spark.executor.memoryOverhead",
                        "encryption between Spark's processes");
    }

    @Test
    void encodedTable_isSharedOutBetweenMemoryAndDisk() {
        var million = new TableSize(1_000_000, 64); // 266 bytes a row
        assertThat(million.share(conf(), 4).found())
                .contains("266 MB at most", "67 MB an executor of 4: 0 MB in memory, 67 MB on its local disks");
        assertThat(million.share(conf(), 4).todo()).contains("spark.local.dir", "spark.memory.offHeap.size=64m");
        String[] some = {"spark.memory.offHeap.enabled", "true", "spark.memory.offHeap.size", "20m"};
        assertThat(million.share(conf(some), 4).found()).contains("21 MB in memory, 46 MB on its local disks");
        some[3] = "64m";
        assertThat(million.share(conf(some), 4).verdict()).isEqualTo(Finding.Verdict.OK);
        assertThat(new TableSize(10_000_000_000L, 64).share(conf(), 64).found())
                .contains("2660 GB", "41.6 GB an executor");
    }

    @Test
    void executorsThatStandStill_areNotedWhereARunWaitsForThemLong() {
        assertThat(standingStill(new SparkConf(false))).isEmpty();
        assertThat(standingStill(new SparkConf(false).set("spark.master", "yarn")))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.NOTE);
                    assertThat(finding.found()).contains("180 s");
                    assertThat(finding.todo()).contains("spark.executor.heartbeatInterval=");
                });
        assertThat(standingStill(conf("spark.master", "yarn"))).singleElement().satisfies(finding -> {
            assertThat(finding.verdict()).isEqualTo(Finding.Verdict.OK);
            assertThat(finding.found()).contains("21 s");
        });
    }

    private static List<Finding> standingStill(SparkConf conf) {
        return SparkChecks.of(conf).stream()
                .filter(each -> each.what().equals("executors that stand still"))
                .toList();
    }

    private static List<String> notes(String... pairs) {
        return SparkChecks.of(conf(pairs)).stream()
                .filter(each -> each.verdict() == Finding.Verdict.NOTE)
                .map(each -> each.what() + ": " + each.found())
                .toList();
    }

    @Test
    void clusterInTheClear_isNotedWithWhatIsOpen() {
        String authenticated = "spark.authenticate";
        assertThat(notes("spark.master", "local[2]")).isEmpty();
        assertThat(notes("spark.master", "spark://h:7077"))
                .singleElement()
                .asString()
                .contains("can join", "in the clear", "on disk");
        assertThat(notes("spark.master", "spark://h:7077", "spark.network.crypto.enabled", "true"))
                .as("without authentication Spark has no key to encrypt by")
                .singleElement()
                .asString()
                .contains("cross the network in the clear");
        for (String way : List.of("spark.network.crypto.enabled", "spark.ssl.rpc.enabled")) {
            assertThat(notes("spark.master", "spark://h:7077", authenticated, "true", way, "true"))
                    .singleElement()
                    .asString()
                    .contains("on disk")
                    .doesNotContain("network");
            assertThat(notes(
                            "spark.master",
                            "spark://h:7077",
                            authenticated,
                            "true",
                            way,
                            "true",
                            "spark.io.encryption.enabled",
                            "true"))
                    .isEmpty();
        }
    }

    @Test
    void sinkThatIsToldSparksOwnMetrics_isNoted() {
        String sinks = "spark.metrics.conf.driver.sink.";
        assertThat(notes(sinks + "csv.class", "org.apache.spark.metrics.sink.CsvSink"))
                .singleElement()
                .asString()
                .startsWith("metrics sink csv: ");
        assertThat(notes("spark.metrics.conf.*.sink.g.class", "org.apache.spark.metrics.sink.GraphiteSink"))
                .hasSize(1);
        assertThat(notes(
                        sinks + "g.class", "org.apache.spark.metrics.sink.GraphiteSink",
                        sinks + "g.regex", ".*\\.sotto\\..*"))
                .isEmpty();
    }

    @Test
    void lines_nameMachinesOfOneFindingTogether() {
        var findings = new Findings(Stream.of("a", "b", "c", "d", "e")
                .map(where -> Finding.good(where, "Java", "17"))
                .toList());
        assertThat(findings.lines()).containsExactly("ok     Java, a, b, c and 2 more: 17", "Nothing is wrong.");
    }

    @Test
    void nvidiaSmi_isReadByIndexAndUuid() {
        assertThat(GpuList.of("0, GPU-a, NVIDIA H100\n1, GPU-b, NVIDIA A100-SXM4, 80GB\n"))
                .containsExactly(H100, new Gpu("1", "GPU-b", "NVIDIA A100-SXM4, 80GB"));
        assertThat(GpuList.of("No devices were found\n")).isEmpty();
    }

    @Test
    void cLibrary_isFoundWithoutNativeCode() throws IOException {
        assertThat(CLibrary.ofThisProcess()).matches("glibc 2\\.\\d+");
        assertThat(CLibrary.of(List.of("7f00-7f01 r-xp 00000000 08:01 99   /lib/ld-musl-x86_64.so.1")))
                .isEqualTo("musl");
    }

    @Test
    void processor_isNamedByModelAndVectors() {
        assertThat(Processor.of(Stream.of(
                        "cpu family\t: 25",
                        "model\t\t: 1",
                        "model name\t: AMD EPYC",
                        "flags\t\t: fpu avx2 sse",
                        "",
                        "model\t: 9")))
                .isEqualTo("AMD EPYC, family 25 model 1, avx2");
        assertThat(Processor.of(Stream.of("Features\t: fp asimd", "CPU implementer\t: 0x41", "CPU part\t: 0xd40")))
                .isEqualTo("implementer 0x41, part 0xd40, asimd");
    }
}
