/** Sessions in Redis: one server, Sentinel, or Cluster. */
@NullMarked
package dev.turbochat.memory.redis;

import org.jspecify.annotations.NullMarked;
