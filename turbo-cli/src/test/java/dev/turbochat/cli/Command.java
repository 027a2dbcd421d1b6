package dev.turbochat.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the command in a JVM of its own, as a shell would. */
final class Command {
    private final List<String> arguments;
    private final ProcessBuilder builder;
    private String input = "";

    private Command(Path data, String... arguments) {
        this.arguments = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.turbochat.cli.Turbo"));
        this.arguments.addAll(List.of(arguments));
        this.builder = new ProcessBuilder(this.arguments);
        builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY") || name.endsWith("_BASE_URL"));
        builder.environment().put("XDG_DATA_HOME", data.toString());
        builder.environment().put("OLLAMA_HOST", "http://127.0.0.1:1"); // nothing is there
    }

    /** The command with these arguments; its sessions lie in this folder. */
    static Command turbo(Path data, String... arguments) {
        return new Command(data, arguments);
    }

    Command with(String variable, String value) {
        builder.environment().put(variable, value);
        return this;
    }

    /** Types these lines, then ends the input. */
    Command typing(String... lines) {
        input = lines.length == 0 ? "" : String.join("\n", lines) + "\n";
        return this;
    }

    /** What came of it. */
    record Result(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    Process start() throws IOException {
        return builder.start();
    }

    Result run() throws IOException, InterruptedException {
        Process process = start();
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it did not read to the end
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("The command did not end: " + out.join() + err.join());
        }
        return new Result(process.exitValue(), out.join(), err.join());
    }

    /** Runs the command in this JVM, which a command bears that reads no input. */
    static Result here(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int status = Turbo.execute(arguments);
            return new Result(
                    status, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static String all(java.io.InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What all threads of a process are at, virtual ones included: for a test that finds it hanging. */
    static String threads(Process process) {
        try {
            Path dump = Files.createTempDirectory("turbo").resolve("threads.txt");
            String jcmd =
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            new ProcessBuilder(jcmd, "" + process.pid(), "Thread.dump_to_file", dump.toString())
                    .start()
                    .waitFor();
            return Files.readString(dump);
        } catch (IOException | InterruptedException e) {
            return "no dump: " + e;
        }
    }

    static Path file(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
