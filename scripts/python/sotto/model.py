"""What was trained."""

import json
from typing import Any, Dict, List

from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaModel

from sotto.params import AnswerParams, SottoReader, with_accessors


@with_accessors
class DpFineTunedModel(JavaModel, AnswerParams, JavaMLReadable, JavaMLWritable):
    """A small delta on a seed model that stays where it is. It may be published with its report; what it answers about a row is
    as private as the row.
    """

    @property
    def labels(self) -> List[str]:
        """The labels: a label's index is its number in predictions and its place in probabilities."""
        return list(self._call_java("labels"))

    @property
    def epsilon(self) -> float:
        """Upper bound of the privacy loss in nats; infinite if the run was not private."""
        return self._call_java("epsilon")

    @property
    def privacyReport(self) -> Dict[str, Any]:
        """The privacy report, of the form of ``privacy-report.json`` of ``sotto train``."""
        return json.loads(self._call_java("privacyReport"))

    @property
    def privacyReportPage(self) -> str:
        """The privacy report as an HTML page for people."""
        return self._call_java("privacyReportPage")

    @classmethod
    def read(cls) -> SottoReader:
        """A reader of saved models."""
        return SottoReader(cls)
