package dev.turbochat.memory;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk on the heap that fails when it is told to, fills up, and forgets what was not forced when its power is cut.
 *
 * <p>It keeps two states: what a reader sees, and what the platters hold. A cut leaves of every file pages of both kinds, in
 * no order, and of every folder some of the names that were made, renamed or deleted since it was forced. As Linux does, it
 * counts pages as written after a failed force, so that forcing again forces nothing.
 */
final class FragileDisk implements Disk {
    /** Small, so that a line has several. */
    private static final int PAGE = 64;

    /** What a cut leaves of what was not forced. */
    enum Left {
        NOTHING,
        SOME,
        ALL
    }

    /** What happens at an operation. */
    enum Fault {
        /** The power fails, in the middle of a write if it is one. */
        CUT,
        /** This one fails, and later ones do not; a write leaves half of it. */
        ERROR
    }

    private static final class Node {
        final boolean isFolder;
        byte[] seen = new byte[0];
        byte[] held = new byte[0];
        final BitSet unforced = new BitSet(); // pages
        boolean resized;
        Instant seenTime = Instant.EPOCH.plusSeconds(1);
        Instant heldTime = seenTime;

        Node(boolean isFolder) {
            this.isFolder = isFolder;
        }
    }

    private final Path root;
    private final Map<Path, Node> seen = new HashMap<>();
    private final Map<Path, Node> held = new HashMap<>();

    /** What was done to the names of a folder since it was forced. */
    private final Map<Path, List<Consumer<Map<Path, Node>>>> unforced = new HashMap<>();

    private final List<String> done = new ArrayList<>();
    private int faultAt = Integer.MAX_VALUE;
    private Fault fault = Fault.ERROR;
    private boolean off;
    private boolean forceFails;
    private boolean truncateFails;
    private long space = Long.MAX_VALUE;
    private @Nullable String denied;

    FragileDisk(Path root) {
        this.root = root;
        Node folder = new Node(true);
        seen.put(root, folder);
        held.put(root, folder);
    }

    /** What is thrown when the machine is off. */
    static final class PowerCut extends IOException {
        private static final long serialVersionUID = 1;
    }

    synchronized void failAt(int operation, Fault how) {
        faultAt = operation;
        fault = how;
    }

    synchronized void failForces(boolean fail) {
        forceFails = fail;
    }

    synchronized void failTruncates(boolean fail) {
        truncateFails = fail;
    }

    /** Leaves room for so many bytes more. */
    synchronized void space(long bytes) {
        space = bytes;
    }

    /** Nobody may touch files with this in their path; null for all may. */
    synchronized void deny(@Nullable String part) {
        denied = part;
    }

    /** What was done, a line an operation. */
    synchronized List<String> done() {
        return List.copyOf(done);
    }

    /** The machine goes off, if it is not yet, and on again. */
    synchronized void restart(Left left, Random random) {
        Map<Path, Node> now = new HashMap<>(held);
        for (List<Consumer<Map<Path, Node>>> changes : unforced.values()) {
            changes.stream().filter(change -> survives(left, random)).forEach(change -> change.accept(now));
        }
        List.copyOf(now.keySet()).stream()
                .filter(path -> !isReachable(path, now))
                .forEach(now::remove);
        seen.clear();
        seen.putAll(now);
        held.clear();
        held.putAll(now);
        unforced.clear();
        now.values().forEach(node -> settle(node, left, random));
        faultAt = Integer.MAX_VALUE;
        off = false;
        forceFails = false;
        truncateFails = false;
        space = Long.MAX_VALUE;
    }

    /** Only the process dies: what a reader sees, all see. */
    synchronized void restartProcess() {
        faultAt = Integer.MAX_VALUE;
        off = false;
    }

    private static boolean survives(Left left, Random random) {
        return left == Left.ALL || (left == Left.SOME && random.nextBoolean());
    }

    private boolean isReachable(Path path, Map<Path, Node> names) {
        Path up = path;
        while (up != null && !up.equals(root) && names.containsKey(up)) {
            up = up.getParent();
        }
        return root.equals(up);
    }

    private static void settle(Node node, Left left, Random random) {
        int length = node.resized && survives(left, random) ? node.seen.length : node.held.length;
        byte[] settled = Arrays.copyOf(node.held, length);
        for (int page = node.unforced.nextSetBit(0); page >= 0; page = node.unforced.nextSetBit(page + 1)) {
            int from = page * PAGE;
            int to = Math.min(Math.min(from + PAGE, node.seen.length), length);
            if (from < to && survives(left, random)) {
                System.arraycopy(node.seen, from, settled, from, to - from);
            }
        }
        node.seen = settled;
        node.held = settled.clone();
        node.unforced.clear();
        node.resized = false;
        node.seenTime = survives(left, random) ? node.seenTime : node.heldTime;
        node.heldTime = node.seenTime;
    }

    /** Counts an operation; returns whether it is to fail once half of it is done. */
    private boolean step(String what, Path path) throws IOException {
        if (off) {
            throw new PowerCut();
        }
        done.add(what + " " + path.getFileName());
        if (denied != null && path.toString().contains(denied)) {
            throw new AccessDeniedException(path.toString());
        }
        if (done.size() - 1 == faultAt) {
            off = fault == Fault.CUT;
            return true;
        }
        return false;
    }

    private void stepOrFail(String what, Path path) throws IOException {
        if (step(what, path)) {
            fail(path);
        }
    }

    private void fail(Path path) throws IOException {
        if (off) {
            throw new PowerCut();
        }
        throw new FileSystemException(path.toString(), null, "Input/output error");
    }

    private static Path parent(Path path) {
        return requireNonNull(path.getParent());
    }

    private Node node(Path path) throws IOException {
        Node node = seen.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    /** Changes names now, and on the platters with the next force of the folder. */
    private void change(Path folder, Consumer<Map<Path, Node>> change) {
        change.accept(seen);
        unforced.computeIfAbsent(folder, path -> new ArrayList<>()).add(change);
    }

    private final class Open implements OpenFile {
        private final Path path;
        private final Node node;

        Open(Path path, Node node) {
            this.path = path;
            this.node = node;
        }

        @Override
        public long size() throws IOException {
            synchronized (FragileDisk.this) {
                stepOrFail("size", path);
                return node.seen.length;
            }
        }

        @Override
        public void write(byte[] bytes, long at) throws IOException {
            synchronized (FragileDisk.this) {
                boolean fails = step("write", path);
                int count = fails ? bytes.length / 2 : bytes.length;
                long grows = Math.max(0, at + count - node.seen.length);
                boolean full = grows > space;
                count = full ? (int) Math.max(0, node.seen.length + space - at) : count;
                space -= Math.min(space, grows);
                put(bytes, count, (int) at);
                if (fails) {
                    fail(path);
                }
                if (full) {
                    throw new FileSystemException(path.toString(), null, "No space left on device");
                }
            }
        }

        private void put(byte[] bytes, int count, int at) {
            if (at + count > node.seen.length) {
                node.seen = Arrays.copyOf(node.seen, at + count);
                node.resized = true;
            }
            System.arraycopy(bytes, 0, node.seen, at, count);
            if (count > 0) {
                node.unforced.set(at / PAGE, (at + count - 1) / PAGE + 1);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (FragileDisk.this) {
                stepOrFail("truncate", path);
                if (truncateFails) {
                    throw new FileSystemException(path.toString(), null, "Input/output error");
                }
                if (size < node.seen.length) {
                    node.seen = Arrays.copyOf(node.seen, (int) size);
                    node.resized = true;
                }
            }
        }

        @Override
        public void time(Instant time) throws IOException {
            synchronized (FragileDisk.this) {
                stepOrFail("time", path);
                node.seenTime = time;
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (FragileDisk.this) {
                boolean fails = step("force", path) && !off;
                if (off) {
                    throw new PowerCut();
                }
                if (fails || forceFails) {
                    node.unforced.clear(); // they count as written from now on
                    throw new FileSystemException(path.toString(), null, "Input/output error");
                }
                byte[] forced = Arrays.copyOf(node.held, node.seen.length);
                node.unforced.stream().forEach(page -> {
                    int from = page * PAGE;
                    int to = Math.min(from + PAGE, forced.length);
                    if (from < to) {
                        System.arraycopy(node.seen, from, forced, from, to - from);
                    }
                });
                node.held = forced;
                node.unforced.clear();
                node.resized = false;
                node.heldTime = node.seenTime;
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public synchronized OpenFile open(Path file, boolean make) throws IOException {
        stepOrFail("open", file);
        Node node = seen.get(file);
        if (node == null && make) {
            node(parent(file));
            Node made = new Node(false);
            change(parent(file), names -> names.put(file, made));
        }
        return new Open(file, node(file));
    }

    @Override
    public synchronized byte[] read(Path file) throws IOException {
        stepOrFail("read", file);
        return node(file).seen.clone();
    }

    @Override
    public synchronized byte[] read(Path file, long from, int count) throws IOException {
        stepOrFail("read", file);
        byte[] all = node(file).seen;
        int start = (int) Math.min(from, all.length);
        return Arrays.copyOfRange(all, start, Math.min(start + count, all.length));
    }

    @Override
    public synchronized long size(Path file) throws IOException {
        stepOrFail("size", file);
        return seen.containsKey(file) ? node(file).seen.length : -1;
    }

    @Override
    public synchronized Instant time(Path file) throws IOException {
        stepOrFail("time?", file);
        return node(file).seenTime;
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        stepOrFail("rename", from);
        Node node = node(from);
        change(parent(from), names -> {
            names.remove(from, node);
            names.put(to, node);
        });
    }

    @Override
    public synchronized boolean delete(Path file) throws IOException {
        stepOrFail("delete", file);
        Node node = seen.get(file);
        if (node == null) {
            return false;
        }
        if (node.isFolder && seen.keySet().stream().anyMatch(path -> file.equals(path.getParent()))) {
            throw new DirectoryNotEmptyException(file.toString());
        }
        change(parent(file), names -> names.remove(file, node));
        return true;
    }

    @Override
    public synchronized boolean makeFolder(Path folder) throws IOException {
        stepOrFail("mkdir", folder);
        node(parent(folder));
        Node there = seen.get(folder);
        if (there != null && !there.isFolder) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        if (there != null) {
            return false;
        }
        Node made = new Node(true);
        change(parent(folder), names -> names.put(folder, made));
        return true;
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        stepOrFail("force-folder", folder);
        if (forceFails) {
            throw new FileSystemException(folder.toString(), null, "Input/output error");
        }
        node(folder);
        List<Consumer<Map<Path, Node>>> changes = unforced.remove(folder);
        if (changes != null) {
            changes.forEach(change -> change.accept(held));
        }
    }

    @Override
    public synchronized List<String> list(Path folder) throws IOException {
        stepOrFail("list", folder);
        return seen.keySet().stream()
                .filter(path -> folder.equals(path.getParent()))
                .map(path -> String.valueOf(path.getFileName()))
                .sorted()
                .toList();
    }
}
