"""Sample MCP servers: something for an MCP client to talk to, with no other program.

`items` and `documents` report what they do while a tool runs; `metrics` talks without being called. They run
over streamable HTTP, SSE or stdio, and serve both the `initialize` handshake and the 2026-07-28 protocol.
"""
