/** Where sessions live: the journal, its entries, and the stores that keep them. */
@NullMarked
package dev.turbochat.memory;

import org.jspecify.annotations.NullMarked;
