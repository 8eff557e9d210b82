package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeparatedFieldsTest {
    private static final SeparatedFields RFC_4180 = new SeparatedFields(',', '"', '"', "");

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            textBlock =
                    """
                    a,b,c                      # a|b|c
                    a,,c                       # a|null|c
                    a,b,                       # a|b|null
                    a,"",c                     # a||c
                    "a, b","c ""d"" e"         # a, b|c "d" e
                    \"""late again"" was all"  # "late again" was all
                    a "b" c,d                  # a "b" c|d
                    "a" b,c                    # "a" b|c
                    "a, b" c,d                 # "a| b" c|d
                    a\\b,c:\\temp              # a\\b|c:\\temp
                    5",6"                      # 5"|6"
                    "a,b                       # broken
                    a,"b""                     # broken
                    a,b"                       # a|b"
                    """)
    void line_isCutAsRfc4180HasIt(String line, String fields) {
        assertThat(told(RFC_4180, line.strip(), 9)).isEqualTo(fields.strip());
    }

    private static String told(SeparatedFields rules, String line, int most) {
        var found = rules.of(line, most);
        return found == null
                ? "broken"
                : String.join("|", found.stream().map(String::valueOf).toList());
    }

    @Test
    void escapeThatIsNoQuote_standsBeforeQuotesAndItself() {
        var spark = new SeparatedFields(',', '"', '\\', "");

        assertThat(told(spark, "\"say \\\"a, b\\\"\",c", 9)).isEqualTo("say \"a, b\"|c");
        assertThat(told(spark, "\"a\\\\\",c\\d", 9)).isEqualTo("a\\|c\\d");
    }

    @Test
    void withoutQuotes_quotesAreText() {
        assertThat(told(new SeparatedFields('\t', SeparatedFields.NONE, '"', "NA"), "\"a\tb\"\tNA\t", 9))
                .isEqualTo("\"a|b\"|null|null");
    }

    @Test
    void fieldsBeyondTheLast_areNotLookedAt() {
        assertThat(told(RFC_4180, "a,b,\"c", 2)).isEqualTo("a|b");
        assertThat(RFC_4180.of(",".repeat(30_000), 3)).hasSize(3);
    }
}
