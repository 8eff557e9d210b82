package dev.sotto.job;

/** How a command ended; the numbers are part of the interface and never change meaning. */
public enum ExitCode {
    DONE(0, "done"),
    INTERNAL(1, "internal error: a bug, or a machine that failed"),
    SETTINGS(2, "settings: an option or run-file key is wrong, missing or contradicts another"),
    DATA(
            3,
            "data: the table cannot be read, lacks a column, has changed since the run began, or has far"
                    + " more or fewer usable units than declared"),
    MODEL(4, "model: the seed model cannot be read or is not supported"),
    BUDGET(5, "privacy budget: the ledger does not allow the run, which was refused before reading a row"),
    CHECK(6, "check-model: a difference from the reference is above tolerance"),
    OUTPUT(7, "output: a result or ledger entry cannot be written or read"),
    STOPPED(8, "stopped: a signal asked the command to end, and it ended in order; the same train command goes on");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }
}
