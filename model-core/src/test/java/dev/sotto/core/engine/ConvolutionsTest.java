package dev.sotto.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvolutionsTest {

    /** The sum of squares of what is computed, its gradient by the input, and the output itself, in one row. */
    private static final String SCRIPT =
            """
            def numbers(self, shape: List[int], start: float) -> Tensor:
                count = 1
                for size in shape:
                    count = count * size
                return torch.to(torch.view(torch.sin(torch.mul(torch.add(torch.arange(count, dtype=7), start), 0.7)), shape), %1$d)

            def f(self) -> Tensor:
                x = torch.requires_grad_(self.numbers(%2$s, 0.25), True)
                w = self.numbers(%3$s, 0.5)
                b = self.numbers([4], 0.75)
                y = %4$s
                g = torch._unwrap_optional(torch.grad([torch.sum(torch.mul(y, torch.detach(y)))], [x])[0])
                return torch.to(torch.cat([torch.flatten(torch.detach(y)), torch.flatten(g)]), 6)
            """;

    /** Against 64 bits, which are computed by libtorch's own code: what oneDNN would give on this machine does not matter. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            [2, 3, 9]       | [4, 3, 3]       | torch.conv1d(x, w, b, [2], [1], [1], 1)
            [2, 4, 9]       | [4, 1, 3]       | torch.conv1d(x, w, None, [1], [1], [2], 4)
            [2, 3, 9, 7]    | [4, 3, 3, 3]    | torch.conv2d(x, w)
            [2, 3, 9, 7]    | [4, 3, 3, 2]    | torch.conv2d(x, w, b, [2, 1], [1, 0], [1, 1], 1)
            [2, 3, 9, 7]    | [4, 3, 3, 3]    | torch.conv2d(x, w, b, [1, 1], [2, 2], [2, 2], 1)
            [2, 4, 9, 7]    | [4, 2, 3, 3]    | torch.conv2d(x, w, b, [1, 1], [1, 1], [1, 1], 2)
            [2, 3, 9, 7]    | [4, 3, 1, 1]    | torch.conv2d(x, w, b, [2, 2])
            [2, 3, 5, 4, 6] | [4, 3, 3, 3, 3] | torch.conv3d(x, w, b, [1, 2, 1], [1, 1, 1], [1, 1, 1], 1)
            [2, 3, 5]       | [3, 4, 3]       | torch.conv_transpose1d(x, w, b, [2], [1], [1], 1, [1])
            [2, 3, 5, 4]    | [3, 4, 3, 3]    | torch.conv_transpose2d(x, w, b, [2, 2], [1, 1], [1, 1], 1, [1, 1])
            [2, 3, 3, 4, 2] | [3, 4, 2, 2, 2] | torch.conv_transpose3d(x, w, b)
            [2, 3, 9, 7]    | [4, 3, 3, 3]    | torch._convolution(x, w, b, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, False, False, True, True)
            [2, 3, 5, 4]    | [3, 4, 3, 3]    | torch._convolution(x, w, b, [2, 2], [0, 0], [1, 1], True, [0, 0], 1, False, False, True, True)
            [2, 3, 9, 7]    | [4, 3, 3, 3]    | torch.convolution(x, w, b, [1, 1], [1, 1], [1, 1], False, [0, 0], 1)
            """)
    void convolutionWithoutOneDnn_isTheConvolution(String input, String weight, String call) {
        float[] expected = computed(SCRIPT.formatted(7, input, weight, call));
        float[] actual = computed(Convolutions.withoutOneDnn(SCRIPT.formatted(6, input, weight, call)));
        float largest = 0;
        for (float each : expected) {
            largest = Math.max(largest, Math.abs(each));
        }
        assertThat(actual).hasSameSizeAs(expected);
        assertThat(actual).usingComparatorWithPrecision(1e-5f * largest).containsExactly(expected);
    }

    private static float[] computed(String source) {
        try (var module = new TorchModule(TorchArchive.of(Map.of(), source), Device.cpu())) {
            module.seal();
            return module.callWithGradients("f", List.of()).values();
        }
    }
}
