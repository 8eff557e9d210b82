package dev.sotto.core.engine;

import java.util.List;

/**
 * A tensor that a script gave back, copied off its device.
 *
 * @param values row-major; handed over
 */
@SuppressWarnings("ArrayRecordComponent") // a result on its way, never compared
public record Floats(List<Integer> shape, float[] values) {}
