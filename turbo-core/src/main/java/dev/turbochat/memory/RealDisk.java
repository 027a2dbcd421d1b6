package dev.turbochat.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** The disk of this machine, as Java's file system has it. */
final class RealDisk implements Disk {
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").startsWith("Windows"); // which cannot open folders

    private record Channel(Path path, FileChannel channel) implements OpenFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(byte[] bytes, long at) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer, at + buffer.position());
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void time(Instant time) throws IOException {
            Files.setLastModifiedTime(path, FileTime.from(time));
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Override
    public OpenFile open(Path file, boolean make) throws IOException {
        return new Channel(
                file,
                make
                        ? FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                        : FileChannel.open(file, StandardOpenOption.WRITE));
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    @Override
    public byte[] read(Path file, long from, int count) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(channel.size() - from, 0, count));
            while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {}
            byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        }
    }

    @Override
    public long size(Path file) throws IOException {
        try {
            BasicFileAttributes there = file.getFileSystem()
                    .provider()
                    .readAttributesIfExists(
                            file,
                            BasicFileAttributes.class); // without an exception for those that are absent, as most are
            return there == null ? -1 : there.size();
        } catch (FileSystemException e) {
            if (Files.isRegularFile(Objects.requireNonNull(file.getParent()))) {
                return -1; // a file is in the way where its folder should be; JDK 21 does not call that absent
            }
            throw e;
        }
    }

    @Override
    public Instant time(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    @Override
    public boolean makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(folder)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        if (!WINDOWS) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public List<String> list(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        if (!has(folder)) { // as most inboxes are, and told without an exception
            return names;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
            found.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (NoSuchFileException e) {
            return names;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }
}
