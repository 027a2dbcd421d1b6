package dev.turbochat.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A benchmark in a process of its own, with a heap of its own. */
final class Child {
    private static final double MEGABYTE = 1e6;

    private Child() {}

    /** Runs a main class with these options of the JVM; what it has {@link #tell told}. */
    static Map<String, Double> run(Class<?> main, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (child.waitFor() != 0) {
            throw new IOException("A process for " + main.getSimpleName() + " failed: " + said);
        }
        Map<String, Double> figures = new HashMap<>();
        said.lines().forEach(line -> {
            int at = line.lastIndexOf('=');
            figures.put(line.substring(0, at), Double.valueOf(line.substring(at + 1)));
        });
        return figures;
    }

    /** Called in the child: tells its parent a figure. */
    static void tell(String name, double figure) {
        System.out.println(name + "=" + figure);
    }

    /** Called in the child: what is in use of its heap when there is no garbage, in megabytes. */
    static double heap() throws InterruptedException {
        return IdleBench.used() / MEGABYTE;
    }

    /** Called in the child: what it takes of the machine, in megabytes; 0 where that is not told. */
    static double resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024 / MEGABYTE)
                .findFirst()
                .orElse(0);
    }

    /** How many there shall be of something, as the environment says. */
    static int count(String variable, int otherwise) {
        return Integer.parseInt(System.getenv().getOrDefault(variable, "" + otherwise));
    }
}
