package dev.turbochat.planted.step;

import dev.turbochat.planted.High;

/** Uses what stands above it, which closes a cycle through the root package: the rules must see it. */
public final class Low {
    /** Makes what stands above. */
    public High rise() {
        return new High(this);
    }
}
