package dev.turbochat;

import dev.turbochat.error.ProgramException;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Programs by name and version; immutable. A run is always carried on by the version that began it. */
final class Programs {
    static final Programs NONE = new Programs(Map.of());

    private final Map<String, NavigableMap<Integer, Program<?>>> byName;

    private Programs(Map<String, NavigableMap<Integer, Program<?>>> byName) {
        this.byName = byName;
    }

    /**
     * @throws IllegalArgumentException if the name is empty, the version is less than 1, or both are taken
     */
    Programs with(String name, int version, Program<?> program) {
        if (name.isEmpty() || version < 1) {
            throw new IllegalArgumentException("A program was registered as '" + name + "', version " + version
                    + "; give it a name, and a version from 1 on.");
        }
        Map<String, NavigableMap<Integer, Program<?>>> more = new HashMap<>(byName);
        NavigableMap<Integer, Program<?>> versions = new TreeMap<>(more.getOrDefault(name, new TreeMap<>()));
        if (versions.put(version, program) != null) {
            throw new IllegalArgumentException("Version " + version + " of program '" + name
                    + "' was registered twice; give one another version.");
        }
        more.put(name, versions);
        return new Programs(more);
    }

    /**
     * The newest version of a program.
     *
     * @throws ProgramException.NotRegistered if there is none of this name
     */
    int newest(String session, String name) {
        NavigableMap<Integer, Program<?>> versions = byName.get(name);
        if (versions == null) {
            throw new ProgramException.NotRegistered(session, name, "");
        }
        return versions.lastKey();
    }

    /** Whether a newer version than any of these is known to somebody else: this one was recorded. */
    boolean isNewer(String name, int version) {
        NavigableMap<Integer, Program<?>> versions = byName.get(name);
        return versions != null && versions.lastKey() < version;
    }

    /**
     * One version of a program.
     *
     * @throws ProgramException.NotRegistered if it is not registered
     */
    Program<?> get(String session, String name, int version) {
        NavigableMap<Integer, Program<?>> versions = byName.get(name);
        @Nullable Program<?> program = versions == null ? null : versions.get(version);
        if (program == null) {
            String known = versions == null ? "" : versions.navigableKeySet().toString();
            throw new ProgramException.NotRegistered(session, name + "', version '" + version, known);
        }
        return program;
    }
}
