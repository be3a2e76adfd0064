"""Who imports whom, seen in a fresh interpreter (a static check cannot see a deferred import)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LOADED = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"

EVERY_MODULE = """
import importlib, pkgutil, {package}
for module in pkgutil.walk_packages({package}.__path__, "{package}."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""

COMMAND = """
import contextlib, io, sys
from mcp_tui.cli import main
sys.argv = ["mcp-tui", *{arguments}]
with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.suppress(SystemExit):
    main()
assert "mcp-tui" in output.getvalue(), output.getvalue()
"""


def loaded_after(script: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after ``script``."""
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\n{LOADED}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_the_core_and_the_configuration_know_nothing_of_the_screen() -> None:
    loaded = loaded_after("import mcp_tui.config" + EVERY_MODULE.format(package="mcp_tui.core"))
    assert {"mcp_tui", "mcp", "httpx2"} <= loaded
    assert not loaded & {"textual", "rich"}


def test_the_product_never_imports_the_sample_servers() -> None:
    loaded = loaded_after(EVERY_MODULE.format(package="mcp_tui"))
    assert {"mcp_tui", "textual"} <= loaded
    assert "mcp_tui_servers" not in loaded


def test_the_sample_servers_never_import_the_product() -> None:
    loaded = loaded_after(EVERY_MODULE.format(package="mcp_tui_servers"))
    assert {"mcp_tui_servers", "mcp"} <= loaded
    assert "mcp_tui" not in loaded


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["call", "--help"], ["watch", "--help"]])
def test_help_and_version_are_quick(arguments: list[str]) -> None:
    loaded = loaded_after(COMMAND.format(arguments=arguments))
    assert "click" in loaded
    assert not loaded & {"textual", "rich", "mcp", "mcp_types", "pydantic", "httpx2", "anyio", "msgspec"}


def test_reading_the_configuration_needs_no_sdk() -> None:
    assert not loaded_after("import mcp_tui.config, mcp_tui.settings") & {"mcp", "pydantic", "httpx2", "textual"}
