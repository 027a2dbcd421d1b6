package dev.turbochat.error;

import org.jspecify.annotations.Nullable;

/** What lies under a memory failed: a disk, a server. Open, so that a memory of one's own can say more. */
public non-sealed class BackendException extends MemoryException {
    private static final long serialVersionUID = 1;

    public BackendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed when it is repeated at once; false unless a memory knows better. */
    public boolean passing() {
        return false;
    }
}
