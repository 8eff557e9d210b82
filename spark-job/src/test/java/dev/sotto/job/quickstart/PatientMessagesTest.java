package dev.sotto.job.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PatientMessagesTest {
    private static final List<Message> MESSAGES = PatientMessages.of(3000, "P", 1);

    @Test
    void sameSeed_givesTheSameMessages() {
        assertThat(PatientMessages.of(100, "P", 1))
                .isEqualTo(MESSAGES.subList(0, PatientMessages.of(100, "P", 1).size()));
        assertThat(PatientMessages.of(100, "P", 2)).isNotEqualTo(PatientMessages.of(100, "P", 1));
    }

    @Test
    void table_hasSeveralRowsOfMostPatients() {
        Map<String, Long> rows =
                MESSAGES.stream().collect(Collectors.groupingBy(Message::patient, Collectors.counting()));
        assertThat(rows).hasSize(3000);
        assertThat(MESSAGES).hasSizeBetween(8_000, 12_000);
        assertThat(rows.values().stream().filter(count -> count > 1).count()).isGreaterThan(1500);
        assertThat(rows.values()).allMatch(count -> count <= 12);
    }

    @Test
    void labels_areBalanced() {
        Map<String, Long> rows =
                MESSAGES.stream().collect(Collectors.groupingBy(Message::department, Collectors.counting()));
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(Complaint.departments());
        assertThat(rows.values()).allSatisfy(count -> assertThat((double) count / MESSAGES.size())
                .isCloseTo(1.0 / 6, within(0.03)));
    }

    @Test
    void noWord_tellsALabelAlone() {
        Map<String, Map<String, Integer>> labelsOfWord = new HashMap<>();
        for (Message message : MESSAGES) {
            words(message).forEach(word -> labelsOfWord
                    .computeIfAbsent(word, any -> new HashMap<>())
                    .merge(message.department(), 1, Integer::sum));
        }
        labelsOfWord.forEach((word, labels) -> {
            int all = labels.values().stream().mapToInt(Integer::intValue).sum();
            int most =
                    labels.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
            if (all >= 40) { // below, a word is too rare to help
                assertThat((double) most / all).as(word).isLessThan(0.92);
            }
        });
    }

    /** A word that most messages of one label have is common in the others too. */
    @Test
    void noWord_isInMostMessagesOfOneLabelAlone() {
        for (String department : Complaint.departments()) {
            var own = wordShares(message -> message.department().equals(department));
            var elsewhere = wordShares(message -> !message.department().equals(department));
            own.forEach((word, share) -> {
                if (share > 0.5) {
                    assertThat(elsewhere.getOrDefault(word, 0.0)).as(word).isGreaterThan(0.25);
                }
            });
        }
    }

    private static Map<String, Double> wordShares(Predicate<Message> chosen) {
        List<Message> messages = MESSAGES.stream().filter(chosen).toList();
        return messages.stream()
                .flatMap(message -> words(message).stream())
                .collect(Collectors.groupingBy(word -> word, Collectors.summingDouble(word -> 1.0 / messages.size())));
    }

    @Test
    void csv_quotesWhatItMust() {
        assertThat(new Message("P1", "he said \"ow\", twice", "neurology").csv())
                .isEqualTo("P1,\"he said \"\"ow\"\", twice\",neurology");
    }

    private static Set<String> words(Message message) {
        return new HashSet<>(
                Arrays.asList(message.text().toLowerCase(Locale.ROOT).split("[^a-z]+")));
    }
}
