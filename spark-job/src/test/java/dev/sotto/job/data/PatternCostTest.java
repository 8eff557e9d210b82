package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCostTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "diabet",
                "(?i)(cardio|derma)log(y|ist)",
                "^\\s+|\\s+$",
                "\\s+",
                "[^\\p{L}\\p{N} ]",
                "\\d{1,4}/\\d{1,4}",
                "(\\d++)/(\\d++)",
                "[a-z ]*+[0-9]*",
                "[]*+]x",
                "[a[+*]+]x",
                "\\*\\+\\{",
                "\\Q(a+)+b*c*\\E",
                "[\\]*+(]+",
                "\\x{1F600}+",
                "(?<year>\\d{4})-(?<month>\\d{2})",
                "(?:a|b|c)?"
            })
    void patternThatIsTriedInFewWays_isAllowed(String pattern) {
        assertThatCode(() -> Pattern.compile(pattern)).doesNotThrowAnyException();
        assertThat(PatternCost.fault(pattern)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
                    (a+)+$            ~ a group that is repeated
                    (a|b)*            ~ a group that is repeated
                    (?:ab){2,}        ~ a group that is repeated
                    (ab)++            ~ a group that is repeated
                    .*a.*b            ~ several unbounded repetitions
                    (a+)(b+)          ~ several unbounded repetitions
                    x|a*?b{2,}        ~ several unbounded repetitions
                    \\w+@\\w+         ~ several unbounded repetitions
                    (a|b+)c(d*|e)     ~ several unbounded repetitions
                    []a]*[^]b]+       ~ several unbounded repetitions
                    a{1,300}b{1,300}  ~ too many choices
                    a?b?c?d?e?f*      ~ too many choices
                    (.)\\1            ~ a reference
                    (?<c>.)\\k<c>     ~ a reference
                    (?ix:a|b)         ~ the flag x
                    """)
    void patternThatCouldBeTriedInManyWays_isNot(String pattern, String found) {
        String java = pattern.replace("\\\\", "\\");
        assertThatCode(() -> Pattern.compile(java)).doesNotThrowAnyException();
        assertThat(PatternCost.fault(java))
                .hasValueSatisfying(fault -> assertThat(fault).contains(found));
    }
}
