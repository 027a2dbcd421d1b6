package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoriesTest {
    @TempDir
    Path folder;

    /** A memory of another module, as the service file in the test resources names it. */
    public static final class Probe implements MemoryProvider {
        @Override
        public Optional<Memory> open(String uri) {
            if (uri.equals("probe:broken")) {
                throw new BackendException("The probe is broken; mend it.", null);
            }
            return uri.startsWith("probe:") ? Optional.of(Memory.heap()) : Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap:", "heap", "probe:x"})
    void opens_what_needs_no_path(String uri) {
        try (Memory memory = Memories.open(uri)) {
            assertThat(memory.open("s", "a test")).isInstanceOf(Memory.Opening.Granted.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "file:, ''",
        "file:, ?durability=fsync",
        "file:, ?durability=memory",
        "file://, ''",
        "file://, ?durability=memory"
    })
    void opens_and_makes_a_folder(String scheme, String query) {
        Path sessions = folder.resolve("a b").resolve("s\u00E9ssions");
        try (Memory memory = Memories.open(scheme + sessions + query)) {
            memory.open("s", "a test");
            assertThat(sessions).isDirectory();
            assertThat(memory).hasToString("file:" + sessions);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "redis-cluster://user:secret@host:6379/0, redis-cluster:",
        "'redis://:secret@host', redis:",
        "'user:secret@host', user:",
        "HEAP:secret, HEAP:",
        "nothing, nothing",
        "'', ''"
    })
    void refuses_an_unknown_scheme_without_saying_what_follows_it(String uri, String shown) {
        assertThatThrownBy(() -> Memories.open(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Memory '" + shown + "' is not known; use heap: or file:PATH, or put the module that knows"
                        + " it on the class path.");
    }

    @Test
    void passes_on_what_a_provider_throws() {
        assertThatThrownBy(() -> Memories.open("probe:broken")).hasMessage("The probe is broken; mend it.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"durability=no", "fsync", "", "durability=fsync&x=y", "DURABILITY=memory"})
    void refuses_an_unknown_option(String option) {
        String uri = "file:" + folder.resolve("not-made") + "?" + option;
        assertThatThrownBy(() -> Memories.open(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Memory '" + uri + "' has the option '" + option
                        + "', which is not known; use durability=memory or durability=fsync.");
        assertThat(folder.resolve("not-made")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "a%20b, a b",
        "100%25, 100%",
        "what%3Fnow, what?now",
        "s%C3%A9ance, s\u00E9ance",
        "a+b, a+b",
        "a#b, a#b",
        "a%2fb, a/b"
    })
    void a_path_may_be_encoded(String encoded, String name) {
        for (String uri :
                List.of("file:" + folder + "/", "file://" + folder + "/", "file://localhost" + folder + "/")) {
            try (Memory memory = Memories.open(uri + encoded + "?durability=memory")) {
                assertThat(folder.resolve(name)).isDirectory();
                try (Memory again = Memories.open(memory.toString())) {
                    assertThat(again).hasToString(memory.toString());
                    memory.open("s", "a test");
                    assertThat(again.read("s")).hasSize(1);
                }
            }
        }
    }

    @Test
    void a_path_may_begin_at_home() {
        String home = System.getProperty("user.home");
        System.setProperty("user.home", folder.toString());
        try {
            for (String uri : List.of("file:~/x y", "file:~/x%20y", "file://~/x%20y")) {
                try (Memory memory = Memories.open(uri)) {
                    assertThat(memory).hasToString("file:" + folder.resolve("x y"));
                }
            }
            try (Memory memory = Memories.open("file:~")) {
                assertThat(memory).hasToString("file:" + folder);
            }
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "file:/tmp/100%, has '%'",
        "file:/tmp/%2, has '%2'",
        "file:/tmp/%zz, has '%zz'",
        "file:/tmp/%E9, has per cent signs that stand for no UTF-8 text",
        "file://server/share, names the host 'server'",
        "file:///tmp/a?, has the option ''"
    })
    void refuses_a_bad_path_by_name(String uri, String why) {
        assertThatThrownBy(() -> Memories.open(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("Memory '" + uri + "' " + why);
    }

    @Test
    void refuses_a_path_that_cannot_be_one() {
        assertThatThrownBy(() -> Memories.open("file:/a\0b"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageEndingWith(" names no folder: Nul character not allowed; use file:PATH.");
    }

    @Test
    void refuses_a_path_that_is_a_file() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        for (Path path : new Path[] {file, file.resolve("below")}) {
            assertThatThrownBy(() -> Memory.file(path))
                    .isInstanceOf(BackendException.class)
                    .hasMessageStartingWith("Folder " + path + " cannot be made: ")
                    .hasMessageEndingWith("; name a folder that can be written to.");
        }
        assertThat(file).hasContent("mine");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // where nobody, not even root, can write to /proc
    void refuses_a_folder_that_cannot_be_written_to() {
        assertThatThrownBy(() -> Memory.file(Path.of("/proc/sessions")))
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith("Folder /proc/sessions cannot be made: ")
                .hasMessageEndingWith("; name a folder that can be written to.");
        assertThatThrownBy(() -> Memory.file(Path.of("/proc")))
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith("Folder /proc cannot hold sessions: ")
                .hasMessageEndingWith("; name a folder that can be written to.");
    }

    @Test
    void a_users_data_is_kept_in_a_folder_of_turbos() {
        assertThat(Memories.dataFolder()).isAbsolute().endsWithRaw(Path.of("turbo"));
    }
}
