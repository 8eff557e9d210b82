package dev.sotto.job.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.job.report.HtmlReport;
import dev.sotto.job.report.JsonReport;
import dev.sotto.job.report.PrivacyReport;
import java.io.Serializable;

/** A run's privacy report as it is kept: for programs and for people. */
record Reports(String json, String page) implements Serializable {

    static Reports of(PrivacyReport report) {
        return new Reports(JsonReport.render(report), HtmlReport.render(report));
    }

    /** The epsilon that is promised; infinite where nothing is. */
    double epsilon() {
        try {
            var epsilon = new ObjectMapper().readTree(json).path("epsilon");
            return epsilon.isNumber() ? epsilon.asDouble() : Double.POSITIVE_INFINITY;
        } catch (JsonProcessingException torn) {
            throw new IllegalStateException(
                    "The privacy report of this model is no JSON: the saved model is torn.", torn);
        }
    }
}
