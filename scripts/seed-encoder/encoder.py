"""The encoder being trained: BERT with a pooler, its masked-word head, and a rating head that is not shipped."""
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertOnlyMLMHead

PAD, UNK, CLS, SEP, MASK = range(5)
RATINGS = 8  # 1, 2, 3, 4, 7, 8, 9, 10

CONFIG = dict(vocab_size=8192, hidden_size=192, num_hidden_layers=3, num_attention_heads=3, intermediate_size=384,
              max_position_embeddings=128, type_vocab_size=2, hidden_act="gelu", layer_norm_eps=1e-12,
              initializer_range=0.02, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=PAD)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        config = BertConfig(**CONFIG)
        self.bert = BertModel(config)
        self.words = BertOnlyMLMHead(config)
        self.words.predictions.decoder.weight = self.bert.embeddings.word_embeddings.weight
        self.words.predictions.decoder.bias = self.words.predictions.bias
        self.rating = nn.Linear(config.hidden_size, RATINGS)
        for layer in (self.words.predictions.transform.dense, self.rating):
            nn.init.normal_(layer.weight, std=config.initializer_range)
            nn.init.zeros_(layer.bias)

    def forward(self, tokens):
        """tokens [rows, length] -> hidden states [rows, length, hidden], pooled vectors [rows, hidden]."""
        output = self.bert(tokens, attention_mask=(tokens != PAD).long())
        return output.last_hidden_state, output.pooler_output

    def ship(self, tokenizer, folder):
        """Writes the Hugging Face layout, weights in F16, without the rating head."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {f"bert.{name}": t for name, t in self.bert.state_dict().items() if "position_ids" not in name}
        tensors |= {f"cls.{name}": t for name, t in self.words.state_dict().items() if "decoder" not in name}
        save_file({name: t.half().contiguous() for name, t in tensors.items()}, folder / "model.safetensors",
                  metadata={"format": "pt"})
        config = dict(CONFIG, architectures=["BertForMaskedLM"], model_type="bert", dtype="float16",
                      position_embedding_type="absolute", classifier_dropout=None, use_cache=True)
        (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
        for name in ("tokenizer.json", "vocab.txt"):
            shutil.copyfile(Path(tokenizer) / name, folder / name)
        settings = dict(tokenizer_class="PreTrainedTokenizerFast", do_lower_case=True, model_max_length=128, pad_token="[PAD]",
                        unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
        (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
