package dev.sotto.job.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Messages of made-up patients to a hospital. What a message is about now decides its department; other complaints stand
 * in it too (those that went away, that someone else has, that are denied), so that no one word tells the label. Most
 * patients keep writing about the same department. The same seed gives the same messages everywhere.
 */
public final class PatientMessages {
    private static final double SAME_DEPARTMENT = 0.6;
    private static final double SECOND_CLAUSE = 0.85;
    private static final double DISTRACTION = 0.5;
    private static final double TYPO = 0.02;

    private static final String[] GREETINGS = {
        "Hello,",
        "Hi,",
        "Dear team,",
        "Good morning,",
        "Good evening,",
        "Dear doctor,",
        "Hello again,",
        "To whom it may concern,",
    };
    private static final String[] SMALL_TALK = {
        "thank you for the quick reply last time.",
        "I hope you had a good weekend.",
        "sorry to bother you again.",
        "I tried to call but the line was busy.",
        "I was at your clinic in spring.",
        "my daughter helps me to write this.",
        "I moved to a new flat last month.",
        "I am on holiday until Sunday.",
        "parking at your place was easy this time.",
        "my insurance card has changed.",
    };
    private static final String[] SINCE = {
        "since last week",
        "for three days now",
        "since Monday",
        "for about a month",
        "since the holidays",
        "again",
        "more and more often",
        "after work",
        "almost every day",
        "for some time",
        "since yesterday",
        "on and off",
    };
    private static final String[] OTHERS = {
        "The %s I wrote about last time has gone.",
        "I no longer have any %s, thank you.",
        "My husband had %s last year, but I never did.",
        "No %s, in case you ask.",
        "My neighbour thinks it is %s, but it is not.",
        "I was treated for %s years ago and that is all fine.",
        "My mother sees you for her %s.",
        "It is not the %s this time.",
        "The leaflet talks about %s, which I do not have.",
        "The tablets against %s worked well.",
    };
    private static final String[] FORMERLY = {
        "Last year it was different: %s, but that is over.",
        "My brother says of himself that %s; not so with me.",
        "On your form I ticked by mistake that %s. Please strike that out.",
        "In the past %s, and you cured it.",
    };
    private static final String[] BY_NAME = {
        "I write because of my %s.",
        "The %s is back.",
        "I suffer from %s.",
        "The %s is getting worse.",
        "Now it is %s.",
    };
    private static final String[] REQUESTS = {
        "Can I get an appointment?",
        "Should I come in?",
        "What should I do?",
        "Do I need a referral?",
        "Could someone call me back?",
        "Is there anything I can take for it?",
        "I would like to see someone this week.",
        "Please tell me whom to see.",
        "Is it urgent?",
    };
    private static final String[] FAREWELLS = {
        "Thanks a lot", "Kind regards", "Best wishes", "Many thanks", "Thank you", "See you soon", "Yours sincerely",
    };

    private final SplittableRandom random;
    private final List<Complaint> complaints = Complaint.all();
    private final List<String> departments = Complaint.departments();

    private PatientMessages(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * All messages of so many patients, patient by patient.
     *
     * @param prefix what the patients' names start with, such as {@code P}
     */
    public static List<Message> of(int patients, String prefix, long seed) {
        PatientMessages generator = new PatientMessages(seed);
        List<Message> messages = new ArrayList<>();
        for (int patient = 1; patient <= patients; patient++) {
            generator.addAll(String.format(Locale.ROOT, "%s%05d", prefix, patient), messages);
        }
        return messages;
    }

    private void addAll(String patient, List<Message> messages) {
        String usual = pick(departments);
        int count = 1;
        while (count < 12 && random.nextDouble() < 0.65) {
            count++;
        }
        for (int i = 0; i < count; i++) {
            String department = random.nextDouble() < SAME_DEPARTMENT ? usual : pick(departments);
            messages.add(new Message(patient, text(department), department));
        }
    }

    private String text(String department) {
        Complaint main = complaint(department, true);
        List<String> middle = new ArrayList<>();
        middle.add(sentence(pick(main.having()) + maybe(0.5, " " + pick(SINCE)) + "."));
        if (random.nextDouble() < SECOND_CLAUSE) {
            Complaint further = complaint(department, true);
            middle.add(
                    random.nextDouble() < 0.4
                            ? pick(BY_NAME).formatted(further.name())
                            : sentence(pick(further.having()) + "."));
        }
        if (random.nextDouble() < DISTRACTION) {
            Complaint other = complaint(department, false);
            middle.add(
                    random.nextBoolean()
                            ? pick(OTHERS).formatted(other.name())
                            : pick(FORMERLY).formatted(pick(other.having())));
        }
        if (random.nextDouble() < 0.2) {
            middle.add(sentence(pick(SMALL_TALK)));
        }
        shuffle(middle);
        String text = maybe(0.4, pick(GREETINGS) + " ")
                + String.join(" ", middle)
                + maybe(0.45, " " + pick(REQUESTS))
                + maybe(0.25, " " + pick(FAREWELLS));
        return withTypos(random.nextDouble() < 0.15 ? text.toLowerCase(Locale.ROOT) : text);
    }

    private Complaint complaint(String department, boolean inside) {
        while (true) {
            Complaint complaint = pick(complaints);
            if (complaint.department().equals(department) == inside) {
                return complaint;
            }
        }
    }

    /** Two neighbouring letters change places, or one is lost, as happens on a telephone. */
    private String withTypos(String text) {
        String[] words = text.split(" ");
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (word.length() > 3 && random.nextDouble() < TYPO) {
                int at = 1 + random.nextInt(word.length() - 2);
                words[i] = random.nextBoolean()
                        ? word.substring(0, at) + word.substring(at + 1)
                        : word.substring(0, at) + word.charAt(at + 1) + word.charAt(at) + word.substring(at + 2);
            }
        }
        return String.join(" ", words);
    }

    private static String sentence(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private String maybe(double probability, String words) {
        return random.nextDouble() < probability ? words : "";
    }

    private void shuffle(List<String> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            String moved = list.set(i, list.get(j));
            list.set(j, moved);
        }
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String pick(String[] words) {
        return words[random.nextInt(words.length)];
    }
}
