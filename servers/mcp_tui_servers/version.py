"""The version of the installed distribution."""

from importlib.metadata import PackageNotFoundError, version


def distribution_version() -> str:
    """Return the version of `mcp-tui`, or `0+unknown` in a source tree that was never installed."""
    try:
        return version("mcp-tui")
    except PackageNotFoundError:
        return "0+unknown"
