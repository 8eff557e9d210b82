package dev.sotto.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.check.ReferenceFile;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The exported folder in the hands of Hugging Face transformers. Needs a Python with torch and transformers: the one
 * that {@code SOTTO_PYTHON} names, or {@code python3}; without it these tests are skipped.
 */
class PythonInteropTest {
    private static final String PYTHON =
            Optional.ofNullable(System.getenv("SOTTO_PYTHON")).orElse("python3");
    private static final int LENGTH = 4;
    private static final int[] IDS = {0, 9, 7, 2, 0, 8, 2, 1};
    private static final int[] MASK = {1, 1, 1, 1, 1, 1, 1, 0};

    @TempDir
    Path temporary;

    private static boolean transformers;

    @BeforeAll
    static void looksForTransformers() throws InterruptedException {
        transformers = canImport("torch, transformers");
        if (!transformers) {
            System.out.println("Skipped: " + PYTHON + " cannot import torch and transformers (set SOTTO_PYTHON)");
        }
    }

    @BeforeEach // each test, so that the run's count of skipped tests has them
    void needsTransformers() {
        assumeTrue(transformers);
    }

    private static boolean canImport(String packages) throws InterruptedException {
        try {
            return new ProcessBuilder(PYTHON, "-c", "import " + packages)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }

    @ParameterizedTest
    @CsvSource({"bert_cls, CLASSIFICATION, 3", "roberta_cls, CLASSIFICATION, 5", "bert_cls, REGRESSION, 1"})
    void exportedFolder_givesTheSameLogitsInTransformers(String name, Task task, int outputs)
            throws IOException, InterruptedException {
        List<String> labels =
                IntStream.range(0, outputs).mapToObj(i -> "class" + i).toList();
        try (TrainableModel model = TrainableModel.load(
                ExportTest.checkpoint(name), new ModelSpec(task, outputs, Trained.BIASES_AND_HEAD))) {
            float[] trained = ExportTest.changed(model.initial());
            ModelExport.write(model.seed(), trained, labels, temporary);
            var batch = new TokenBatch(2, LENGTH, IDS, MASK, new int[IDS.length], new float[2]);
            float[] ours = model.logits(batch, trained);
            List<String> answer = run("logits.py", temporary.toString(), rows(IDS), rows(MASK));
            Close.assertRelative(ours, floats(answer, "LOGITS"), Rounding.tolerance(model.seed(), batch));
            assertThat(answer).contains("LABELS " + String.join(" ", labels));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"vit_cls", "deit_cls", "beit_cls", "beit_sharedrel_abs", "resnet_basic", "resnet_bottleneck"})
    void exportedImageModel_givesTheSameLogitsInTransformers(String name) throws IOException, InterruptedException {
        Path seed = ExportTest.checkpoint(name);
        Path reference = seed.resolve("expected.safetensors");
        List<String> labels = List.of("here", "there", "elsewhere");
        try (Safetensors file = Safetensors.open(reference);
                TrainableModel model = TrainableModel.load(
                        seed, new ModelSpec(Task.CLASSIFICATION, labels.size(), Trained.BIASES_AND_HEAD))) {
            float[] trained = ExportTest.changed(model.initial());
            ModelExport.write(model.seed(), trained, labels, temporary);
            List<Integer> shape = file.tensors().get("input/pixel_values").shape();
            var batch = new ImageBatch(
                    shape.get(0),
                    shape.get(1),
                    shape.get(2),
                    shape.get(3),
                    file.floats("input/pixel_values"),
                    new float[shape.get(0)]);
            float[] ours = model.logits(batch, trained);
            List<String> answer = run("image_logits.py", temporary.toString(), reference.toString());
            Close.assertRelative(ours, floats(answer, "LOGITS"), Rounding.tolerance(model.seed(), batch));
            assertThat(answer).contains("LABELS " + String.join(" ", labels));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sotto.core.model.TokenizerFoldersTest#withWeights")
    void exportedFolder_makesTheSameTokensInTransformers(String name) throws Exception {
        Path seed = Path.of(PythonInteropTest.class
                .getResource("/vectors/tokenizers/" + name)
                .toURI());
        List<String> labels = List.of("here", "there", "elsewhere");
        try (TrainableModel model =
                TrainableModel.load(seed, new ModelSpec(Task.CLASSIFICATION, labels.size(), Trained.BIASES_AND_HEAD))) {
            ModelExport.write(model.seed(), ExportTest.changed(model.initial()), labels, temporary);
        }
        assertThat(run(
                        "tokens.py",
                        temporary.toString(),
                        seed.resolve("tokens.jsonl").toString()))
                .contains("DIFFERENT 0");
    }

    /** Low-rank updates of every linear map, alone and beside biases, as peft loads them. */
    @ParameterizedTest
    @CsvSource({
        "hf/bert_cls, HEAD",
        "hf/bert_cls, BIASES_AND_HEAD",
        "hf/roberta_cls, BIASES_AND_HEAD",
        "hf-small/distilbert_multi, BIASES_AND_HEAD",
        "hf-small/albert_shared, BIASES_AND_HEAD",
        "hf-small/gpt2_cls, BIASES_AND_HEAD",
        "hf-small/gpt2_lm, HEAD",
        "hf-small/llama_cls, BIASES_AND_HEAD",
        "hf-small/roberta_tokencls, HEAD",
        "hf/vit_cls, BIASES_AND_HEAD",
        "hf/beit_cls, BIASES_AND_HEAD",
        "hf-small/deit_teacher, HEAD",
        "hf/resnet_bottleneck, HEAD"
    })
    void adapter_givesTheSameLogitsInPeft(String name, Trained.Part part) throws Exception {
        assumeTrue(canImport("peft"), PYTHON + " cannot import peft");
        Path seed =
                Path.of(PythonInteropTest.class.getResource("/vectors/" + name).toURI());
        Path reference = seed.resolve("expected.safetensors");
        Trained trained = Trained.of(part).with(new Lora(2, 3, List.of("*")));
        try (ReferenceFile file = ReferenceFile.open(reference);
                TrainableModel model = TrainableModel.load(seed, SavedModel.spec(seed, trained))) {
            float[] changed = ExportTest.changed(model.initial());
            PeftAdapter.write(model.seed(), changed, temporary);
            float[] ours = model.logits(file.batch(), changed);
            List<String> answer = run("peft_logits.py", seed.toString(), temporary.toString(), reference.toString());
            Close.assertRelative(floats(answer, "LOGITS"), ours, Rounding.tolerance(model.seed(), file.batch()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hf/bert_cls, HEAD, none, query+value",
        "hf/bert_cls, BIASES_AND_HEAD, all, query+intermediate.dense",
        "hf-small/distilbert_multi, BIASES_AND_HEAD, lora_only, q_lin+v_lin",
        "hf-small/gpt2_cls, HEAD, none, c_attn",
        "hf/vit_cls, BIASES_AND_HEAD, all, q_proj+v_proj"
    })
    void adapterOfPeft_isBegunWith(String name, Trained.Part part, String bias, String targets) throws Exception {
        assumeTrue(canImport("peft"), PYTHON + " cannot import peft");
        Path seed =
                Path.of(PythonInteropTest.class.getResource("/vectors/" + name).toURI());
        Path reference = seed.resolve("expected.safetensors");
        List<String> answer =
                run("peft_adapter.py", seed.toString(), temporary.toString(), reference.toString(), bias, targets);
        Trained trained = Trained.of(part).with(new Lora(2, 3, List.of(targets.split("\\+"))));
        try (ReferenceFile file = ReferenceFile.open(reference);
                TrainableModel model = TrainableModel.load(seed, SavedModel.spec(seed, trained))) {
            float[] begun = PeftAdapter.read(temporary, model.seed());
            Close.assertRelative(
                    model.logits(file.batch(), begun),
                    floats(answer, "LOGITS"),
                    Rounding.tolerance(model.seed(), file.batch()));
        }
    }

    /** Of every family of which peft computes a prefix. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/bert_cls",
                "hf/roberta_cls",
                "hf-small/roberta_tokencls",
                "hf-small/gpt2_cls",
                "hf-small/gpt2_lm",
                "hf-small/llama_cls"
            })
    void prefix_givesTheSameLogitsInPeft_andIsBegunWithAsPeftSavesIt(String name) throws Exception {
        assumeTrue(canImport("peft"), PYTHON + " cannot import peft");
        Path seed =
                Path.of(PythonInteropTest.class.getResource("/vectors/" + name).toURI());
        Path reference = seed.resolve("expected.safetensors");
        Path saved = temporary.resolve("saved");
        try (ReferenceFile file = ReferenceFile.open(reference);
                TrainableModel model =
                        TrainableModel.load(seed, SavedModel.spec(seed, Trained.HEAD.with(new Prefix(3))))) {
            float[] changed = ExportTest.changed(model.initial());
            PeftAdapter.write(model.seed(), changed, temporary);
            float[] ours = model.logits(file.batch(), changed);
            List<String> answer = run(
                    "peft_logits.py", seed.toString(), temporary.toString(), reference.toString(), saved.toString());
            Close.assertRelative(floats(answer, "LOGITS"), ours, Rounding.tolerance(model.seed(), file.batch()));
            assertThat(PeftAdapter.read(saved, model.seed())).isEqualTo(changed);
        }
    }

    /** It has no place for adapters, and would compute on without them. */
    @Test
    void folderWithAdapters_isRefusedByTransformers() throws IOException, InterruptedException {
        ModelSpec adapters = new ModelSpec(Task.CLASSIFICATION, 2, Trained.HEAD.with(new Adapter(2)));
        try (SeedModel seed = SeedModel.open(ExportTest.checkpoint("bert_cls"), adapters)) {
            ModelExport.write(seed, seed.initial(), List.of("no", "yes"), temporary);
        }
        assertThat(run("refused.py", temporary.toString()))
                .noneMatch(line -> line.startsWith("LOADED"))
                .filteredOn(line -> line.startsWith("REFUSED"))
                .hasSize(3);
    }

    private static List<String> run(String script, String... arguments) throws IOException, InterruptedException {
        String path = Path.of(
                        PythonInteropTest.class.getResource("/python/" + script).getPath())
                .toString();
        Process process = new ProcessBuilder(Stream.concat(Stream.of(PYTHON, path), Arrays.stream(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    private static float[] floats(List<String> lines, String key) {
        String line = lines.stream()
                .filter(each -> each.startsWith(key + " "))
                .findFirst()
                .orElseThrow();
        List<Float> values = new ArrayList<>();
        try (Scanner words = new Scanner(line.substring(key.length()))) {
            words.forEachRemaining(word -> values.add(Float.valueOf(word)));
        }
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    private static String rows(int[] values) {
        return IntStream.range(0, values.length / LENGTH)
                .mapToObj(row -> Arrays.stream(values, row * LENGTH, (row + 1) * LENGTH)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining(";"));
    }
}
