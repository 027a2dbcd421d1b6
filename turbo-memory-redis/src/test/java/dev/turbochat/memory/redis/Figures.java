package dev.turbochat.memory.redis;

import java.util.Collection;
import java.util.List;

/** The least, the middle and the greatest of many figures. */
record Figures(int count, long least, long median, long most) {
    static Figures of(Collection<Long> figures) {
        List<Long> sorted = figures.stream().sorted().toList();
        return sorted.isEmpty()
                ? new Figures(0, 0, 0, 0)
                : new Figures(sorted.size(), sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
    }

    @Override
    public String toString() {
        return "min " + least + ", median " + median + ", max " + most + " (of " + count + ")";
    }
}
