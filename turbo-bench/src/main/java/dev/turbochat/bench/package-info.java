/** Benchmarks that stand side by side: turbo, the limit, and its peers, in the same run. */
@NullMarked
package dev.turbochat.bench;

import org.jspecify.annotations.NullMarked;
