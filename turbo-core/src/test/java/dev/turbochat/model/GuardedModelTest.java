package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.GuardedModel.Guard;
import dev.turbochat.step.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedModelTest {
    private final Fake inner = Fake.named("m").says("My number is ", "1234.");
    private final Fake.Ear ear = new Fake.Ear();

    @Test
    void what_goes_in_can_be_changed_and_answers_stream_through() throws Exception {
        Model model = GuardedModel.of(
                inner, Guard.in(prompt -> prompt.messages(List.of(new Message.User("Something else")))));
        model.complete(Fake.prompt(), ear);
        assertThat(inner.prompt(0).messages()).containsExactly(new Message.User("Something else"));
        assertThat(ear.heard).containsExactly("My number is ", "1234.");
        assertThat(model.name()).isEqualTo("m");
    }

    @Test
    void what_comes_out_can_be_changed_and_nobody_sees_it_before() throws Exception {
        Model model = GuardedModel.of(
                inner, Guard.out(answer -> new Message.Assistant(answer.text().replaceAll("\\d", "*"))));
        Completion completion = model.complete(Fake.prompt(), ear);
        assertThat(completion.candidates().getFirst().text()).isEqualTo("My number is ****.");
        assertThat(ear.heard).containsExactly("My number is ****.");
    }

    @Test
    void a_guard_that_refuses_leaves_nothing_to_see() {
        Model model = GuardedModel.of(inner, Guard.out(answer -> {
            throw new ModelException.Filtered("m", "a number");
        }));
        assertThatThrownBy(() -> model.complete(Fake.prompt(), ear)).isInstanceOf(ModelException.Filtered.class);
        assertThat(ear.heard).isEmpty();
    }

    @Test
    void a_prompt_that_is_refused_is_not_sent() {
        Model model = GuardedModel.of(inner, Guard.in(prompt -> {
            throw new ModelException.Filtered("m", "an insult");
        }));
        assertThatThrownBy(() -> Fake.ask(model)).isInstanceOf(ModelException.Filtered.class);
        assertThat(inner.calls()).isZero();
    }

    @Test
    void guards_lie_around_each_other_as_they_are_listed() throws Exception {
        List<String> seen = new ArrayList<>();
        Model model = GuardedModel.of(inner, new Noting("outer", seen), new Noting("inner", seen));
        Fake.ask(model);
        assertThat(seen).containsExactly("outer in", "inner in", "inner out", "outer out");
    }

    @Test
    void a_further_try_is_told_though_the_answer_is_held_back() throws Exception {
        Model model =
                GuardedModel.of(FallbackModel.of(List.of(Fake.named("n").down(), inner)), Guard.out(answer -> answer));
        model.complete(Fake.prompt(), ear);
        assertThat(ear.heard).hasSize(2).first().asString().startsWith("retry 2 in 0 ms: ");
    }

    private record Noting(String name, List<String> seen) implements Guard {
        @Override
        public Prompt in(Prompt prompt) {
            seen.add(name + " in");
            return prompt;
        }

        @Override
        public Message.Assistant out(Prompt prompt, Message.Assistant answer) {
            seen.add(name + " out");
            return answer;
        }
    }
}
