package dev.turbochat.model.eliza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElizaModelTest {
    private final Model model = Conversation.model();

    @Test
    void is_found_by_its_spec_and_where_there_is_nothing_else() {
        ElizaProvider provider = new ElizaProvider();

        assertThat(Models.of("eliza", Map.of()).name()).isEqualTo("eliza");
        assertThat(provider.open("openai:eliza", Map.of())).isEmpty();
        assertThat(provider.detect(Map.of())).contains("eliza");
        assertThat(Models.providers().getLast()).isInstanceOf(ElizaProvider.class);
        assertThat(provider.status(Map.of())).contains("1966", "not a language model", "needs nothing");
    }

    @Test
    void greets_whoever_has_not_said_anything() throws InterruptedException {
        Completion completion =
                model.complete(Prompt.of(new Message.System("Be brief."), new Message.Assistant("Hm.")), piece -> {});

        assertThat(completion).isEqualTo(Completion.of("How do you do. Please tell me your problem.", "eliza"));
        assertThat(completion.usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void hears_the_user_alone() throws InterruptedException {
        Prompt bare = Prompt.of(new Message.User("Sorry"), new Message.User("Sorry"));
        Prompt full = Prompt.of(
                new Message.System("My mother is a computer"),
                new Message.User("Sorry"),
                new Message.Assistant("Sorry"),
                new Message.User("Sorry"));

        assertThat(text(full)).isEqualTo(text(bare)).isEqualTo("Apologies are not necessary.");
    }

    @Test
    void tells_the_listener_word_by_word() throws InterruptedException {
        List<String> pieces = new ArrayList<>();

        Completion completion = model.complete(Prompt.of(new Message.User("I need a \uD83D\uDC36")), pieces::add);

        assertThat(pieces)
                .containsExactly(
                        "What ", "would ", "it ", "mean ", "to ", "you ", "if ", "you ", "got ", "a ", "\uD83D\uDC36?");
        assertThat(String.join("", pieces))
                .isEqualTo(completion.candidates().getFirst().text());
    }

    @Test
    void gives_as_many_candidates_as_asked_for_and_then_tells_the_listener_nothing() throws InterruptedException {
        List<String> pieces = new ArrayList<>();
        Prompt prompt =
                new Prompt(List.of(new Message.User("Sorry")), Settings.none().with(Setting.N, 3));

        Completion completion = model.complete(prompt, pieces::add);

        assertThat(completion.candidates())
                .containsExactlyElementsOf(Collections.nCopies(3, new Message.Assistant("Please don't apologize.")));
        assertThat(pieces).isEmpty();
    }

    @Test
    void an_interrupt_ends_the_answer_where_it_is() {
        Model slow =
                new ElizaProvider(Duration.ofDays(1)).open("eliza", Map.of()).orElseThrow();
        List<String> pieces = new ArrayList<>();

        assertThatThrownBy(() -> slow.complete(Prompt.of(new Message.User("I am sad")), piece -> {
                    pieces.add(piece);
                    Thread.currentThread().interrupt();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(pieces).containsExactly("I ");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void an_interrupt_from_before_ends_the_answer_before_it_begins() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> text(Prompt.of())).isInstanceOf(InterruptedException.class);
    }

    @Test
    void does_not_pause_where_nobody_listens() throws InterruptedException {
        Model slow =
                new ElizaProvider(Duration.ofDays(1)).open("eliza", Map.of()).orElseThrow();

        assertThat(slow.complete(Prompt.of(new Message.User("Sorry")), Model.Listener.NONE)
                        .candidates())
                .hasSize(1);
    }

    @Test
    void answers_equal_prompts_equally_from_many_threads() throws Exception {
        Prompt prompt = conversation(200);
        String expected = text(prompt);

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> answer = () -> text(prompt);
            for (Future<String> future : threads.invokeAll(Collections.nCopies(50, answer))) {
                assertThat(future.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void takes_a_very_long_conversation() throws InterruptedException {
        assertThat(text(conversation(10_000))).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "\0\0my\0cat\0",
                "???!!!",
                "-",
                "--",
                "'",
                "\"",
                "{4}",
                "{",
                "$1",
                "\\",
                "0",
                "= what",
                "newkey",
                "\uD83D\uDE00",
                "\uD83D",
                "\uDE00\uD83D",
                "I \u2764\uFE0F you",
                "\u202Emy cat",
                "\u001B[31mmy cat",
                "\u6211\u5F88\u96BE\u8FC7\u3002",
                "i",
                "I",
                "my",
                "you",
                "am",
                "are",
                "can",
                "if",
                "was",
                "yourself",
                "like like like",
                "but",
                "but but but",
                "\u0130\u0131",
                "my \u00DF"
            })
    void has_an_answer_to_everything(String said) throws InterruptedException {
        String answer = text(Prompt.of(new Message.User(said)));

        assertThat(answer).isNotBlank().doesNotContain("  ", " ?", " .", "{", "\0", "\u001B", "\u202E");
        assertThat(answer.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "I ",
                "my mother ",
                "you think i ",
                "like ",
                "dream ",
                "\uD83D\uDE00",
                "a,",
                "? ",
                "'-",
                "i."
            })
    void takes_a_megabyte_of_text_and_keeps_its_answer_short(String said) throws InterruptedException {
        String text = said.repeat(1_000_000 / said.length());

        assertThat(text(Prompt.of(new Message.User(text)))).isNotBlank().hasSizeLessThan(1_000);
    }

    private String text(Prompt prompt) throws InterruptedException {
        return model.complete(prompt, Model.Listener.NONE)
                .candidates()
                .getFirst()
                .text();
    }

    private static Prompt conversation(int messages) {
        List<String> said = List.of("My cat is ill", "I dream of it", "Xyzzy", "Are you like me?", "Why can't I sleep");
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            all.add(new Message.User(said.get(i % said.size())));
            all.add(new Message.Assistant("Go on."));
        }
        return new Prompt(all, Settings.none());
    }
}
