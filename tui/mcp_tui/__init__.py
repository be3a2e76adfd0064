"""A terminal dashboard for MCP (Model Context Protocol) servers."""

from importlib import metadata


def version() -> str:
    """The installed version of mcp-tui, e.g. ``"0.1.0"``."""
    return metadata.version("mcp-tui")
