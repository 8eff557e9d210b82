package dev.sotto.core.batch;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The class of Hugging Face transformers that makes a folder's tokenizer, chosen as {@code AutoTokenizer} of version 5.18 chooses it.
 *
 * <p>It decides more than its name says: a named class takes the vocabulary and merges of tokenizer.json, and makes all else by
 * itself, from tokenizer_config.json and its own defaults ({@link RebuiltTokenizer}).
 */
enum TokenizerClass {
    /** tokenizer.json as it is. */
    AS_SAVED("TokenizersBackend", ""),
    BERT("BertTokenizer", "WordPiece"),
    DISTILBERT("DistilBertTokenizer", "WordPiece"),
    ROBERTA("RobertaTokenizer", "BPE"),
    XLM_ROBERTA("XLMRobertaTokenizer", "Unigram"),
    CAMEMBERT("CamembertTokenizer", "Unigram"),
    ALBERT("AlbertTokenizer", "Unigram"),
    GPT2("GPT2Tokenizer", "BPE"),
    GPT_NEOX("GPTNeoXTokenizer", "BPE"),
    QWEN2("Qwen2Tokenizer", "BPE"),
    LLAMA("LlamaTokenizer", "BPE"),
    GEMMA("GemmaTokenizer", "BPE"),
    HERBERT("HerbertTokenizer", "BPE");

    /** Classes by name, the ending "Fast" left out; several names mean one class. */
    private static final Map<String, TokenizerClass> BY_NAME = Map.ofEntries(
            Map.entry("TokenizersBackend", AS_SAVED),
            Map.entry("PreTrainedTokenizer", AS_SAVED),
            Map.entry("BloomTokenizer", AS_SAVED),
            Map.entry("BertTokenizer", BERT),
            Map.entry("ElectraTokenizer", BERT),
            Map.entry("MobileBertTokenizer", BERT),
            Map.entry("SqueezeBertTokenizer", BERT),
            Map.entry("LayoutLMTokenizer", BERT),
            Map.entry("LxmertTokenizer", BERT),
            Map.entry("DistilBertTokenizer", DISTILBERT),
            Map.entry("RobertaTokenizer", ROBERTA),
            Map.entry("BartTokenizer", ROBERTA),
            Map.entry("LongformerTokenizer", ROBERTA),
            Map.entry("XLMRobertaTokenizer", XLM_ROBERTA),
            Map.entry("CamembertTokenizer", CAMEMBERT),
            Map.entry("AlbertTokenizer", ALBERT),
            Map.entry("GPT2Tokenizer", GPT2),
            Map.entry("GPTNeoXTokenizer", GPT_NEOX),
            Map.entry("Qwen2Tokenizer", QWEN2),
            Map.entry("LlamaTokenizer", LLAMA),
            Map.entry("GemmaTokenizer", GEMMA),
            Map.entry("HerbertTokenizer", HERBERT));

    /** Where no file names a class. Llama has none of its own. */
    private static final Map<String, TokenizerClass> BY_MODEL_TYPE = Map.of(
            "bert", BERT,
            "distilbert", BERT,
            "electra", BERT,
            "roberta", ROBERTA,
            "xlm-roberta", XLM_ROBERTA,
            "camembert", CAMEMBERT,
            "albert", ALBERT,
            "gpt2", GPT2);

    private final String officialName;
    private final String model;

    TokenizerClass(String officialName, String model) {
        this.officialName = officialName;
        this.model = model;
    }

    /**
     * The class that both files ask for.
     *
     * @throws EncoderFilesException if it is one that is not built here
     */
    static TokenizerClass of(FolderJson config, FolderJson tokenizerConfig) {
        FolderJson naming = tokenizerConfig.has("tokenizer_class") ? tokenizerConfig : config;
        Optional<String> name = naming.string("tokenizer_class");
        if (name.isEmpty()) {
            return BY_MODEL_TYPE.getOrDefault(config.string("model_type").orElse(""), AS_SAVED);
        }
        TokenizerClass named = BY_NAME.get(name.get().replaceFirst("Fast$", ""));
        if (named == null) {
            throw new EncoderFilesException(
                    naming.file() + " has tokenizer_class " + name.get() + ", which may"
                            + " change what tokenizer.json says and is not built here: texts might become other tokens than in Python. If"
                            + " the class is one of the tokenizers library, AutoTokenizer.from_pretrained(...).save_pretrained(...) in"
                            + " Python writes all that it does into tokenizer.json; then set tokenizer_class to TokenizersBackend.");
        }
        return named;
    }

    /** As transformers calls it. */
    String officialName() {
        return officialName;
    }

    /** How it cuts words: WordPiece, BPE or Unigram; empty where the file says. */
    String model() {
        return model;
    }

    /** Whether it tells the two texts of a pair apart, unless model_input_names says otherwise. */
    boolean givesTokenTypes() {
        return this == BERT;
    }

    /** Special tokens where no file names them, by key. */
    Map<String, String> specialTokens() {
        return switch (this) {
            case AS_SAVED -> Map.of();
            case BERT, DISTILBERT ->
                Map.of(
                        "unk_token", "[UNK]",
                        "sep_token", "[SEP]",
                        "pad_token", "[PAD]",
                        "cls_token", "[CLS]",
                        "mask_token", "[MASK]");
            case ROBERTA, XLM_ROBERTA, CAMEMBERT ->
                Map.of(
                        "bos_token", "<s>",
                        "eos_token", "</s>",
                        "unk_token", "<unk>",
                        "sep_token", "</s>",
                        "pad_token", "<pad>",
                        "cls_token", "<s>",
                        "mask_token", "<mask>");
            case ALBERT ->
                Map.of(
                        "bos_token", "[CLS]",
                        "eos_token", "[SEP]",
                        "unk_token", "<unk>",
                        "sep_token", "[SEP]",
                        "pad_token", "<pad>",
                        "cls_token", "[CLS]",
                        "mask_token", "[MASK]");
            case GPT2 ->
                Map.of("bos_token", "<|endoftext|>", "eos_token", "<|endoftext|>", "unk_token", "<|endoftext|>");
            case GPT_NEOX ->
                Map.of(
                        "bos_token", "<|endoftext|>",
                        "eos_token", "<|endoftext|>",
                        "unk_token", "<|endoftext|>",
                        "pad_token", "<|padding|>");
            case QWEN2 ->
                Map.of("eos_token", "<|endoftext|>", "unk_token", "<|endoftext|>", "pad_token", "<|endoftext|>");
            case LLAMA -> Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>");
            case GEMMA ->
                Map.of(
                        "bos_token", "<bos>",
                        "eos_token", "<eos>",
                        "unk_token", "<unk>",
                        "pad_token", "<pad>",
                        "mask_token", "<mask>");
            case HERBERT ->
                Map.of(
                        "unk_token", "<unk>",
                        "sep_token", "</s>",
                        "pad_token", "<pad>",
                        "cls_token", "<s>",
                        "mask_token", "<mask>");
        };
    }

    /** Further special tokens where no file names any. */
    List<String> extraTokens() {
        return this == CAMEMBERT ? List.of("<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED") : List.of();
    }
}
