package dev.turbochat.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MessageHashTest {
    @Test
    void equal_instructions_have_equal_hash_codes_which_are_written_out() {
        Message.System instruction = new Message.System("Be brief.");

        assertThat(new Message.System(List.of(new Part.Text("Be brief."))))
                .isEqualTo(instruction)
                .hasSameHashCodeAs(instruction);
        assertThat(new Message.System("Be long.")).isNotEqualTo(instruction).doesNotHaveSameHashCodeAs(instruction);
    }
}
