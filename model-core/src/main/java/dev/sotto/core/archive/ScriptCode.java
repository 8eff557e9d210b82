package dev.sotto.core.archive;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The code of an archive, by dotted names.
 *
 * @param classes such as {@code __torch__.torch.nn.modules.linear.Linear}
 * @param functions such as {@code __torch__.torch.nn.functional.layer_norm}
 */
record ScriptCode(Map<String, ScriptClass> classes, Map<String, ScriptFunction> functions) {

    ScriptCode() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /**
     * Adds a file's code.
     *
     * @param module the file's dotted name
     */
    void add(String module, String source) {
        List<Line> lines = Line.of(source);
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            int end = Blocks.end(lines, i, lines.size());
            List<Line> body = lines.subList(i + 1, end);
            String name = line.tokens().size() > 1
                    ? module + "." + line.tokens().get(1).text()
                    : module;
            if (line.beginsWith("class")) {
                classes.put(name, ScriptClass.of(line, body));
            } else if (line.beginsWith("def")) {
                functions.put(name, ScriptFunction.of(line, body));
            }
            i = end - 1;
        }
    }
}
