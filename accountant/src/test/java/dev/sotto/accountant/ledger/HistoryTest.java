package dev.sotto.accountant.ledger;

import static dev.sotto.accountant.ledger.LedgerTestFolder.ROWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.DpEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final DpEvent RUN = new DpEvent.Gaussian(5);

    @TempDir
    Path folder;

    private static KeyPair keys() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }

    private static SigningKey signer(KeyPair keys) {
        return SigningKey.of(pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }

    private static PublicKeys verifier(KeyPair... keys) {
        StringBuilder all = new StringBuilder();
        for (KeyPair each : keys) {
            all.append(pem("PUBLIC KEY", each.getPublic().getEncoded()));
        }
        return PublicKeys.of(all.toString());
    }

    @Test
    void aLedgerThatLostItsLastLines_doesNotGoThroughTheHeadThatWasKept() throws IOException {
        Ledger ledger = LedgerTestFolder.open(folder);
        ledger.reserve("a", RUN, ROWS, Optional.empty());
        String kept = ledger.head();
        ledger.reserve("b", RUN, ROWS, Optional.empty());
        String last = ledger.head();
        assertThat(ledger.history().goesThrough(kept)).isTrue();
        assertThat(ledger.history().goesThrough(last)).isTrue();

        Files.delete(folder.resolve(LedgerLine.name(1)));

        assertThat(ledger.history().goesThrough(kept)).isTrue();
        assertThat(ledger.history().goesThrough(last)).isFalse();
        assertThat(ledger.history().identity()).contains(kept);
        ledger.reserve("c", RUN, ROWS, Optional.empty());
        assertThat(ledger.history().goesThrough(last))
                .as("rolled back and grown again")
                .isFalse();
    }

    @Test
    void linesOfAKeysOwner_areKnown_andAnybodyElsesAreNot() throws Exception {
        KeyPair ours = keys();
        KeyPair colleague = keys();
        Ledger signed = LedgerTestFolder.open(folder).signedBy(signer(ours));
        signed.reserve("a", RUN, ROWS, Optional.empty());
        signed.settle("a", RUN);
        assertThat(signed.history().firstUnsigned(verifier(ours))).isEmpty();
        assertThat(signed.history().firstUnsigned(verifier(colleague))).contains(0L);

        LedgerTestFolder.open(folder).signedBy(signer(colleague)).reserve("b", RUN, ROWS, Optional.empty());
        assertThat(signed.history().firstUnsigned(verifier(ours))).contains(2L);
        assertThat(signed.history().firstUnsigned(verifier(ours, colleague))).isEmpty();

        LedgerTestFolder.open(folder).note("a", "not signed");
        assertThat(signed.history().firstUnsigned(verifier(ours, colleague))).contains(3L);
    }

    /** A chain made anew from a changed line on is whole; its signatures are not. */
    @Test
    void aForgedChain_hasNoSignatures_notEvenOldOnes() throws Exception {
        KeyPair ours = keys();
        Ledger signed = LedgerTestFolder.open(folder).signedBy(signer(ours));
        signed.reserve("a", RUN, ROWS, Optional.empty());
        Path line = folder.resolve(LedgerLine.name(0));
        String said = Files.readString(line);
        String signature = said.substring(said.indexOf(",\"signature\""));
        LedgerLine read = LedgerLine.decode(0, LedgerLine.GENESIS, Files.readAllBytes(line));
        var body = new java.util.LinkedHashMap<>(read.body());
        body.keySet().removeAll(java.util.List.of("version", "line", "previous", "hash", "signature"));
        body.put("event", dev.sotto.accountant.json.EventJson.write(new DpEvent.Gaussian(50)));
        String forged = new String(
                LedgerLine.encode(0, LedgerLine.GENESIS, body, Optional.empty()),
                java.nio.charset.StandardCharsets.UTF_8);
        Files.writeString(line, forged.replace("}\n", signature));

        assertThat(LedgerTestFolder.open(folder).runs()).hasSize(1);
        assertThat(signed.history().firstUnsigned(verifier(ours))).contains(0L);
    }

    @Test
    void whatIsNoKey_isRefusedWithTheCommandThatMakesOne() throws Exception {
        assertThatThrownBy(() -> SigningKey.of("secret")).hasMessageContaining("openssl genpkey");
        byte[] rsa = KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        assertThatThrownBy(() -> SigningKey.of(pem("PRIVATE KEY", rsa))).hasMessageContaining("Ed25519");
        assertThatThrownBy(() -> PublicKeys.of("")).hasMessageContaining("PUBLIC KEY");
        assertThat(signer(keys())).asString().doesNotContain("PRIVATE");
    }
}
