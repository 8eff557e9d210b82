package dev.sotto.job.train;

import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.model.ModelMemory;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.pass.PassMemory;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ModelSettings;
import dev.sotto.job.data.RowEncoding;
import java.io.IOException;
import java.util.List;

/** How many rows a pass holds, by the memory that it may take. Never the result. */
final class PassLimit {

    /** Tokens of a short row: what a row takes beside its tokens counts the more, the fewer they are. */
    private static final int SHORT = 8;

    private PassLimit() {}

    /**
     * As many rows as fit.
     *
     * @param memory bytes that a pass may take
     * @throws SottoException if not even one row fits, or it cannot be measured what a row takes
     */
    static Microbatches.Limit of(long memory, ModelSettings model, SeedModel seed, RowEncoding encoding) {
        if (encoding instanceof RowEncoding.Image images) {
            ImageSettings size = images.settings();
            List<Integer> shape = List.of(ImageSettings.CHANNELS, size.height(), size.width());
            int rows = fitting(memory, needs(model, seed, List.of(shape)).get(0));
            return new Microbatches.Limit(rows, rows);
        }
        int longest = encoding.layout().longest();
        int brief = Math.min(SHORT, longest);
        List<PassMemory.Need> needs = needs(model, seed, List.of(List.of(brief), List.of(longest)));
        int ofLongest = fitting(memory, needs.get(1));
        int ofShort = Math.max(ofLongest, needs.get(0).rows(memory));
        long tokens = Math.min((long) brief * ofShort, (long) longest * ofLongest);
        return new Microbatches.Limit(ofShort, (int) Math.min(Integer.MAX_VALUE, tokens));
    }

    private static int fitting(long memory, PassMemory.Need need) {
        int rows = need.rows(memory);
        if (rows == 0) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "microbatch-memory is " + memory + " bytes, and a pass of one row of the largest size takes "
                            + need.ofOneRow()
                            + ". Give more, or save some: --recompute, --precision bfloat16, a smaller"
                            + " --max-length or --image-size.");
        }
        return rows;
    }

    private static List<PassMemory.Need> needs(ModelSettings model, SeedModel seed, List<List<Integer>> rowShapes) {
        try {
            return ModelMemory.of(seed.path(), seed.spec(), model.mode(), rowShapes);
        } catch (IOException failed) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "What a pass takes of memory could not be measured. Give microbatch-tokens and microbatch-rows instead of"
                            + " microbatch-memory. " + failed.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SottoException(ExitCode.SETTINGS, "Interrupted while measuring what a pass takes of memory.");
        }
    }
}
