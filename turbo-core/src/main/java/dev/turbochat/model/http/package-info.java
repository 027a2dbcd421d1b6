/**
 * What the providers stand on: one exchange over HTTP, its time limits, its failures by name, and the answer that is
 * gathered from it in whatever format.
 */
@NullMarked
package dev.turbochat.model.http;

import org.jspecify.annotations.NullMarked;
