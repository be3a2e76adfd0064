"""Copying: a tool call as a shell command, as curl and as Python. No secret is ever part of the copy."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from pprint import pformat
from typing import Any

import mcp_types as types
import msgspec
from mcp.shared.inbound import (
    MCP_METHOD_HEADER,
    MCP_NAME_HEADER,
    MCP_PROTOCOL_VERSION_HEADER,
    encode_header_value,
    find_invalid_x_mcp_header,
    mcp_param_headers,
    x_mcp_header_map,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_tui.core import schema
from mcp_tui.core.secrets import MASK, Secret, is_credential, mask_url
from mcp_tui.core.status import Tool
from mcp_tui.settings import ServerSettings

NEEDS_SESSION = (
    "The server speaks {}, where a call needs a session: initialize comes first, and the Mcp-Session-Id of its "
    "answer goes with every request. The Python does all that."
)
OTHER_TRANSPORT = "curl speaks streamable HTTP; this server is reached over {}. The Python does all it takes."
UNPRINTABLE = "Its name has characters that no command line should carry."
NO_FILE = "These servers are in no configuration file: where it runs, config.toml must name {}."
FILL_IN = f"Put in what {MASK} stands for: secrets are not copied."

_VARIABLE = re.compile(r"(\$\{\w+\})")


class Subject(msgspec.Struct, frozen=True):
    """A call to be copied.

    arguments: without secrets. protocol: the version agreed on, empty where it is not known.
    config: the configuration file that names the server, or None.
    """

    settings: ServerSettings
    tool: Tool
    arguments: dict[str, Any]
    protocol: str = ""
    config: Path | None = None


class Copy(msgspec.Struct, frozen=True):
    """text: ready to be pasted, or empty where there is no such form. note: what to know first, or why not."""

    text: str
    note: str = ""


def as_command(subject: Subject) -> Copy:
    """``mcp-tui call ...`` for a POSIX shell. What ``KEY=VALUE`` cannot say goes into ``--args``."""
    server, tool = subject.settings.name, subject.tool.name
    if not (server + tool).isprintable():
        return Copy("", UNPRINTABLE)
    texts = {name: _pair(subject.tool, name, value) for name, value in subject.arguments.items()}
    rest = {name: value for name, value in subject.arguments.items() if texts[name] is None}
    words = ["mcp-tui", "call"]
    if subject.config is not None:
        words += ["--config", str(subject.config)]
    if rest:
        words += ["--args", _json(rest)]
    given = [server, tool, *(text for text in texts.values() if text is not None)]
    if any(word.startswith("-") for word in given):
        words.append("--")
    return _noted(shlex.join([*words, *given]), "" if subject.config else NO_FILE.format(server))


def as_curl(subject: Subject) -> Copy:
    """One POST, where the server speaks streamable HTTP in the modern era.

    Source: MCP specification 2026-07-28, basic/transports, "Streamable HTTP".
    """
    settings = subject.settings
    if settings.transport != "streamable-http":
        return Copy("", OTHER_TRANSPORT.format(settings.transport))
    if subject.protocol not in MODERN_PROTOCOL_VERSIONS:
        return Copy("", NEEDS_SESSION.format(subject.protocol or "a version not known now"))
    words = [f"curl -sS -N {_address_word(_address(settings))}"]
    if settings.ca_file is not None:
        words.append(f"--cacert {shlex.quote(str(settings.ca_file))}")
    headers = {**_shown(settings.headers, settings.secrets), **_headers(subject)}
    words += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    words.append(f"--data-raw {shlex.quote(_json(_request(subject)))}")
    return _noted(" \\\n  ".join(words))


def as_python(subject: Subject) -> Copy:
    """A program for the SDK's client, whatever the transport and the era."""
    settings = subject.settings
    imports, opening = _OPENINGS[settings.transport](settings)
    mode = "" if settings.protocol == "auto" else f", mode={settings.protocol!r}"
    opening = opening.format(mode=mode)
    if "os.path" in opening:
        imports = ["import os", *imports]
    arguments = pformat(subject.arguments, width=88, sort_dicts=False)
    lines = sorted({"import asyncio", "from mcp.client import Client", *imports}, key=_import_order)
    standard = [line for line in lines if line in _STANDARD]
    head = "\n".join([*standard, "", *lines[len(standard) :]])
    return _noted(_PROGRAM.format(head, arguments, opening, subject.tool.name))


_PROGRAM = """\
{}

ARGUMENTS = {}


async def main() -> None:
    async with {} as client:
        print(await client.call_tool({!r}, ARGUMENTS))


asyncio.run(main())
"""

_STANDARD = ("import asyncio", "import os", "import ssl")


def _import_order(line: str) -> tuple[bool, bool, str]:
    """The standard library first, and ``import`` before ``from``."""
    return line not in _STANDARD, line.startswith("from"), line


Opening = tuple[list[str], str]
"""Imports, and the expression that makes the client, ``{mode}`` where the protocol may be named."""


def _over_http(settings: ServerSettings) -> Opening:
    address = _literal(_address(settings))
    options = _http_options(settings)
    if not options:
        return [], f"Client({address}{{mode}})"
    imports = ["import httpx2", "from mcp.client.streamable_http import streamable_http_client"]
    if settings.ca_file is not None:
        imports.append("import ssl")
    http = f"httpx2.AsyncClient({options})"
    return imports, f"{http} as http, Client(streamable_http_client({address}, http_client=http){{mode}})"


def _over_sse(settings: ServerSettings) -> Opening:
    headers = _shown(settings.headers, settings.secrets)
    given = f", headers={_braced(headers)}" if headers else ""
    return ["from mcp.client.sse import sse_client"], (
        f"Client(sse_client({_literal(_address(settings))}{given}){{mode}})"
    )


def _over_stdio(settings: ServerSettings) -> Opening:
    command, *rest = shlex.split(settings.shown) if settings.shown else settings.command
    env = _shown(settings.env, settings.secrets)
    given = f", env={_braced(env)}" if env else ""
    words = ", ".join(map(_literal, rest))
    target = f"StdioServerParameters(command={_literal(command)}, args=[{words}]{given})"
    return ["from mcp.client.stdio import StdioServerParameters"], f"Client({target}{{mode}})"


_OPENINGS = {"streamable-http": _over_http, "sse": _over_sse, "stdio": _over_stdio}


def _http_options(settings: ServerSettings) -> str:
    options: list[str] = []
    if settings.headers:
        options.append(f"headers={_braced(_shown(settings.headers, settings.secrets))}")
    if settings.ca_file is not None:
        options.append(f"verify=ssl.create_default_context(cafile={_braced(str(settings.ca_file))})")
    return ", ".join(options)


def _noted(text: str, note: str = "") -> Copy:
    masked = MASK in text or json.dumps(MASK).strip('"') in text
    return Copy(text, " ".join(filter(None, (note, FILL_IN if masked else ""))))


def _json(value: Any) -> str:
    """JSON in which nothing can harm the terminal that it is pasted into."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value).replace("\x7f", "\\u007f")


def _pair(tool: Tool, name: str, value: Any) -> str | None:
    """``KEY=VALUE``, where ``mcp-tui call`` reads exactly this value out of it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if not name or "=" in name or not (name + text).isprintable():
        return None
    try:
        read = schema.arguments(tool.input_schema, {name: text})
    except schema.ArgumentError:
        return None
    # As JSON: 1, 1.0 and true are equal in Python.
    return f"{name}={text}" if json.dumps(read) == json.dumps({name: value}) else None


def _address(settings: ServerSettings) -> str:
    return mask_url(settings.shown or settings.url)


def _shown(values: Mapping[str, Secret], secrets: Iterable[Secret]) -> dict[str, str]:
    """Headers or environment as they may be copied: what is secret by its name, or came from outside, masked."""
    hidden = [secret.reveal() for secret in secrets]
    return {
        name: MASK if is_credential(name) or any(secret in value.reveal() for secret in hidden) else value.reveal()
        for name, value in values.items()
    }


def _headers(subject: Subject) -> dict[str, str]:
    """What goes with a ``tools/call`` beside its body."""
    made = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        MCP_PROTOCOL_VERSION_HEADER: subject.protocol,
        MCP_METHOD_HEADER: "tools/call",
        MCP_NAME_HEADER: encode_header_value(subject.tool.name),
    }
    if find_invalid_x_mcp_header(subject.tool.input_schema) is None:
        made |= mcp_param_headers(x_mcp_header_map(subject.tool.input_schema), subject.arguments)
    return made


def _request(subject: Subject) -> dict[str, Any]:
    meta: dict[str, Any] = {
        types.PROTOCOL_VERSION_META_KEY: subject.protocol,
        types.CLIENT_INFO_META_KEY: {"name": "curl", "version": "1"},
        types.CLIENT_CAPABILITIES_META_KEY: {},
        types.LOG_LEVEL_META_KEY: subject.settings.level.label,
        "progressToken": 1,
    }
    params = {"name": subject.tool.name, "arguments": subject.arguments, "_meta": meta}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def _address_word(text: str) -> str:
    """One word for a shell, to which each ``${NAME}`` in it is left."""
    parts = _VARIABLE.split(text)
    return "".join(f'"{part}"' if index % 2 else shlex.quote(part) for index, part in enumerate(parts) if part)


def _literal(text: str) -> str:
    """Python for ``text``, in which each ``${NAME}`` is filled in from the environment."""
    return f"os.path.expandvars({_braced(text)})" if _VARIABLE.search(text) else _braced(text)


def _braced(value: Any) -> str:
    """Python for ``value``, fit for ``str.format``."""
    return repr(value).replace("{", "{{").replace("}", "}}")
