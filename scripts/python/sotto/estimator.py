"""The estimator."""

from typing import Any, List, Optional

from pyspark import keyword_only
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator

from sotto.model import DpFineTunedModel
from sotto.params import JAVA_PACKAGE, SottoReader, TrainingParams, with_accessors


@with_accessors
class DpFineTuner(JavaEstimator, TrainingParams, JavaMLReadable, JavaMLWritable):
    """Fine-tunes a model's biases and head with differential privacy.

    The promise is about the rows of the DataFrame that is handed over, whatever query made them: a privacy unit is one of them,
    or all that share a value of ``privacyUnitCol``. Each fit draws noise of its own and is charged to the ledger as a whole,
    before a row is read. A fault is a ``Py4JJavaError`` whose ``java_exception.getMessage()`` says what to do.
    """

    @keyword_only
    def __init__(
        self,
        *,
        seedModel: Optional[str] = None,
        textCol: Optional[str] = None,
        pairCol: Optional[str] = None,
        imageCol: Optional[str] = None,
        labelCol: Optional[str] = None,
        labels: Optional[List[str]] = None,
        task: Optional[str] = None,
        privacyUnitCol: Optional[str] = None,
        units: Optional[int] = None,
        targetEpsilon: Optional[float] = None,
        delta: Optional[float] = None,
        batchSize: Optional[float] = None,
        steps: Optional[int] = None,
        epochs: Optional[float] = None,
        learningRate: Optional[float] = None,
        ledger: Optional[str] = None,
        **others: Any,
    ):
        """Takes every param by name; those that every run sets, or most, are spelt out."""
        super().__init__()
        self._java_obj = self._new_java_obj(JAVA_PACKAGE + "DpFineTuner", self.uid)
        self._setDefault(predictionCol="prediction", probabilityCol="probability", predictedLabelCol="predictedLabel")
        self.setParams(**self._input_kwargs)

    def setParams(self, **params: Any) -> "DpFineTuner":
        """Sets params by name; ``None`` leaves one as it is."""
        return self._set(**params)

    def _create_model(self, java_model: Any) -> DpFineTunedModel:
        return DpFineTunedModel(java_model)

    @classmethod
    def read(cls) -> SottoReader:
        """A reader of saved estimators."""
        return SottoReader(cls)
