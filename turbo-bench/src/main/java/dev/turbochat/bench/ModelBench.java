package dev.turbochat.bench;

import dev.turbochat.model.openai.OpenAiModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Model calls through whole turns, against HTTP alone and against the peers that are there. */
final class ModelBench {
    /** The most calls first: they warm up the others. */
    private static final int[] CALLERS = {64, 1, 1_000};

    private static final String TURBO = "turbo, whole turns, heap";

    /** The peer that takes least. */
    private static final String LEANEST = "LangChain4j";

    private final Rounds rounds;
    private final String url;
    private final List<Peer> peers = new ArrayList<>();
    private final RawOkHttp limit = RawOkHttp.standard();

    private ModelBench(Rounds rounds, String url) {
        this.rounds = rounds.of(Duration.ofMillis(400)).warmedUp(5);
        this.url = url;
        peers.add(new RawSocket());
        peers.add(limit);
        peers.add(RawOkHttp.keeping(1_000));
        ServiceLoader.load(Peer.class).forEach(peers::add);
        peers.forEach(peer -> peer.connect(url));
    }

    static String run(Rounds rounds) throws Exception {
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ModelServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return new ModelBench(rounds, "http://127.0.0.1:" + port(server) + "/v1").all();
        } finally {
            server.destroyForcibly();
        }
    }

    private static int port(Process server) throws IOException {
        String said =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (said == null) {
            throw new IOException("The server for the benchmark did not start.");
        }
        return Integer.parseInt(said);
    }

    private String all() throws Exception {
        StringBuilder tables = new StringBuilder();
        int[] some = rounds.equals(Rounds.SMOKE) ? new int[] {1} : CALLERS;
        for (int callers : some) {
            tables.append(plain(callers));
        }
        for (int callers : some) {
            tables.append(streams(callers));
        }
        return tables.toString();
    }

    private List<Contestant> turbo(boolean stream, int callers, Duration length) {
        OpenAiModel model = OpenAiModel.at(url, "m").key("k").stream(stream);
        List<Contestant> turbo = new ArrayList<>();
        turbo.add(new TurboTurns(TURBO, "heap:", model).contestant(callers, length));
        turbo.add(new TurboTurns("turbo, file, fsync off", "file:FOLDER?durability=memory", model)
                .contestant(callers, length));
        if (callers < 1_000) { // there the disk alone would be measured
            turbo.add(new TurboTurns("turbo, file, fsync on", "file:FOLDER?durability=fsync", model)
                    .contestant(callers, length));
        }
        return turbo;
    }

    private String plain(int callers) throws Exception {
        List<Contestant> contestants = new ArrayList<>(turbo(false, callers, rounds.length()));
        for (Peer peer : peers) {
            Load.Caller caller = () -> check(peer.call(TurboTurns.QUESTION));
            contestants.add(new Contestant(peer.name(), () -> Load.run(callers, rounds.length(), number -> caller)));
        }
        Table table = new Table("Plain calls, " + callers(callers), limit.name())
                .ratio(Load.PER_SECOND, "")
                .column(Load.MEDIAN, "us")
                .ratio(Load.P99, "us")
                .column(Load.CPU, "us")
                .ratio(Load.ALLOCATED, "bytes");
        aims(table, callers, 2.5, 2.5);
        if (callers == 1_000) {
            table.atMost(TURBO, Load.P99, limit.name(), 1);
        }
        return table.atMost(TURBO, Load.ALLOCATED, limit.name(), 1.5)
                .atMost(TURBO, Load.ALLOCATED, LEANEST, 0.333)
                .print(rounds.run(contestants));
    }

    private String streams(int callers) throws Exception {
        List<Contestant> contestants = new ArrayList<>(turbo(true, callers, rounds.length()));
        for (Peer peer : callers < 1_000 ? peers : List.<Peer>of(limit)) { // some take minutes for that many
            contestants.add(
                    new Contestant(peer.name(), () -> Load.loops(callers, rounds.length(), number -> streaming(peer))));
        }
        Table table = new Table("Streams of " + ModelServer.TOKENS + " tokens, " + callers(callers), limit.name())
                .ratio(Load.PER_SECOND, "")
                .column(Load.MEDIAN, "us")
                .column(Load.P99, "us")
                .ratio(Load.FIRST, "us")
                .column(Load.CPU, "us")
                .ratio(Load.ALLOCATED, "bytes");
        aims(table, callers, 2.5, 5);
        return table.atMost(TURBO, Load.FIRST, limit.name(), 1.2).print(rounds.run(contestants));
    }

    /** Calls a second: to the limit, and where many call at once, to the peers. */
    private void aims(Table table, int callers, double leanest, double others) {
        table.atLeast(TURBO, Load.PER_SECOND, limit.name(), 0.85);
        if (callers == 64) {
            table.atLeast(TURBO, Load.PER_SECOND, LEANEST, leanest)
                    .atLeast(TURBO, Load.PER_SECOND, "openai-java", others)
                    .atLeast(TURBO, Load.PER_SECOND, "Spring AI", others);
        }
    }

    private static Load.Loop streaming(Peer peer) {
        return clock -> {
            do {
                check(peer.stream(TurboTurns.QUESTION, clock::first));
            } while (clock.tick());
        };
    }

    private static void check(String answer) {
        if (answer.length() < 100) {
            throw new IllegalStateException("An answer came short: " + answer);
        }
    }

    private static String callers(int callers) {
        return callers == 1 ? "one caller" : callers + " callers";
    }
}
