"""Sotto in PySpark: fine-tuning with differential privacy as an estimator of ``pyspark.ml``.

A thin layer over the Java classes ``dev.sotto.job.ml.DpFineTuner`` and ``DpFineTunedModel``: everything is computed, checked and
charged there. Spark must have been started with Sotto's jars; docs/pipelines.md shows how.

    >>> from sotto import DpFineTuner
    >>> tuner = DpFineTuner(
    ...     seedModel="hdfs:///models/roberta-base", textCol="message", labelCol="department",
    ...     labels=["cardiology", "billing"], privacyUnitCol="patient_id", units=250000,
    ...     targetEpsilon=3.0, delta=1e-6, batchSize=1024.0, epochs=3.0)
    >>> model = tuner.fit(messages)       # doctest: +SKIP
    >>> model.epsilon                     # doctest: +SKIP
    2.99
"""

import sys

from sotto.estimator import DpFineTuner
from sotto.model import DpFineTunedModel

__all__ = ["DpFineTuner", "DpFineTunedModel"]

# pyspark.ml looks for a stage that it has loaded under the name of its Java class.
sys.modules["dev.sotto.job.ml"] = sys.modules[__name__]
