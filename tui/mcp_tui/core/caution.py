"""Caution: which tools are to be called only once the person has been asked.

Source: MCP specification, schema, "ToolAnnotations". Annotations are hints of a server that may not be trusted:
one that calls its tool harmless is believed for the want of anything better, as in every client.
"""

from __future__ import annotations

import re

from mcp_tui.core.status import Tool
from mcp_tui.core.text import clean

VERBS = frozenset(
    {
        *("delete", "remove", "drop", "destroy", "purge", "kill", "reset", "truncate", "overwrite", "format"),
        *("uninstall", "revoke", "erase", "wipe", "terminate", "unlink", "rm", "rmdir"),
    }
)
"""The words of a name that say that something will be gone."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def reason_to_ask(tool: Tool) -> str:
    """Why the person is to be asked before ``tool`` is called, in a sentence; empty where there is no reason.

    What its annotations say counts; where they say nothing, its name does.
    """
    if tool.destructive:
        return "The server says that this tool is destructive."
    if tool.destructive is not None or tool.read_only is not None:
        return ""
    verb = next((word for word in _words(tool.name) if word in VERBS), "")
    if not verb:
        return ""
    return f"The server does not say whether this tool is destructive, and its name says {clean(verb)!r}."


def _words(name: str) -> list[str]:
    """The words of ``deleteFile``, ``delete_file`` and ``DELETE-file``, in lower case."""
    return [word.lower() for word in _WORD.findall(name)]
