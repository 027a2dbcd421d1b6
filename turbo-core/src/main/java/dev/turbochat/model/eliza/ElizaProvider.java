package dev.turbochat.model.eliza;

import dev.turbochat.model.Model;
import dev.turbochat.model.ModelProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Provides {@code eliza}, the therapist of 1966: a pattern matcher that is always there, and not a language model.
 *
 * <p>Stateless and thread-safe.
 */
public final class ElizaProvider implements ModelProvider {
    static final String SPEC = "eliza";
    /** After everything that is a language model. */
    private static final int LAST = 1000;
    /** Slow enough to be seen as speech, fast enough not to be waited for. */
    private static final Duration BETWEEN_WORDS = Duration.ofMillis(25);

    private final Duration pause;

    /** Read beside whatever else goes on until she is first asked something: nobody who waits for a prompt waits for it. */
    private static final class Doctor {
        static final Script SCRIPT = ScriptReader.doctor();

        static void read() {} // as any first use of the class does
    }

    /** A provider of a therapist who speaks word by word, at a natural pace. */
    public ElizaProvider() {
        this(BETWEEN_WORDS);
    }

    /** A provider of a therapist who pauses this long between words. */
    ElizaProvider(Duration pause) {
        this.pause = pause;
    }

    @Override
    public Optional<Model> open(String spec, Map<String, String> environment) {
        if (!spec.equals(SPEC)) {
            return Optional.empty();
        }
        Thread.ofVirtual().name("turbo eliza").start(Doctor::read);
        return Optional.of(new ElizaModel(() -> Doctor.SCRIPT, pause));
    }

    @Override
    public Optional<String> detect(Map<String, String> environment) {
        return Optional.of(SPEC);
    }

    @Override
    public int order() {
        return LAST;
    }

    @Override
    public String status(Map<String, String> environment) {
        return "eliza: the built-in pattern matcher of 1966, not a language model; it needs nothing";
    }
}
