package dev.turbochat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each benchmark works: one short round of each, whose figures say nothing. */
@Timeout(120)
class SmokeTest {
    @Test
    void redis() throws Exception {
        assertThat(RedisBench.run(Rounds.SMOKE)).contains("| turbo |", "| one that hibernates | 4");
    }
}
