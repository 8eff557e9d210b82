package dev.sotto.job.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.job.SottoException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which device a task takes. No GPU is needed, and none is computed on. */
class TaskDeviceTest {

    @TempDir
    Path folder;

    private static Map<String, ResourceInformation> gpus(String... addresses) {
        return Map.of("gpu", new ResourceInformation("gpu", addresses));
    }

    @Test
    void device_isTheOneThatSparkAssigned() {
        assertThat(TaskDevice.of(Map.of())).isEqualTo(Device.cpu());
        assertThat(TaskDevice.of(Map.of("fpga", new ResourceInformation("fpga", new String[] {"1"}))))
                .isEqualTo(Device.cpu());
        assertThat(TaskDevice.of(gpus("0"))).isEqualTo(Device.gpu(0));
        assertThat(TaskDevice.of(gpus("3"))).isEqualTo(Device.gpu(3));
        assertThat(TaskDevice.ofThisTask()).isEqualTo(Device.cpu()); // no task here
    }

    @Test
    void assignmentsThatCannotBeUsed_nameTheSettingToChange() {
        assertThatThrownBy(() -> TaskDevice.of(gpus("0", "1")))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("spark.task.resource.gpu.amount=1");
        assertThatThrownBy(() -> TaskDevice.of(gpus("GPU-8f3a")))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("gpu-discovery.sh");
    }

    /** With a program in nvidia-smi's place that prints what nvidia-smi prints. */
    @Test
    void discoveryScript_printsWhatSparkReads() throws Exception {
        Path stand = folder.resolve("nvidia-smi");
        Files.writeString(stand, "#!/bin/sh\nprintf '0\\n1\\n7\\n'\n");
        Files.setPosixFilePermissions(stand, PosixFilePermissions.fromString("rwxr-xr-x"));
        var script = new ProcessBuilder("../scripts/gpu-discovery.sh");
        script.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        Process process = script.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        var read = new ObjectMapper().readTree(printed);
        assertThat(process.waitFor()).isZero();
        assertThat(read.get("name").asText()).isEqualTo("gpu");
        assertThat(read.get("addresses")).extracting(each -> each.asText()).containsExactly("0", "1", "7");
        assertThat(ResourceInformation.parseJson(printed).addresses()).containsExactly("0", "1", "7");
    }
}
