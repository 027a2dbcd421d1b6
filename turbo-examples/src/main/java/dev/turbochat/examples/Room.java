package dev.turbochat.examples;

import dev.turbochat.Event;
import dev.turbochat.Events;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Models;
import dev.turbochat.step.Input;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.UUID;

/**
 * One conversation at several terminals, or machines: everybody sees what anybody says, and the answers as they come. Kill the
 * process that is answering, and another goes on.
 *
 * <p>{@code room redis://localhost kitchen Ann} at one terminal, {@code room redis://localhost kitchen Bob} at the other.
 */
public final class Room {
    private final Host host;
    private final String session;
    private final String name;
    private final PrintStream out;

    Room(Host host, String session, String name, PrintStream out) {
        this.host = host;
        this.session = session;
        this.name = name;
        this.out = out;
    }

    /** Arguments: the memory's URI, the session's id, who is speaking, and a model's spec if it is not to be found by itself. */
    @SuppressWarnings("SystemConsoleNull") // the charset is the terminal's also where there is none
    public static void main(String[] args) throws Exception {
        if (args.length < 3) {
            System.err.println("room: say where the session is kept, its id, and who you are:"
                    + " room redis://localhost kitchen Ann [MODEL]");
            System.exit(2);
        }
        try (Memory memory = Memories.open(args[0]);
                Runner runner = Runner.of(
                        Models.of(args.length > 3 ? args[3] : "eliza"),
                        r -> r.memory(memory)
                                .routine("room", 1, chat -> Talk.talk(chat, "Several people talk to you.")))) {
            Room room = new Room(runner.host(h -> h.idle(Duration.ofSeconds(30))), args[1], args[2], System.out);
            Thread.ofVirtual().start(room::show);
            room.bring(new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())));
        } catch (TurboException e) {
            System.err.println("room: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Brings what is typed to the session, wherever that is driven, until there is no more. */
    void bring(BufferedReader in) throws IOException, InterruptedException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank()) {
                Input input = Input.text(line).author(name).id(UUID.randomUUID().toString());
                host.deliver(session, "room", input); // it is stored when this returns
            }
        }
    }

    /** Shows what is said, by whomever. */
    void show() {
        try (Events events = host.events(session, null)) {
            while (true) {
                events.next(Duration.ofMinutes(1)).ifPresent(this::show);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(Event event) {
        switch (event) {
            case Event.Heard heard
            when !name.equals(heard.input().author()) ->
                out.println(heard.input().author() + ": " + heard.input().text());
            case Event.Token token -> out.print(token.text());
            case Event.Said said when said.streamed() -> out.println();
            case Event.Said said -> out.println(said.message().text());
            case Event.Restart ignored -> out.println(" ... once more:");
            case Event.Failed failed -> out.println("(" + failed.message() + ")");
            default -> {} // what this terminal need not know
        }
        out.flush();
    }
}
