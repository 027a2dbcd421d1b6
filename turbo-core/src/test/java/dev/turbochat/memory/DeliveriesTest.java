package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.step.Input;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private final Deliveries deliveries = new Deliveries();

    @Test
    void what_is_heard_is_stored_only_once_its_entry_is() {
        deliveries.add("first", true);
        deliveries.add("second", false);

        assertThat(deliveries.holds("second")).isTrue();
        assertThat(deliveries.stores("second")).isFalse();
        assertThat(deliveries.stores("first")).isTrue();

        deliveries.stored(List.of(answered("second")));

        assertThat(deliveries.stores("second")).isTrue();
        assertThat(deliveries.all()).containsExactly("first", "second");
    }

    @Test
    void what_was_not_stored_is_forgotten_and_can_be_heard_again() {
        deliveries.add("first", true);
        deliveries.add("second", false);
        deliveries.dropUnstored();

        assertThat(deliveries.holds("second")).isFalse();
        assertThat(deliveries.holds("first")).isTrue();

        deliveries.add("second", false);
        deliveries.stored(List.of(answered("second")));

        assertThat(deliveries.stores("second")).isTrue();
    }

    @Test
    void what_is_stored_stays_so_when_it_is_heard_again() {
        deliveries.add("first", true);
        deliveries.add("first", false);
        deliveries.dropUnstored();

        assertThat(deliveries.stores("first")).isTrue();
    }

    @Test
    void of_none_nothing_is_held() {
        assertThat(deliveries.holds("first")).isFalse();
        assertThat(deliveries.stores("first")).isFalse();
        assertThat(deliveries.all()).isEmpty();
        deliveries.stored(List.of(answered("first")));
        deliveries.dropUnstored();
        assertThat(deliveries.all()).isEmpty();
    }

    private static Entry answered(String id) {
        return new Entry(
                new Entry.Position(1, 1, "", 0),
                new Entry.Stamp(UUID.randomUUID(), 1, 1, Instant.EPOCH),
                Entry.NO_REF,
                1,
                new Body.Answered("?", Input.text("yes").id(id), null));
    }
}
