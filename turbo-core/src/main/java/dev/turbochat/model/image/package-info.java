/** Images fetched for models: from public addresses only, within limits of size, time and pixels. */
@NullMarked
package dev.turbochat.model.image;

import org.jspecify.annotations.NullMarked;
