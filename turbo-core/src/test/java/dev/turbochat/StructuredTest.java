package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.ModelException;
import dev.turbochat.memory.Body;
import dev.turbochat.step.Message;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Type;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values that a model answers with. */
@Timeout(60)
class StructuredTest extends HostFixture {
    enum Mood {
        GOOD,
        BAD
    }

    record Person(String name, int age, Optional<String> email, Mood mood) {
        Person {
            if (age < 0) {
                throw new IllegalArgumentException("an age is not negative");
            }
        }
    }

    sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record Square(double side) implements Shape {}
    }

    private <T> List<T> values(Program<T> program, Duration idle) throws Exception {
        List<T> values = new CopyOnWriteArrayList<>();
        Host host = host(
                chat -> {
                    chat.hear();
                    values.add(program.run(chat));
                    chat.listen("More?");
                    chat.listen("Even more?");
                },
                o -> o.idle(idle));
        host.deliver("s", "p", text("go"));
        await().until(() -> !values.isEmpty());
        host.deliver("s", "p", text("more"));
        await().until(() ->
                values.size() == (idle.isZero() ? 2 : 1) && answers("s").size() == 2);
        return values;
    }

    private ResponseSchema schema() {
        return Objects.requireNonNull(model.prompts.getFirst().schema());
    }

    @Test
    void a_record_is_read_and_not_asked_for_again_in_a_replay() throws Exception {
        model.then("{\"name\":\"Ann\",\"age\":30,\"email\":null,\"mood\":\"GOOD\"}");
        List<Person> values = values(chat -> chat.generate(Person.class), Duration.ZERO);
        assertThat(values).containsOnly(new Person("Ann", 30, Optional.empty(), Mood.GOOD));
        assertThat(model.prompts).hasSize(1);
        assertThat(schema().strict()).isTrue();
    }

    @Test
    void an_answer_that_does_not_fit_is_asked_for_again_and_is_no_part_of_the_conversation() throws Exception {
        model.then("I think she is 30.")
                .then("{\"name\":\"Ann\",\"age\":-1,\"mood\":\"GOOD\"}")
                .then("Here you are:\n```json\n{\"name\":\"Ann\",\"age\":30,\"mood\":\"BAD\"}\n```");
        List<Person> values = values(chat -> chat.generate(Person.class), Duration.ZERO);
        assertThat(values).containsOnly(new Person("Ann", 30, Optional.empty(), Mood.BAD));
        assertThat(model.prompts).hasSize(3);
        assertThat(model.prompts.get(2).messages().getLast().text())
                .startsWith("Your answer does not fit. an age is not negative\nAnswer again, with JSON alone");
        assertThat(bodies("s", Body.Generated.class).map(Body.Generated::unfit))
                .satisfiesExactly(
                        unfit -> assertThat(unfit).contains("It is not JSON"),
                        unfit -> assertThat(unfit).contains("an age is not negative"),
                        unfit -> assertThat(unfit).isNull());
    }

    @Test
    void whoever_never_fits_is_given_up_also_in_a_replay() throws Exception {
        model.then("no").then("no").then("no");
        List<String> failures = new CopyOnWriteArrayList<>();
        values(
                chat -> {
                    try {
                        return chat.generate(Person.class).name();
                    } catch (ModelException.UnfitAnswer e) {
                        failures.add(e.getMessage());
                        return "none";
                    }
                },
                Duration.ZERO);
        assertThat(failures).hasSize(2).doesNotContainNull();
        assertThat(failures.getFirst())
                .startsWith("Model '")
                .contains("gave no answer that fits in 3 tries (Your answer does not fit. It is not JSON");
        assertThat(model.prompts).hasSize(3);
    }

    @Test
    void lists_enums_sealed_types_and_plain_values() throws Exception {
        model.then("{\"value\":[{\"type\":\"Circle\",\"radius\":1.5},{\"type\":\"Square\",\"side\":2}]}")
                .then("{\"value\":\"BAD\"}")
                .then("{\"value\":42}")
                .then("[1,2,3]");
        List<List<Object>> values = values(
                chat -> List.of(
                        chat.generate(new Type<List<Shape>>() {}),
                        chat.generate(Mood.class),
                        chat.generate(Integer.class),
                        chat.generate(new Type<List<Integer>>() {})),
                Duration.ofMinutes(1));
        assertThat(values.getFirst())
                .containsExactly(List.of(new Shape.Circle(1.5), new Shape.Square(2)), Mood.BAD, 42, List.of(1, 2, 3));
        assertThat(schema().schema().path("type").asString()).isEqualTo("object");
    }

    @Test
    void the_user_sees_it_only_if_that_is_wanted() throws Exception {
        model.then("{\"value\":\"GOOD\"}").then("{\"value\":\"BAD\"}");
        Host host = host(chat -> {
            chat.hear();
            chat.generate(Mood.class);
            chat.generate(Mood.class, g -> g.aloud());
        });
        host.deliver("s", "p", text("go"));
        await().until(() -> bodies("s", Body.RunEnded.class).count() == 1);
        assertThat(told(host, "s")).containsExactly("ask ", "heard go", "said {\"value\":\"BAD\"}", "done null");
        assertThat(generated("s")).extracting(Message::text).hasSize(2);
    }

    @Test
    void what_no_schema_can_be_made_of_is_refused_by_name() {
        assertThatThrownBy(() ->
                        dev.turbochat.tool.Structure.of(Type.of(Object.class)).value(Json.of(null)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
