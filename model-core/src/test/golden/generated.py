"""What transformers' generate writes with the tiny GPT-2 of hf-small, for TextGeneratorTest.

    python3 generated.py ../resources/vectors/hf-small/gpt2_lm > ../resources/golden/generated.csv

Made with torch 2.13 and transformers 5.18, in float64.
"""

import sys

import torch
import transformers as hf

model = hf.GPT2LMHeadModel.from_pretrained(sys.argv[1]).double().eval()
print("width,lengthPenalty,end,prompt,written")
for prompt in ([3, 14, 15], [9, 2, 6, 5, 35], [49]):
    plain = model.generate(torch.tensor([prompt]), max_new_tokens=12, do_sample=False, pad_token_id=0, eos_token_id=-1)
    end = int(plain[0, len(prompt) + 4])  # a token that it does come to
    for width, penalty in ((1, 1.0), (2, 1.0), (3, 0.0), (4, 2.0)):
        text = model.generate(torch.tensor([prompt]), max_new_tokens=12, do_sample=False, num_beams=width,
                              length_penalty=penalty, pad_token_id=0, eos_token_id=end)[0].tolist()
        written = text[len(prompt):]
        if end in written:
            written = written[:written.index(end)]
        print(width, penalty, end, " ".join(map(str, prompt)), " ".join(map(str, written)), sep=",")
