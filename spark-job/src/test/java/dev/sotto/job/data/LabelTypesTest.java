package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.config.DeclaredLabels;
import dev.sotto.job.config.Faults;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can stand in a column of a type, as Spark writes its values. */
class LabelTypesTest {

    private static DeclaredLabels read(String typed) {
        var faults = new Faults();
        DeclaredLabels read = DeclaredLabels.read(List.of(typed.split("[|]")), faults);
        assertThat(faults.list()).isEmpty();
        return read;
    }

    private static String fault(String type, Target target) {
        DataType whole = DataType.fromDDL(type);
        return LabelTypes.fault("y", whole, whole, target).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "STRING, anything|else",
        "BIGINT, 0|1|-7",
        "TINYINT, 127|-128",
        "BIGINT, 0=neg|1=pos",
        "DOUBLE, 0.0|1.0|1.0E10",
        "FLOAT, 0.1|1.5",
        "BOOLEAN, false=no|true=yes",
        "'DECIMAL(3,1)', 0.0|1.5",
        "DATE, 2026-01-31|2026-02-28",
    })
    void labelsThatAColumnCanHold_areNoFault(String type, String typed) {
        assertThat(fault(type, new Target.Classes("y", read(typed)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "BIGINT, neg|pos, 'y is bigint, its values read 0, 1, 2', '0=neg,1=pos'",
        "BIGINT, 00|01, its values read 0, '0=00,1=01'",
        "BIGINT, 0.0=neg|1.0=pos, 'no row could ever hold 0.0, 1.0', '0=neg,1=pos'",
        "TINYINT, 0|128, no row could ever hold 128, '0=0,128=128'",
        "DOUBLE, 0|1, 'y is double, its values read 0.0, 1.0', '0.0=0,1.0=1'",
        "FLOAT, no|yes, 'its values read 0.0, 1.0', '0.0=no,1.0=yes'",
        "BOOLEAN, 0|1, 'y is boolean, its values read true, false', 'false=0,true=1'",
        "BOOLEAN, no|yes, 'its values read true, false', 'false=no,true=yes'",
        "'DECIMAL(3,1)', 0|1, 'its values read 0.0, 1.0', '0.0=0,1.0=1'",
        "ARRAY<STRING>, a|b, multi-label, columns",
        "STRUCT<a: INT>, a|b, a label is one text or number, columns",
        "TIMESTAMP, a|b, a label is one text or number, columns",
    })
    void labelsThatNoRowCanHold_areNamed_withWhatToWrite(String type, String typed, String found, String todo) {
        assertThat(fault(type, new Target.Classes("y", read(typed))))
                .contains(found)
                .contains(todo);
    }

    @Test
    void entriesOfLists_areComparedByTheirOwnType() {
        var list = new ArrayType(DataTypes.LongType, true);
        Target tags = new Target.WordClasses("y", read("O|B-X"));
        assertThat(LabelTypes.fault("y", list, list.elementType(), tags).orElse(""))
                .contains("column y is array<bigint>, its values read 0, 1, 2", "0=O,1=B-X");
        tags = new Target.WordClasses("y", read("0=O|1=B-X"));
        assertThat(LabelTypes.fault("y", list, list.elementType(), tags)).isEmpty();
    }

    @Test
    void numberOrTextOfAnotherKind_isAFault() {
        assertThat(fault("BOOLEAN", new Target.Quantity("y"))).contains("boolean, where a number is learned");
        assertThat(fault("ARRAY<DOUBLE>", new Target.Quantity("y"))).contains("where a number is learned");
        assertThat(fault("STRUCT<a: INT>", new Target.Completion("y"))).contains("where a text is learned");
        assertThat(fault("DECIMAL(9,2)", new Target.Quantity("y"))).isEmpty();
        assertThat(fault("STRING", new Target.Completion("y"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0=neg|1=pos, 0|1, neg|pos",
        "0 = neg | 1 = pos, 0|1, neg|pos",
        "<=5=low|>5=high, <=5|>5, low|high",
        "<=50K|>50K, <=50K|>50K, <=50K|>50K",
        "a!=b|c, a!=b|c, a!=b|c",
    })
    void pairs_areAValueAndItsName(String typed, String values, String names) {
        assertThat(read(typed))
                .isEqualTo(new DeclaredLabels(List.of(names.split("[|]")), List.of(values.split("[|]"))));
    }

    @ParameterizedTest
    @CsvSource({"0=neg|pos, some are value=name", "0=neg|1=neg, declared twice", "0=neg|0=pos, declared twice"})
    void labelsThatAreHalfPairs_orTwice_areFaults(String typed, String fault) {
        var faults = new Faults();
        DeclaredLabels.read(List.of(typed.split("[|]")), faults);
        assertThat(faults.list()).singleElement().asString().contains(fault);
    }
}
