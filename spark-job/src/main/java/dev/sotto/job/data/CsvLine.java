package dev.sotto.job.data;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of separated fields. Fields that it lacks are null, those beyond the last column are left out.
 *
 * @param header the line that says the columns' names, which is no record wherever it stands; null without one
 */
record CsvLine(SeparatedFields fields, int columns, @Nullable String header) implements LineFormat {

    @Override
    public @Nullable Object @Nullable [] values(String line) {
        List<@Nullable String> found = fields.of(line, columns);
        return found == null ? null : Arrays.copyOf(found.toArray(), columns);
    }

    @Override
    public boolean isNoRecord(String line) {
        return line.isBlank() || line.equals(header);
    }

    @Override
    public String advice() {
        return "a line has a quote that is not closed. A record is a line: if quoted texts hold line breaks, make a Parquet table of"
                + " it once with sotto convert; if quotes are part of the texts, give the reader option quote= (nothing behind it)";
    }
}
