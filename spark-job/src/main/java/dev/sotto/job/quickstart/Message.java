package dev.sotto.job.quickstart;

/**
 * One row of the table.
 *
 * @param patient the person who wrote it; several rows share one
 * @param department where it belongs
 */
public record Message(String patient, String text, String department) {
    /** The first line of a CSV file of messages. */
    public static final String CSV_HEADER = "patient_id,message,department";

    /** As a line of a CSV file (RFC 4180). */
    public String csv() {
        return patient + ",\"" + text.replace("\"", "\"\"") + "\"," + department;
    }
}
