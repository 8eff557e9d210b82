package dev.sotto.job.store;

import dev.sotto.accountant.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a checkpoint belongs to: a state means something only for the run that made it.
 *
 * @param run the run's id
 * @param plan hash of the privacy plan
 * @param seed SHA-256 of the seed model's weights
 * @param layout hash of the trained parameters' names, shapes and order
 * @param recipe optimizer, learning rates and row independence, in words
 * @param table its address, its conditions and derived columns, and what is read of it: input, target and unit
 */
public record RunIdentity(String run, String plan, String seed, String layout, String recipe, String table) {

    /** One hash of all of it, hexadecimal. */
    public String hash() {
        byte[] all = Json.write(parts()).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Checkpoint.sha256(all, all.length));
    }

    /** Each part with its name in messages and files. */
    Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("run", run);
        parts.put("plan", plan);
        parts.put("seed", seed);
        parts.put("layout", layout);
        parts.put("recipe", recipe);
        parts.put("table", table);
        return parts;
    }
}
