package dev.sotto.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "3, 3",
        "-1, -1",
        "0.25, 0.25",
        "0.1, 0.1",
        "2.99999, 3",
        "10.5, 10.5",
        "1e-6, 1e-6",
        "1e-10, 1e-10",
        "1.5e-20, 1.5e-20",
        "1e30, 1e30",
        "1e12, 1e12",
        "2.5e100, 2.5e100",
        "NaN, NaN",
        "Infinity, Infinity",
    })
    void number_isWrittenAsOneWould(double value, String written) {
        assertThat(Texts.number(value)).isEqualTo(written);
    }
}
