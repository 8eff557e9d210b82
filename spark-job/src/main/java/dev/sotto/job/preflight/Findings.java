package dev.sotto.job.preflight;

import dev.sotto.job.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Everything that was found, for a person and for a script. */
public record Findings(List<Finding> all) {

    private static final int NAMED = 3;

    public Findings {
        all = List.copyOf(all);
    }

    /** That of the first thing that is wrong, which is what a run would end with; 0 if nothing is. */
    public ExitCode exitCode() {
        return all.stream()
                .filter(Finding::isWrong)
                .map(Finding::code)
                .findFirst()
                .orElse(ExitCode.DONE);
    }

    /** One line a finding and one for what to do; machines of which the same was found share them. */
    public List<String> lines() {
        Map<Finding, List<String>> alike = new LinkedHashMap<>();
        for (Finding each : all) {
            var anywhere = new Finding(each.verdict(), "", each.what(), each.found(), each.todo(), each.code());
            alike.computeIfAbsent(anywhere, first -> new ArrayList<>()).add(each.where());
        }
        List<String> lines = new ArrayList<>();
        alike.forEach((finding, places) -> {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-5s  %s, %s: %s",
                    finding.verdict().word(),
                    finding.what(),
                    places(places),
                    finding.found()));
            if (!finding.todo().isEmpty()) {
                lines.add("         " + finding.todo());
            }
        });
        long wrong = alike.keySet().stream().filter(Finding::isWrong).count();
        lines.add(wrong == 0 ? "Nothing is wrong." : wrong + (wrong == 1 ? " thing is" : " things are") + " wrong.");
        return lines;
    }

    private static String places(List<String> places) {
        return places.size() <= NAMED
                ? String.join(", ", places)
                : String.join(", ", places.subList(0, NAMED)) + " and " + (places.size() - NAMED) + " more";
    }
}
