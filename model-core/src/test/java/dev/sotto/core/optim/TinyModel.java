package dev.sotto.core.optim;

import dev.sotto.core.GradientVectors;
import dev.sotto.core.SafetensorsFixture;

/**
 * Two of the reference models, written out by hand with their bias gradients, so that whole trajectories can be driven
 * without an engine. Kind {@code bitfit}: the biases, one after the other.
 */
interface TinyModel {

    /** One unit's gradient of the loss with respect to the biases, at these biases. */
    float[] gradient(double[] biases, int unit);

    static TinyModel of(GradientVectors vectors) {
        return switch (vectors.model()) {
            case "mlp_reg" -> new MlpRegression(vectors.tensors());
            case "emb_cls" -> new EmbeddingClassifier(vectors.tensors());
            default -> throw new IllegalArgumentException(vectors.model());
        };
    }

    /** c(silu(b(relu(a(x))))), mean squared error over two outputs; b has no bias. */
    record MlpRegression(SafetensorsFixture tensors) implements TinyModel {
        @Override
        public float[] gradient(double[] biases, int unit) {
            double[] x = row(tensors.doubles("input/x"), unit, 7);
            double[] a = times(tensors.doubles("param/a.weight"), x);
            double[] hidden = new double[9];
            for (int i = 0; i < 9; i++) {
                hidden[i] = Math.max(0, a[i] + biases[i]);
            }
            double[] b = times(tensors.doubles("param/b.weight"), hidden);
            double[] silu = new double[6];
            double[] slope = new double[6];
            for (int i = 0; i < 6; i++) {
                double sigmoid = 1 / (1 + Math.exp(-b[i]));
                silu[i] = b[i] * sigmoid;
                slope[i] = sigmoid * (1 + b[i] * (1 - sigmoid));
            }
            double[] error = times(tensors.doubles("param/c.weight"), silu);
            double[] label = row(tensors.doubles("label"), unit, 2);
            for (int i = 0; i < 2; i++) {
                error[i] += biases[9 + i] - label[i]; // d/dy of mean((y - label)^2) over two outputs
            }
            double[] backC = backwards(tensors.doubles("param/c.weight"), error);
            for (int i = 0; i < 6; i++) {
                backC[i] *= slope[i];
            }
            double[] backB = backwards(tensors.doubles("param/b.weight"), backC);
            float[] gradient = new float[11];
            for (int i = 0; i < 9; i++) {
                gradient[i] = hidden[i] > 0 ? (float) backB[i] : 0;
            }
            gradient[9] = (float) error[0];
            gradient[10] = (float) error[1];
            return gradient;
        }
    }

    /** head(tanh(fc(mean over positions of layernorm(embedding)))), cross entropy over five classes. */
    record EmbeddingClassifier(SafetensorsFixture tensors) implements TinyModel {
        @Override
        public float[] gradient(double[] biases, int unit) {
            double[] mean = new double[12];
            double[] scale = tensors.doubles("param/ln.weight");
            for (double id : row(tensors.doubles("input/ids"), unit, 7)) {
                double[] normal = normalised(row(tensors.doubles("param/emb.weight"), (int) id, 12));
                for (int i = 0; i < 12; i++) {
                    mean[i] += (normal[i] * scale[i] + biases[i]) / 7;
                }
            }
            double[] hidden = times(tensors.doubles("param/fc.weight"), mean);
            for (int i = 0; i < 10; i++) {
                hidden[i] = Math.tanh(hidden[i] + biases[12 + i]);
            }
            double[] logits = times(tensors.doubles("param/head.weight"), hidden);
            double total = 0;
            for (int i = 0; i < 5; i++) {
                logits[i] = Math.exp(logits[i] + biases[22 + i]);
                total += logits[i];
            }
            for (int i = 0; i < 5; i++) {
                logits[i] = logits[i] / total - (tensors.longs("label")[unit] == i ? 1 : 0);
            }
            double[] backHead = backwards(tensors.doubles("param/head.weight"), logits);
            for (int i = 0; i < 10; i++) {
                backHead[i] *= 1 - hidden[i] * hidden[i];
            }
            double[] backFc = backwards(tensors.doubles("param/fc.weight"), backHead);
            float[] gradient = new float[27];
            for (int i = 0; i < 27; i++) {
                gradient[i] = (float) (i < 12 ? backFc[i] : i < 22 ? backHead[i - 12] : logits[i - 22]);
            }
            return gradient;
        }

        private static double[] normalised(double[] x) {
            double mean = 0;
            double variance = 0;
            for (double value : x) {
                mean += value / x.length;
            }
            for (double value : x) {
                variance += (value - mean) * (value - mean) / x.length;
            }
            double[] result = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                result[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5);
            }
            return result;
        }
    }

    private static double[] row(double[] matrix, int row, int width) {
        double[] result = new double[width];
        System.arraycopy(matrix, row * width, result, 0, width);
        return result;
    }

    /** W x, W [outputs * inputs] row-major. */
    private static double[] times(double[] weight, double[] x) {
        double[] result = new double[weight.length / x.length];
        for (int i = 0; i < weight.length; i++) {
            result[i / x.length] += weight[i] * x[i % x.length];
        }
        return result;
    }

    /** Wᵀ y. */
    private static double[] backwards(double[] weight, double[] y) {
        int inputs = weight.length / y.length;
        double[] result = new double[inputs];
        for (int i = 0; i < weight.length; i++) {
            result[i % inputs] += weight[i] * y[i / inputs];
        }
        return result;
    }
}
