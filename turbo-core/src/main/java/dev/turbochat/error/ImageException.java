package dev.turbochat.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An image was not fetched. Messages show where it is without user, password or query, which may be keys. */
public abstract sealed class ImageException extends TurboException {
    private static final long serialVersionUID = 1;

    private final String image;

    private ImageException(String image, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.image = image;
    }

    private ImageException(String image, String happened, String remedy, @Nullable Throwable cause) {
        this(image, "Image '" + image + "' " + happened + "; " + remedy + ".", cause);
    }

    /** Where it is, as far as it may be shown. */
    public String image() {
        return image;
    }

    /** Its address is none that images are fetched from: another scheme, a private network, this very machine. */
    public static final class AddressRefused extends ImageException {
        private static final long serialVersionUID = 1;

        public AddressRefused(String image, String why, String remedy) {
            super(image, "is not fetched: " + why, remedy, null);
        }
    }

    /** Nobody was there, or had it. */
    public static final class FetchFailed extends ImageException {
        private static final long serialVersionUID = 1;

        public FetchFailed(String image, String detail, @Nullable Throwable cause) {
            super(image, "could not be fetched: " + detail, "check the address, or try again", cause);
        }
    }

    /** It did not come in time. */
    public static final class FetchTimedOut extends ImageException {
        private static final long serialVersionUID = 1;

        public FetchTimedOut(String image, Duration limit) {
            super(
                    image,
                    "took too long: it did not come within " + limit.toMillis() + " ms",
                    "try again, or allow more time",
                    null);
        }
    }

    /** It has more bytes or pixels than are taken. */
    public static final class ImageTooLarge extends ImageException {
        private static final long serialVersionUID = 1;

        public ImageTooLarge(String image, String detail) {
            super(image, "is too large: " + detail, "make it smaller, or allow more", null);
        }
    }

    /** What came is no image, another kind than it is called, or cut off. */
    public static final class NotAnImage extends ImageException {
        private static final long serialVersionUID = 1;

        public NotAnImage(String image, String detail, String remedy) {
            super(image, detail, remedy, null);
        }

        /** Of bytes that were found to be none, with what was said of them. */
        public NotAnImage(String image, IllegalArgumentException found) {
            super(image, String.valueOf(found.getMessage()), found);
        }
    }
}
