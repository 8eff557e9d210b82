package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageEncoderTest {
    private static final int IHDR_WIDTH = 16; // offset of the width in a PNG file
    private static final int IHDR_CRC = 29;

    private final ImageEncoder encoder = new ImageEncoder(ImageSettings.TORCHVISION.withImageSize(28));

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg"})
    void cutOffFiles_areRefused(String format) throws Exception {
        byte[] file = image(40, 30, format);
        assertThat(encoder.encode(file)).hasSize(3 * 28 * 28);
        for (int length : new int[] {0, 1, 3, 8, 20, 33, 60, file.length / 2, file.length * 9 / 10}) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> encoder.encode(cut))
                    .as("%d of %d bytes", length, file.length)
                    .isInstanceOf(UnreadableRowException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg"})
    void damagedFiles_giveAnImageOrOneKindOfException(String format) throws Exception {
        long seed = 7_211_404_023L;
        var random = new Random(seed);
        byte[] file = image(40, 30, format);
        for (int trial = 0; trial < 300; trial++) {
            byte[] damaged = file.clone();
            for (int i = 0; i < 1 + trial % 5; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(encoder.encode(damaged)).hasSize(3 * 28 * 28);
            } catch (UnreadableRowException e) {
                assertThat(e).as("seed %d, trial %d", seed, trial).hasMessageStartingWith("image");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"gif, GIF", "bmp, BMP", "tiff, TIFF"})
    void otherFormats_areRefusedByName(String format, String name) throws Exception {
        byte[] file = image(40, 30, format);
        assertThatThrownBy(() -> encoder.encode(file))
                .isInstanceOf(UnreadableRowException.class)
                .hasMessageContaining("neither PNG nor JPEG but " + name);
    }

    @Test
    void webP_isRefusedByName() {
        byte[] file = "RIFF$\0\0\0WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> encoder.encode(file))
                .isInstanceOf(UnreadableRowException.class)
                .hasMessageContaining("but WebP");
    }

    /** The JDK's decoder fills up with gray what is not there. */
    @Test
    void jpegWithoutItsEnd_isRefusedWhereverItIsCut() throws Exception {
        byte[] file = image(160, 120, "jpeg");
        for (int missing = 1; missing < file.length; missing++) {
            byte[] cut = Arrays.copyOf(file, file.length - missing);
            assertThatThrownBy(() -> encoder.encode(cut))
                    .as("%d of %d bytes missing", missing, file.length)
                    .isInstanceOf(UnreadableRowException.class);
        }
        assertThat(encoder.encode(Arrays.copyOf(file, file.length + 100))).hasSize(3 * 28 * 28);
    }

    /** Directories that lie beyond the end, are endless, or point at themselves. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4949",
                "49492a00",
                "49492a00ffffffff",
                "49492a0000000080",
                "49492a0008000000ffff",
                "49492a000800000001001201030001",
                "49492a0008000000010012010300ffffffff08000000",
                "49492a000800000001001201030003000000ffffff7f",
                "49492a00080000000100120103000300000008000000",
                "49492a00fcffff7f01001201030001000000060000000000"
            })
    void brokenExif_leavesTheImageAsItIs(String exif) throws Exception {
        byte[] file = image(40, 30, "jpeg");
        byte[] segment = HexFormat.of().parseHex("457869660000" + exif);
        byte[] turned = new byte[file.length + segment.length + 4];
        ByteBuffer.wrap(turned)
                .put(file, 0, 2)
                .putShort((short) 0xFFE1)
                .putShort((short) (segment.length + 2))
                .put(segment)
                .put(file, 2, file.length - 2);
        assertThat(encoder.encode(turned)).isEqualTo(encoder.encode(file));
    }

    /** As cameras and scanners of 12 bits leave them. */
    @Test
    void grayOf16Bits_isReadByTheBitsThatItUses() throws Exception {
        var gray = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        gray.getRaster().setSample(0, 0, 0, 0x0ABC);
        gray.getRaster().setSample(1, 0, 0, 0xABCD);
        var out = new ByteArrayOutputStream();
        ImageIO.write(gray, "png", out);
        assertThat(grayOf(out.toByteArray(), 16)).containsExactly(0x0A, 0xAB);
        assertThat(grayOf(out.toByteArray(), 12)).containsExactly(0xAB, 0xFF);
    }

    private static int[] grayOf(byte[] file, int bits) throws UnreadableRowException {
        var settings = new ImageSettings(
                new Resize.None(),
                new CentreCrop(1, 2, CentreCrop.Rounding.DOWN),
                1,
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0),
                bits);
        byte[] pixels = new ImageEncoder(settings).encode(file);
        return new int[] {pixels[0] & 0xFF, pixels[1] & 0xFF};
    }

    @ParameterizedTest
    @CsvSource({"30000, 30000", "8192, 4097", "1, 65536", "65536, 1", "2147483647, 2147483647"})
    void claimedSize_isRefusedBeforeAnythingIsDecoded(int width, int height) throws Exception {
        byte[] bomb = image(40, 30, "png");
        ByteBuffer.wrap(bomb).putInt(IHDR_WIDTH, width).putInt(IHDR_WIDTH + 4, height);
        var crc = new CRC32();
        crc.update(bomb, IHDR_WIDTH - 4, IHDR_CRC - IHDR_WIDTH + 4);
        ByteBuffer.wrap(bomb).putInt(IHDR_CRC, (int) crc.getValue());
        assertThatThrownBy(() -> encoder.encode(bomb))
                .isInstanceOf(UnreadableRowException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void longFile_isRefusedUnseen() throws Exception {
        byte[] padded = Arrays.copyOf(image(40, 30, "png"), ImageEncoder.MAX_FILE_BYTES + 1);
        assertThatThrownBy(() -> encoder.encode(padded))
                .isInstanceOf(UnreadableRowException.class)
                .hasMessageContaining("bytes");
        assertThat(encoder.encode(Arrays.copyOf(padded, ImageEncoder.MAX_FILE_BYTES)))
                .hasSize(3 * 28 * 28);
    }

    /** Each scan of a progressive file takes the time of a whole image. */
    @Test
    void fileOfManyScans_isRefusedUndecoded() throws Exception {
        byte[] file = image(40, 30, "jpeg");
        byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};
        var out = new ByteArrayOutputStream();
        out.write(file, 0, file.length - 2);
        for (int i = 0; i < 100; i++) {
            out.write(scan);
        }
        out.write(file, file.length - 2, 2);
        byte[] slow = out.toByteArray();
        assertThatThrownBy(() -> encoder.encode(slow))
                .isInstanceOf(UnreadableRowException.class)
                .hasMessageContaining("scans");
    }

    @Test
    void thinImages_areCroppedOrRefusedNeverResizedWhole() throws Exception {
        // Resized whole, this would be 32 x 20,000,000 pixels before its middle is cut out.
        assertThat(encoder.encode(image(1, 20_000, "png"))).hasSize(3 * 28 * 28);
        var wide = new ImageEncoder(ImageSettings.TORCHVISION.withImageSize(4096));
        byte[] thin = image(1, 20_000, "png");
        assertThatThrownBy(() -> wide.encode(thin))
                .isInstanceOf(UnreadableRowException.class)
                .hasMessageContaining("too thin");
    }

    @Test
    void decoding_touchesNoDisk(@TempDir Path cache) throws Exception {
        byte[] file = image(40, 30, "jpeg");
        ImageIO.setUseCache(true);
        ImageIO.setCacheDirectory(cache.toFile());
        try {
            Files.delete(cache); // whoever wants to cache on disk now fails
            assertThat(encoder.encode(file)).hasSize(3 * 28 * 28);
        } finally {
            ImageIO.setCacheDirectory(null);
            Files.createDirectory(cache);
        }
    }

    @Test
    void manyThreads_getWhatOneThreadGets() throws Exception {
        byte[] file = image(64, 48, "jpeg");
        byte[] expected = encoder.encode(file);
        var pool = Executors.newFixedThreadPool(4);
        try {
            Callable<byte[]> task = () -> encoder.encode(file);
            for (var result :
                    pool.invokeAll(Stream.generate(() -> task).limit(64).toList())) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void normalise_treatsEachChannelOfEachImage() {
        var settings = new ImageSettings(
                new Resize.None(),
                new CentreCrop(1, 2, CentreCrop.Rounding.DOWN),
                1 / 255.0,
                List.of(0.0, 0.5, 1.0),
                List.of(1.0, 0.5, 2.0));
        byte[] twice = {0, -1, 0, -1, 0, -1, -1, 0, -1, 0, -1, 0};
        assertThat(new ImageEncoder(settings).normalise(twice))
                .containsExactly(0f, 1f, -1f, 1f, -0.5f, 0f, 1f, 0f, 1f, -1f, 0f, -0.5f);
        assertThatThrownBy(() -> new ImageEncoder(settings).normalise(new byte[7]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] image(int width, int height, String format) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (x * 37 + y * 101) * 0x010305);
            }
        }
        var out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }
}
