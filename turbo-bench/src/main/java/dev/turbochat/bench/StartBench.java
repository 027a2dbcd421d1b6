package dev.turbochat.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long the command takes to start, against a JVM that says hello. */
final class StartBench {
    private static final String TIME = "time";
    private static final String PROMPT = ">";
    private static final String ANSWER = "How";

    private final Path root;
    private final Path data;

    private StartBench(Path root, Path data) {
        this.root = root;
        this.data = data;
    }

    static String run(Rounds rounds) throws Exception {
        Path data = Files.createTempDirectory("turbo-bench-data");
        try {
            return new StartBench(Path.of(System.getProperty("turbo.root", ".")), data).measure(rounds);
        } finally {
            Folders.delete(data);
        }
    }

    private String measure(Rounds rounds) throws Exception {
        String hello = "a JVM that says hello";
        List<Contestant> contestants = new ArrayList<>();
        boolean terminal = Files.isExecutable(Path.of("/usr/bin/script"));
        contestants.add(new Contestant(hello, () -> untilEnd(hello())));
        String chat = "turbo run chat, in a terminal, to its prompt";
        String pipe = "turbo run chat, piped, a line in, to the first word of its answer";
        String help = "turbo --help";
        Table table = new Table("Start", hello)
                .ratio(TIME, "ms")
                .atMost(chat, TIME, hello, 6)
                .atMost(pipe, TIME, hello, 4)
                .atMost(help, TIME, hello, 4);
        if (!rounds.equals(Rounds.SMOKE)) { // which must not build anything
            String turbo = root.resolve("turbo").toString();
            if (terminal) {
                contestants.add(
                        new Contestant(chat, () -> until(PROMPT, inTerminal(turbo + " run chat --model eliza"))));
                contestants.add(new Contestant(
                        "the JVM's hello, in a terminal", () -> until(PROMPT, inTerminal(String.join(" ", hello())))));
            } else {
                table.note("There is no script(1) here, so that nothing was measured in a terminal.");
            }
            List<String> piped =
                    List.of("sh", "-c", "echo hello | " + turbo + " run chat --model eliza --memory heap:");
            contestants.add(new Contestant(pipe, () -> until(ANSWER, piped)));
            contestants.add(new Contestant(help, () -> untilEnd(List.of(turbo, "--help"))));
        }
        return table.print(rounds.run(contestants));
    }

    private static List<String> hello() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Hello.class.getName());
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("XDG_DATA_HOME", data.toString());
        process.environment().put("JAVA_HOME", System.getProperty("java.home"));
        process.environment().put("TERM", "xterm-256color");
        return process.start();
    }

    private Map<String, Double> untilEnd(List<String> command) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Process process = start(command);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + said);
        }
        return Map.of(TIME, (System.nanoTime() - begun) / 1e6);
    }

    /** In a terminal of script(1), which passes on what it shows. */
    private static List<String> inTerminal(String command) {
        return List.of("script", "-qfec", "stty cols 80 rows 24; exec " + command, "/dev/null");
    }

    /** Until it has said this; that eliza takes her time to speak on is not counted. */
    private Map<String, Double> until(String words, List<String> command) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Process process = start(command);
        try {
            InputStream said = process.getInputStream();
            StringBuilder heard = new StringBuilder();
            while (heard.indexOf(words) < 0) {
                int next = said.read();
                if (next < 0) {
                    throw new IOException(command + " did not say '" + words + "': " + heard);
                }
                heard.append((char) next);
            }
            return Map.of(TIME, (System.nanoTime() - begun) / 1e6);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor();
        }
    }
}
