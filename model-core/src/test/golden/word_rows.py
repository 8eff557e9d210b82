"""Makes the golden rows of WordEncoderTest: what Hugging Face's own library does with rows whose words are known.

    pip install tokenizers
    python word_rows.py SEED_TOKENIZER_JSON GPT2_TOKENIZER_JSON OUTPUT_FOLDER

Rows are [words, maximum length, ids, word begun by each token or -1]. The last is by the rule of the token classification
examples of transformers: a token whose word is not that of the token before it carries the word's label. GPT-2's tokenizer is
told add_prefix_space=True, without which transformers refuses words.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel

ROWS = [
    ["The", "patient", "Anna", "Müller", "came", "from", "Saarbrücken", "."],
    ["one"],
    ["don't", "can't;", "(really?)", "$12.50", "http://example.org/a?b=c"],
    ["New", "York", "-", "based", "Acme", "Inc", "."],
    ["", "empty", "", "words", ""],
    [" ", "blank", "\t", "words"],
    ["with blank", "inside  two"],
    ["我喜欢", "日本語", "한국어", "Привет"],
    ["emoji", "😀", "👩‍👩‍👧‍👦", "end"],
    ["\u00ad", "\u200b", "invisible"],
    ["supercalifragilistic" * 5, "b" * 101, "c"],
    ["[CLS]", "[SEP]", "<|endoftext|>", "special"],
    ["word"] * 60,
    [],
]
LENGTHS = [128, 12, 5]


def begun(word_ids):
    last, first = None, []
    for word in word_ids:
        first.append(-1 if word is None or word == last else word)
        last = word
    return first


def write(folder, name, tokenizer, source):
    rows = []
    for length in LENGTHS:
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=length, strategy="longest_first")
        for words in ROWS:
            encoding = tokenizer.encode(words, is_pretokenized=True)
            rows.append([words, length, encoding.ids, begun(encoding.word_ids)])
    origin = f"model-core/src/test/golden/word_rows.py with tokenizers {version('tokenizers')}, from {source}"
    lines = ",\n".join(json.dumps(row) for row in rows)
    (Path(folder) / f"{name}.json").write_text('{"origin": %s,\n "rows": [\n%s\n]}\n' % (json.dumps(origin), lines))


def main(seed_json, gpt2_json, folder):
    write(folder, "seed-word-rows", Tokenizer.from_file(seed_json), "the seed encoder's tokenizer.json")
    gpt2 = Tokenizer.from_file(gpt2_json)
    gpt2.pre_tokenizer = ByteLevel(add_prefix_space=True)
    write(folder, "gpt2-word-rows", gpt2, "gpt2's tokenizer.json with add_prefix_space=True")


if __name__ == "__main__":
    main(*sys.argv[1:])
