/** Other clients of models, as their own documentation uses them. */
@NullMarked
package dev.turbochat.bench.peers;

import org.jspecify.annotations.NullMarked;
