package dev.turbochat.memory.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** An owner of a session in a process of its own, which can be stopped as a whole. Appends once for each line it reads. */
final class OwnerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final PrintWriter told;

    OwnerProcess(String uri, String session) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OwnerProcess.class.getName(),
                        uri,
                        session)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        said = process.inputReader(StandardCharsets.UTF_8);
        told = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    String says() throws IOException {
        return String.valueOf(said.readLine());
    }

    String appends(String text) throws IOException {
        told.println(text);
        return says();
    }

    void signal(String signal) throws IOException, InterruptedException {
        RealRedis.signal(signal, process.pid());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] args) throws IOException {
        try (RedisMemory memory = RedisMemory.connect(args[0])) {
            Driver driver = Driver.of(memory, args[1]);
            System.out.println("mine");
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(driver.sends(line));
            }
        }
    }
}
