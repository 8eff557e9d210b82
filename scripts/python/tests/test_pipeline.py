"""The Python layer on a running Spark. The build's PySparkTest starts one and says in the environment where seed and table are;
by itself, or without pyspark, this test is skipped with a line that says so.
"""

import os
import tempfile
import unittest

try:
    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.ml.feature import SQLTransformer
    from pyspark.sql import SparkSession

    from sotto import DpFineTunedModel, DpFineTuner

    MISSING = ""
except ImportError as missing:
    MISSING = f"Skipped: pyspark is not installed ({missing})"

SEED = os.environ.get("SOTTO_TEST_SEED")
TABLE = os.environ.get("SOTTO_TEST_TABLE")


@unittest.skipIf(MISSING, MISSING)
@unittest.skipUnless(SEED and TABLE, "Skipped: no SOTTO_TEST_SEED and SOTTO_TEST_TABLE")
class PipelineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.spark = SparkSession.builder.appName("sotto tests").getOrCreate()
        cls.messages = cls.spark.read.csv(TABLE, header=True)

    def tuner(self, **more):
        params = dict(
            seedModel=SEED, textCol="message", labelCol="answer", labels=["no", "yes"], privacyUnitCol="person",
            units=40, targetEpsilon=3.0, delta=1e-4, batchSize=10.0, steps=2, learningRate=0.01)
        return DpFineTuner(**{**params, **more})

    def test_pipeline_answersAfterLoadingAsBefore(self):
        lower = SQLTransformer(statement="SELECT *, lower(message) AS small FROM __THIS__")
        with tempfile.TemporaryDirectory() as folder:
            Pipeline(stages=[lower, self.tuner(textCol="small")]).save(folder + "/pipeline")
            model = Pipeline.load(folder + "/pipeline").fit(self.messages)
            answered = model.transform(self.messages)
            rows = answered.collect()
            model.save(folder + "/model")
            loaded = PipelineModel.load(folder + "/model")

            self.assertEqual(loaded.transform(self.messages).collect(), rows)
            self.assertIsInstance(loaded.stages[1], DpFineTunedModel)
            self.assertEqual(
                answered.columns,
                ["person", "message", "answer", "small", "prediction", "probability", "predictedLabel"])
            self.assertEqual(len(rows), 400)
            for row in rows:
                self.assertEqual(row.prediction, row.probability.argmax())
                self.assertEqual(row.predictedLabel, loaded.stages[1].labels[int(row.prediction)])

    def test_model_savedByItself_keepsItsReport(self):
        model = self.tuner().fit(self.messages)
        with tempfile.TemporaryDirectory() as folder:
            model.save(folder + "/model")
            loaded = DpFineTunedModel.load(folder + "/model")

        self.assertTrue(2.5 < model.epsilon <= 3.0, model.epsilon)
        self.assertEqual(loaded.privacyReport, model.privacyReport)
        self.assertEqual(loaded.privacyReport["mechanism"]["privacy_unit"]["column"], "person")
        self.assertIn("Privacy report", loaded.privacyReportPage)
        self.assertEqual(loaded.getTextCol(), "message")
        self.assertEqual(loaded.setPredictionCol("p").transform(self.messages).columns[-3], "p")

    def test_params_areThoseOfJava(self):
        tuner = self.tuner()
        here = {param.name: param for param in tuner.params}
        there = {param.name(): param for param in tuner._java_obj.params()}

        self.assertEqual(set(here), set(there))
        kinds = {"DoubleParam": "toFloat", "IntParam": "toInt", "LongParam": "toInt", "BooleanParam": "toBoolean",
                 "StringArrayParam": "toListString", "Param": "toString"}
        for name, param in there.items():
            self.assertEqual(here[name].typeConverter.__name__, kinds[param.getClass().getSimpleName()], name)
            self.assertTrue(callable(getattr(tuner, "set" + name[0].upper() + name[1:])))

    def test_setters_reachJava(self):
        tuner = self.tuner().setWarmupSteps(3).setAddBiases(True).setEpochs(1.5)
        java = tuner._to_java()

        self.assertEqual(java.getOrDefault(java.getParam("warmupSteps")), 3)
        self.assertEqual(java.getOrDefault(java.getParam("addBiases")), True)
        self.assertEqual(java.getOrDefault(java.getParam("epochs")), 1.5)
        self.assertEqual(list(java.getOrDefault(java.getParam("labels"))), ["no", "yes"])

    def test_fault_saysWhatToDo(self):
        with self.assertRaises(Exception) as raised:
            self.tuner(targetEpsilon=-1.0).fit(self.messages)

        self.assertIn("targetEpsilon: it must be finite and above 0", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
