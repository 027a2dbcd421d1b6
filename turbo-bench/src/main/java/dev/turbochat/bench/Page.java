package dev.turbochat.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Puts tables into the page of the documentation that tells of them. */
final class Page {
    private static final String NONE = "(Not measured this time.)";

    private final List<String> benchmarks;
    private final Path tables;
    private final Path tables21;

    /**
     * @param tables the folder with a file of tables for each benchmark
     * @param tables21 the same of JDK 21; need not be there
     */
    Page(List<String> benchmarks, Path tables, Path tables21) {
        this.benchmarks = benchmarks;
        this.tables = tables;
        this.tables21 = tables21;
    }

    /** Writes the page, and what belongs beside it. */
    void write(Path page) throws IOException {
        String text = template().replace("{{when}}", when());
        StringBuilder all = new StringBuilder();
        for (String benchmark : benchmarks) {
            String found = tables(tables, benchmark);
            text = text.replace("{{" + benchmark + "}}", Aim.without(found).strip());
            all.append(found).append('\n');
        }
        text = text.replace("{{aims}}", Aim.collected(all.toString())).replace("{{aims21}}", aims21());
        Files.writeString(page, text);
        Path plot = tables.resolve("growth.svg");
        if (Files.exists(plot)) {
            Files.copy(plot, page.resolveSibling("growth.svg"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String tables(Path folder, String benchmark) throws IOException {
        Path file = folder.resolve(benchmark + ".md");
        return Files.exists(file) ? Files.readString(file) : NONE;
    }

    private String aims21() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String benchmark : benchmarks) {
            all.append(tables(tables21, benchmark)).append('\n');
        }
        return Files.exists(tables21) ? Aim.collected(all.toString()) : NONE;
    }

    private static String template() throws IOException {
        try (InputStream in = Page.class.getResourceAsStream("performance.md")) {
            if (in == null) {
                throw new IOException("performance.md is not beside this class.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String when() throws IOException {
        Path cpus = Path.of("/proc/cpuinfo");
        String cpu = !Files.isReadable(cpus)
                ? System.getProperty("os.arch")
                : Files.readAllLines(cpus).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("an unnamed processor");
        return "%s, %d cores of %s, %s, Java %s; load average %.1f when the last table was done"
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        cpu,
                        System.getProperty("os.name"),
                        Runtime.version(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
