package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every Java snippet in the README and the docs stands, line for line, in a source file of turbo-examples, or in a test of a
 * module that turbo-examples does not depend on.
 */
class SnippetsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> every_snippet_is_compiled() throws IOException {
        List<String> sources = Stream.concat(
                        texts(ROOT.resolve("turbo-examples/src"), ".java").stream(),
                        texts(ROOT.resolve("turbo-mcp/src/test"), "DocsTest.java").stream())
                .toList();
        return documents().stream().flatMap(document -> {
            Matcher snippets = JAVA.matcher(read(document));
            return snippets.results()
                    .map(snippet -> DynamicTest.dynamicTest(
                            document.getFileName() + ": "
                                    + snippet.group(1).lines().findFirst().orElse(""),
                            () -> {
                                for (String piece : flat(snippet.group(1)).split(" ?// \\.\\.\\. ?")) {
                                    assertThat(sources)
                                            .as("a source with\n%s", piece)
                                            .anyMatch(source -> source.contains(piece));
                                }
                            }));
        });
    }

    @Test
    void the_readme_is_short_and_begins_with_code() {
        List<String> lines = read(ROOT.resolve("README.md")).lines().toList();
        assertThat(lines).hasSizeLessThanOrEqualTo(150);
        assertThat(lines.subList(0, 20)).contains("```java");
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(ROOT.resolve("README.md")),
                            docs.filter(path -> path.toString().endsWith(".md")))
                    .toList();
        }
    }

    private static List<String> texts(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> path.toString().endsWith(ending))
                    .map(path -> flat(read(path)))
                    .toList();
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Lines without their indentation and without blank ones. */
    private static String flat(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }
}
