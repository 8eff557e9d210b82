package dev.sotto.core.model;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sotto.core.check.ModelCheck;
import dev.sotto.core.check.ModelReport;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The folders that {@code archives.py} made. */
public final class Archives {
    private Archives() {}

    public static Path folder(String name) {
        try {
            return Path.of(
                    Archives.class.getResource("/vectors/archives/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** A copy of a folder with another configuration. */
    public static Path copy(String name, Path target, Consumer<JsonObject> change) throws IOException {
        Path source = folder(name);
        Files.copy(source.resolve("model.pt"), target.resolve("model.pt"));
        JsonObject config = JsonParser.parseString(Files.readString(source.resolve("config.json")))
                .getAsJsonObject();
        change.accept(config);
        Files.writeString(target.resolve("config.json"), config.toString());
        return target;
    }

    public static ModelReport check(Path folder) {
        return ModelCheck.of(folder, Trained.BIASES_AND_HEAD);
    }
}
