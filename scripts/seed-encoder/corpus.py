"""Film reviews (aclImdb archives) -> word pieces and one array of encoded sentences."""
import argparse
import re
import tarfile
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

VOCABULARY = 8192
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
NOT_REVIEWS = {"aclImdb/train/pos/0_9.txt", "aclImdb/train/pos/7_7.txt"}
REVIEW = re.compile(r"aclImdb/(train|test)/(pos|neg|unsup)/\d+_(\d+)\.txt")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+|\s*<br />\s*|\s{3,}")
CONTRACTION = re.compile(r"(?i)\b(\w+?)(n't)\b")


def reviews(archives):
    """Yields (text, rating) in archive order; rating 1-4 or 7-10, 0 where unlabelled."""
    for archive in archives:
        with tarfile.open(archive) as tar:
            for member in tar:
                match = REVIEW.fullmatch(member.name)
                if match and member.name not in NOT_REVIEWS:
                    yield tar.extractfile(member).read().decode("utf-8"), int(match[3])


def sentences(text, treebank):
    """Sentences of a review; with treebank, "don't" is written "do n't", as in the Penn Treebank."""
    if treebank:
        text = CONTRACTION.sub(r"\1 \2", text)
    return [s for s in SENTENCE_END.split(text) if s and any(c.isalpha() for c in s)]


def train_tokenizer(texts, folder):
    """Lower-case word pieces in BERT's manner, as tokenizer.json and vocab.txt."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=VOCABULARY, min_frequency=2, limit_alphabet=200,
                                        special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(piece, tokenizer.token_to_id(piece)) for piece in ("[CLS]", "[SEP]")])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    tokenizer.model.save(str(folder))
    return tokenizer


def encode(tokenizer, texts, ratings):
    """tokens: all sentences end to end; starts: where each begins; review: which review it is from."""
    pieces, lengths, owner = [], [], []
    for index, text in enumerate(texts):
        # every second review in treebank spelling, so that both kinds of text read well
        split = sentences(text, treebank=index % 2 == 0)
        for encoding in tokenizer.encode_batch(split, add_special_tokens=False):
            pieces.append(np.array(encoding.ids, np.uint16))
            lengths.append(len(encoding.ids))
            owner.append(index)
    return dict(tokens=np.concatenate(pieces), starts=np.concatenate([[0], np.cumsum(lengths)]),
                review=np.array(owner, np.int32), rating=np.array(ratings, np.int8))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--imdb", type=Path, required=True, help="folder of the two aclImdb archives")
    parser.add_argument("--work", type=Path, required=True, help="folder for the tokenizer and the encoded corpus")
    arguments = parser.parse_args()
    texts, ratings = zip(*reviews(sorted(arguments.imdb.glob("aclImdb_*.tar.gz"))))
    tokenizer = train_tokenizer(texts, arguments.work / "tokenizer")
    corpus = encode(tokenizer, texts, ratings)
    np.savez(arguments.work / "corpus.npz", **corpus)
    print(f"{len(texts)} reviews, {len(corpus['review'])} sentences, {len(corpus['tokens'])} word pieces")


if __name__ == "__main__":
    main()
