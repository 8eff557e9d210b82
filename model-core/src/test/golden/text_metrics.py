"""Makes resources/golden/metrics/texts.json and tokens.json, texts of our own and what public scorers say of them, and
e2e-test-set.json, what they say of the E2E challenge's test set, without its texts.

    python text_metrics.py E2E-METRICS CORENLP-JAR METEOR-CLASSES ../resources/golden/metrics ../../../../../shared/data/e2e

E2E-METRICS is a checkout of github.com/tuetschek/e2e-metrics (at 1b9c4d8), CORENLP-JAR stanford-corenlp-3.4.1.jar, whose tokenizer
that scorer calls, and METEOR-CLASSES the compiled classes and resources of github.com/cmu-mtlab/meteor (at 1ec633d, version 1.5).
Made with sacrebleu 2.6.0, Perl 5.36 and Java 17.
"""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

import sacrebleu

E2E, CORENLP, METEOR, TARGET, TEST_SET = sys.argv[1:]
sys.path.insert(0, E2E)
from metrics.pymteval import BLEUScore, NISTScore  # noqa: E402
from pycocoevalcap.cider.cider import Cider  # noqa: E402
from pycocoevalcap.rouge.rouge import Rouge  # noqa: E402
from pycocoevalcap.tokenizer.ptbtokenizer import PUNCTUATIONS  # noqa: E402

THREE_EACH = [
    ("The Copper Kettle is a family-friendly café near the river, with prices below £20.",
     ["The Copper Kettle is a cheap, family-friendly café by the river.",
      "Near the river there is a café called The Copper Kettle. It's family-friendly and costs less than £20.",
      "For under £20, families can eat at The Copper Kettle, a café close to the river."]),
    ("The patient doesn't report any pain; her wound was healing well.",
     ["The patient reports no pain, and the wound heals well.",
      "She doesn't have pain. The wound's healing is good.",
      "No pain was reported; the wound is healing well!"]),
    ("Bring the X-ray (taken in Jan. 2024) to Dr. Moore at 10:30 a.m. on ward 5.",
     ["Please bring your X-ray from Jan. 2024 to Dr. Moore on ward 5 at 10:30 a.m.",
      "At 10:30 a.m., take the X-ray (Jan. 2024) to Dr. Moore, ward 5.",
      "Dr. Moore expects you and the X-ray of Jan. 2024 on ward 5 at 10:30."]),
    ("“Harbour View” isn't cheap: a meal costs £20-25, but customers rate it 5 out of 5.",
     ["With a price of £20-25, 'Harbour View' isn't cheap, but it is rated 5 out of 5 by customers.",
      "Customers give Harbour View 5 out of 5, although meals cost £20-25.",
      "\"Harbour View\" has a 5 out of 5 customer rating and costs £20-25."]),
    ("take 1,000.5 mg and/or 2.5 ml at night",
     ["Take 1,000.5 mg and/or 2.5 ml each night.", "At night, take 2.5 ml and 1,000.5 mg.", "Take both at night."]),
    ("The dog chases the cat and the cat chases the mouse and the mouse runs",
     ["The cat chased the mouse while the dog was chasing the cat, and the mouse ran.",
      "The mouse runs, the cat chases the mouse, and the dog chases the cat.",
      "A dog, a cat and a mouse were running."]),
    ("R&B nights cannot be booked; they're free for 50% of the guests' friends...",
     ["R&B nights are free for 50% of guests' friends, and can't be booked.",
      "You cannot book R&B nights. They'll cost nothing for half of all friends.",
      "Booking R&B nights isn't possible - they are free for 50% of our guests."]),
    ("Allergies were discussed on 12/05/2010 with Mrs. O'Brien",
     ["Allergies were discussed with Mrs. O'Brien on 12/05/2010.",
      "On 12/05/2010 Mrs. O'Brien was told of her allergy.",
      "Mrs. O'Brien discussed allergies on 12/05/2010, e.g. to nuts."]),
]
FEWER = [
    ("Green Garden serves Italian food in the city centre.",
     ["Green Garden is an Italian restaurant in the city centre."]),
    ("A low-cost pub called The Old Anchor is located in the riverside area. It is not kid friendly.",
     ["The Old Anchor is a low-cost pub in riverside. It isn't kid-friendly.",
      "In the riverside area there is a pub, The Old Anchor, which is cheap and not for kids.",
      "The Old Anchor, a pub with low prices, lies by the river.",
      "Low-cost pub The Old Anchor does not welcome children."]),
    ("Ten nurses are working tonight",
     ["Tonight, ten nurses work.", "Ten nurses will be working this night."]),
    ("something wholly different from what people wrote",
     ["The ward is closed on Sunday."]),
    ("The ward was closed on Sundays and holidays for cleaning",
     ["The ward is closed for cleaning on Sundays and on holidays.", "On Sunday, the ward closes."]),
]
SHORT = [
    ("The clinic opens at nine", ["The clinic will open at 9", "Our clinic opens nine to five"]),
    ("No visitors tonight please", ["Please, no visitors tonight", "Tonight there are no visits"]),
    ("Same words here exactly.", ["Same words here exactly."]),
]
TEXTS = [
    "St. Mary's opens at 7 a.m., i.e. early; it closes at 9.30pm etc.",
    "Mr. Smith's dog - the students' own - ate food/drink worth $30 or €40 each.",
    "‘Here’ — and an en–dash… I'm sure they'll say we've won't they'd, can't they?",
    "The end. Then the next one... No. 5 is at no. 10 of [a] {b} list: 3rd, 2nd & 1st!",
    "Naïve coöperation costs 5% (of 1/2); two-thirds of it at 10-12, vs. U.S. rates.",
    "I gotta go; he's gonna stay, and we'd wanna ask: who'd mind?",
    "&quot;A &amp; B&quot; &lt;skip&gt; *x* = 3.5, y=2, _z_ #4 @5 a~b 'tis 5'6\" tall",
    "The patient, 48, weighs 70kg (10mg/day) since Dec. 2019. She left.",
    "A 5-star pub at 20£-25 in the centre., by J. Moore and a 76-year-old friend; plan B. is -3",
]
STEMS = """caring cares cared careful carefully carefulness generously generation communism community arsenal skis skies
dying lying news bias biases early only singly ugly gently idly consignment consigned knack knavish relational conditional
rational valenci hesitanci digitizer conformabli radicalli differentli vileli analogousli vietnamization predication operator
feudalism decisiveness hopefulness callousness formaliti sensitiviti sensibiliti triplicate formative formalize electriciti
electrical hopeful goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment
dependent adoption homologou communism activate angulariti homologous effective bowdlerize probate rate cease controll roll
hopping hoped hop fitted fits luxuriated fizzed failing filing happy sky say by cry cries tied ties ponies caresses gas kiwis gaps
this us agreed feed plastered bled motoring sing conflated troubled sized falling hissing filming proceed exceeding inning outings
herrings earring canning yellow youth boyish employ sayings beyond hay toy o'clock patient's nurses' university universal
theologies archaeology psychologically friendly quickly badly rely fully nationality nationalization kindness argument arguing
matter being been added egg ebb off inn err awe eye owed abilities thoughtfully emotionally necessarily apologies""".split()


def run(command, text):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def caption_tokens(texts):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("\n".join(texts) + "\n")
    lines = run(["java", "-cp", CORENLP, "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase", file.name], "")
    os.remove(file.name)
    lines = lines.split("\n")[:len(texts)]
    return [[word for word in line.split() if word not in PUNCTUATIONS] for line in lines]


def mteval_perl(segments):
    """BLEU and NIST to four digits, as measure_scores.py calls the program."""
    width = max(len(references) for _, references in segments)
    folder = tempfile.mkdtemp()

    def write(name, kind, texts_of):
        escaped = [[text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for text in texts] for texts in texts_of]
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(f'<{kind}set setid="x" srclang="any" trglang="en">\n')
            for number, texts in enumerate(escaped):
                file.write(f'<doc docid="d" genre="news" origlang="any" sysid="{kind}{number}">\n<p>\n')
                for i, text in enumerate(texts, 1):
                    file.write(f'<seg id="{i}">{text}</seg>\n')
                file.write("</p>\n</doc>\n")
            file.write(f"</{kind}set>")

    write("ref", "ref", [[refs[i] if i < len(refs) else "" for _, refs in segments] for i in range(width)])
    write("tst", "tst", [[hypothesis for hypothesis, _ in segments]])
    write("src", "src", [["" for _ in segments]])
    out = run(["perl", f"{E2E}/mteval/mteval-v13a-sig.pl", "-r", f"{folder}/ref", "-s", f"{folder}/src", "-t", f"{folder}/tst",
               "-f", f"{folder}/log"], "")
    return [float(re.search(name + r" score = ([0-9.]+)", out).group(1)) for name in ("BLEU", "NIST")]


def meteor(hypotheses, references):
    lines = ["SCORE ||| " + " ||| ".join(refs + [text]) for text, refs in zip(hypotheses, references)]
    command = ["java", "-cp", METEOR, "Meteor", "-", "-", "-stdio", "-l", "en", "-norm", "-m", "exact stem", "-w", "1.0 0.6",
               "-p", "0.85 0.2 0.6 0.5"]
    statistics = run(command, "\n".join(lines) + "\n").strip().split("\n")
    numbers = [[float(number) for number in line.split()] for line in statistics]
    statistics.append(" ".join(str(sum(column)) for column in zip(*numbers)))  # of all texts together
    scores = run(command, "".join(f"EVAL ||| {line}\n" for line in statistics)).strip().split("\n")
    return float(scores[-1]), [float(score) for score in scores[:-1]]


def scored(segments):
    hypotheses = [hypothesis for hypothesis, _ in segments]
    references = [refs for _, refs in segments]
    bleu, nist = BLEUScore(), NISTScore()
    for hypothesis, refs in segments:
        bleu.append(hypothesis, refs)
        nist.append(hypothesis, refs)
    words = caption_tokens(hypotheses)
    reference_words = [caption_tokens(refs) for refs in references]
    captions = {i: [" ".join(text)] for i, text in enumerate(words)}
    caption_references = {i: [" ".join(text) for text in texts] for i, texts in enumerate(reference_words)}
    width = max(len(refs) for refs in references)
    columns = [[refs[i] if i < len(refs) else None for refs in references] for i in range(width)]
    perl_bleu, perl_nist = mteval_perl(segments)
    together, each = meteor([text[0] for text in captions.values()], list(caption_references.values()))
    return {
        "segments": [{"hypothesis": hypothesis, "references": refs} for hypothesis, refs in segments],
        "e2e_bleu": bleu.score(),
        "e2e_nist": nist.score(),
        "mteval_bleu": perl_bleu,
        "mteval_nist": perl_nist,
        "sacrebleu": sacrebleu.corpus_bleu(hypotheses, columns).score,
        "sacrebleu_lowercase": sacrebleu.corpus_bleu(hypotheses, columns, lowercase=True).score,
        "rouge_l": float(Rouge().compute_score(caption_references, captions)[0]),
        "cider": float(Cider().compute_score(caption_references, captions)[0]),
        "meteor_exact_stem": together,
        "meteor_exact_stem_each": each,
    }


def write(name, content):
    with open(f"{TARGET}/{name}", "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")


def from_test_set(meanings):
    """The first reference of each meaning that has several as a hypothesis, against the others."""
    references = {}
    with open(f"{TEST_SET}/testset_w_refs.csv", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            references.setdefault(row["mr"], []).append(row["ref"].strip())
    return [(texts[0], texts[1:]) for texts in references.values() if len(texts) > 1][:meanings]


SETS = [THREE_EACH, FEWER, THREE_EACH + FEWER + SHORT, SHORT]
write("texts.json", [scored(segments) for segments in SETS])
sentences = TEXTS + [text for segments in SETS[:2] for hypothesis, refs in segments for text in [hypothesis] + refs]
tokenizer = sacrebleu.metrics.bleu.BLEU().tokenizer
stemmer = subprocess.run(["java", "-cp", METEOR, "Stemmer", "english"], input="\n".join(STEMS), capture_output=True, text=True)
write("tokens.json", {
    "texts": [{"text": text, "caption": caption, "mteval": tokenizer(text).split()}
              for text, caption in zip(sentences, caption_tokens(sentences))],
    "stems": dict(zip(STEMS, stemmer.stdout.split())),
})
test_set = scored(from_test_set(100))
del test_set["segments"], test_set["meteor_exact_stem_each"]
write("e2e-test-set.json", test_set)
