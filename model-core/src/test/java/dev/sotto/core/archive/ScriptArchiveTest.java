package dev.sotto.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.engine.Mappings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found in an archive's file. */
class ScriptArchiveTest {
    @TempDir
    Path folder;

    private static Path file(String name) throws URISyntaxException {
        return Path.of(ScriptArchiveTest.class
                .getResource("/vectors/archives/" + name + "/model.pt")
                .toURI());
    }

    /** The same entries in a file whose directory has 64-bit numbers, as those above 4 GiB have. */
    private Path wide(Path file) throws IOException {
        Path wide = folder.resolve("wide.pt");
        try (var in = new ZipFile(file.toFile());
                var out = new ZipArchiveOutputStream(wide)) {
            out.setUseZip64(Zip64Mode.Always);
            for (Enumeration<? extends ZipEntry> entries = in.entries(); entries.hasMoreElements(); ) {
                ZipEntry each = entries.nextElement();
                byte[] bytes = in.getInputStream(each).readAllBytes();
                var entry = new ZipArchiveEntry(each.getName());
                entry.setMethod(each.getName().contains("/data/") ? ZipEntry.STORED : ZipEntry.DEFLATED);
                entry.setSize(bytes.length);
                entry.setCrc(crc(bytes));
                out.putArchiveEntry(entry);
                out.write(bytes);
                out.closeArchiveEntry();
            }
        }
        return wide;
    }

    private static long crc(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    @Test
    void largeFilesDirectory_isReadAndKeptRight() throws IOException, URISyntaxException {
        Path file = file("scripted_text");
        try (ScriptArchive narrow = ScriptArchive.open(file);
                ScriptArchive wide = ScriptArchive.open(wide(file))) {
            assertThat(wide.tensors()).containsExactlyElementsOf(narrow.tensors());
            for (ArchiveTensor tensor : narrow.tensors()) {
                assertThat(wide.bytes(tensor.name())).as(tensor.name()).isEqualTo(narrow.bytes(tensor.name()));
            }
            Path copy = folder.resolve("copy.pt");
            ArchiveCopy.write(wide, Map.of("classifier.bias", new float[] {1, 2, 3}), copy);
            try (ScriptArchive changed = ScriptArchive.open(copy);
                    var zip = new ZipFile(copy.toFile())) {
                assertThat(changed.bytes("classifier.bias").getFloat(8)).isEqualTo(3);
                for (ZipEntry entry : zip.stream().toList()) {
                    assertThat(entry.getCrc())
                            .as(entry.getName())
                            .isEqualTo(crc(zip.getInputStream(entry).readAllBytes()));
                }
            }
        }
    }

    @Test
    void archive_isOneMapping_whichClosingEnds() throws IOException, URISyntaxException {
        Path file = Files.copy(file("scripted_images"), folder.resolve("model.pt"));
        List<ByteBuffer> kept = new ArrayList<>();
        try (ScriptArchive archive = ScriptArchive.open(file)) {
            for (int i = 0; i < 1000; i++) {
                for (ArchiveTensor tensor : archive.tensors()) {
                    kept.add(archive.bytes(tensor.name()));
                }
            }
            assertThat(Mappings.of(file)).isOne();
            ArchiveCopy.write(archive, Map.of(), folder.resolve("copy.pt"));
        }
        assertThat(kept).isNotEmpty();
        assertThat(Mappings.of(folder)).isZero();
    }

    @Test
    void namesAndKinds_areThoseOfThePythonModel() throws IOException, URISyntaxException {
        try (ScriptArchive archive = ScriptArchive.open(file("scripted_shared"))) {
            assertThat(archive.className()).isEqualTo("Text");
            assertThat(archive.tensors())
                    .extracting(ArchiveTensor::name)
                    .startsWith("positions", "words.weight", "places.weight", "layers.0.attention.q.weight")
                    .endsWith("classifier.weight", "classifier.bias")
                    .doesNotHaveDuplicates();
            assertThat(archive.tensor("positions").kind()).isEqualTo(ArchiveTensor.Kind.BUFFER);
            assertThat(archive.tensor("layers.1.norm1.bias").kind()).isEqualTo(ArchiveTensor.Kind.PARAMETER);
        }
    }

    /** A weight kept channels last is read in the order of its shape. */
    @Test
    void stridedTensor_isReadRowMajor() throws IOException, URISyntaxException {
        try (ScriptArchive archive = ScriptArchive.open(file("scripted_images"))) {
            StoredTensor tensor = archive.stored("conv2.weight"); // [4, 3, 3, 3], strides [27, 1, 9, 3]
            assertThat(tensor.isContiguous()).isFalse();
            var read = archive.bytes("conv2.weight");
            try (var zip = new ZipFile(archive.path().toFile())) {
                String entry = zip.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.endsWith("/" + tensor.storage().key()))
                        .findFirst()
                        .orElseThrow();
                byte[] stored = zip.getInputStream(zip.getEntry(entry)).readAllBytes();
                int place = 4 * (2 * 27 + 1 + 2 * 9); // [2, 1, 2, 0]
                byte[] wanted = Arrays.copyOfRange(stored, place, place + 4);
                byte[] found = new byte[4];
                read.get(4 * (2 * 27 + 9 + 6), found);
                assertThat(found).isEqualTo(wanted);
            }
        }
    }

    @Test
    void brokenFile_isRefused() throws IOException, URISyntaxException {
        byte[] whole = Files.readAllBytes(file("scripted_text"));
        Path broken = folder.resolve("broken.pt");
        for (int length : new int[] {0, 10, whole.length / 2, whole.length - 5}) {
            Files.write(broken, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ScriptArchive.open(broken))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("broken.pt");
        }
    }

    @Test
    void weightsAlone_areRefusedAsSuch() throws IOException {
        Path weights = folder.resolve("weights.pt");
        try (var out = new ZipArchiveOutputStream(weights)) {
            out.putArchiveEntry(new ZipArchiveEntry("archive/data.pkl"));
            out.write(new byte[] {'.'});
            out.closeArchiveEntry();
        }

        assertThatThrownBy(() -> ScriptArchive.open(weights))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("what torch.save writes");
    }
}
