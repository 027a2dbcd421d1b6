package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Generate;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Notice;
import dev.turbochat.step.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterceptorTest {
    private final Memory memory = Memory.heap();
    private final Deque<String> answers = new ArrayDeque<>();
    private final List<Prompt> prompts = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private final Model model = new Model() {
        @Override
        public Completion complete(Prompt prompt, Listener listener) {
            prompts.add(prompt);
            return Completion.of("Fine.", "fake");
        }

        @Override
        public String name() {
            return "fake";
        }
    };
    private final FrontEnd frontEnd = new FrontEnd() {
        @Override
        public Optional<Input> answer(Question question) {
            return Optional.ofNullable(answers.poll()).map(Input::text);
        }

        @Override
        public void show(Event event) {}
    };

    @AfterEach
    void close() {
        memory.close();
    }

    /** Writes down under which name it has seen a step. */
    private Interceptor seeing(String name) {
        return new Interceptor() {
            @Override
            public <R extends @Nullable Object> R around(Step<R> step, Chat next) {
                steps.add(name + " " + step.getClass().getSimpleName());
                return next.emit(step);
            }
        };
    }

    /** Hides a number before anybody else sees it, and says so. */
    private static final class Hiding implements Interceptor {
        @Override
        @SuppressWarnings("unchecked") // a message is its own result
        public <R extends @Nullable Object> R around(Step<R> step, Chat next) {
            if (step instanceof Message.User user && user.text().contains("pin-code")) {
                next.emit(new Notice("A number was hidden."));
                return (R) next.emit(new Message.User(user.text().replace("pin-code", "****")));
            }
            return next.emit(step);
        }
    }

    private void run(Routine routine, Interceptor... interceptors) throws InterruptedException {
        try (Runner runner = Runner.of(model, options -> {
            Runner.Options all = options.memory(memory);
            for (Interceptor interceptor : interceptors) {
                all = all.interceptor(interceptor);
            }
            return all;
        })) {
            runner.run("s", routine, frontEnd);
        }
    }

    private List<Class<?>> journal() {
        return memory.read("s").stream()
                .map(Entry::body)
                .<Class<?>>map(Body::getClass)
                .toList();
    }

    @Test
    void every_step_passes_each_in_the_order_in_which_they_were_given() throws Exception {
        run(
                chat -> {
                    chat.system("Be kind.");
                    chat.aside(inner -> {
                        inner.user("And?");
                        return inner.generate();
                    });
                },
                seeing("outer"),
                seeing("inner"));
        assertThat(steps)
                .containsExactly(
                        "outer System",
                        "inner System",
                        "outer Aside",
                        "inner Aside",
                        "outer User",
                        "inner User",
                        "outer Generate",
                        "inner Generate");
    }

    @Test
    void what_it_hands_on_is_what_was_said() throws Exception {
        run(
                chat -> {
                    chat.user("My pin is pin-code.");
                    chat.generate();
                },
                new Hiding());
        assertThat(prompts.getFirst().messages()).containsExactly(new Message.User("My pin is ****."));
        assertThat(memory.read("s").toString()).doesNotContain("pin-code");
        assertThat(journal()).contains(Body.Noticed.class);
    }

    @Test
    void a_replay_passes_it_again_and_comes_to_the_same() throws Exception {
        Routine routine = chat -> {
            chat.user("My pin is pin-code.");
            chat.generate();
            chat.hear();
        };
        assertThatThrownBy(() -> run(routine, new Hiding(), seeing("it")))
                .isInstanceOf(SessionException.SessionAsleep.class);
        List<String> before = List.copyOf(steps);
        steps.clear();
        answers.add("bye");
        run(routine, new Hiding(), seeing("it"));
        assertThat(steps).startsWith(before.toArray(String[]::new));
        assertThat(prompts).hasSize(1);
    }

    @Test
    void what_it_throws_the_program_may_catch() throws Exception {
        List<String> caught = new ArrayList<>();
        run(
                chat -> {
                    try {
                        chat.generate();
                    } catch (IllegalStateException e) {
                        caught.add(e.getMessage());
                    }
                    chat.notice("No model today.");
                },
                new Interceptor() {
                    @Override
                    public <R extends @Nullable Object> R around(Step<R> step, Chat next) {
                        if (step instanceof Generate) {
                            throw new IllegalStateException("Not at night.");
                        }
                        return next.emit(step);
                    }
                });
        assertThat(caught).containsExactly("Not at night.");
        assertThat(prompts).isEmpty();
        assertThat(journal()).contains(Body.Noticed.class).doesNotContain(Body.Generating.class);
    }
}
