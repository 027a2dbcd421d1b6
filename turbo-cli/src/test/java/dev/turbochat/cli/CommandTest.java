package dev.turbochat.cli;

import static dev.turbochat.cli.Command.turbo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Recipe;
import dev.turbochat.cli.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The contract of the command line, in processes of their own. */
class CommandTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path data;

    private final ModelServer server = new ModelServer();

    CommandTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    private String model() {
        return server.url() + "#m";
    }

    @Test
    void the_menu_takes_a_recipe_and_runs_it() throws Exception {
        Result result = turbo(data).typing("pizza", "large", "yes").run();
        assertThat(result.out())
                .startsWith("What would you like to run?\n")
                .contains("chat", "twenty-questions")
                .endsWith("""
                        Your pizza?
                        Which size? (small, medium, large)
                        So: Order[size=LARGE]? (yes, no)
                        In the oven.
                        """);
        assertThat(result.status()).isZero();
    }

    @Test
    void the_menu_asks_for_options_that_must_be_given() throws Exception {
        server.thenStream("Short.");
        Path file = Command.file(data, "long.txt", "A long text.");
        Result result = turbo(data)
                .with("OPENAI_BASE_URL", server.url())
                .typing("summarise", file.toString())
                .run();
        assertThat(result.out()).contains("The text file to summarise?\n").endsWith("Short.\n");
        assertThat(server.requests().getFirst()).contains("A long text.");
    }

    @Test
    void who_leaves_the_menu_at_a_question_runs_nothing() throws Exception {
        assertThat(turbo(data).typing("summarise").run()).satisfies(result -> {
            assertThat(result.out()).endsWith("The text file to summarise?\n");
            assertThat(result.err()).isEmpty();
            assertThat(result.status()).isZero();
        });
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void every_recipe_begins_without_a_key(String recipe) throws Exception {
        Path text = Command.file(data, "a.txt", "A long text.");
        Path image = data.resolve("a.webp");
        Files.write(image, Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="));
        List<String> command = new ArrayList<>(List.of("run", recipe, "--model", "eliza"));
        command.addAll(
                switch (recipe) {
                    case "question-answering", "summarise" -> List.of("--file", text.toString());
                    case "image-description" -> List.of("--image", image.toString());
                    default -> List.of();
                });
        Result result = turbo(data, command.toArray(String[]::new)).run();
        assertThat(result.status()).isZero();
        assertThat(result.err()).matches("(To go on: ./turbo run " + recipe + " --session \\S+\n)?");
    }

    static List<String> recipes() {
        return Recipes.all().stream().map(Recipe::name).toList();
    }

    @Test
    void a_tool_is_approved_in_a_pipe_too() throws Exception {
        server.thenCall("lookup", "{\"order\":7}")
                .thenCall("refund", "{\"order\":7}")
                .thenStream("As you wish.");
        Result result = turbo(data, "run", "support", "--model", model())
                .typing("My teapot is broken.", "no")
                .run();
        assertThat(result.out()).isEqualTo("""
                You have bought a teapot, order 7. Say what is wrong with it.
                The model wants to call 'refund' with {"order":7}. Allow it? (yes, no)
                As you wish.
                """);
        assertThat(server.requests().get(2)).contains("a teapot, 24.00").doesNotContain("paid back");
    }

    @Test
    void list_shows_every_recipe_with_its_options() throws Exception {
        Result result = turbo(data, "list").run();
        assertThat(result.out())
                .contains("summarise            Summarises a text file\n")
                .contains("    --file FILE              The text file to summarise (required)\n")
                .contains("(default: 20)");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void wrong_usage_exits_with_2_and_one_line() throws Exception {
        assertThat(turbo(data, "run", "nope").run())
                .isEqualTo(new Result(
                        2,
                        "",
                        "turbo: Recipe 'nope' is not known; 'turbo list' shows all ('turbo run --help' shows how)\n"));
        assertThat(turbo(data, "run", "summarise").run())
                .isEqualTo(new Result(
                        2, "", "turbo: Recipe 'summarise' needs --file ('turbo run summarise --help' shows how)\n"));
        assertThat(turbo(data, "run", "chat", "--nope").run().status()).isEqualTo(2);
        assertThat(turbo(data, "run", "twenty-questions", "--questions", "many").run())
                .satisfies(result -> {
                    assertThat(result.status()).isEqualTo(2);
                    assertThat(result.err()).contains("--questions", "many").hasLineCount(1);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "run pizza --help"})
    void a_start_makes_no_proxies_of_annotations(String arguments) throws Exception {
        Path classes = data.resolve("classes.txt");
        Result result = turbo(data, arguments.split(" "))
                .with("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes)
                .run();
        assertThat(result.status()).isZero();
        assertThat(Files.readString(classes))
                .contains("dev.turbochat.cli.Turbo")
                .doesNotContain("jdk.proxy");
    }

    @Test
    void unknown_models_and_memories_are_named_failures() throws Exception {
        assertThat(turbo(data, "run", "chat", "--model", "nope:x").run()).satisfies(result -> {
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err())
                    .startsWith("turbo: Model spec 'nope:x' is not known")
                    .hasLineCount(1);
        });
        assertThat(turbo(data, "run", "chat", "--memory", "nope://user:secret@host")
                        .run())
                .satisfies(result -> {
                    assertThat(result.status()).isEqualTo(1);
                    assertThat(result.err())
                            .startsWith("turbo: Memory 'nope:' is not known")
                            .doesNotContain("secret")
                            .hasLineCount(1);
                });
        assertThat(turbo(data, "run", "chat", "--last", "--model", "eliza")
                        .run()
                        .err())
                .startsWith("turbo: Recipe 'chat' has no session yet");
    }

    @Test
    void json_is_one_event_a_line_and_nothing_else() throws Exception {
        server.thenStream("Tau", "rus.");
        Result result = turbo(data, "run", "horoscope", "--json", "--model", model(), "--session", "s-1")
                .typing("What will be?")
                .run();
        assertThat(result.lines())
                .containsExactly(
                        "{\"event\":\"effect\",\"session\":\"s-1\",\"seq\":3,\"name\":\"zodiac\"}",
                        "{\"event\":\"ask\",\"session\":\"s-1\",\"seq\":6,\"prompt\":\"What do you want to know?\",\"choices\":[]}",
                        "{\"event\":\"token\",\"session\":\"s-1\",\"seq\":8,\"text\":\"Tau\"}",
                        "{\"event\":\"token\",\"session\":\"s-1\",\"seq\":8,\"text\":\"rus.\"}",
                        "{\"event\":\"said\",\"session\":\"s-1\",\"seq\":8,\"role\":\"assistant\",\"text\":\"Taurus.\"}",
                        "{\"event\":\"usage\",\"session\":\"s-1\",\"seq\":8,\"model\":\"" + model()
                                + "\",\"prompt_tokens\":7,\"completion_tokens\":2}",
                        "{\"event\":\"done\",\"session\":\"s-1\",\"seq\":10,\"result\":null}");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
    }

    @Test
    void a_failure_in_json_is_an_event_and_a_line_on_standard_error() throws Exception {
        server.thenStatus("401 Unauthorized", "", "{}");
        Result result = turbo(data, "run", "chat", "--json", "--model", model())
                .typing("Hi")
                .run();
        JsonNode last = JSON.readTree(result.lines().getLast());
        assertThat(last.path("event").asString()).isEqualTo("error");
        assertThat(last.path("code").asString()).isEqualTo("authentication-failed");
        assertThat(result.err()).isEqualTo("turbo: " + last.path("message").asString() + "\n");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void a_session_whose_run_ended_sends_the_model_its_earlier_messages_from_another_process() throws Exception {
        server.thenStream("You will travel.").thenStream("Far.");
        String[] arguments = {"run", "horoscope", "--model", model(), "--session", "s-1"};
        assertThat(turbo(data, arguments).typing("What will be?").run().out())
                .isEqualTo("What do you want to know?\nYou will travel.\n");
        assertThat(turbo(data, arguments).typing("How \"far\"?").run().out())
                .isEqualTo("What do you want to know?\nFar.\n");

        assertThat(server.requests().get(1))
                .contains("\"messages\":["
                        + "{\"role\":\"system\",\"content\":\"You are a fortune teller\"},"
                        + "{\"role\":\"user\",\"content\":\"My zodiac sign is Taurus\"},"
                        + "{\"role\":\"user\",\"content\":\"What will be?\"},"
                        + "{\"role\":\"assistant\",\"content\":\"You will travel.\"},"
                        + "{\"role\":\"user\",\"content\":\"My zodiac sign is Taurus\"},"
                        + "{\"role\":\"user\",\"content\":\"How \\\"far\\\"?\"}]")
                .contains("\"temperature\":0.9");
    }

    @Test
    void a_chat_goes_on_where_it_was_left() throws Exception {
        server.thenStream("Hello.").thenStream("Hi.");
        turbo(data, "run", "chat", "--model", model()).typing("Hi").run();
        Result again = turbo(data, "run", "chat", "--model", model(), "--last")
                .typing("What did I say?")
                .run();
        assertThat(again.out()).isEqualTo("Hi.\n");
        assertThat(server.requests().get(1))
                .contains("\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"Hello.\"},"
                        + "{\"role\":\"user\",\"content\":\"What did I say?\"}");
    }

    @Test
    void a_run_that_is_killed_in_the_middle_of_an_answer_carries_on() throws Exception {
        CountDownLatch streaming = new CountDownLatch(1);
        server.then(out -> {
                    ModelServer.startStream(out);
                    ModelServer.piece(out, "Half an");
                    streaming.countDown();
                    Thread.currentThread().join(10_000); // until the process is killed
                })
                .thenStream("A whole answer.");
        Process process = turbo(data, "run", "chat", "--model", model(), "--session", "s-1")
                .start();
        process.getOutputStream().write("Hi\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        assertThat(streaming.await(60, TimeUnit.SECONDS))
                .as(() -> Command.threads(process))
                .isTrue();
        process.destroyForcibly().waitFor();

        Result again = turbo(data, "run", "chat", "--json", "--model", model(), "--session", "s-1")
                .run();
        assertThat(again.lines())
                .extracting(line -> JSON.readTree(line).path("event").asString())
                .containsExactly("restart", "token", "said", "usage", "ask");
        assertThat(server.requests().get(1)).isEqualTo(server.requests().get(0));
    }

    @Test
    void another_context_than_the_recorded_one_is_refused_by_name() throws Exception {
        String[] first = {"run", "twenty-questions", "--model", "eliza", "--session", "s-1", "--questions", "3"};
        turbo(data, first).run();
        Result other = turbo(
                        data, "run", "twenty-questions", "--model", "eliza", "--session", "s-1", "--questions", "4")
                .run();
        assertThat(other.err())
                .isEqualTo("turbo: Session 's-1' goes on with the context it was started with, and was given another:"
                        + " 'questions' was 3 and is now 4; leave it out, or start a new session.\n");
        assertThat(other.status()).isEqualTo(1);
        assertThat(turbo(data, "run", "twenty-questions", "--model", "eliza", "--session", "s-1")
                        .run()
                        .status())
                .isZero();
    }

    @Test
    void a_question_that_a_failed_run_left_unanswered_is_not_sent_again() throws Exception {
        server.thenStatus("400 Bad Request", "", "{}").thenStream("Fine.");
        String[] arguments = {"run", "chat", "--model", model(), "--session", "s-1"};
        assertThat(turbo(data, arguments).typing("Lost").run().status()).isEqualTo(1);
        assertThat(turbo(data, arguments).typing("Again").run().out()).isEqualTo("Fine.\n");
        assertThat(server.requests().get(1)).contains("Again").doesNotContain("Lost");
    }

    @Test
    void options_of_a_run_that_goes_on_are_its_own_and_a_new_one_needs_them() throws Exception {
        assertThat(turbo(data, "run", "summarise", "--session", "new").run()).satisfies(result -> {
            assertThat(result.status()).isEqualTo(2);
            assertThat(result.err()).startsWith("turbo: Recipe 'summarise' needs --file");
        });
        turbo(data, "run", "twenty-questions", "--model", "eliza", "--session", "s-1")
                .run();
        assertThat(turbo(data, "run", "twenty-questions", "--model", "eliza", "--last", "--questions", "9")
                        .run()
                        .err())
                .contains("'questions' was 20 and is now 9");
        assertThat(turbo(data, "run", "twenty-questions", "--model", "eliza", "--last", "--questions", "20")
                        .run()
                        .status())
                .isZero();
    }

    @Test
    void a_reader_that_goes_away_ends_the_conversation() throws Exception {
        Process process = turbo(data, "run", "chat", "--model", model(), "--memory", "heap:")
                .start();
        for (int i = 0; i < 20; i++) {
            server.thenStream("Yes.");
        }
        process.getInputStream().close();
        try (var in = process.outputWriter()) {
            in.write("hi\n".repeat(20));
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.requests()).hasSizeLessThan(5);
    }

    @Test
    void a_failure_before_there_is_a_run_is_an_event_in_json_too() throws Exception {
        Result result =
                turbo(data, "run", "chat", "--json", "--model", "nope:x").run();
        assertThat(JSON.readTree(result.out()).path("code").asString()).isEqualTo("configuration");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void a_session_that_another_process_drives_is_busy() throws Exception {
        Process first = turbo(data, "run", "pizza", "--model", "eliza", "--session", "s-1")
                .start();
        try (var out = first.inputReader()) {
            assertThat(out.readLine()).isEqualTo("Your pizza?");
            Result second = turbo(data, "run", "pizza", "--model", "eliza", "--session", "s-1")
                    .run();
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.err())
                    .isEqualTo(
                            "turbo: Session 's-1' is being driven by another process or another memory of this one, which did not let go within"
                                    + " 2000 ms; close that one, or try again later.\n");
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    @Test
    void doctor_says_what_is_set_up_and_shows_no_key() throws Exception {
        Result result = turbo(data, "doctor")
                .with("OPENAI_API_KEY", "sk-canary")
                .with("GOOGLE_API_KEY", "AIza-canary")
                .run();
        assertThat(result.out())
                .contains("OPENAI_API_KEY", "Used      openai:gpt-4o-mini", data.toString())
                .contains("Anthropic: no key is set; set ANTHROPIC_API_KEY", "Gemini: set up (GOOGLE_API_KEY)")
                .doesNotContain("canary");
        assertThat(result.status()).isZero();
    }
}
