package dev.turbochat.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ToolValuesTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Test
    void a_message_without_what_is_new_is_written_as_before() {
        assertThat(MAPPER.writeValueAsString(new Message.Assistant("Hi.")))
                .isEqualTo("{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"text\":\"Hi.\"}],"
                        + "\"finish\":\"COMPLETE\"}");
        assertThat(MAPPER.writeValueAsString(new Usage(3, 4))).isEqualTo("{\"prompt\":3,\"completion\":4}");
    }

    @Test
    void a_message_of_before_is_read_without_what_is_new() {
        assertThat(MAPPER.readValue("{\"role\":\"assistant\",\"parts\":[],\"finish\":\"LENGTH\"}", Message.class))
                .isEqualTo(new Message.Assistant(List.of(), Message.Finish.LENGTH));
        assertThat(MAPPER.readValue("{\"prompt\":3,\"completion\":4}", Usage.class))
                .isEqualTo(new Usage(3, 4));
    }

    @Test
    void a_thought_is_no_part_of_the_text() {
        Message.Assistant answer = new Message.Assistant(
                List.of(new Part.Reasoning("Hm.", "signed"), Part.of("Yes.")), Message.Finish.COMPLETE);
        assertThat(answer.text()).isEqualTo("Yes.");
        assertThat(answer).hasToString("Assistant[Yes.]");
    }

    @Test
    void the_tokens_of_two_calls_are_added_up_one_by_one() {
        assertThat(new Usage(1, 2, 3, 4, 5).plus(new Usage(10, 20, 30, 40, 50)))
                .isEqualTo(new Usage(11, 22, 33, 44, 55));
    }

    @Test
    void a_tool_has_a_name_that_every_vendor_takes() {
        assertThatThrownBy(() -> new ToolSpec("look up", "", MAPPER.createObjectNode()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "A tool was named 'look up'; use letters, digits, underscores and hyphens, at most 64 of them.");
        assertThatThrownBy(() -> new ToolSpec("lookup", "", MAPPER.createArrayNode()))
                .hasMessage("Tool 'lookup' was given parameters that are no JSON schema; give it an object.");
        assertThatThrownBy(() -> new ResponseSchema("order", MAPPER.createArrayNode(), true))
                .hasMessage("Schema 'order' is no JSON schema; give it an object.");
    }
}
