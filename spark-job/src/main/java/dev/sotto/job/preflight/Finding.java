package dev.sotto.job.preflight;

import dev.sotto.job.ExitCode;

/**
 * What one check looked at, found, and advises.
 *
 * @param where a machine, or what holds for all of them
 * @param what was looked at
 * @param found there
 * @param todo the setting to change; empty where nothing is to be done
 * @param code what a run would end with: {@link ExitCode#DONE} unless something is wrong
 */
public record Finding(Verdict verdict, String where, String what, String found, String todo, ExitCode code) {

    /** How grave it is. */
    public enum Verdict {
        OK("ok"),
        /** A run works, but someone should know. */
        NOTE("note"),
        WRONG("WRONG");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    static Finding good(String where, String what, String found) {
        return new Finding(Verdict.OK, where, what, found, "", ExitCode.DONE);
    }

    static Finding note(String where, String what, String found, String todo) {
        return new Finding(Verdict.NOTE, where, what, found, todo, ExitCode.DONE);
    }

    static Finding wrong(String where, String what, String found, String todo, ExitCode code) {
        return new Finding(Verdict.WRONG, where, what, found, todo, code);
    }

    static Finding wrong(String where, String what, String found, String todo) {
        return wrong(where, what, found, todo, ExitCode.SETTINGS);
    }

    public boolean isWrong() {
        return verdict == Verdict.WRONG;
    }
}
