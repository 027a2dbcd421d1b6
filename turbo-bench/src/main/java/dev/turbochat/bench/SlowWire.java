package dev.turbochat.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A wire to a server that is far away: how long something takes over it tells how often it waits. What is sent at once, on
 * one connection or several, arrives at once.
 */
final class SlowWire implements AutoCloseable {
    /** There and back: far more than anything takes at either end. */
    static final Duration ROUND_TRIP = Duration.ofMillis(40);

    private static final byte[] END = {};

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private volatile long lastReply = System.nanoTime();

    /** What is under way, and when it arrives. */
    private static final class Piece {
        final byte[] bytes;
        final long due = System.nanoTime() + ROUND_TRIP.toNanos() / 2;

        Piece(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    SlowWire(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    String uri() {
        return "redis://127.0.0.1:" + listener.getLocalPort();
    }

    /** When the last reply came, by {@link System#nanoTime}. */
    long lastReply() {
        return lastReply;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                connect(client, server, false);
                connect(server, client, true);
            }
        } catch (IOException e) {
            return; // the end
        }
    }

    private void connect(Socket from, Socket to, boolean replies) throws IOException {
        to.setTcpNoDelay(true);
        BlockingQueue<Piece> under = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> take(from, under));
        Thread.ofVirtual().start(() -> bring(under, to, replies));
    }

    private static void take(Socket from, BlockingQueue<Piece> under) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = from.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                under.add(new Piece(Arrays.copyOf(buffer, read)));
            }
        } catch (IOException e) {
            // as if it had ended
        }
        under.add(new Piece(END));
    }

    private void bring(BlockingQueue<Piece> under, Socket to, boolean replies) {
        try (OutputStream out = to.getOutputStream()) {
            for (Piece piece = under.take(); piece.bytes.length > 0; piece = under.take()) {
                TimeUnit.NANOSECONDS.sleep(piece.due - System.nanoTime());
                lastReply = replies ? System.nanoTime() : lastReply;
                out.write(piece.bytes);
            }
        } catch (IOException | InterruptedException e) {
            return; // whoever is at the other end has gone
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
