"""What can go wrong, as people meet it.

McpTuiError
├── ConfigError         2  the configuration, or the words of a command
├── UnreachableError    3  a server could not be reached
├── UnauthorizedError   4  a server wants credentials
└── ToolError           5  the tool answered with an error

Any other failure at run time is a plain ``McpTuiError`` with exit code 1.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every mcp-tui command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    UNAUTHORIZED = 4
    TOOL_ERROR = 5
    INTERRUPTED = 130


class McpTuiError(Exception):
    """An error meant for a person: what happened, to what, and what to do about it."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(McpTuiError):
    """The configuration or an argument is not usable as it stands."""

    exit_code = ExitCode.USAGE


class UnreachableError(McpTuiError):
    """No conversation with the server came about."""

    exit_code = ExitCode.UNREACHABLE


class UnauthorizedError(McpTuiError):
    """The server answered 401 or 403."""

    exit_code = ExitCode.UNAUTHORIZED


class ToolError(McpTuiError):
    """The tool ran and reported an error (``isError``), or the server refused the call."""

    exit_code = ExitCode.TOOL_ERROR
