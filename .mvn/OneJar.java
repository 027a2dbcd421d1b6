import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;

/**
 * Makes one jar of those of a class path, which reads as they do: the first of a name is taken, services of all are listed,
 * and the topmost package of each keeps its version. Called by ./turbo, as {@code java OneJar.java JAR CLASSPATH}.
 */
final class OneJar {
    private static final String SERVICES = "META-INF/services/";

    private final Manifest manifest = new Manifest();
    private final Map<String, ByteArrayOutputStream> services = new LinkedHashMap<>();
    private final Set<String> written = new HashSet<>(Set.of(JarFile.MANIFEST_NAME, "module-info.class"));

    public static void main(String[] args) throws IOException {
        List<JarFile> jars = new ArrayList<>();
        for (String jar : args[1].split(File.pathSeparator)) {
            jars.add(new JarFile(jar));
        }
        new OneJar().write(Path.of(args[0]), jars);
    }

    private void write(Path to, List<JarFile> jars) throws IOException {
        manifest.getMainAttributes().putAll(jars.get(0).getManifest().getMainAttributes());
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        for (JarFile jar : jars) {
            readVersion(jar);
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to), manifest)) {
            out.setLevel(Deflater.BEST_SPEED);
            for (JarFile jar : jars) {
                for (ZipEntry entry : jar.stream().filter(each -> !each.isDirectory()).toList()) {
                    copy(jar, entry, out);
                }
            }
            for (Map.Entry<String, ByteArrayOutputStream> service : services.entrySet()) {
                out.putNextEntry(new ZipEntry(service.getKey()));
                service.getValue().writeTo(out);
            }
        }
    }

    private void copy(JarFile jar, ZipEntry entry, JarOutputStream out) throws IOException {
        String name = entry.getName();
        try (InputStream in = jar.getInputStream(entry)) {
            if (name.startsWith(SERVICES)) {
                ByteArrayOutputStream service = services.computeIfAbsent(name, ignored -> new ByteArrayOutputStream());
                in.transferTo(service);
                service.write('\n');
            } else if (written.add(name)) {
                out.putNextEntry(new ZipEntry(name));
                in.transferTo(out);
            }
        }
    }

    private void readVersion(JarFile jar) throws IOException {
        Manifest its = jar.getManifest();
        if (its == null) {
            return;
        }
        Attributes version = new Attributes();
        its.getMainAttributes().forEach((name, value) -> {
            if (name.toString().matches("(Implementation|Specification)-(Title|Version|Vendor)")) {
                version.put(name, value);
            }
        });
        if (version.isEmpty()) {
            return;
        }
        jar.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".class") && name.contains("/") && !name.startsWith("META-INF/"))
                .map(name -> name.substring(0, name.lastIndexOf('/') + 1))
                .min(Comparator.comparingInt(String::length))
                .ifPresent(top -> manifest.getEntries().putIfAbsent(top, version));
    }
}
