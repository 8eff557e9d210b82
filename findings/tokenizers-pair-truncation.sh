#!/usr/bin/env bash
# tokenizers 0.22.2 and 0.23.2 (Hugging Face, PyPI) cut the same pair of over-long texts in different places, and 0.23.2 not by the
# number of tokens alone.
#
# Both texts have 24 tokens, and the pair is cut to 5 ("longest first"). By token counts the two texts are equally long, and 0.22.2 always
# keeps 2 + 3. 0.23.2 keeps 3 + 2 or 2 + 3, depending on whether the first text's 24 tokens are three long words or 24 short ones. Room for an
# even number of tokens is halved by both.
#
# Who made expected token ids with one version and reads the same tokenizer.json with the other gets other ids for pairs, and no error.
# Fails if either version behaves otherwise.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/cut.py" <<'PY'
from tokenizers import Tokenizer, models, pre_tokenizers

vocabulary = {"[UNK]": 0, "a": 1, "##a": 2, "b": 3, "##b": 4}
tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()

def kept(first, second, room):
    tokenizer.enable_truncation(room)
    ids = tokenizer.encode(first, second).ids
    return "%d+%d" % (sum(i in (1, 2) for i in ids), sum(i in (3, 4) for i in ids))

tokenizer.no_truncation()
long_words, short_words, second = "aaaaaaaa " * 3, "a " * 24, "b " * 24
for text in (long_words, short_words, second):
    assert len(tokenizer.encode(text).ids) == 24
print("long words", kept(long_words, second, 5), "short words", kept(short_words, second, 5), "even", kept(long_words, second, 6))
PY

cut() { # VERSION: what it keeps
  python3 -m venv "$work/$1"
  "$work/$1/bin/pip" --quiet install --no-deps "tokenizers==$1"
  "$work/$1/bin/python" "$work/cut.py"
}

for expected in \
  "0.22.2: long words 2+3 short words 2+3 even 3+3" \
  "0.23.2: long words 3+2 short words 2+3 even 3+3"; do
  version=${expected%%:*}
  found="$version: $(cut "$version")"
  echo "$found"
  [[ "$found" == "$expected" ]] || { echo "expected $expected" >&2; exit 1; }
done
