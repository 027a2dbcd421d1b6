package dev.turbochat.memory.redis;

import dev.turbochat.Chat;
import dev.turbochat.Event;
import dev.turbochat.Events;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Models;
import dev.turbochat.step.Input;
import dev.turbochat.step.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The process behind a {@link NodeProcess}: a host that is told what to deliver on its standard input, says on its standard
 * output what was acknowledged, and closes when it is told to end (SIGTERM).
 *
 * <p>Arguments: the URI of Redis, the place of {@link Outside}, the node's name, idle and drain in milliseconds.
 */
final class NodeMain {
    /** The inputs of a conversation, in their order. */
    static final int INPUTS = 3;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String outside;
    private final String name;
    private final Host host;

    private NodeMain(String outside, String name, Memory memory, Duration idle, Duration drain) {
        this.outside = outside;
        this.name = name;
        Runner runner = Runner.of(
                Models.of(outside + "/model/" + name + "#m"),
                r -> r.memory(new Told(memory)).program("p", 1, this::converse));
        this.host = runner.host(h -> h.idle(idle).drain(drain).sweep(Duration.ofMillis(100)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            runner.close();
            memory.close();
        }));
    }

    public static void main(String[] args) throws IOException {
        Memory memory = RedisMemory.connect(args[0]);
        NodeMain node = new NodeMain(
                args[1],
                args[2],
                memory,
                Duration.ofMillis(Long.parseLong(args[3])),
                Duration.ofMillis(Long.parseLong(args[4])));
        say("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            Thread.ofVirtual().start(() -> node.obey(words));
        }
    }

    @SuppressWarnings("SystemOut")
    private static void say(String... words) {
        System.out.println(String.join("\t", words));
    }

    private void obey(String[] words) {
        try {
            if (words[0].equals("read")) {
                read(words[1]);
            } else {
                host.deliver(words[1], "p", Input.text(words[1]).id(words[2]));
                say("acked", words[1], words[2]);
            }
        } catch (InterruptedException | RuntimeException e) {
            say("failed", words[1], words.length > 2 ? words[2] : "", e.toString());
        }
    }

    private void read(String session) throws InterruptedException {
        try (Events events = host.events(session, null)) {
            while (true) {
                Optional<Event> next = events.next(Duration.ofMinutes(1));
                next.ifPresent(event -> say(
                        "shown",
                        session,
                        event.id(),
                        event.getClass().getSimpleName(),
                        event instanceof Event.Token token ? token.text() : ""));
            }
        }
    }

    /** One of everything that a fault can hit. */
    private String converse(Chat chat) {
        chat.system("Be brief.");
        String session = chat.ask("About which session?");
        chat.effect("plain", String.class, () -> act(session, "plain", ""));
        chat.effectWithKey("keyed", String.class, key -> act(session, "keyed", key));
        boolean known =
                chat.effectOnce("once", String.class, key -> act(session, "once", key)) instanceof Outcome.Done<String>;
        chat.say(known ? "Done." : "Unknown.");
        chat.user("about " + session + " first");
        String first = chat.generate().text();
        chat.ask("More?");
        chat.sleep(Duration.ofMillis(200));
        chat.user("about " + session + " second");
        String second = chat.generate().text();
        chat.ask("Bye?");
        chat.effect("last", String.class, () -> act(session, "last", ""));
        return first + " " + second;
    }

    private String act(String session, String effect, String key) throws IOException, InterruptedException {
        URI uri = URI.create(String.join("/", outside, "act", name, session, effect, key));
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Says what was stored, once it is. */
    private static final class Told extends ForwardingMemory {
        Told(Memory memory) {
            super(memory);
        }

        @Override
        public Appended append(Append append) {
            Appended appended = super.append(append);
            if (appended == Appended.OK || appended == Appended.ALREADY) {
                say(
                        "wrote",
                        append.session(),
                        "" + append.token().epoch(),
                        "" + append.expectedLength(),
                        "" + append.entries().size());
            }
            return appended;
        }
    }
}
