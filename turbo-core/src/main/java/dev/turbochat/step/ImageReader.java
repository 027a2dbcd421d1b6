package dev.turbochat.step;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Walks through an image from block to block, to its end: what has none is cut off.
 *
 * <p>The formats: PNG, ISO/IEC 15948; JPEG, ITU-T T.81 annex B; GIF89a; WebP, RFC 9649.
 */
final class ImageReader {
    private static final String PNG = "\u0089PNG\r\n\u001a\n";
    private static final int JPEG_START_OF_SCAN = 0xDA;
    private static final int JPEG_END = 0xD9;

    private final ByteBuffer in;
    private final String subject;
    private long width;
    private long height;
    private boolean content;

    ImageReader(byte[] bytes, String subject) {
        this.in = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        this.subject = subject;
    }

    ImageHead head() {
        String type;
        try {
            type = walk();
        } catch (IndexOutOfBoundsException e) { // a block reaches past the end
            throw wrong("is cut off after " + in.limit() + " bytes; get it again, whole", e);
        }
        if (!content || width <= 0 || height <= 0) {
            throw wrong("holds no picture, though it is called " + type + "; use another", null);
        }
        return new ImageHead(type, Math.toIntExact(width), Math.toIntExact(height));
    }

    private String walk() {
        if (startsWith(0, PNG)) {
            png();
            return "image/png";
        }
        if (startsWith(0, "\u00ff\u00d8\u00ff")) {
            jpeg();
            return "image/jpeg";
        }
        if (startsWith(0, "GIF87a") || startsWith(0, "GIF89a")) {
            gif();
            return "image/gif";
        }
        if (startsWith(0, "RIFF") && startsWith(8, "WEBP")) {
            webp();
            return "image/webp";
        }
        throw wrong("is not a PNG, JPEG, GIF or WebP image but " + guess() + "; convert it to one of these", null);
    }

    private void png() {
        int at = PNG.length();
        if (!startsWith(at + 4, "IHDR")) {
            throw damaged("its header");
        }
        while (!startsWith(at + 4, "IEND")) {
            int length = in.getInt(at);
            if (length < 0) {
                throw damaged("a block");
            }
            if (startsWith(at + 4, "IHDR")) {
                claim(in.getInt(at + 8), in.getInt(at + 12));
            }
            content |= startsWith(at + 4, "IDAT");
            at = past(at + 12, length);
        }
        past(at + 8, 4);
    }

    private void jpeg() {
        int at = 2;
        while (true) {
            int marker = u8(at + 1);
            if (u8(at) != 0xFF) {
                throw damaged("a segment");
            }
            if (marker == JPEG_END) {
                return;
            }
            if (marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += marker == 0xFF ? 1 : 2; // filling, or a marker that stands alone
                continue;
            }
            if (isJpegFrame(marker)) {
                claim(in.getShort(at + 7) & 0xFFFF, in.getShort(at + 5) & 0xFFFF);
            }
            int length = in.getShort(at + 2) & 0xFFFF;
            if (length < 2) {
                throw damaged("a segment");
            }
            at = past(at + 2, length);
            if (marker == JPEG_START_OF_SCAN) {
                content = true;
                at = afterScan(at);
            }
        }
    }

    /** Whether it begins a frame: the markers among them that do not are tables and an extension. */
    private static boolean isJpegFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** The place of the marker after the coded data that begin here. */
    private int afterScan(int from) {
        int at = from;
        while (u8(at) != 0xFF || u8(at + 1) == 0 || (u8(at + 1) >= 0xD0 && u8(at + 1) <= 0xD7)) {
            at++;
        }
        return at;
    }

    private void gif() {
        in.order(ByteOrder.LITTLE_ENDIAN);
        claim(in.getShort(6) & 0xFFFF, in.getShort(8) & 0xFFFF);
        int at = 13 + gifColours(u8(10));
        while (true) {
            switch (u8(at)) {
                case 0x3B -> {
                    return;
                }
                case 0x21 -> at = afterGifData(at + 2);
                case 0x2C -> {
                    int left = in.getShort(at + 1) & 0xFFFF;
                    int top = in.getShort(at + 3) & 0xFFFF;
                    claim(left + (in.getShort(at + 5) & 0xFFFF), top + (in.getShort(at + 7) & 0xFFFF));
                    content = true;
                    at = afterGifData(at + 11 + gifColours(u8(at + 9)));
                }
                default -> throw damaged("a block");
            }
        }
    }

    private static int gifColours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private int afterGifData(int from) {
        int at = from;
        while (u8(at) != 0) {
            at += 1 + u8(at);
        }
        return at + 1;
    }

    private void webp() {
        in.order(ByteOrder.LITTLE_ENDIAN);
        int end = past(8, in.getInt(4));
        int at = 12;
        while (at < end) {
            int length = in.getInt(at + 4);
            int data = at + 8;
            int next = past(data, length);
            switch (name(at)) {
                case "VP8X" -> claim(1 + u24(data + 4), 1 + u24(data + 7));
                case "ANMF" -> {
                    claim(2 * u24(data) + 1 + u24(data + 6), 2 * u24(data + 3) + 1 + u24(data + 9));
                    content = true;
                }
                case "VP8 " -> {
                    if (!startsWith(data + 3, "\u009d\u0001*")) {
                        throw damaged("its first frame");
                    }
                    claim(in.getShort(data + 6) & 0x3FFF, in.getShort(data + 8) & 0x3FFF);
                    content = true;
                }
                case "VP8L" -> {
                    if (u8(data) != 0x2F) {
                        throw damaged("its first frame");
                    }
                    int size = in.getInt(data + 1);
                    claim(1 + (size & 0x3FFF), 1 + ((size >>> 14) & 0x3FFF));
                    content = true;
                }
                default -> {} // metadata
            }
            at = next + (length & 1);
        }
    }

    private void claim(long claimedWidth, long claimedHeight) {
        if (claimedWidth < 0 || claimedHeight < 0) {
            throw damaged("its size");
        }
        width = Math.max(width, claimedWidth);
        height = Math.max(height, claimedHeight);
    }

    /** The place behind a block that lies within the image. */
    private int past(int from, int length) {
        if (length < 0 || length > in.limit() - from) {
            throw new IndexOutOfBoundsException();
        }
        return from + length;
    }

    private int u8(int at) {
        return in.get(at) & 0xFF;
    }

    private int u24(int at) {
        return u8(at) | u8(at + 1) << 8 | u8(at + 2) << 16;
    }

    private String name(int at) {
        byte[] name = new byte[4];
        in.get(at, name);
        return new String(name, ISO_8859_1);
    }

    private boolean startsWith(int at, String what) {
        for (int i = 0; i < what.length(); i++) {
            if (at + i >= in.limit()) {
                if (i > 0 || at > 0) {
                    throw new IndexOutOfBoundsException();
                }
                return false;
            }
            if (u8(at + i) != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String guess() {
        byte[] first = new byte[Math.min(in.limit(), 64)];
        in.get(0, first);
        String text = new String(first, ISO_8859_1);
        if (text.isEmpty()) {
            return "empty";
        }
        if (text.replace("\u00ef\u00bb\u00bf", "").stripLeading().startsWith("<")) {
            return "a text such as HTML or SVG";
        }
        if (text.startsWith("ftyp", 4)) {
            return "an AVIF or HEIC image, or a film";
        }
        return text.startsWith("BM") || text.startsWith("II*") || text.startsWith("MM")
                ? "a BMP or TIFF image"
                : "something else";
    }

    private IllegalArgumentException damaged(String what) {
        return wrong("is damaged in " + what + "; get it again, or save it anew", null);
    }

    private IllegalArgumentException wrong(String what, @Nullable Throwable cause) {
        return new IllegalArgumentException(subject + " " + what + ".", cause);
    }
}
