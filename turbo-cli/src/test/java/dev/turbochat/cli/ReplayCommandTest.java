package dev.turbochat.cli;

import static dev.turbochat.cli.Command.turbo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.cli.Command.Result;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals of a program that was a little different, checked, forked and carried on. */
class ReplayCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path data;

    /** 0 header, 1 start, 2 notice "Your pizza?", 3 the size, and what comes then. */
    private Path journal(String name, Body... changed) throws IOException, InterruptedException {
        turbo(data, "run", "pizza", "--model", "eliza", "--session", name)
                .typing("large")
                .run();
        Path file = data.resolve(name + ".jsonl");
        turbo(data, "sessions", "export", name, file.toString()).run();
        List<Entry> entries = new ArrayList<>(Export.read(file));
        assertThat(entries).hasSize(4);
        for (int i = 0; i < changed.length; i++) {
            int at = changed[i] instanceof Body.Noticed && i == 0 ? 2 : entries.size();
            Entry before = entries.get(at == 2 ? 2 : 3);
            Entry.Position place = before.position();
            Entry entry = new Entry(
                    new Entry.Position(at, place.run(), place.branch(), at), before.stamp(), -1, 1, changed[i]);
            if (at == 2) {
                entries.set(2, entry);
            } else {
                entries.add(entry);
            }
        }
        return Files.writeString(file, Export.text(entries));
    }

    private Result replay(Object... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("replay", "pizza"));
        List.of(arguments).forEach(argument -> all.add(argument.toString()));
        Result result = turbo(data, all.toArray(String[]::new)).run();
        return new Result(result.status(), result.out().replaceAll("Pizza.java:\\d+", "Pizza.java:#"), result.err());
    }

    @Test
    void edited_texts_are_noted_and_fail_only_if_that_is_wanted() throws Exception {
        Path same = journal("same");
        Path edited = journal("edited", new Body.Noticed("What pizza?"));
        String note = "    note: at entry 2 your program showed notice 'What pizza?', and now it shows notice"
                + " 'Your pizza?' at Pizza.java:#\n";
        assertThat(replay(same, edited))
                .isEqualTo(new Result(
                        0,
                        same + ": ok, 4 entries\n" + edited + ": ok, 4 entries, of which 1 says something else now\n"
                                + note,
                        ""));
        assertThat(replay("--strict", edited))
                .isEqualTo(
                        new Result(1, edited + ": edited, 4 entries, of which 1 says something else now\n" + note, ""));
        assertThat(replay("--strict", same).status()).isZero();
    }

    @Test
    void a_diverged_session_is_told_by_replay_and_by_run_and_a_fork_of_what_fits_goes_on() throws Exception {
        Path file = journal(
                "old", new Body.Noticed("Your pizza?"), new Body.Said(new dev.turbochat.step.Message.User("olives")));
        String words = "Session 'old' cannot go on: at entry 4 your program added user 'olives', and now it asks"
                + " 'So: Order[size=LARGE]?' at Pizza.java:#; what differs is the kind of step. Run the version that"
                + " wrote it, keep both behind chat.version(...), fork or rewind with 'turbo sessions', or go on with"
                + " the messages only (--messages-only, Start.messagesOnly()); check with 'turbo replay'.\n";
        assertThat(replay(file)).isEqualTo(new Result(1, file + ": " + words, ""));

        turbo(data, "sessions", "import", file.toString(), "--session", "diverged")
                .run();
        List<Entry> before = read("diverged");
        for (int times = 1; times <= 2; times++) {
            Result refused = turbo(data, "run", "pizza", "--model", "eliza", "--session", "diverged")
                    .typing("yes")
                    .run();
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err().replaceAll("Pizza.java:\\d+", "Pizza.java:#"))
                    .isEqualTo("turbo: " + words.replace("'old'", "'diverged'"));
        }
        assertThat(read("diverged")).isEqualTo(before);

        turbo(data, "sessions", "fork", "diverged", "--at", "3", "--session", "fork")
                .run();
        Result carried = turbo(data, "run", "pizza", "--model", "eliza", "--session", "fork")
                .typing("yes")
                .run();
        assertThat(carried).isEqualTo(new Result(0, "So: Order[size=LARGE]? (yes, no)\nIn the oven.\n", ""));
    }

    private List<Entry> read(String session) throws IOException, InterruptedException {
        Path file = data.resolve("read.jsonl");
        turbo(data, "sessions", "export", session, file.toString()).run();
        return Export.read(file);
    }

    @Test
    void a_diverged_session_goes_on_with_its_messages_only() throws Exception {
        journal("mine");
        assertThat(turbo(data, "run", "chat", "--model", "eliza", "--session", "mine")
                        .typing("hi")
                        .run())
                .satisfies(result -> assertThat(result.status()).isOne());
        Result result = turbo(data, "run", "chat", "--model", "eliza", "--session", "mine", "--messages-only")
                .typing("I am sad")
                .run();
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(turbo(data, "sessions", "show", "mine").run().out())
                .contains("ends here; the next goes on with its messages", "user: I am sad");
    }
}
