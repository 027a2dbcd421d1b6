package dev.turbochat.step;

/**
 * What an image says of itself, read from its bytes without decoding them: a name or a server's word counts for nothing.
 *
 * <p>PNG, JPEG, GIF and WebP are known, which is what models take.
 *
 * @param mediaType {@code image/png}, {@code image/jpeg}, {@code image/gif} or {@code image/webp}
 * @param width in pixels, above zero: the widest claim in it, where frames or copies differ
 * @param height in pixels, above zero
 */
public record ImageHead(String mediaType, int width, int height) {

    /**
     * The head of an image.
     *
     * @throws IllegalArgumentException if it is no image of these kinds, or is damaged or cut off; the message says which
     */
    public static ImageHead of(byte[] bytes) {
        return of(bytes, "The image");
    }

    /** {@link #of(byte[])}, whose failure begins with these words for the image: {@code Image file 'a.png'}. */
    public static ImageHead of(byte[] bytes, String subject) {
        return new ImageReader(bytes, subject).head();
    }

    /** How many pixels it is decoded to. */
    public long pixels() {
        return (long) width * height;
    }
}
