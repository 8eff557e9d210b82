package dev.sotto.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCallsTest {

    /** Many short operations: what a JVM's exit takes away is needed at once. */
    private static final String BUSY =
            """
            def busy(self, x: Tensor) -> Tensor:
                total = torch.zeros_like(x)
                for i in range(2000):
                    leaf = x.detach().requires_grad_(True)
                    y = torch.layer_norm(torch.gelu(torch.matmul(x, leaf)), [64])
                    loss = torch.sum(torch.softmax(y, 1))
                    grad = torch.grad([loss], [leaf])[0]
                    if grad is not None:
                        total = total + grad
                return total
            """;

    private static TorchModule busy() {
        return new TorchModule(TorchArchive.of(Map.of(), BUSY), Device.cpu());
    }

    private static Floats compute(TorchModule module) {
        return module.callWithGradients("busy", List.of(Argument.of(new float[64 * 64], 64, 64)));
    }

    /** A JVM that ends while its threads compute. */
    static final class Ends {
        private Ends() {}

        public static void main(String[] arguments) throws InterruptedException {
            TorchModule module = busy();
            compute(module);
            for (int thread = 0; thread < 3; thread++) {
                Thread computing = new Thread(() -> {
                    while (true) {
                        compute(module);
                    }
                });
                computing.setDaemon(true);
                computing.start();
            }
            Thread.sleep(300);
            System.exit(7);
        }
    }

    @RepeatedTest(4)
    void jvmThatEndsWhileThreadsCompute_doesNotCrash(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ends.class.getName())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(7);
        assertThat(folder).isDirectoryNotContaining("glob:**hs_err*");
    }

    @Test
    void interruptedThread_makesNoFurtherCall() {
        try (TorchModule module = busy()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> compute(module)).isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
