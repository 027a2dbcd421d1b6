package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Chat;
import dev.turbochat.Interceptor;
import dev.turbochat.Runner;
import dev.turbochat.model.Models;
import dev.turbochat.step.Step;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The interceptor that docs/language.md shows. */
class TimingTest {
    private static final class Timing implements Interceptor {
        private final Map<String, LongAdder> nanos = new ConcurrentHashMap<>();

        @Override
        public <R extends @Nullable Object> R around(Step<R> step, Chat next) {
            long start = System.nanoTime();
            try {
                return next.emit(step);
            } finally {
                nanos.computeIfAbsent(step.getClass().getSimpleName(), kind -> new LongAdder())
                        .add(System.nanoTime() - start);
            }
        }
    }

    @Test
    void the_time_of_every_kind_of_step_is_known() throws Exception {
        Timing timing = new Timing();
        try (Runner runner = Runner.of(
                Models.of("eliza"),
                r -> r.interceptor(timing).budget(b -> b.turns(50).money("0.25")))) {
            runner.run(
                    "user-42",
                    chat -> {
                        chat.user("Hello!");
                        chat.generate();
                    },
                    question -> Optional.empty());
        }
        assertThat(timing.nanos).containsOnlyKeys("User", "Generate");
        assertThat(timing.nanos.values()).allMatch(sum -> sum.sum() > 0);
    }
}
