package dev.sotto.core.model;

import dev.sotto.core.method.BiasLayout;
import java.util.List;

/** Per-row gradients, cut by parameter, with norms and clipped sums in double precision. */
public final class RowGradients {
    private final BiasLayout layout;
    private final float[] values; // [rows * d]
    private final int rows;
    private final List<String> parameters;

    /** Of all parameters in a layout; the values are {@code [rows * d]}, row-major. */
    public RowGradients(BiasLayout layout, float[] values, int rows) {
        this(
                layout,
                values,
                rows,
                layout.entries().stream().map(BiasLayout.Entry::name).toList());
    }

    private RowGradients(BiasLayout layout, float[] values, int rows, List<String> parameters) {
        this.layout = layout;
        this.values = values;
        this.rows = rows;
        this.parameters = parameters;
    }

    /** The same with only some parameters trained. */
    public RowGradients only(List<String> some) {
        return new RowGradients(layout, values, rows, some);
    }

    /** One parameter's gradients, {@code [rows * size]}. */
    public double[] of(String parameter) {
        BiasLayout.Entry entry = entry(parameter);
        double[] gradient = new double[rows * entry.size()];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = value(entry, i / entry.size(), i % entry.size());
        }
        return gradient;
    }

    /** L2 norm of each row's gradient, {@code [rows]}. */
    public double[] norms() {
        double[] norms = new double[rows];
        for (String parameter : parameters) {
            BiasLayout.Entry entry = entry(parameter);
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < entry.size(); i++) {
                    norms[row] += value(entry, row, i) * value(entry, row, i);
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            norms[row] = Math.sqrt(norms[row]);
        }
        return norms;
    }

    /** Sum over the rows of factor times gradient, {@code [size]}. */
    public double[] sumOf(String parameter, double[] factors) {
        BiasLayout.Entry entry = entry(parameter);
        double[] sum = new double[entry.size()];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += factors[row] * value(entry, row, i);
            }
        }
        return sum;
    }

    /** The largest number of {@link #sumOf} if no summand cancelled another. */
    public double largestSumOfAbsolutes(String parameter, double[] factors) {
        BiasLayout.Entry entry = entry(parameter);
        double largest = 0;
        for (int i = 0; i < entry.size(); i++) {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += Math.abs(factors[row] * value(entry, row, i));
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    private double value(BiasLayout.Entry entry, int row, int i) {
        return values[row * layout.size() + entry.offset() + i];
    }

    private BiasLayout.Entry entry(String parameter) {
        return layout.find(parameter).orElseThrow(() -> new IllegalArgumentException(parameter + " is not trained."));
    }
}
