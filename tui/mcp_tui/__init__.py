"""A terminal dashboard for MCP (Model Context Protocol) servers."""

from functools import cache


@cache
def version() -> str:
    """The installed version of mcp-tui, e.g. ``"0.1.0"``."""
    # Slow to import, and of no use to --help.
    from importlib import metadata

    return metadata.version("mcp-tui")
