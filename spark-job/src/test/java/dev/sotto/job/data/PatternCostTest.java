package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
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
                "\\cA[\\c]]+",
                "\\X",
                "a?b?c?d?",
                ".*x",
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
                    .*a.*b            ~ many ways
                    (a+)(b+)          ~ many ways
                    x|a*?b{2,}        ~ many ways
                    \\w+@\\w+         ~ many ways
                    (a|b+)c(d*|e)     ~ many ways
                    []a]*[^]b]+       ~ many ways
                    a{1,300}b{1,300}  ~ many ways
                    a?b?c?d?e?f*      ~ many ways
                    .*1\\d++x         ~ many ways
                    .*a{0,60000}+b    ~ many ways
                    .*\\X{2}x         ~ many ways
                    (?<=a{300})b.*    ~ many ways
                    \\c)(a+)+$        ~ a group that is repeated
                    \\c((a+)+$        ~ a group that is repeated
                    [\\Q[\\E](a+)+x]   ~ Q within brackets
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

    @Test
    void flagThatLeavesOutPartsOfThePattern_isSeenBeforeALineBreak() {
        assertThat(PatternCost.fault("(?x)\n(a#)\n+)+")).hasValue("the flag x");
    }

    /** Each on the text for which it takes longest, a second or so. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
                    .*x                      ~ a
                    \\d++a|\\d++b            ~ 1
                    \\s++$                   ~ ' '
                    a{60000}b                ~ a
                    a{1,9000}b               ~ a
                    (?=.*x)                  ~ a
                    [\\p{L} ]*x              ~ a
                    diabet                   ~ d
                    """)
    void textThatAPatternIsShown_isSoShortThatNoneStalls(String pattern, String letter) {
        String java = pattern.replace("\\\\", "\\");
        int shown = PatternCost.characters(java, ShortValues.CHARACTERS, PatternCost.STEPS);
        double steps = (double) shown * shown / 2;
        assertThat(steps).isLessThanOrEqualTo(java.equals("diabet") ? 1e10 : PatternCost.STEPS);
        assertThat(Pattern.compile(java).matcher(letter.repeat(shown) + "!").find())
                .isFalse();
    }

    @Test
    void patternThatLooksAtEachCharacterOnce_isShownAll() {
        assertThat(PatternCost.characters("[0-9]{3,20}", ShortValues.CHARACTERS, PatternCost.STEPS))
                .isEqualTo(ShortValues.CHARACTERS);
        assertThat(PatternCost.charactersOfLike("%diabet%", ShortValues.CHARACTERS, PatternCost.STEPS))
                .isEqualTo(ShortValues.CHARACTERS);
        assertThat(PatternCost.charactersOfLike("%a%b%", ShortValues.CHARACTERS, PatternCost.STEPS))
                .isBetween(7_000, 10_000);
    }
}
