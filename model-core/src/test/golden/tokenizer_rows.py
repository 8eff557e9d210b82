"""Makes the golden rows of TextEncoderTest: what Hugging Face's own libraries do with awkward texts.

    pip install tokenizers transformers
    python tokenizer_rows.py SEED_TOKENIZER_JSON SEED_VOCAB_TXT BERT_TOKENIZER_JSON GPT2_TOKENIZER_JSON OUTPUT_FOLDER

Rows are [text, pair or null, maximum length, ids, type ids]. The rows of the last run were made with the versions
that each file names under "origin".
"""

import json
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

from tokenizers import Tokenizer
from transformers import BertTokenizerFast

TEXTS = [
    "",
    " ",
    " \t\n\r  ",
    "The film was not bad at all.",
    "UPPER lower MiXeD",
    "don't, can't; won't! (really?)",
    "naïve café façade Ångström Ünïcödé",
    "e\u0301 e\u0300 n\u0303 combining marks",
    "我喜欢这部电影,真的。",
    "日本語のテキスト と English が混ざる",
    "한국어 텍스트",
    "emoji 😀 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 end",
    "control \x00 \x01 \x07 \x1b \x7f chars \ufffd",
    "zero\u200bwidth\u200djoiner \ufeffbom soft\u00adhyphen",
    "no\u00a0break\u3000space\u2003em\u2028line",
    "مرحبا بالعالم שלום עולם",
    "Привет мир ΑΒΓ αβγς İstanbul ß ẞ ﬁ",
    "1234567890 3.14159 1,000,000 50% $12 €7 №5",
    "http://example.org/a?b=c&d=%20#e user@example.org @name #tag",
    "[CLS] [SEP] [MASK] [PAD] [UNK] <|endoftext|> <s>",
    "a" * 99 + " " + "b" * 100 + " " + "c" * 101 + " " + "supercalifragilistic" * 20,
    "word " * 400,
    "  leading and trailing  ",
    "x\n\ny\t\tz\r\nw",
    "\U0001f1e9\U0001f1ea \U00010348 \U000e0061 \ud7ff \ue000",
    "``quotes'' “smart” ‘single’ «angle» – — … •",
]
PAIRS = [
    ("a short question?", "and a somewhat longer answer that goes on for a while, as answers do."),
    ("", ""),
    ("", "only the second"),
    ("only the first", ""),
    ("one two three four five six seven eight nine ten", "one two three four five six seven eight nine ten"),
    ("word " * 100, "short"),
    ("short", "word " * 100),
]
LENGTHS = [512, 32, 7]


def rows(tokenizer):
    result = []
    for length in LENGTHS:
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=length, strategy="longest_first")
        for text, pair in [(text, None) for text in TEXTS] + PAIRS:
            encoding = tokenizer.encode(text, pair)
            result.append([text, pair, length, encoding.ids, encoding.type_ids])
    return result


def write(folder, name, tokenizer, source):
    origin = (
        f"model-core/src/test/golden/tokenizer_rows.py with tokenizers {version('tokenizers')}, "
        f"transformers {version('transformers')}, from {source}"
    )
    lines = ",\n".join(json.dumps(row) for row in rows(tokenizer))
    text = '{"origin": %s,\n "rows": [\n%s\n]}\n' % (json.dumps(origin), lines)
    (Path(folder) / f"{name}.json").write_text(text)


def from_vocabulary(vocabulary, **options):
    return BertTokenizerFast(vocab=str(vocabulary), **options).backend_tokenizer


def main(seed_json, seed_vocabulary, bert_json, gpt2_json, folder):
    warnings.simplefilter("ignore")
    write(folder, "seed-rows", Tokenizer.from_file(seed_json), "the seed encoder's tokenizer.json")
    write(folder, "seed-vocabulary-lower-rows", from_vocabulary(seed_vocabulary), "the seed encoder's vocab.txt")
    write(
        folder,
        "seed-vocabulary-cased-rows",
        from_vocabulary(seed_vocabulary, do_lower_case=False),
        "the seed encoder's vocab.txt, do_lower_case false",
    )
    write(
        folder,
        "seed-vocabulary-accents-rows",
        from_vocabulary(seed_vocabulary, strip_accents=False, tokenize_chinese_chars=False),
        "the seed encoder's vocab.txt, strip_accents false, tokenize_chinese_chars false",
    )
    write(folder, "bert-uncased-rows", Tokenizer.from_file(bert_json), "bert-base-uncased's tokenizer.json")
    write(folder, "gpt2-rows", Tokenizer.from_file(gpt2_json), "gpt2's tokenizer.json")


if __name__ == "__main__":
    main(*sys.argv[1:])
