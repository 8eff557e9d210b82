package dev.sotto.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeysTest {

    /** From Python's hmac: hmac.new(bytes(range(32)), b'sotto/1/sample\\0' + struct.pack('>qqq', 1, 2, 3), 'sha256'). */
    @Test
    void derive_isHmacSha256() {
        byte[] key = new byte[32];
        for (int i = 0; i < 32; i++) {
            key[i] = (byte) i;
        }
        assertThat(hex(KeyedStream.derive(key, "sotto/1/sample", 1, 2, 3)))
                .isEqualTo("dabf61097369a410bd72e123a60cbc9489dc5a94b2f6f5721a23a695a7218274");
        assertThat(hex(KeyedStream.derive(key, "sotto/1/noise")))
                .isEqualTo("a2fabe4a68ba2fbfbfe1c5e20a382fd2f4ccf65f34cfc4df0843b684a91c39af");
    }

    /** From {@code openssl enc -aes-256-ctr -K 0001…1f -iv 0} on zeros, equal there to ECB of the counters. */
    @Test
    void words_areTheAes256CounterKeyStream() {
        byte[] key = new byte[32];
        for (int i = 0; i < 32; i++) {
            key[i] = (byte) i;
        }
        var words = new KeyedStream(key);
        assertThat(HexFormat.of().toHexDigits(words.getAsLong())).isEqualTo("f29000b62a499fd0");
        assertThat(HexFormat.of().toHexDigits(words.getAsLong())).isEqualTo("a9f39a6add2e7780");
        assertThat(HexFormat.of().toHexDigits(words.getAsLong())).isEqualTo("f05d76ae4ab99fe5");
        long last = 0;
        for (int i = 3; i < 2000; i++) {
            last = words.getAsLong();
        }
        assertThat(HexFormat.of().toHexDigits(last)).isEqualTo("83a668f1532f0b40");
    }

    @Test
    void streams_differByKeyPurposeAndAddress() {
        Set<Long> firstWords = new HashSet<>();
        int streams = 0;
        for (long seed = 0; seed < 3; seed++) {
            var run = RunKey.insecureSeed(seed);
            byte[] noise = run.claimNoiseKey();
            for (int address = 0; address < 20; address++) {
                var sampling = run.samplingKey();
                firstWords.add(sampling.stream(address, 100, 100).getAsLong());
                firstWords.add(sampling.stream(100, address, 100).getAsLong());
                firstWords.add(sampling.stream(100, 100, address).getAsLong());
                firstWords.add(new KeyedStream(KeyedStream.derive(noise, "step", address)).getAsLong());
                streams += 4;
            }
        }
        assertThat(firstWords).hasSize(streams);
    }

    @Test
    void freshKeys_differ() {
        var first = RunKey.fromOperatingSystem();
        var second = RunKey.fromOperatingSystem();
        assertThat(first.claimNoiseKey()).isNotEqualTo(second.claimNoiseKey());
        assertThat(first.isInsecure()).isFalse();
        assertThat(RunKey.insecureSeed(1).isInsecure()).isTrue();
    }

    @Test
    void equalSeeds_giveEqualStreams() {
        assertThat(LongStream.generate(RunKey.insecureSeed(5).samplingKey().stream(1, 2, 3))
                        .limit(2000))
                .containsExactly(LongStream.generate(RunKey.insecureSeed(5).samplingKey().stream(1, 2, 3))
                        .limit(2000)
                        .boxed()
                        .toArray(Long[]::new));
    }

    @Test
    void ranks_dependOnKeyAndContentAlone() {
        var key = RunKey.insecureSeed(5).samplingKey();
        byte[] content = {1, 2, 3};
        assertThat(key.rank(content))
                .hasSize(32)
                .isEqualTo(RunKey.insecureSeed(5).samplingKey().rank(content.clone()))
                .isNotEqualTo(RunKey.insecureSeed(6).samplingKey().rank(content))
                .isNotEqualTo(key.rank(new byte[] {1, 2, 4}));
    }

    @Test
    void theSamplingKey_travels() throws Exception {
        var key = RunKey.fromOperatingSystem().samplingKey();
        try (var in = new ObjectInputStream(new ByteArrayInputStream(serialised(key)))) {
            var copy = (SamplingKey) in.readObject();
            assertThat(PoissonSampler.sample(copy, 1, 2, 3, 10_000, 0.1))
                    .isEqualTo(PoissonSampler.sample(key, 1, 2, 3, 10_000, 0.1));
        }
    }

    @Test
    void theRunKeyAndTheMechanism_doNotTravel() {
        var plan = new PrivacyPlan(1, 1, 1, 1, new Clipping.Abadi(1));
        var key = RunKey.fromOperatingSystem();
        assertThatThrownBy(() -> serialised(key)).isInstanceOf(NotSerializableException.class);
        assertThatThrownBy(() -> serialised(new GaussianMechanism(plan, key)))
                .isInstanceOf(NotSerializableException.class);
        assertThat(key).isNotInstanceOf(Serializable.class);
    }

    @Test
    void nothingThatPrintsOrTravels_holdsTheNoiseKeyOrTheRoot() throws Exception {
        var run = RunKey.fromOperatingSystem();
        var sampling = run.samplingKey();
        byte[] noise = run.claimNoiseKey();
        Field field = RunKey.class.getDeclaredField("root");
        field.setAccessible(true);
        byte[] root = (byte[]) field.get(run);
        String printed = run + " " + sampling + " " + RunKey.insecureSeed(123_456_789);
        assertThat(printed).isEqualTo("RunKey[secret] SamplingKey[secret] RunKey[secret]");
        String travelled = new String(serialised(sampling), StandardCharsets.ISO_8859_1);
        assertThat(travelled)
                .doesNotContain(new String(noise, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(root, StandardCharsets.ISO_8859_1));
    }

    private static byte[] serialised(Object object) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
