package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis over TLS, with a certificate that only its own file vouches for. */
class RedisTlsTest {
    private static final char[] STORE = "a-password".toCharArray();

    @TempDir
    private Path folder;

    @Test
    void a_session_is_kept_over_tls_and_an_unknown_certificate_is_refused() throws Exception {
        makeCertificate();
        int port = RealRedis.freePort();
        List<String> settings = List.of(
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                folder.resolve("cert.pem").toString(),
                "--tls-key-file",
                folder.resolve("key.pem").toString(),
                "--tls-ca-cert-file",
                folder.resolve("cert.pem").toString(),
                "--tls-auth-clients",
                "no",
                "--requirepass",
                "s3cret");
        try (RealRedis redis =
                RealRedis.started(settings.toArray(String[]::new)).withPassword("s3cret")) {
            String uri = "rediss://default:s3cret@localhost:" + port;
            try (RedisMemory memory = RedisMemory.connect(uri + "?ca=" + folder.resolve("cert.pem"))) {
                Driver.of(memory, "s").stores("one");
                assertThat(memory.read("s")).hasSize(2);
                assertThat(redis.<Long>tell(commands -> commands.dbsize())).isPositive();
            }
            assertThatThrownBy(() -> RedisMemory.connect(uri))
                    .isInstanceOf(RedisFailure.RedisUnreachable.class)
                    .hasMessageStartingWith(
                            "Redis at rediss://localhost:" + port + " cannot be used: it cannot be connected to (")
                    .hasMessageContaining("certificat")
                    .satisfies(e -> assertThat(Secrets.in(e)).doesNotContain("s3cret"));
        }
    }

    private void makeCertificate() throws Exception {
        Path store = folder.resolve("store");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(STORE))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE);
        }
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        pem("key.pem", "PRIVATE KEY", keys.getKey("redis", STORE).getEncoded());
    }

    private void pem(String file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
