package dev.sotto.core.generate;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.model.TrainableModel;
import java.util.Arrays;
import java.util.List;

/**
 * Writes on behind a prompt. The whole text is computed anew for every token: right, simple, and slow for long texts.
 *
 * @param model of the next token
 * @param endOfText the token after which nothing is written
 */
public record TextGenerator(NextToken model, int endOfText) {

    /** A generator with a language model of this folder and these trained parameters. */
    public static TextGenerator of(TrainableModel model, float[] trained, int endOfText) {
        return new TextGenerator(texts -> model.following(batch(texts), trained), endOfText);
    }

    private static TokenBatch batch(List<int[]> texts) {
        int length = texts.get(0).length;
        int[] ids = texts.stream().flatMapToInt(Arrays::stream).toArray();
        int[] mask = new int[ids.length];
        Arrays.fill(mask, 1);
        return new TokenBatch(texts.size(), length, ids, mask, new int[ids.length], new float[texts.size()]);
    }

    /**
     * What follows a prompt, without the prompt and without the end of text.
     *
     * @param prompt at least one token
     * @param most tokens to be written
     */
    public int[] write(int[] prompt, int most, Decoding decoding) {
        int[] text = decoding instanceof Decoding.TopP chance
                ? new Sampling(model, endOfText, chance).write(prompt, most)
                : new BeamSearch(model, endOfText, (Decoding.Beam) decoding).write(prompt, most);
        int[] written = Arrays.copyOfRange(text, prompt.length, text.length);
        boolean ended = written.length > 0 && written[written.length - 1] == endOfText;
        return ended ? Arrays.copyOf(written, written.length - 1) : written;
    }

    /** A text with one token more. */
    static int[] longer(int[] text, int token) {
        int[] longer = Arrays.copyOf(text, text.length + 1);
        longer[text.length] = token;
        return longer;
    }
}
