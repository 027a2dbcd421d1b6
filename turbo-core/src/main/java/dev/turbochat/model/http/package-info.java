/** The HTTP and event-stream layer under the providers: one exchange, its time limits, its failures by name. */
@NullMarked
package dev.turbochat.model.http;

import org.jspecify.annotations.NullMarked;
