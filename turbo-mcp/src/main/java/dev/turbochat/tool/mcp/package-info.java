/** Tools of MCP servers (Model Context Protocol) as turbo's. */
@NullMarked
package dev.turbochat.tool.mcp;

import org.jspecify.annotations.NullMarked;
