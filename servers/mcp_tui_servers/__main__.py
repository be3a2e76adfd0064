"""`python -m mcp_tui_servers`: the same as the command `mcp-tui-servers`."""

from mcp_tui_servers.cli import main

if __name__ == "__main__":
    main()
