package dev.sotto.accountant.ledger;

import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line: JSON that ends in the SHA-256 of everything before, and names the hash of the line before it. A signature may follow.
 *
 * @param number counted from 0
 * @param body what is said: "kind" and what belongs to it
 * @param hash hexadecimal SHA-256 of this line
 * @param signature of the hash, base64; empty where none was given
 */
record LedgerLine(long number, Map<String, Object> body, String hash, String signature) {
    static final long VERSION = 2;
    /** Stands for the line before the first. */
    static final String GENESIS = "0".repeat(64);

    private static final Pattern LINE = Pattern.compile(
            "(?<said>.*),\"hash\":\"(?<hash>[0-9a-f]{64})\"(,\"signature\":\"(?<signature>[0-9A-Za-z+/=]*)\")?}\n",
            Pattern.DOTALL);

    /** The name of the object that holds this line. */
    static String name(long number) {
        return String.format("line-%012d.json", number);
    }

    /** The line as bytes, with its newline. */
    static byte[] encode(long number, String previous, Map<String, Object> body, Optional<SigningKey> key) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("version", VERSION);
        all.put("line", number);
        all.put("previous", previous);
        all.putAll(body);
        String json = Json.write(all);
        String said = json.substring(0, json.length() - 1);
        String hash = sha256(said);
        String signature =
                key.map(k -> ",\"signature\":\"" + k.sign(hash) + "\"").orElse("");
        return (said + ",\"hash\":\"" + hash + "\"" + signature + "}\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads and checks a line; its signature is not checked.
     *
     * @param previous hash of the line before
     * @throws LedgerFormatException if anything is not as it was written
     */
    static LedgerLine decode(long number, String previous, byte[] content) {
        String name = name(number);
        String text = text(number, content);
        if (text.endsWith("\r\n")) {
            throw new LedgerFormatException(
                    number, name, "ends in CR LF: a program for texts has rewritten it, and its bytes are its seal");
        }
        if (!text.endsWith("}\n")) {
            throw new LedgerFormatException(number, name, "is truncated: it does not end as a whole line does");
        }
        Map<String, Object> body = json(number, text);
        requireVersion(number, body);
        Matcher line = LINE.matcher(text);
        if (!line.matches() || !line.group("hash").equals(sha256(line.group("said")))) {
            throw new LedgerFormatException(number, name, "was changed after it was written: its hash does not fit it");
        }
        if (!Long.valueOf(number).equals(body.get("line"))) {
            throw new LedgerFormatException(
                    number, name, "says it is line " + Json.write(body.getOrDefault("line", Json.NULL)));
        }
        if (!previous.equals(body.get("previous"))) {
            throw new LedgerFormatException(number, name, "does not follow the line before it: the chain is broken");
        }
        String signature = line.group("signature");
        return new LedgerLine(number, body, line.group("hash"), signature == null ? "" : signature);
    }

    private static void requireVersion(long number, Map<String, Object> body) {
        Object version = body.getOrDefault("version", Json.NULL);
        if (Long.valueOf(1).equals(version)) {
            throw new LedgerFormatException(
                    number,
                    name(number),
                    "is of version 1, which does not say for which privacy unit its costs hold, so that nothing can be"
                            + " added to them: begin another ledger, and keep this one beside it for what was spent before");
        }
        if (!Long.valueOf(VERSION).equals(version)) {
            throw new LedgerFormatException(
                    number,
                    name(number),
                    "is of version " + Json.write(version) + ", and only version " + VERSION
                            + " is understood here: use the release of sotto that wrote it, or a later one");
        }
    }

    private static String text(long number, byte[] content) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new LedgerFormatException(number, name(number), "is not UTF-8 text");
        }
    }

    private static Map<String, Object> json(long number, String text) {
        try {
            return Json.readObject(text);
        } catch (JsonException e) {
            throw new LedgerFormatException(number, name(number), "is not a line of JSON: " + e.getMessage());
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
