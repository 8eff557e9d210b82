"""The params, under the names that they have in Java. ``sotto train --help`` has all that is to be said of each: an option
``--text-column`` is ``textCol`` here, ``--batch-size`` is ``batchSize``, ``--model`` is ``seedModel`` and ``--epsilon`` is
``targetEpsilon``. What is not set has the option's default.
"""

from typing import Any, Callable, List

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReader

JAVA_PACKAGE = "dev.sotto.job.ml."


def _param(name: str, doc: str, convert: Callable[[Any], Any]) -> "Param[Any]":
    return Param(Params._dummy(), name, doc, typeConverter=convert)


def _text(name: str, doc: str) -> "Param[str]":
    return _param(name, doc, TypeConverters.toString)


def _number(name: str, doc: str) -> "Param[float]":
    return _param(name, doc, TypeConverters.toFloat)


def _count(name: str, doc: str) -> "Param[int]":
    return _param(name, doc, TypeConverters.toInt)


def _flag(name: str, doc: str) -> "Param[bool]":
    return _param(name, doc, TypeConverters.toBoolean)


class ReadingParams(Params):
    """What is read of each row, and by which model."""

    seedModel = _text("seedModel", "folder of the seed model, as Hugging Face lays it out")
    textCol = _text("textCol", "column with the text")
    pairCol = _text("pairCol", "column with the second text of each row, for tasks on pairs")
    imageCol = _text("imageCol", "column with PNG or JPEG bytes, or with paths of such files")
    maxLength = _count("maxLength", "tokens kept of a text, special tokens included; >= 3")
    imageSize = _count("imageSize", "side of the image that the model sees, in pixels")
    microbatchTokens = _count("microbatchTokens", "most tokens in one pass of a task; speed and memory only")
    microbatchRows = _count("microbatchRows", "most rows in one pass of a task; speed and memory only")


class AnswerParams(ReadingParams):
    """The columns that a trained model adds."""

    predictionCol = _text("predictionCol", "column of the answers: a label's index in labels, or a number")
    probabilityCol = _text("probabilityCol", "column of the labels' probabilities, a vector")
    predictedLabelCol = _text("predictedLabelCol", "column of the answers as labels")


class TrainingParams(AnswerParams):
    """What is learned, what is promised, and what it is charged to."""

    tableName = _text("tableName", "what the dataset is called in the privacy report")
    task = _text("task", "classification, prompt or regression")
    labelCol = _text("labelCol", "column with what is to be predicted")
    labels: "Param[List[str]]" = _param(
        "labels", "the labels, declared and never collected from the data", TypeConverters.toListString
    )
    prompt = _text("prompt", "for task prompt: what rows are put into, such as '{text} It was {mask}.'")
    labelWords: "Param[List[str]]" = _param(
        "labelWords", "for task prompt: the word of each label in the mask's place", TypeConverters.toListString
    )
    privacyUnitCol = _text("privacyUnitCol", "column that names the person whom a row belongs to")
    maxRowsPerUnit = _count("maxRowsPerUnit", "rows kept of one person")
    units = _count("units", "public number of privacy units: declared, never counted")
    partitions = _count("partitions", "partitions of the encoded dataset")
    storageLevel = _text("storageLevel", "memory_and_disk, memory_only or memory_and_disk_2, for the encoded dataset")

    targetEpsilon = _number("targetEpsilon", "privacy loss to keep within, in nats; the noise is calibrated to it")
    delta = _number("delta", "probability with which the loss may exceed epsilon; below 1 / units")
    noiseMultiplier = _number("noiseMultiplier", "instead of targetEpsilon: noise over sensitivity")
    nonPrivate = _flag("nonPrivate", "no noise at all: NOT PRIVATE")
    noUsableCount = _flag("noUsableCount", "no noisy count of usable units before the first step")
    batchSize = _number("batchSize", "privacy units in a step, in expectation")
    samplingProbability = _number("samplingProbability", "instead of batchSize: batchSize / units")
    steps = _count("steps", "steps of the optimizer")
    epochs = _number("epochs", "instead of steps: how often a unit is drawn, in expectation")
    clipping = _text("clipping", "abadi, auto-s or auto-v")
    clippingNorm = _number("clippingNorm", "bound on one unit's gradient")
    clippingGroups = _text("clippingGroups", "what is clipped apart: joint, layer, block, head-and-body or named")
    clippingShares = _param(
        "clippingShares",
        "name=share of each group's bound, with head-and-body or named",
        TypeConverters.toListString,
    )
    rowIndependence = _text("rowIndependence", "exact or rounding")
    insecureSeed = _count("insecureSeed", "for tests: fixed keys, NOT PRIVATE")

    method = _text("method", "what learns: bitfit, lora, adapter, compacter, prefix, norms or head, joined by + where they go together")
    rank = _count("rank", "of lora: rank of what is added to a map; >= 1")
    alpha = _number("alpha", "of lora: what is added is multiplied by alpha / rank; > 0")
    targetModules: "Param[List[str]]" = _param(
        "targetModules", "of lora: names of the maps that get an update", TypeConverters.toListString
    )
    bottleneck = _count("bottleneck", "of adapter and compacter: its inner size; >= 1")
    phmDim = _count("phmDim", "of compacter: Kronecker products in a map of an adapter; >= 1")
    phmRank = _count("phmRank", "of compacter: rank of what is an adapter's own in each of them; >= 1")
    prefixLength = _count("prefixLength", "of prefix: positions before a text; >= 1")
    peftAdapter = _text("peftAdapter", "of lora: folder of updates to begin with, as peft writes it")
    train = _text("train", "which parameters learn: biases+head, biases, norms+head, norms or head")
    trainLayers = _text("trainLayers", "only those of these layers, such as 6-11")
    trainNames = _text("trainNames", "only those of such names, such as *.attention.*")
    trainKeyBiases = _flag("trainKeyBiases", "key biases of softmax attention too")
    addBiases = _flag("addBiases", "give biases to a model that has none")
    newHead = _flag("newHead", "begin the head anew although the model brings one")
    recompute = _flag("recompute", "layers are computed again on the way back: less memory, more time, the same bits")
    precision = _text("precision", "of frozen weights and states: float32 or bfloat16")
    microbatchMemory = _text("microbatchMemory", "most memory that a pass of one task may take on a CPU, such as 2g")
    optimizer = _text("optimizer", "sgd, adam, adamw or lamb")
    learningRate = _number("learningRate", "of the optimizer; > 0")
    learningRateBody = _number("learningRateBody", "of what is not the head's, where it is another")
    momentum = _number("momentum", "of sgd, in [0, 1)")
    nesterov = _flag("nesterov", "of sgd with momentum: Nesterov's")
    beta1 = _number("beta1", "of adam, adamw and lamb, in [0, 1)")
    beta2 = _number("beta2", "of adam, adamw and lamb, in [0, 1)")
    noiseCorrection = _number(
        "noiseCorrection", "of adam and adamw: least share of the noise's variance that is left in the mean square"
    )
    weightDecay = _number("weightDecay", "pull towards zero; >= 0")
    schedule = _text("schedule", "constant, linear or cosine")
    warmupSteps = _count("warmupSteps", "steps over which the learning rate first rises from 0")
    emaDecay = _number("emaDecay", "the result is an exponential moving average of the parameters, in (0, 1)")

    output = _text("output", "folder for a copy of the results, as sotto train writes them")
    runId = _text("runId", "name of the run in the ledger; to be another one for each fit")
    checkpointEvery = _count("checkpointEvery", "steps from one checkpoint in the output folder to the next")
    ledger = _text("ledger", "folder of the data set's privacy ledger")
    budgetEpsilon = _number("budgetEpsilon", "what all runs in the ledger together may cost")
    budgetDelta = _number("budgetDelta", "the delta of the budget")
    onResume = _text("onResume", "stop-at-epsilon or keep-steps, where a resumed run would pass the epsilon asked for")
    ledgerKey = _text("ledgerKey", "private key file that signs the run's ledger lines")
    seedDataIsDisjoint = _flag(
        "seedDataIsDisjoint", "declare that private tables the seed model was trained on share no unit with this one"
    )
    measurePhases = _flag("measurePhases", "tell metrics the seconds of each phase, which depend on private rows")


def with_accessors(cls: type) -> type:
    """Adds ``setX`` and ``getX`` for each param ``x`` of a class, as all of ``pyspark.ml`` has them."""
    for name in dir(cls):
        param = getattr(cls, name)
        if isinstance(param, Param):
            _add_accessors(cls, name, param.doc)
    return cls


def _add_accessors(cls: type, name: str, doc: str) -> None:
    def setter(self: Any, value: Any) -> Any:
        return self._set(**{name: value})

    def getter(self: Any) -> Any:
        return self.getOrDefault(name)

    suffix = name[0].upper() + name[1:]
    for prefix, accessor in (("set", setter), ("get", getter)):
        accessor.__name__ = prefix + suffix
        accessor.__doc__ = f"{'Sets' if prefix == 'set' else 'Gives'} ``{name}``: {doc}."
        setattr(cls, accessor.__name__, accessor)


class SottoReader(JavaMLReader):
    """Finds the Java class of a class of this package."""

    @classmethod
    def _java_loader_class(cls, clazz: type) -> str:
        return JAVA_PACKAGE + clazz.__name__
