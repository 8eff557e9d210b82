package dev.sotto.core.batch;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows put into a template with one mask, as the model reads them. A row that is too long is cut in its texts, the longer first, so
 * that the template and its mask are whole; what stands for the mask in a text itself is taken out.
 */
public final class PromptEncoder implements AutoCloseable {
    /** Of no vocabulary: where that is one token, it is the one for words that are not known. */
    private static final String UNKNOWN = "q".repeat(150);

    private final TextEncoder encoder;
    private final TokenizerFiles files;
    private final PromptTemplate template;

    private PromptEncoder(TextEncoder encoder, TokenizerFiles files, PromptTemplate template) {
        this.encoder = encoder;
        this.files = files;
        this.template = template;
    }

    /**
     * Opens a tokenizer.
     *
     * @throws EncoderFilesException if it has no mask, or a row is too short for the template
     */
    public static PromptEncoder open(TokenizerFiles files, PromptTemplate template) {
        if (files.maskId() < 0) {
            throw new EncoderFilesException(
                    "The tokenizer has no mask token (mask_token in tokenizer_config.json), so no"
                            + " prompt can be asked. Take the folder of a masked language model, such as BERT or RoBERTa.");
        }
        var opened = new PromptEncoder(TextEncoder.openUncut(files), files, template);
        if (opened.blankIsAToken()) {
            opened.close();
            throw new EncoderFilesException("The tokenizer makes a token of its own of the blank before "
                    + files.maskToken()
                    + ", so that the model would see another prompt than with a word in its place: the mask lacks \"lstrip\":"
                    + " true among the added_tokens of tokenizer.json, which RoBERTa's own has. Set it there, or in Python save the"
                    + " tokenizer with mask_token=AddedToken('" + files.maskToken() + "', lstrip=True, special=True).");
        }
        int alone = opened.encoded("", "").getIds().length;
        if (alone >= files.maxLength()) {
            opened.close();
            throw new EncoderFilesException(
                    "The prompt alone is " + alone + " tokens long, of at most " + files.maxLength()
                            + " of a row: no text would be left. Shorten it, or give a larger maximum length.");
        }
        return opened;
    }

    /** Encodes one row. */
    public EncodedText encode(String text, @Nullable String pair) {
        String first = withoutMask(text);
        String second = pair == null ? "" : withoutMask(pair);
        while (true) {
            Encoding encoding = encoded(first, second);
            int over = encoding.getIds().length - files.maxLength();
            if (over <= 0) {
                return encoder.encoded(encoding);
            }
            PromptTemplate.Filled filled = template.filled(first, second, files.maskToken());
            List<Integer> ofFirst = begins(encoding, filled.text());
            List<Integer> ofSecond = begins(encoding, filled.pair());
            int keptFirst = ofFirst.size();
            int keptSecond = ofSecond.size();
            for (int i = 0; i < over && keptFirst + keptSecond > 0; i++) {
                if (keptFirst >= keptSecond) {
                    keptFirst--;
                } else {
                    keptSecond--;
                }
            }
            first = cut(first, ofFirst, keptFirst);
            second = cut(second, ofSecond, keptSecond);
        }
    }

    /**
     * The token that a word is in the mask's place.
     *
     * @throws EncoderFilesException if it is several tokens there, or none
     */
    public int idOf(String word) {
        int[] masked = ids("x", files.maskToken());
        int[] said = ids("x", word);
        int[] unknown = ids("x", UNKNOWN);
        int place = IntStream.range(0, masked.length)
                .filter(i -> masked[i] == files.maskId())
                .findFirst()
                .orElseThrow();
        int[] back = said.clone();
        if (said.length == masked.length) {
            back[place] = files.maskId();
        }
        if (!Arrays.equals(back, masked) || Arrays.equals(said, unknown)) {
            throw new EncoderFilesException(
                    "The label word '" + word + "' is not one token of this vocabulary where '" + template
                            + "' has its mask, so that no score of it can be read there. Choose another word for the label, such as a more"
                            + " common one.");
        }
        return said[place];
    }

    /** The id of the mask. */
    public int maskId() {
        return files.maskId();
    }

    private int[] ids(String text, String mask) {
        return Arrays.stream(encoder.encoding(template.filled(text, text, mask).whole())
                        .getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private boolean blankIsAToken() {
        String blank = " " + files.maskToken();
        String prompt = template.filled("x", "x", files.maskToken()).whole();
        return !Arrays.equals(
                encoder.encoding(prompt).getIds(),
                encoder.encoding(prompt.replace(blank, files.maskToken())).getIds());
    }

    private Encoding encoded(String text, String pair) {
        return encoder.encoding(template.filled(text, pair, files.maskToken()).whole());
    }

    private String withoutMask(String text) {
        return TextEncoder.head(text, TextEncoder.characters(files.maxLength())).replace(files.maskToken(), " ");
    }

    /** The first characters of the tokens that begin in a range, counted from its begin. */
    private static List<Integer> begins(Encoding encoding, PromptTemplate.Range range) {
        List<Integer> begins = new ArrayList<>();
        for (@Nullable CharSpan span : encoding.getCharTokenSpans()) {
            if (span != null && span.getStart() >= range.from() && span.getStart() < range.end()) {
                begins.add(span.getStart() - range.from());
            }
        }
        return begins;
    }

    private static String cut(String text, List<Integer> begins, int kept) {
        return kept == begins.size()
                ? text
                : text.substring(0, text.offsetByCodePoints(0, begins.get(kept)))
                        .stripTrailing();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
