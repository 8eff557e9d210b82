package dev.sotto.core.batch;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code preprocessor_config.json} as the image processors of Hugging Face transformers (v4.57) do, those that
 * resize, crop, rescale and normalise (ViT, DeiT, BEiT, ConvNext as used by ResNet, CLIP).
 */
public final class ImageSettingsFile {
    private static final String NAME = "preprocessor_config.json";

    /** Ours: other libraries do not look at it. */
    private static final String GRAY_BITS = "sotto_gray_bits";

    /** Steps that would change the pixels and are not built here. */
    private static final Set<String> NOT_BUILT =
            Set.of("do_pad", "do_flip_channel_order", "do_thumbnail", "do_align_long_axis", "rescale_offset");

    /** Processors, and model types where the processor is not named, for which one number means the shorter edge. */
    private static final List<String> ONE_NUMBER_IS_SHORTEST_EDGE = List.of("convnext", "clip", "resnet");

    private final FolderJson json;
    private final boolean convNext;
    private final boolean oneNumberIsShortestEdge;

    private ImageSettingsFile(FolderJson json, String processor) {
        this.json = json;
        this.convNext = processor.startsWith("convnext") || processor.startsWith("resnet");
        this.oneNumberIsShortestEdge = ONE_NUMBER_IS_SHORTEST_EDGE.stream().anyMatch(processor::startsWith);
    }

    /**
     * The settings of a model folder. Without the file: torchvision's, if the folder says that it is a SqueezeNet or
     * says nothing of its family.
     *
     * @throws EncoderFilesException if the file is damaged, asks for a step that is not built here, does not give every
     *     image one size, or is missing where it is needed
     */
    public static ImageSettings read(Path folder) {
        FolderJson config = FolderJson.readOrEmpty(folder, "config.json");
        String family = config.string("model_type").orElse("squeezenet");
        Optional<FolderJson> json = FolderJson.read(folder, NAME);
        if (json.isPresent()) {
            String processor = json.get()
                    .string("image_processor_type")
                    .or(() -> json.get().string("feature_extractor_type"))
                    .orElse(family);
            return new ImageSettingsFile(json.get(), processor.toLowerCase(Locale.ROOT)).settings();
        }
        if (family.equals("squeezenet")) {
            return ImageSettings.TORCHVISION;
        }
        throw new EncoderFilesException("No " + NAME + " in " + folder + ": without it the images of a " + family
                + " model would be resized and normalised otherwise than it was trained. Put the model's own there.");
    }

    private ImageSettings settings() {
        for (String step : NOT_BUILT) {
            if (flag(step, false)) {
                throw json.wrong(step, "false: that step is not built here");
            }
        }
        boolean normalise = flag("do_normalize", true);
        double scale = flag("do_rescale", true) ? json.number("rescale_factor").orElse(1 / 255.0) : 1;
        List<Double> mean = normalise ? channels("image_mean") : Collections.nCopies(ImageSettings.CHANNELS, 0.0);
        List<Double> std = normalise ? channels("image_std") : Collections.nCopies(ImageSettings.CHANNELS, 1.0);
        Resize resize = flag("do_resize", true) ? resize() : new Resize.None();
        return new ImageSettings(resize, crop(resize), scale, mean, std, grayBits());
    }

    private int grayBits() {
        int bits = json.has(GRAY_BITS) ? json.count(GRAY_BITS) : 16;
        if (bits < 8 || bits > 16) {
            throw json.wrong(GRAY_BITS, "a whole number from 8 to 16: how many bits 16-bit gray images use");
        }
        return bits;
    }

    private Resize resize() {
        Resample resample = resample();
        if (shortestEdge("size").isPresent()) {
            int edge = shortestEdge("size").get();
            // ConvNext: small inputs are cut out of a larger image, others squeezed to the size.
            if (convNext && edge >= 384) {
                return new Resize.Exact(edge, edge, resample);
            }
            return new Resize.ShortestEdge(convNext ? (int) (edge / cropShare()) : edge, resample);
        }
        return new Resize.Exact(pixels("size", "height"), pixels("size", "width"), resample);
    }

    private CentreCrop crop(Resize resize) {
        if (flag("do_center_crop", false)) {
            int height = pixels("crop_size", "height");
            return new CentreCrop(height, pixels("crop_size", "width"), CentreCrop.Rounding.DOWN);
        }
        if (resize instanceof Resize.Exact exact) {
            return new CentreCrop(exact.height(), exact.width(), CentreCrop.Rounding.DOWN);
        }
        if (convNext && resize instanceof Resize.ShortestEdge) {
            int edge = shortestEdge("size").orElseThrow();
            return new CentreCrop(edge, edge, CentreCrop.Rounding.DOWN);
        }
        throw new EncoderFilesException(json.file() + " leaves images in different sizes: a batch needs one. Set"
                + " do_center_crop and crop_size, or a size with height and width.");
    }

    private double cropShare() {
        double share = json.number("crop_pct").orElse(224 / 256.0);
        if (!(share > 0 && share <= 1)) {
            throw json.wrong("crop_pct", "a share > 0 and at most 1");
        }
        return share;
    }

    private Resample resample() {
        double number = json.number("resample").orElse(2); // bilinear
        return Resample.ofPillow(number)
                .orElseThrow(
                        () -> json.wrong("resample", "0 to 5 (nearest, lanczos, bilinear, bicubic, box, hamming)"));
    }

    /** The shorter edge's pixels, where that is how the size is given. */
    private Optional<Integer> shortestEdge(String key) {
        Optional<FolderJson> object = json.object(key);
        if (object.isPresent()) {
            return object.get().has("shortest_edge")
                    ? Optional.of(object.get().count("shortest_edge"))
                    : Optional.empty();
        }
        return oneNumberIsShortestEdge && json.has(key) ? Optional.of(json.count(key)) : Optional.empty();
    }

    /** One edge of a size given as height and width, or as one number for both. */
    private int pixels(String key, String edge) {
        if (!json.has(key)) {
            throw new EncoderFilesException(json.file() + " has no " + key
                    + ": images would reach the model in a size that it was not trained with. Add the model's own.");
        }
        return json.object(key).map(size -> size.count(edge)).orElseGet(() -> json.count(key));
    }

    private List<Double> channels(String key) {
        if (!json.has(key)) {
            throw new EncoderFilesException(json.file() + " has do_normalize but no " + key
                    + ": pixels would reach the model otherwise than it was trained. Add the model's own.");
        }
        JsonElement value = json.element(key);
        List<JsonElement> values = value.isJsonArray()
                ? value.getAsJsonArray().asList()
                : Collections.nCopies(ImageSettings.CHANNELS, value);
        if (values.size() != ImageSettings.CHANNELS || !values.stream().allMatch(ImageSettingsFile::isNumber)) {
            throw json.wrong(key, "three numbers: red, green, blue");
        }
        return values.stream().map(JsonElement::getAsDouble).toList();
    }

    private static boolean isNumber(JsonElement element) {
        return element instanceof JsonPrimitive primitive && primitive.isNumber();
    }

    private boolean flag(String key, boolean otherwise) {
        return json.bool(key).orElse(otherwise);
    }
}
