package dev.sotto.job.preflight;

import dev.sotto.job.preflight.MachineFacts.Gpu;
import java.util.List;

/** The answer of {@code nvidia-smi --query-gpu=index,uuid,name --format=csv,noheader}. */
final class GpuList {

    private GpuList() {}

    static List<Gpu> of(String answer) {
        return answer.lines()
                .map(line -> line.split(",", 3))
                .filter(fields -> fields.length == 3 && fields[0].strip().matches("\\d+"))
                .map(fields -> new Gpu(fields[0].strip(), fields[1].strip(), fields[2].strip()))
                .toList();
    }
}
