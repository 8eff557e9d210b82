package dev.sotto.core.bench;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** The published shapes that are measured. */
enum BenchModel {
    BERT("tokens", 128) {
        @Override
        String config(int layers, int length) {
            return encoder("bert", "BertForSequenceClassification", 512, 2, layers);
        }
    },
    ROBERTA("tokens", 128) {
        @Override
        String config(int layers, int length) {
            return encoder("roberta", "RobertaForSequenceClassification", 514, 1, layers);
        }
    },
    GPT2("tokens", 128) {
        @Override
        String config(int layers, int length) {
            return String.format(
                    Locale.ROOT,
                    """
                    {"model_type": "gpt2", "architectures": ["GPT2ForSequenceClassification"], "vocab_size": %d,
                     "n_positions": 1024, "n_embd": 768, "n_head": 12, "n_layer": %d, "activation_function": "gelu_new",
                     "pad_token_id": 0}""",
                    VOCABULARY,
                    layers);
        }
    },
    VIT("pixels", 224) {
        @Override
        String config(int layers, int length) {
            return patches("vit", "ViTForImageClassification", "", layers, length);
        }
    },
    BEIT("pixels", 224) {
        @Override
        String config(int layers, int length) {
            return patches(
                    "beit", "BeitForImageClassification", "\"use_relative_position_bias\": true,", layers, length);
        }
    },
    RESNET50("pixels", 224) {
        @Override
        String config(int layers, int length) {
            return """
                    {"model_type": "resnet", "architectures": ["ResNetForImageClassification"], "embedding_size": 64,
                     "hidden_sizes": [256, 512, 1024, 2048], "depths": [3, 4, 6, 3], "layer_type": "bottleneck",
                     "hidden_act": "relu"}""";
        }
    };

    private static final int VOCABULARY = 30_522;
    private static final int CHANNELS = 3;

    private final String unit;
    private final int usualLength;

    BenchModel(String unit, int usualLength) {
        this.unit = unit;
        this.usualLength = usualLength;
    }

    /** What a row's length counts: tokens, or the pixels of an image's side. */
    String unit() {
        return unit;
    }

    /** Whether it has queries and values. */
    boolean hasAttention() {
        return this != RESNET50;
    }

    int usualLength() {
        return usualLength;
    }

    /** Its {@code config.json}; ResNet50 always has its own number of layers. */
    abstract String config(int layers, int length);

    private static String encoder(String type, String kind, int positions, int types, int layers) {
        return String.format(
                Locale.ROOT,
                """
                {"model_type": "%s", "architectures": ["%s"], "vocab_size": %d, "max_position_embeddings": %d,
                 "type_vocab_size": %d, "layer_norm_eps": 1e-12, "hidden_act": "gelu", %s""",
                type,
                kind,
                VOCABULARY,
                positions,
                types,
                base(layers));
    }

    private static String patches(String type, String kind, String more, int layers, int length) {
        return String.format(
                Locale.ROOT,
                """
                {"model_type": "%s", "architectures": ["%s"], "image_size": %d, "patch_size": 16, %s
                 "layer_norm_eps": 1e-12, "hidden_act": "gelu", %s""",
                type,
                kind,
                length,
                more,
                base(layers));
    }

    private static String base(int layers) {
        return "\"hidden_size\": 768, \"num_attention_heads\": 12, \"intermediate_size\": 3072, \"num_hidden_layers\": "
                + layers + "}";
    }

    /** Random rows of two classes. */
    Batch batch(int rows, int length) {
        var random = new Random(1);
        float[] labels = new float[rows];
        for (int row = 0; row < rows; row++) {
            labels[row] = row % 2;
        }
        if (unit.equals("pixels")) {
            float[] pixels = new float[rows * CHANNELS * length * length];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) random.nextGaussian();
            }
            return new ImageBatch(rows, CHANNELS, length, length, pixels, labels);
        }
        int[] ids = random.ints((long) rows * length, 2, VOCABULARY).toArray(); // none that stands for padding
        int[] mask = new int[ids.length];
        Arrays.fill(mask, 1);
        return new TokenBatch(rows, length, ids, mask, new int[ids.length], labels);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
