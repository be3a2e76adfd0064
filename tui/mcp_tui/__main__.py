"""``python -m mcp_tui`` is ``mcp-tui``."""

from mcp_tui.cli import main

if __name__ == "__main__":
    main()
