package dev.turbochat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's program that makes one jar of a class path. */
class OneJarTest {
    private static final Path PROGRAM =
            Path.of("..", ".mvn", "OneJar.java").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path jar(String name, Map<String, String> attributes, Map<String, String> files) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((key, value) -> manifest.getMainAttributes().putValue(key, value));
        Path jar = folder.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry("folder/"));
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue().getBytes(UTF_8));
            }
        }
        return jar;
    }

    private JarFile oneOf(Path... jars) throws Exception {
        Path one = folder.resolve("one jar.jar");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        PROGRAM.toString(),
                        one.toString(),
                        Stream.of(jars).map(Path::toString).collect(Collectors.joining(File.pathSeparator)))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return new JarFile(one.toFile(), true, JarFile.OPEN_READ, Runtime.version());
    }

    private static String text(JarFile jar, String name) throws IOException {
        return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), UTF_8);
    }

    @Test
    void what_several_jars_have_is_had_from_the_first() throws Exception {
        Path first =
                jar("first.jar", Map.of("Main-Class", "a.Main"), Map.of("a/A.class", "1", "both.txt", "of the first"));
        Path second =
                jar("second.jar", Map.of("Main-Class", "b.B"), Map.of("b/B.class", "2", "both.txt", "of the second"));
        try (JarFile one = oneOf(first, second)) {
            assertThat(one.stream().map(JarEntry::getName))
                    .containsExactlyInAnyOrder("META-INF/MANIFEST.MF", "a/A.class", "b/B.class", "both.txt");
            assertThat(text(one, "both.txt")).isEqualTo("of the first");
            assertThat(one.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo("a.Main");
        }
    }

    @Test
    void the_services_of_all_are_listed() throws Exception {
        String name = "META-INF/services/x.Service";
        Path first = jar("first.jar", Map.of(), Map.of(name, "a.One # without a line's end"));
        Path second = jar("second.jar", Map.of(), Map.of(name, "# a licence\nb.Two\n", "META-INF/services/y.Y", "b.Y"));
        try (JarFile one = oneOf(first, second)) {
            assertThat(text(one, name).lines().filter(line -> !line.isEmpty()))
                    .containsExactly("a.One # without a line's end", "# a licence", "b.Two");
            assertThat(text(one, "META-INF/services/y.Y").strip()).isEqualTo("b.Y");
        }
    }

    @Test
    void classes_for_later_releases_are_found_and_no_module_is_declared() throws Exception {
        Path first = jar("first.jar", Map.of(), Map.of("a/A.class", "old", "module-info.class", "m"));
        Path second = jar(
                "second.jar",
                Map.of("Multi-Release", "true"),
                Map.of("b/B.class", "old", "META-INF/versions/9/b/B.class", "new"));
        try (JarFile one = oneOf(first, second)) {
            assertThat(text(one, "b/B.class")).isEqualTo("new");
            assertThat(one.getEntry("module-info.class")).isNull();
        }
    }

    @Test
    void each_topmost_package_keeps_the_version_of_its_jar() throws Exception {
        Path first = jar("first.jar", Map.of(), Map.of("a/A.class", "1"));
        Path second = jar(
                "second.jar",
                Map.of("Implementation-Title", "B", "Implementation-Version", "7.1", "Built-By", "nobody"),
                Map.of("org/b/B.class", "2", "org/b/inner/C.class", "3"));
        try (JarFile one = oneOf(first, second)) {
            assertThat(one.getManifest().getEntries()).containsOnlyKeys("org/b/");
            assertThat(one.getManifest().getAttributes("org/b/").values())
                    .map(Object::toString)
                    .containsExactlyInAnyOrder("B", "7.1");
        }
    }
}
