package dev.turbochat.testkit;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Setting;
import dev.turbochat.step.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The recorded calls of a cassette, and its file. Not thread-safe. */
final class Tracks {
    private static final Pattern SECRET_NAME = Pattern.compile(".*(KEY|TOKEN|SECRET|PASSWORD)(_\\d+)?");
    private static final int SHORTEST_SECRET = 8;
    private static final Pattern BYTES = Pattern.compile("\"data:([^;,\"]{0,100});base64,([^\"]{100,})\"");
    private static final List<Setting<?>> LEFT_OUT = List.of(
            Setting.CONNECT_TIMEOUT,
            Setting.FIRST_TOKEN_TIMEOUT,
            Setting.BETWEEN_TOKENS_TIMEOUT,
            Setting.TOTAL_TIMEOUT,
            Setting.SESSION);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .build();

    private final String model;
    private final List<Track> tracks;
    private final Set<Track> used = Collections.newSetFromMap(new IdentityHashMap<>()); // two may be equal
    private final Set<String> secrets = new HashSet<>();

    private Tracks(String model, List<Track> tracks) {
        this.model = model;
        this.tracks = new ArrayList<>(tracks);
        System.getenv().forEach((name, value) -> {
            if (SECRET_NAME.matcher(name).matches() && value.length() >= SHORTEST_SECRET) {
                secrets.add(value);
            }
        });
    }

    private record File(String model, List<Track> calls) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Asked(
            List<Message> messages,
            Map<String, Object> settings,
            List<ToolSpec> tools,
            @Nullable ResponseSchema schema) {}

    static Tracks empty(String model) {
        return new Tracks(model, List.of());
    }

    static Tracks read(Path file) {
        try {
            File read = MAPPER.readValue(Files.readAllBytes(file), File.class);
            return new Tracks(read.model(), read.calls());
        } catch (IOException e) {
            throw new AssertionError(
                    "Cassette " + file + " cannot be read (" + e + "); record it with -D" + Cassette.PROPERTY
                            + "=record.",
                    e);
        } catch (JacksonException e) {
            throw new AssertionError(
                    "Cassette " + file + " is none (" + e.getOriginalMessage() + "); record it with -D"
                            + Cassette.PROPERTY + "=record.",
                    e);
        }
    }

    void write(Path file) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Path draft = file.resolveSibling(file.getFileName() + ".draft");
            Files.writeString(draft, hidden(MAPPER.writeValueAsString(new File(model, tracks))) + "\n");
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cassette " + file + " cannot be written; make room for it.", e);
        }
    }

    String model() {
        return model;
    }

    void hide(List<String> more) {
        secrets.addAll(more);
    }

    int unused() {
        return tracks.size() - used.size();
    }

    void add(Prompt prompt, Track.Answer answer) {
        tracks.add(new Track(json(prompt), answer));
    }

    /**
     * The next answer to this prompt.
     *
     * @throws AssertionError if there is none
     */
    Track.Answer next(Prompt prompt, Path file) {
        JsonNode asked = json(prompt);
        int times = 0;
        for (Track track : tracks) {
            if (track.prompt().equals(asked)) {
                times++;
                if (used.add(track)) {
                    return track.answer();
                }
            }
        }
        String remedy = "; record anew with -D" + Cassette.PROPERTY + "=record, or see why it is asked.";
        if (times > 0) {
            throw new AssertionError("The model was asked for the " + (times + 1) + ". time what cassette " + file
                    + " holds " + (times == 1 ? "one answer" : times + " answers") + " to" + remedy + "\n"
                    + String.join("\n", lines(asked)));
        }
        List<List<String>> known =
                tracks.stream().map(track -> lines(track.prompt())).toList();
        throw new AssertionError("The model was asked what cassette " + file + " does not hold" + remedy + "\n"
                + Nearest.difference(known, lines(asked)));
    }

    private static List<String> lines(JsonNode prompt) {
        return MAPPER.writeValueAsString(prompt).lines().toList();
    }

    /** The prompt as it is compared: what does not matter left out, what is secret hidden. */
    private JsonNode json(Prompt prompt) {
        Map<String, Object> settings = new TreeMap<>(prompt.settings().asMap());
        LEFT_OUT.forEach(setting -> settings.remove(setting.name()));
        Asked asked = new Asked(prompt.messages(), settings, prompt.tools(), prompt.schema());
        String text = hidden(MAPPER.writeValueAsString(asked));
        return MAPPER.readTree(BYTES.matcher(text).replaceAll(Tracks::hash));
    }

    private String hidden(String json) {
        String hidden = json;
        for (String secret : secrets) {
            String escaped = MAPPER.writeValueAsString(secret);
            hidden = hidden.replace(escaped.substring(1, escaped.length() - 1), "***");
        }
        return hidden;
    }

    private static String hash(MatchResult bytes) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(bytes.group(2).getBytes(StandardCharsets.UTF_8));
            return "\"data:" + bytes.group(1) + ";sha256," + HexFormat.of().formatHex(hash) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java lacks SHA-256, which every Java has; use another.", e);
        }
    }
}
