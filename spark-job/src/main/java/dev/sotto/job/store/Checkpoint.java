package dev.sotto.job.store;

import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A training state that a later attempt can go on from: public, all of it. It holds no key, and nothing of a row but what noisy
 * sums have released.
 *
 * <p>As bytes: {@code SOTTOCKP}; int32 length and that many bytes of JSON, which say whose it is and how far it had come; the
 * state; SHA-256 of all before it.
 */
public final class Checkpoint {
    private static final byte[] MAGIC = "SOTTOCKP".getBytes(StandardCharsets.US_ASCII);
    private static final long FORMAT = 2;
    private static final int HASH = 32;

    private final Reached reached;
    private final TrainState state;

    public Checkpoint(Reached reached, TrainState state) {
        this.reached = reached;
        this.state = state;
    }

    public Reached reached() {
        return reached;
    }

    public TrainState state() {
        return state;
    }

    /** The format above. */
    byte[] toBytes(RunIdentity run) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("format", FORMAT);
        head.putAll(run.parts());
        head.put("attempt", (long) reached.attempt());
        head.put("first_step", reached.first());
        head.put("step", reached.step());
        head.put("every", reached.every());
        head.put("end", reached.end());
        byte[] json = Json.write(head).getBytes(StandardCharsets.UTF_8);
        byte[] body = state.toBytes();
        var bytes = ByteBuffer.allocate(MAGIC.length + Integer.BYTES + json.length + body.length + HASH);
        bytes.put(MAGIC).putInt(json.length).put(json).put(body);
        bytes.put(sha256(bytes.array(), bytes.position()));
        return bytes.array();
    }

    /**
     * Reads one back.
     *
     * @param name of the file, for messages
     * @param run the run that is to go on
     * @param phases of it: the state is that of the phase which takes the next step
     * @param dimension the number of trained parameters
     * @throws SottoException if it is torn, was altered, or belongs to another run
     */
    static Checkpoint fromBytes(String name, byte[] bytes, RunIdentity run, Phases phases, int dimension) {
        int end = bytes.length - HASH;
        if (end < MAGIC.length + Integer.BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || !Arrays.equals(sha256(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
            throw refused(
                    name,
                    "it is torn or was altered: its hash does not fit it. Its age bounds how much noise was drawn after it,"
                            + " so an older one must not take its place: put it back from a backup");
        }
        var body = ByteBuffer.wrap(bytes, MAGIC.length, end - MAGIC.length);
        var json = new byte[body.getInt()];
        body.get(json);
        try {
            Map<String, Object> head = Json.readObject(new String(json, StandardCharsets.UTF_8));
            requireSame(name, run, head);
            var state = new byte[body.remaining()];
            body.get(state);
            var reached = new Reached(
                    Math.toIntExact(number(head, "attempt")),
                    number(head, "first_step"),
                    number(head, "step"),
                    number(head, "every"),
                    number(head, "end"));
            Recipe next = phases.list().get(phases.at(reached.step()));
            return new Checkpoint(reached, TrainState.fromBytes(state, next, dimension));
        } catch (IllegalArgumentException unreadable) {
            throw refused(
                    name,
                    "it cannot be read (" + unreadable.getMessage() + "): use the release of Sotto that wrote it");
        }
    }

    private static void requireSame(String name, RunIdentity run, Map<String, Object> head) {
        if (number(head, "format") != FORMAT) {
            throw refused(name, "it is of format " + head.get("format") + ": use the release of Sotto that wrote it");
        }
        run.parts().forEach((part, wanted) -> {
            Object found = head.get(part);
            if (!wanted.equals(found)) {
                throw refused(
                        name,
                        "it belongs to a run whose " + part + " is " + found + ", and this run's is " + wanted
                                + (part.equals("plan")
                                        ? ". (A plan is the number of units, batch size, steps, noise and clipping.) Start with the settings"
                                                + " of the broken-off run"
                                        : ": start with the settings of the broken-off run"));
            }
        });
    }

    private static long number(Map<String, Object> head, String key) {
        if (head.get(key) instanceof Long number) {
            return number;
        }
        throw new JsonException("\"" + key + "\" is not a whole number");
    }

    private static SottoException refused(String name, String why) {
        return new SottoException(
                ExitCode.OUTPUT,
                "The checkpoint " + name + " cannot be resumed from: " + why
                        + ", or begin a new run with another --output and --run-id. Nothing was read or charged.");
    }

    static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
