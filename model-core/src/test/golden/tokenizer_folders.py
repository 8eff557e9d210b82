"""Makes the folders of TokenizerFoldersTest: tiny models of random weights whose tokenizers are trained, as transformers saves them.

    pip install torch transformers sentencepiece
    python tokenizer_folders.py ../resources/vectors/tokenizers [name ...]

Each folder holds what save_pretrained writes, `tokens.jsonl`, as `sotto check-model --tokens` takes it, with what AutoTokenizer of
that folder gives for 100 odd texts and pairs, and, where there are weights, `expected.safetensors` with the logits of those rows. The
first line of tokens.jsonl names the versions that made it. Left out are pairs of two over-long texts that tokenizers 0.22
and 0.23 cut in two ways.
"""

import json
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import sentencepiece
import torch
import transformers as hf
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

PEOPLE = ["the nurse", "a tired patient", "Dr. Ärzte", "our neighbour", "the child", "Mr. O'Neill", "someone", "La señora"]
DOES = ["wrote down", "could not remember", "re-reads", "complains about", "was told of", "measured", "ne voit pas", "forgot"]
WHAT = ["the naïve note", "3.14 grams of salt", "an X-ray", "late visits", "the café's bill", "pain in the left knee", "nothing", "it all"]
WHEN = ["yesterday.", "at 10:45!", "in 1999?", "again and again;", "(twice)", "— as always …", "über Nacht", "今天"]
PROSE = [f"{a} {b} {c} {d}" for a in PEOPLE for b in DOES for c in WHAT for d in WHEN]

ODD = [
    "", " ", " \t\n\r  ", "The nurse was told.", "UPPER lower MiXeD", "don't, can't; won't! (really?)", "naïve café Ångström Ünïcödé",
    "e\u0301 e\u0300 n\u0303 combining", "我喜欢这部电影,真的。", "日本語 と English", "한국어 텍스트", "emoji 😀 👩‍👩‍👧 🏳️‍🌈 👍🏽 end",
    "control \x00 \x01 \x07 \x1b \x7f \ufffd", "zero\u200bwidth\u200djoiner \ufeffbom soft\u00adhyphen",
    "no\u00a0break\u3000space\u2003em\u2028line", "مرحبا שלום", "Привет ΑΒΓ αβγς İstanbul ß ẞ ﬁ", "1234567890 3.14159 1,000,000 50% $12 €7 №5",
    "http://example.org/a?b=c&d=%20#e user@example.org @name #tag", "[CLS] [SEP] [MASK] [PAD] [UNK]", "<s> </s> <mask> <pad> <unk>",
    "<|endoftext|> <|begin_of_text|>", "[mask] <MASK> [ MASK ]", "the nurse<mask> re-reads [MASK]it", "a" * 120, "word " * 60,
    "  leading and trailing  ", "two  blanks   three", "x\n\ny\t\tz\r\nw", "\U0001f1e9\U0001f1ea \U00010348 \ud7ff \ue000",
    "``quotes'' “smart” ‘single’ «angle» – — … •", "½ ² ™ ﬃ Ⅳ ㎏ ｆｕｌｌ", "<0x41> <0xFF> Ġword ▁word ##word", "ı İ ǅ ŉ ΐ", "ä vs a\u0308",
]
ODD += [f"{PROSE[i * 131 % len(PROSE)]} {ODD[i % len(ODD)]}" for i in range(1, 66)]
PAIRS = [
    ("a short question?", "and a somewhat longer answer that goes on for a while, as answers do."), (" ", "only the second"),
    ("one two three four five six seven eight nine ten", "one two three four five six seven eight nine ten"),
    ("word " * 60, "short"), ("short", "word " * 60), ("[SEP] </s>", "<s> [CLS]"), ("the nurse", "la señora 今天"),
]
PAIRS += [(PROSE[i * 97 % len(PROSE)], PROSE[i * 211 % len(PROSE)]) for i in range(1, 19)]
LENGTHS = [40, 12, 7]


def wordpiece(**normalizer):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(**normalizer)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(PROSE, trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False))
    return tokenizer.get_vocab()


def byte_level(special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=380, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(PROSE, trainer)
    return tokenizer


def vocabulary_and_merges(special):
    model = json.loads(byte_level(special).to_str())["model"]
    return dict(vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]])


def sentencepiece_model(folder, name, **options):
    """As its authors' own library trains it; a few character rules keep the file small."""
    rules = folder / "rules.tsv"
    rules.write_text("FB01\t66 69\nBD\t31 20 32\n3000\t20\n41\t61\nA0\t20\n2122\t54 4D\n".replace(" ", " "))
    text = folder / "text.txt"
    text.write_text("\n".join(PROSE))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "trained"), vocab_size=450 if options.get("byte_fallback") else 300, normalization_rule_tsv=str(rules),
        minloglevel=2, hard_vocab_limit=False, num_threads=1, **options)
    (folder / "trained.model").rename(folder / name)
    for left in ("trained.vocab", "rules.tsv", "text.txt"):
        (folder / left).unlink()


def gemma():
    llama = from_sentencepiece(hf.LlamaTokenizer, "tokenizer.model", {}, model_type="bpe", byte_fallback=True)
    model = json.loads(llama.backend_tokenizer.to_str())["model"]
    tokenizer = hf.GemmaTokenizer(vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]], bos_token="<s>", eos_token="</s>")
    tokenizer.add_bos_token = True
    return tokenizer


def herbert():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(PROSE, trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], end_of_word_suffix="</w>", show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    return hf.HerbertTokenizer(vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]])


def from_sentencepiece(cls, file, settings, **options):
    with tempfile.TemporaryDirectory() as folder:
        sentencepiece_model(Path(folder), file, **options)
        return cls.from_pretrained(folder, **settings)


ALBERT_PIECES = dict(model_type="unigram", pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"])
SMALL = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, max_position_embeddings=40,
             initializer_range=0.4, num_labels=3)


def roberta_like(config, model):
    return config, model, {**SMALL, "max_position_embeddings": 42, "type_vocab_size": 1, "pad_token_id": 1}


def llama_of_bytes():
    tokenizer = byte_level(["<|begin_of_text|>", "<|endoftext|>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", special_tokens=[("<|begin_of_text|>", 0)])
    return hf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|begin_of_text|>", eos_token="<|endoftext|>")


def bare(**tokens):
    """A tokenizer of the library alone, which no class stands behind."""
    tokenizer = Tokenizer(models.WordPiece(wordpiece(lowercase=False), unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace("nurse", "child")])
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vocabulary = tokenizer.get_vocab()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    return hf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **tokens)


BERT = (hf.BertConfig, hf.BertForSequenceClassification, SMALL)
GPT2 = (hf.GPT2Config, hf.GPT2ForSequenceClassification, dict(
    n_embd=8, n_layer=1, n_head=2, n_positions=40, initializer_range=0.4, num_labels=3, pad_token_id=0, eos_token_id=0, bos_token_id=0))
LLAMA = (hf.LlamaConfig, hf.LlamaForSequenceClassification, {**SMALL, "num_key_value_heads": 1, "pad_token_id": 0})

# name: (tokenizer, (configuration, model, settings), changes to tokenizer_config.json, changes to tokenizer.json)
CASES = {
    "bert": (lambda: hf.BertTokenizer(vocab=wordpiece()), BERT, {}, {}),
    "distilbert": (lambda: hf.DistilBertTokenizer(vocab=wordpiece()), (
        hf.DistilBertConfig, hf.DistilBertForSequenceClassification,
        dict(dim=8, n_layers=1, n_heads=2, hidden_dim=8, max_position_embeddings=40, initializer_range=0.4, num_labels=3)), {}, {}),
    "roberta": (lambda: hf.RobertaTokenizer(**vocabulary_and_merges(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])),
                roberta_like(hf.RobertaConfig, hf.RobertaForSequenceClassification), {}, {}),
    "xlm-roberta": (lambda: from_sentencepiece(hf.XLMRobertaTokenizer, "sentencepiece.bpe.model", {}, model_type="unigram"),
                    roberta_like(hf.XLMRobertaConfig, hf.XLMRobertaForSequenceClassification), {}, {}),
    "camembert": (lambda: from_sentencepiece(hf.CamembertTokenizer, "sentencepiece.bpe.model", {}, model_type="unigram"),
                  roberta_like(hf.CamembertConfig, hf.CamembertForSequenceClassification), {}, {}),
    "albert": (lambda: from_sentencepiece(hf.AlbertTokenizer, "spiece.model", {}, **ALBERT_PIECES),
               (hf.AlbertConfig, hf.AlbertForSequenceClassification, {**SMALL, "embedding_size": 8}), {}, {}),
    "gpt2": (lambda: hf.GPT2Tokenizer(**vocabulary_and_merges(["<|endoftext|>"])), GPT2, {}, {}),
    "llama": (lambda: from_sentencepiece(
        hf.LlamaTokenizer, "tokenizer.model", dict(add_bos_token=True), model_type="bpe", byte_fallback=True), LLAMA, {}, {}),
    "llama-of-bytes": (llama_of_bytes, LLAMA, {}, {}),
    # The same vocabularies with settings that change them; no weights.
    "bert-cased": (lambda: hf.BertTokenizer(vocab=wordpiece(lowercase=False), do_lower_case=False, tokenize_chinese_chars=False),
                   BERT[0], {}, {}),
    "bert-left": (lambda: hf.BertTokenizer(vocab=wordpiece(), strip_accents=False, truncation_side="left"), BERT[0], {}, {}),
    "bert-settings-alone": (lambda: hf.BertTokenizer(vocab=wordpiece()), BERT[0], {"do_lower_case": False, "strip_accents": True}, {}),
    "bert-file-alone": (lambda: hf.BertTokenizer(vocab=wordpiece(lowercase=False), do_lower_case=False), BERT[0], None, {}),
    "bert-bare": (lambda: bare(pad_token="[PAD]", mask_token="[MASK]"), BERT[0], {"do_lower_case": True}, {}),
    "bert-bare-types": (lambda: bare(pad_token="[PAD]"), BERT[0],
                        {"model_input_names": ["input_ids", "token_type_ids", "attention_mask"]}, {}),
    "bert-added": (lambda: added(hf.BertTokenizer(vocab=wordpiece())), BERT[0], {}, {}),
    "bert-older": (lambda: hf.BertTokenizer(vocab=wordpiece()), BERT[0], {"tokenizer_class": "BertTokenizerFast", "added_tokens_decoder": {
        "4": {"content": "[MASK]", "lstrip": True, "normalized": False, "rstrip": False, "single_word": False, "special": True},
        "2": {"content": "[CLS]", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}}}, {}),
    "bert-cut-in-file": (lambda: hf.BertTokenizer(vocab=wordpiece()), BERT[0], {},
                         {"truncation": {"direction": "Left", "max_length": 9, "strategy": "LongestFirst", "stride": 2}}),
    "roberta-blank": (lambda: hf.RobertaTokenizer(
        **vocabulary_and_merges(["<s>", "<pad>", "</s>", "<unk>", "<mask>"]), add_prefix_space=True),
        hf.RobertaConfig, {}, {}),
    "roberta-blank-in-settings": (lambda: hf.RobertaTokenizer(
        **vocabulary_and_merges(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])),
        hf.RobertaConfig, {"add_prefix_space": True, "mask_token": "<pad>"}, {}),
    "albert-accents": (lambda: from_sentencepiece(hf.AlbertTokenizer, "spiece.model", dict(do_lower_case=False, keep_accents=True),
                                                  **ALBERT_PIECES), hf.AlbertConfig, {}, {}),
    "xlm-roberta-no-blank": (lambda: from_sentencepiece(
        hf.XLMRobertaTokenizer, "sentencepiece.bpe.model", {}, model_type="unigram"), hf.XLMRobertaConfig, {"add_prefix_space": False}, {}),
    "llama-legacy": (lambda: from_sentencepiece(
        hf.LlamaTokenizer, "tokenizer.model", dict(legacy=True), model_type="bpe", byte_fallback=True), hf.LlamaConfig, {}, {}),
    "gpt-neox": (lambda: hf.GPTNeoXTokenizer(**vocabulary_and_merges(["<|endoftext|>", "<|padding|>"]), add_bos_token=True), GPT2[0], {}, {}),
    "qwen2": (lambda: hf.Qwen2Tokenizer(**vocabulary_and_merges(["<|endoftext|>"])), LLAMA[0], {}, {}),
    "gemma": (gemma, LLAMA[0], {}, {}),
    "herbert": (herbert, BERT[0], {}, {}),
    "gpt2-blank": (lambda: hf.GPT2Tokenizer(**vocabulary_and_merges(["<|endoftext|>"])), hf.GPT2Config,
                   {"add_prefix_space": True, "pad_token": "<pad>", "truncation_side": "left"}, {}),
}


def added(tokenizer):
    tokenizer.add_tokens(["café", hf.AddedToken("re-reads", single_word=True, lstrip=True)])
    tokenizer.add_special_tokens({"extra_special_tokens": ["@name"]})
    return tokenizer


def cut_in_two_ways(tokenizer, text, pair, length):
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    first, second = (len(backend.encode(part, add_special_tokens=False).ids) for part in (text, pair))
    room = length - backend.num_special_tokens_to_add(True)
    return room % 2 == 1 and min(first, second) > room // 2


def rows(tokenizer, few):
    wanted = [(text, None, LENGTHS[i % 2]) for i, text in enumerate(ODD[:35] if few else ODD)]
    wanted += [(text, pair, LENGTHS[i % 3]) for i, (text, pair) in enumerate(PAIRS[:10] if few else PAIRS)]
    for text, pair, length in wanted:
        if pair is not None and cut_in_two_ways(tokenizer, text, pair, length):
            continue
        encoded = tokenizer(text, pair, truncation=True, max_length=length)
        types = encoded.get("token_type_ids", [0] * len(encoded["input_ids"]))
        row = dict(text=text, max_length=length, ids=encoded["input_ids"])
        if pair is not None:
            row.update(pair=pair, types=types)
        yield row


def logits(model, row):
    if not row["ids"]:
        return torch.full([3], float("nan"))
    ids = torch.tensor([row["ids"]])
    types = {"token_type_ids": torch.tensor([row.get("types", [0] * len(row["ids"]))])} if isinstance(model, hf.BertForSequenceClassification) else {}
    with torch.no_grad():
        return model(input_ids=ids, attention_mask=torch.ones_like(ids), **types).logits[0]


def write(folder, name):
    make, model, config_changes, file_changes = CASES[name]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer = make()
    tokenizer.save_pretrained(folder)
    settings, file = folder / "tokenizer_config.json", folder / "tokenizer.json"
    if config_changes is None:
        settings.unlink()
    elif config_changes:
        settings.write_text(json.dumps({**json.loads(settings.read_text()), **config_changes}, indent=1))
    file.write_text(json.dumps({**json.loads(file.read_text()), **file_changes}, ensure_ascii=False, separators=(",", ":")))
    for other in folder.glob("*.model"):
        other.unlink()
    vocabulary = max(len(tokenizer), 300) + 8  # room for tokens that the settings alone name
    torch.manual_seed(sorted(CASES).index(name))
    expected = {}
    if isinstance(model, tuple):
        config = model[0](vocab_size=vocabulary, **model[2])
        network = model[1](config).double().eval()
        network.float().save_pretrained(folder)
        network.double()
    else:
        extra = dict(pad_token_id=1) if "roberta" in name else {}
        model(vocab_size=vocabulary, architectures=None, **extra).save_pretrained(folder)
        network = None
    loaded = hf.AutoTokenizer.from_pretrained(folder)
    made = list(rows(loaded, few=network is None))
    origin = (f"model-core/src/test/golden/tokenizer_folders.py with transformers {version('transformers')}, tokenizers "
              f"{version('tokenizers')}, torch {version('torch')}, sentencepiece {version('sentencepiece')}")
    lines = [{"origin": origin, "tokenizer_class": type(loaded).__name__}, *made]
    (folder / "tokens.jsonl").write_text("".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines))
    if network is not None:
        expected["logits"] = torch.stack([logits(network, row) for row in made]).float()
        save_file(expected, folder / "expected.safetensors")
    print(name, type(loaded).__name__, len(made), vocabulary)


if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        write(Path(sys.argv[1]) / case, case)
