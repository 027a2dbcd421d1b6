package dev.turbochat.cli;

import dev.turbochat.Chat;
import dev.turbochat.Event;
import dev.turbochat.FrontEnd;
import dev.turbochat.Prompt;
import dev.turbochat.Question;
import dev.turbochat.Runner;
import dev.turbochat.error.MemoryException.NotOwner;
import dev.turbochat.error.SessionException.SessionAsleep;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Outcome;
import dev.turbochat.step.Usage;
import dev.turbochat.testkit.Failpoint;
import dev.turbochat.testkit.Failpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that {@link CrashCampaignTest} has killed: holds one conversation after the other, each carried on from where
 * its journal ends, until it comes to the place where it is to die by a SIGKILL of its own.
 *
 * <p>Arguments: the folder, the {@link Row}, which of its places, and the number of the first conversation.
 */
final class Victim {
    private final Path folder;
    private final Row row;
    private final int time;
    private final World world;
    private final Memory file;
    private final Failpoints failpoints;
    private final Told memory;
    private volatile String session = "";
    private volatile boolean doomed;
    private int calls;
    private int questions;

    private Victim(Path folder, Row row, int time) {
        this.folder = folder;
        this.row = row;
        this.time = time;
        this.world = new World(folder);
        this.file = Memory.file(folder.resolve("sessions"));
        this.failpoints = Failpoints.on(file);
        this.memory = new Told(failpoints);
    }

    public static void main(String[] args) throws Exception {
        Victim victim = new Victim(Path.of(args[0]), Row.valueOf(args[1]), Integer.parseInt(args[2]));
        victim.live(Integer.parseInt(args[3]));
    }

    /** What is asked component by component. */
    record Order(
            @Prompt("Pizzas?") int pizzas, @Prompt("Hot?") boolean hot) {}

    /** One of everything that a crash can hit. */
    private String converse(Chat chat) {
        chat.system("Be brief.");
        String name = saw("name", chat.ask("Name?"));
        String order = saw("order", chat.ask("Order?", Order.class).toString());
        String plain = saw("plain", chat.effect("plain", String.class, () -> act("plain", "")));
        String keyed = saw("keyed", chat.effectWithKey("keyed", String.class, key -> act("keyed", key)));
        String once = switch (chat.effectOnce("once", String.class, key -> act("once", key))) {
            case Outcome.Done<String>(String value) -> "Done: " + value;
            case Outcome.Unknown<String> unknown -> "Unknown: " + unknown.key();
        };
        chat.say(saw("once", once));
        String code = saw("code", chat.askSecret("Code?"));
        String dice = saw("dice", "" + chat.random());
        chat.user(String.join(" ", name, order, code, dice));
        String first = saw("first reply", chat.generate().text());
        chat.sleepUntil(chat.now().plusMillis(20));
        chat.effect("alarm", String.class, () -> act("alarm", ""));
        chat.hear("More?");
        String second = saw("second reply", chat.generate().text());
        chat.say("Bye.");
        return String.join(" ", plain, keyed, once, first, second);
    }

    private String saw(String name, String value) {
        world.did("saw", session, name, value);
        return value;
    }

    private String act(String name, String key) {
        call();
        return world.act(session, name, key);
    }

    private Completion answer(dev.turbochat.model.Prompt prompt, Model.Listener listener) {
        world.did("called", session, "model", "");
        listener.text("Reply ");
        call();
        String id = UUID.randomUUID().toString();
        listener.text(id);
        return new Completion(List.of(new Message.Assistant("Reply " + id)), Usage.NONE, "test");
    }

    private void call() {
        if (row == Row.DURING_CALL && ++calls == time) {
            die();
        }
    }

    private void die() {
        world.did("killed", session, row.name(), "");
        Failpoints.kill(Failpoint.AFTER_INTENT);
    }

    // Where it dies

    private void live(int first) throws Exception {
        row.failpoint.ifPresent(point -> failpoints.at(
                point,
                row.name,
                row == Row.HIBERNATED || row == Row.DURING_COMPACTION ? 1 + time % 2 : time,
                this::at));
        System.out.println("lives");
        if (row == Row.DURING_COMPACTION) {
            beginAnew();
        }
        if (row == Row.NONE) {
            for (Memory.Summary summary : file.sessions()) {
                converse(summary.session());
            }
            return;
        }
        for (int i = first; ; i++) {
            converse((row == Row.TAIL_LOST ? "lost-" : "s-") + i);
        }
    }

    /** Called on the thread that uses the memory. */
    private void at(Failpoint point) {
        switch (row) {
            case TORN_TAIL -> tear();
            case TAIL_LOST -> {
                doomed = true;
                return; // its next append is refused
            }
            case OWNER_PAUSED -> {
                takeOver();
                doomed = true;
                return; // its append is refused
            }
            case ACKNOWLEDGEMENT_LOST -> {
                if (time % 2 == 0) {
                    doomed = true;
                    return; // it is sent again, and answered
                }
            }
            default -> {}
        }
        die();
    }

    /** Writes half of what was to be appended, as a process does that dies in the middle. */
    private void tear() {
        byte[] line =
                EntryCodec.encode(Objects.requireNonNull(memory.last).entries().getFirst());
        try (Stream<Path> files = Files.walk(folder.resolve("sessions"))) {
            for (Path path :
                    files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
                if (Files.readString(path).contains("\"session\":\"" + session + "\"")) {
                    Files.write(path, Arrays.copyOf(line, line.length / 2), StandardOpenOption.APPEND);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has another owner take the session and carry the conversation to its end, while this one stands still. */
    private void takeOver() {
        Memory.Append paused = Objects.requireNonNull(memory.last);
        file.release(session, paused.token(), null);
        try (Runner other = Runner.of(this::answer, options -> options.memory(new Told(file)))) {
            other.call(session, this::converse, new Client());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void converse(String id) throws Exception {
        List<Entry> entries = file.read(id);
        if (id.startsWith("anew") || (!entries.isEmpty() && entries.getLast().body() instanceof Body.RunEnded)) {
            return;
        }
        session = id;
        try (Runner runner = Runner.of(this::answer, options -> options.memory(memory))) {
            runner.call(id, this::converse, new Client());
            if (row == Row.TAIL_LOST && doomed) {
                die(); // nothing came behind what was lost
            }
        } catch (NotOwner e) {
            if (!doomed) {
                throw e;
            }
            world.did("stopped", id, row.name(), "");
            die();
        } catch (SessionAsleep e) {
            if (row != Row.HIBERNATED) {
                throw e;
            }
        }
    }

    /** Has a journal begin anew, again and again, each generation with its number in all its entries. */
    private void beginAnew() throws Exception {
        session = "anew";
        if (time % 3 == 0) {
            world.did("killed", session, row.name(), "");
            new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start();
        }
        Memory used = time % 3 == 0 ? file : memory;
        try (Journal journal = Journal.open(used, session, "a victim", Duration.ofSeconds(10))) {
            for (long generation = journal.next(); ; generation = journal.next()) {
                journal.beginAnew(
                        new Body.Carried(List.of(new Message.User("" + generation)), List.of(), List.of(), List.of()),
                        1,
                        new Body.RunStarted("" + generation, 1, null));
                for (int i = 0; i < 3; i++) {
                    journal.add(1, "", i, Entry.NO_REF, 1, new Body.Noticed("" + generation));
                    journal.flush();
                }
            }
        }
    }

    /** Answers what is asked, always the same to the same question, and writes down what it is shown. */
    private final class Client implements FrontEnd {
        @Override
        public Optional<Input> answer(Question question) {
            if (row == Row.HIBERNATED && ++questions == time) {
                return Optional.empty();
            }
            String text = switch (question.prompt()) {
                case "Pizzas?" -> question.again() ? "2" : "many";
                case "Hot?" -> "yes";
                default -> "my answer to " + question.prompt();
            };
            return Optional.of(Input.text(text).id(question.prompt() + (question.again() ? " again" : "")));
        }

        @Override
        public void show(Event event) {
            if (event instanceof Event.Said said) {
                world.did(
                        "shown",
                        session,
                        "" + said.place().seq(),
                        said.message().text());
            }
        }
    }

    /** Tells the client which inputs are stored, once they are. */
    private final class Told extends ForwardingMemory {
        private volatile Memory.@Nullable Append last;

        Told(Memory memory) {
            super(memory);
        }

        @Override
        public Appended append(Append append) {
            last = append;
            Appended appended = super.append(append);
            if (appended == Appended.OK || appended == Appended.ALREADY) {
                append.entries().forEach(this::tell);
                if (doomed && row == Row.ACKNOWLEDGEMENT_LOST) {
                    die();
                }
            }
            return appended;
        }

        private void tell(Entry entry) {
            String id = switch (entry.body()) {
                case Body.Answered answered -> answered.input().id();
                case Body.Refused refused -> refused.input().id();
                case Body.SecretGiven secret -> secret.id();
                default -> null;
            };
            if (id != null) {
                world.did("told", session, id, "");
            }
        }
    }
}
