package dev.sotto.job.data;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What one line of a file says, as a function of that line alone: of a column of texts a String or null, of one of lists a String[] or
 * null.
 */
interface LineFormat extends Serializable {

    /** One value a column; null for a line that is no record of this format, which leaves the row without any value. */
    @Nullable
    Object @Nullable [] values(String line);

    /** Whether a line is none of the table's records. */
    boolean isNoRecord(String line);

    /** What is wrong with a line without values, and what to do about it: for whoever may be told that there is one. */
    String advice();
}
