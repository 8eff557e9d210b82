package dev.sotto.job.predict;

import dev.sotto.accountant.json.Json;
import dev.sotto.core.metrics.Segment;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a language model wrote behind a prompt of a PUBLIC table.
 *
 * @param segment the text, and what stands behind the prompt in the table
 */
record WrittenText(String prompt, Segment segment) implements Serializable {

    /** One JSON object on a line, as {@link TextFiles} reads it. */
    String json() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("prompt", prompt);
        line.put(TextFiles.HYPOTHESIS, segment.hypothesis());
        line.put(TextFiles.REFERENCES, List.copyOf(segment.references()));
        return Json.write(line) + "\n";
    }
}
