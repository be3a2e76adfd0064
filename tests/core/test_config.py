"""config.toml: every key, where it is looked for, and what is said of each mistake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui import config
from mcp_tui.core.levels import LABELS, Level
from mcp_tui.core.secrets import Secret
from mcp_tui.errors import ConfigError, ExitCode
from mcp_tui.settings import PROTOCOLS, SAMPLES, THEMES, Config, Limits, ServerSettings

SECRET = "hunter2"
FIRST = '[servers.a]\nurl = "http://h/mcp"\n'
"""A server without mistakes, to add keys to."""


class Folder:
    """A folder with one configuration file that a test writes and reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "config.toml"

    def load(self, text: str, environ: Mapping[str, str] | None = None) -> Config:
        self.file.write_text(text, encoding="utf-8")
        return config.load(self.file, environ=environ or {})

    def server(self, text: str, environ: Mapping[str, str] | None = None) -> ServerSettings:
        """The only server of a file."""
        (server,) = self.load(text, environ).servers
        return server

    def refused(self, text: str, environ: Mapping[str, str] | None = None) -> ConfigError:
        """The error that a file is refused with; it always names the file."""
        with pytest.raises(ConfigError) as caught:
            self.load(text, environ)
        assert str(self.file) in caught.value.message
        assert caught.value.exit_code is ExitCode.USAGE
        return caught.value


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# What is understood


def test_an_empty_file_has_no_servers_and_the_defaults(folder: Folder) -> None:
    assert folder.load("") == Config(servers=(), path=folder.file)


def test_a_server_needs_no_more_than_a_url(folder: Folder) -> None:
    assert folder.server(FIRST) == ServerSettings("a", "streamable-http", url="http://h/mcp", shown="http://h/mcp")


def test_every_key_of_an_http_server(folder: Folder) -> None:
    (folder.path / "corp-ca.pem").write_text("")
    text = """
    [servers.production]
    url = "https://mcp.example.com/mcp"
    transport = "sse"
    headers = { Authorization = "Bearer ${MCP_TOKEN}", X-Team = "tools" }
    ca_file = "corp-ca.pem"
    level = "warning"
    protocol = "legacy"
    enabled = true
    sample = "items"
    """
    assert folder.server(text, {"MCP_TOKEN": SECRET}) == ServerSettings(
        name="production",
        transport="sse",
        url="https://mcp.example.com/mcp",
        headers={"Authorization": Secret(f"Bearer {SECRET}"), "X-Team": Secret("tools")},
        ca_file=folder.path / "corp-ca.pem",
        level=Level.WARNING,
        protocol="legacy",
        sample="items",
        shown="https://mcp.example.com/mcp",
        secrets=(Secret(SECRET),),
        asks=("sends $MCP_TOKEN to https://mcp.example.com/mcp",),
    )


def test_every_key_of_a_stdio_server(folder: Folder) -> None:
    text = """
    [servers.local]
    command = ["uvx", "${TOOL}"]
    env = { GIT_DIR = "${HOME}/src/.git" }
    level = "error"
    protocol = "2026-07-28"
    """
    assert folder.server(text, {"TOOL": "mcp-server-git", "HOME": "/home/me"}) == ServerSettings(
        name="local",
        transport="stdio",
        command=("uvx", "mcp-server-git"),
        env={"GIT_DIR": Secret("/home/me/src/.git")},
        level=Level.ERROR,
        protocol="2026-07-28",
        shown="uvx '${TOOL}'",
        asks=("runs uvx '${TOOL}'", "sets GIT_DIR=${HOME}/src/.git for it"),
    )


def test_what_a_command_line_takes_from_the_environment_is_not_shown(folder: Folder) -> None:
    text = """[servers.a]\ncommand = ["mcp-remote", "--header", "Authorization: Bearer ${TOKEN}"]"""
    server = folder.server(text, {"TOKEN": SECRET})
    assert SECRET in server.command[2]
    assert SECRET not in server.address
    assert SECRET not in repr(server)


def test_a_home_that_does_not_exist_is_an_error_like_any_other(folder: Folder) -> None:
    with pytest.raises(ConfigError, match="ca_file"):
        folder.server('[servers.a]\nurl = "http://h/mcp"\nca_file = "~no-such-user-here/x"')


def test_a_file_that_is_nested_too_deep_is_an_error_like_any_other(folder: Folder) -> None:
    with pytest.raises(ConfigError, match="nested too deep"):
        folder.server("a = " + "[" * 20_000 + "]" * 20_000)


@pytest.mark.parametrize(
    ("keys", "transport"),
    [
        ('url = "http://h/mcp"', "streamable-http"),
        ('url = "http://h/mcp"\ntransport = "streamable-http"', "streamable-http"),
        ('url = "http://h/sse"\ntransport = "sse"', "sse"),
        ('command = ["x"]', "stdio"),
        ('command = ["x"]\ntransport = "stdio"', "stdio"),
    ],
)
def test_the_transport_is_said_or_follows_from_the_key(folder: Folder, keys: str, transport: str) -> None:
    assert folder.server(f"[servers.a]\n{keys}").transport == transport


@pytest.mark.parametrize(
    "url",
    ["http://h", "https://h:8443/mcp", "http://127.0.0.1:8101/mcp", "http://[::1]:80/mcp", "http://u:p@h/?k=v"],
)
def test_urls_that_are_urls(folder: Folder, url: str) -> None:
    assert folder.server(f'[servers.a]\nurl = "{url}"').url == url


@pytest.mark.parametrize("theme", THEMES)
def test_each_theme(folder: Folder, theme: str) -> None:
    assert folder.load(f'theme = "{theme}"').theme == theme


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol(folder: Folder, protocol: str) -> None:
    assert folder.server(f'{FIRST}protocol = "{protocol}"').protocol == protocol


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_sample(folder: Folder, sample: str) -> None:
    assert folder.server(f'{FIRST}sample = "{sample}"').sample == sample


@pytest.mark.parametrize("label", LABELS)
def test_the_level_of_the_file_is_that_of_its_servers_unless_they_say_otherwise(folder: Folder, label: str) -> None:
    servers = f'level = "{label}"\n{FIRST}[servers.b]\nurl = "http://h/mcp"\nlevel = "alert"'
    first, second = folder.load(servers).servers
    assert (first.level.label, second.level) == (label, Level.ALERT)


def test_routing_gives_levels_to_notifications(folder: Folder) -> None:
    text = '[routing]\n"progress" = "info"\n"tools/list_changed" = "error"\n"my_company/news" = "debug"'
    assert folder.load(text).routing == {
        "progress": Level.INFO,
        "tools/list_changed": Level.ERROR,
        "my_company/news": Level.DEBUG,
    }


def test_limits_are_seconds(folder: Folder) -> None:
    text = "[limits]\nconnect = 2.5\nheartbeat = 5\ncall_quiet = 0\ncall_total = 86400"
    assert folder.load(text).limits == Limits(2.5, 5.0, 0.0, 86_400.0)


def test_limits_that_are_not_said_are_the_defaults(folder: Folder) -> None:
    assert folder.load("[limits]\nconnect = 3").limits == Limits(connect=3.0)


def test_servers_keep_the_order_of_the_file(folder: Folder) -> None:
    text = "".join(f'[servers.{name}]\nurl = "http://h/mcp"\n' for name in ("c", "a", "b.1", "b"))
    names = [server.name for server in folder.load(text.replace("b.1", '"b.1"')).servers]
    assert names == ["c", "a", "b.1", "b"]


def test_whether_the_file_was_found_without_being_named_is_kept(folder: Folder) -> None:
    folder.file.write_text("")
    assert config.load(folder.file, implicit=True).implicit
    assert not config.load(folder.file).implicit


# Environment variables


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${A}", "1"),
        ("${A}${B}-${A}", "12-1"),
        ("plain $A and {A}", "plain $A and {A}"),
        ("$${A}", "${A}"),
        ("${A}$${B}${B}", "1${B}2"),
        ("${NESTED}", "${A}"),
    ],
)
def test_variables_are_filled_in_once_and_can_be_escaped(folder: Folder, written: str, meant: str) -> None:
    server = folder.server(f'{FIRST}headers = {{ X = "{written}" }}', {"A": "1", "B": "2", "NESTED": "${A}"})
    assert server.headers == {"X": Secret(meant)}


def test_variables_are_filled_in_everywhere_a_server_takes_a_text(folder: Folder) -> None:
    (folder.path / "ca.pem").write_text("")
    environ = {"HOST": "h", "CA": "ca", "PROGRAM": "uvx"}
    http = folder.server('[servers.a]\nurl = "http://${HOST}/mcp"\nca_file = "${CA}.pem"', environ)
    assert (http.url, http.ca_file) == ("http://h/mcp", folder.path / "ca.pem")
    assert folder.server('[servers.a]\ncommand = ["${PROGRAM}"]', environ).command == ("uvx",)


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ('url = "http://${MISSING}/mcp"', "servers.a.url"),
        ('url = "http://h"\nheaders = { Authorization = "${MISSING}" }', "servers.a.headers.Authorization"),
        ('url = "http://h"\nca_file = "${MISSING}"', "servers.a.ca_file"),
        ('command = ["x", "${MISSING}"]', "servers.a.command"),
        ('command = ["x"]\nenv = { KEY = "${MISSING}" }', "servers.a.env.KEY"),
    ],
)
def test_a_missing_variable_is_named_and_so_is_the_way_out(folder: Folder, keys: str, key: str) -> None:
    error = folder.refused(f"[servers.a]\n{keys}")
    assert f"{key} needs the environment variable MISSING" in error.message
    assert "export MISSING=" in error.hint
    assert "enabled = false" in error.hint


@pytest.mark.parametrize(
    "keys",
    [
        'url = "http://${MISSING}/mcp"',
        'url = "http://h/mcp"\nheaders = { Authorization = "${MISSING}" }',
        'url = "http://h/mcp"\nca_file = "${MISSING}/nowhere.pem"',
        'command = ["${MISSING}"]\nenv = { KEY = "${MISSING}" }',
    ],
)
def test_a_disabled_server_needs_nothing_of_its_surroundings(folder: Folder, keys: str) -> None:
    server = folder.server(f"[servers.a]\nenabled = false\n{keys}")
    assert not server.enabled
    assert server.address


def test_a_disabled_server_is_still_checked(folder: Folder) -> None:
    assert "servers.a.levle is not a known key" in folder.refused(f"{FIRST}enabled = false\nlevle = 1").message


def test_a_disabled_server_without_a_usable_url_has_an_address_all_the_same(folder: Folder) -> None:
    server = folder.server(f'[servers.a]\nenabled = false\nurl = "http://u:{SECRET}@[::1/mcp"')
    assert SECRET not in server.address


# Files


def test_ca_file_is_relative_to_the_configuration(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "tls").mkdir()
    (folder.path / "tls" / "ca.pem").write_text("")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert folder.server(f'{FIRST}ca_file = "tls/ca.pem"').ca_file == folder.path / "tls" / "ca.pem"


def test_ca_file_may_be_in_the_home_folder_or_absolute(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.path / "ca.pem").write_text("")
    monkeypatch.setenv("HOME", str(folder.path))
    for path in ("~/ca.pem", str(folder.path / "ca.pem")):
        assert folder.server(f"{FIRST}ca_file = '{path}'").ca_file == folder.path / "ca.pem"


def test_a_ca_file_that_is_not_there_is_an_error_that_says_where_it_was_looked_for(folder: Folder) -> None:
    error = folder.refused(f'{FIRST}ca_file = "nowhere.pem"')
    assert 'servers.a.ca_file is "nowhere.pem", which is no file' in error.message
    assert str(folder.path / "nowhere.pem") in error.hint


# What is refused


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("levle = 1", "levle is not a known key", "(did you mean level?)"),
        ("zzz = 1", "zzz is not a known key", "level, theme, routing, limits, servers"),
        (f'{FIRST}urll = "x"', "servers.a.urll is not a known key", "(did you mean url?)"),
        (f'{FIRST}name = "b"', "servers.a.name is not a known key", "transport"),
        ("[limits]\nconect = 1", "limits.conect is not a known key", "(did you mean connect?)"),
        ('level = "warn"', 'level is "warn"', "(did you mean warning?)"),
        ("level = 3", "level is a number (3)", ", ".join(LABELS)),
        ('level = "INFO"', 'level is "INFO"', ", ".join(LABELS)),
        ('theme = "mcp-drak"', 'theme is "mcp-drak"', "(did you mean mcp-dark?)"),
        ("theme = true", "theme is a boolean", "mcp-dark, mcp-light"),
        (f'{FIRST}level = "loud"', 'servers.a.level is "loud"', "one of debug"),
        (f'{FIRST}protocol = "2025"', 'servers.a.protocol is "2025"', "auto, legacy, 2026-07-28"),
        (f"{FIRST}protocol = 2026-07-28", "servers.a.protocol is a", "auto, legacy, 2026-07-28"),
        (f'{FIRST}sample = "item"', 'servers.a.sample is "item"', "(did you mean items?)"),
        (f'{FIRST}transport = "http"', 'servers.a.transport is "http"', "streamable-http, sse, stdio"),
        (f'{FIRST}transport = "stdio"', 'servers.a.transport is "stdio"', "command"),
        ('[servers.a]\ncommand = ["x"]\ntransport = "sse"', 'servers.a.transport is "sse"', "url"),
        (f'{FIRST}command = ["x"]', "servers.a has both url and command", "one of them"),
        ("[servers.a]\nenabled = true", "servers.a has neither", "command"),
        (f'{FIRST}enabled = "yes"', 'servers.a.enabled is "yes"', "true or false"),
        (f"{FIRST}enabled = 1", "servers.a.enabled is a number (1)", "true or false"),
        (f'{FIRST}env = {{ A = "b" }}', "servers.a.env does not go with streamable-http", "leave env out"),
        ('[servers.a]\ncommand = ["x"]\nheaders = {}', "servers.a.headers does not go with stdio", "leave headers"),
        (
            '[servers.a]\ncommand = ["x"]\nca_file = "c"',
            "servers.a.ca_file does not go with stdio",
            "leave ca_file",
        ),
        ('[servers.a]\ncommand = ["x"]\nsample = "items"', "servers.a.sample does not go with stdio", "leave"),
        ("[servers.a]\nurl = 5", "servers.a.url is a number (5)", "http://127.0.0.1"),
        ('[servers.a]\ncommand = "uvx"', "servers.a.command is", '["uvx", "mcp-server-git"]'),
        ("[servers.a]\ncommand = []", "servers.a.command is", '["uvx", "mcp-server-git"]'),
        ('[servers.a]\ncommand = ["x", 1]', "servers.a.command is", '["uvx", "mcp-server-git"]'),
        (f"{FIRST}headers = {{ X = 1 }}", "servers.a.headers.X is a number", "a text in quotes"),
        (f'{FIRST}headers = "X: 1"', "servers.a.headers is", "a table: [servers.a.headers]"),
        (f"{FIRST}ca_file = 1", "servers.a.ca_file is a number (1)", "the path of a file"),
        ("servers = []", "servers is", "a table: [servers]"),
        ("[servers]\na = 1", "servers.a is a number (1)", "a table: [servers.a]"),
        ('[servers."a b"]\nurl = "http://h"', "servers.a b is not a usable name", "letters, digits"),
        ('[servers.""]\nurl = "http://h"', "servers. is not a usable name", "letters, digits"),
        (f'[servers.{"x" * 41}]\nurl = "http://h"', "is not a usable name", "at most 40"),
        ("routing = 1", "routing is a number (1)", "a table: [routing]"),
        ('[routing]\n"tools/list_changed" = "loud"', 'routing.tools/list_changed is "loud"', "one of debug"),
        ('[routing]\n"Tools Changed" = "info"', "routing.Tools Changed is not the name", '"tools/list_changed"'),
        ('[routing]\n"notifications/progress/" = "info"', "is not the name of a notification", "for example"),
        ("limits = 1", "limits is a number (1)", "a table: [limits]"),
        ('[limits]\nconnect = "10"', 'limits.connect is "10"', "seconds, 0.1 to 86400"),
        ("[limits]\nconnect = true", "limits.connect is a boolean", "seconds, 0.1 to 86400"),
        ("[limits]\nconnect = 0", "limits.connect is a number (0)", "seconds, 0.1 to 86400"),
        ("[limits]\nheartbeat = nan", "limits.heartbeat is a number (nan)", "seconds, 0.1 to 86400"),
        ("[limits]\ncall_quiet = -1", "limits.call_quiet is a number (-1)", "seconds, 0 to 86400"),
        ("[limits]\ncall_total = inf", "limits.call_total is a number (inf)", "seconds, 0 to 86400"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_what_is_allowed(
    folder: Folder, text: str, key: str, hint: str
) -> None:
    error = folder.refused(text)
    assert key in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mcp",
        "h:80/mcp",
        "ftp://h/mcp",
        "http://",
        "http:///mcp",
        "http://h:x/mcp",
        "http://h:99999/",
        "http://h:0",
        "http://h/a b",
        "http://h/\\n",
        "http://[::1/mcp",
        "ws://h/mcp",
        " http://h/",
    ],
)
def test_what_is_no_url_is_refused(folder: Folder, url: str) -> None:
    error = folder.refused(f'[servers.a]\nurl = "{url}"')
    assert "servers.a.url is " in error.message
    assert "http://127.0.0.1:8101/mcp" in error.hint


@pytest.mark.parametrize(
    "text",
    [
        f'[servers.a]\nurl = "ftp://user:{SECRET}@h/mcp"',
        f'[servers.a]\nurl = "http://user:{SECRET}@[::1/mcp"',
        f'[servers.a]\nurl = "http://user:{SECRET}/x@h/mcp"',
        f'[servers.a]\nurl = "user:{SECRET}@h/mcp"',
        f'[servers.a]\nurl = "h/mcp?token={SECRET}"',
        f'[servers.a]\nurl = "http://h:x/mcp?token={SECRET}"',
        f'[servers.a]\nurl = "http://h:x/mcp?{SECRET}"',
        f'[servers.a]\nurl = ["http://user:{SECRET}@h/mcp"]',
        f'[servers]\na = "http://user:{SECRET}@h/mcp"',
        f'servers = "http://user:{SECRET}@h/mcp"',
        f'{FIRST}headers = "Authorization: Bearer {SECRET}"',
        f'{FIRST}headers = ["Authorization: Bearer {SECRET}"]',
        f'{FIRST}headers = {{ Authorization = ["{SECRET}"] }}',
        f'[servers.a]\ncommand = "server --token {SECRET}"',
        f'[servers.a]\ncommand = ["server", "--token", "{SECRET}", 1]',
        f'[servers.a]\ncommand = {{ token = "{SECRET}" }}',
        f'[servers.a]\ncommand = ["x"]\nenv = "TOKEN={SECRET}"',
        f'[servers.a]\ncommand = ["x"]\nenv = {{ TOKEN = {{ value = "{SECRET}" }} }}',
        f'[servers.a]\nurl = "http://h"\nheaders = {{ X = "{SECRET}${{MISSING}}" }}',
        f'[servers.a]\nurl = "http://h"\nheaders = {{ X = "{SECRET} }}',
    ],
)
def test_no_error_shows_a_secret(folder: Folder, text: str) -> None:
    error = folder.refused(text, {"TOKEN": SECRET})
    assert SECRET not in f"{error.message} {error.hint} {error!r}"


def test_a_secret_out_of_the_environment_is_not_shown_either(folder: Folder) -> None:
    error = folder.refused('[servers.a]\nurl = "${TOKEN}"', {"TOKEN": SECRET})
    assert 'servers.a.url is "${TOKEN}"' in error.message
    assert SECRET not in f"{error.message} {error.hint}"


@pytest.mark.parametrize(
    "text",
    [
        'theme = "\\u001b]52;c;aGk=\\u0007"',
        '"\\u001b]52;c;aGk=\\u0007" = 1',
        '[servers."\\u009b31m"]',
        '[servers.a]\ncommand = ["${\\u001b[2J}"]',
        '[servers.a]\ncommand = ["x"]\nenv = { "\\u202e" = 1 }',
    ],
)
def test_a_hostile_file_cannot_write_to_the_terminal_through_its_error(folder: Folder, text: str) -> None:
    error = folder.refused(text)
    assert f"{error.message}{error.hint}".isprintable()


def test_settings_do_not_show_their_secrets(folder: Folder) -> None:
    http = folder.server(f'[servers.a]\nurl = "http://u:{SECRET}@h/mcp"\nheaders = {{ X = "{SECRET}" }}')
    assert http.address == "http://h/mcp"
    assert SECRET not in repr(http.headers)


# Files that cannot be read


def test_what_is_not_toml_is_named_with_its_place(folder: Folder) -> None:
    assert "not TOML: " in folder.refused("[servers\n").message
    assert "(at line 2" in folder.refused('level = "info"\ntheme = \n').message
    assert "not TOML: " in folder.refused(f"{FIRST}{FIRST}").message


TEXTS = st.sampled_from(["http://h/mcp", "info", "sse", "stdio", "${A}", "${B}", "items", ""]) | st.text(max_size=5)
VALUES: st.SearchStrategy[Any] = (
    TEXTS
    | st.integers()
    | st.booleans()
    | st.floats()
    | st.lists(TEXTS, max_size=2)
    | st.dictionaries(TEXTS, TEXTS)
)
SERVER_KEYS = ["url", "command", "transport", "headers", "env", "ca_file", "level", "protocol", "enabled", "sample"]
FILES = st.fixed_dictionaries(
    {},
    optional={
        "level": VALUES,
        "theme": VALUES,
        "routing": VALUES | st.dictionaries(TEXTS, VALUES),
        "limits": VALUES | st.dictionaries(st.sampled_from(["connect", "call_quiet"]), VALUES),
        "servers": VALUES | st.dictionaries(TEXTS, st.dictionaries(st.sampled_from(SERVER_KEYS), VALUES)),
    },
)


@given(FILES)
def test_any_toml_is_a_configuration_or_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, Any]
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(tomli_w.dumps(table), encoding="utf-8")
    try:
        outcome = str(config.load(file, environ={"A": "1"}).path)
    except ConfigError as error:
        outcome = error.message
    assert str(file) in outcome


def test_what_is_not_utf8_is_an_error(folder: Folder) -> None:
    folder.file.write_bytes(b'level = "\xff"')
    with pytest.raises(ConfigError, match="not UTF-8"):
        config.load(folder.file)


def test_a_file_that_is_not_there_is_an_error_with_its_reason(folder: Folder) -> None:
    with pytest.raises(ConfigError, match="No such file") as caught:
        config.load(folder.file)
    assert str(folder.file) in caught.value.message


def test_a_folder_is_no_file(folder: Folder) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(folder.path)


# Where it is looked for


@pytest.fixture
def user_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The (not yet existing) file in the user's own folder; the working directory is another, empty one."""
    own, here = tmp_path / "own", tmp_path / "here"
    for each in (own, here):
        each.mkdir()
    monkeypatch.chdir(here)

    def user_config_path(appname: str) -> Path:
        return own / appname

    monkeypatch.setattr(platformdirs, "user_config_path", user_config_path)
    file = own / "mcp-tui" / "config.toml"
    file.parent.mkdir()
    return file


def test_the_first_of_the_four_places_counts(user_file: Path) -> None:
    environ = {"MCP_TUI_CONFIG": "given.toml"}
    user_file.write_text("")
    assert config.find(None, {}) == (user_file, False)
    Path("config.toml").write_text("")
    assert config.find(None, {}) == (Path("config.toml"), True)
    assert config.find(None, environ) == (Path("given.toml"), False)
    assert config.find(Path("named.toml"), environ) == (Path("named.toml"), False)


def test_only_the_file_that_was_not_named_is_implicit(user_file: Path) -> None:
    Path("config.toml").write_text("")
    assert config.find(Path("config.toml"), {}) == (Path("config.toml"), False)
    assert config.find(None, {"MCP_TUI_CONFIG": "config.toml"}) == (Path("config.toml"), False)


def test_an_empty_variable_and_a_folder_are_passed_over(user_file: Path) -> None:
    Path("config.toml").mkdir()
    user_file.write_text("")
    assert config.find(None, {"MCP_TUI_CONFIG": ""}) == (user_file, False)


def test_without_any_file_the_error_names_the_places_and_the_demo(user_file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config.find(None, {})
    assert "./config.toml" in caught.value.message
    assert str(user_file) in caught.value.message
    assert "mcp-tui demo" in caught.value.hint
    assert "--config" in caught.value.hint


# The file that comes with the project

SHIPPED = Path(__file__).parents[2] / "config.toml"


def test_the_shipped_file_has_the_three_samples_at_loopback() -> None:
    servers = config.load(SHIPPED, environ={}).servers
    assert {server.sample for server in servers} == set(SAMPLES)
    assert {server.transport for server in servers} == {"streamable-http", "sse"}
    assert all(server.url.startswith("http://127.0.0.1:") for server in servers)


def test_what_the_shipped_file_has_commented_out_is_right_too(folder: Folder) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    start = text.index("# [servers.production]")
    examples = "\n".join(line.removeprefix("# ") for line in text[start:].splitlines())
    (folder.path / "corp-ca.pem").write_text("")
    loaded = folder.load(text[:start] + examples, {"MCP_TOKEN": SECRET, "HOME": "/home/me"})
    assert [server.name for server in loaded.servers][-2:] == ["production", "local"]
    assert loaded.limits == Limits()
    assert loaded.routing == {"progress": Level.DEBUG, "tools/list_changed": Level.NOTICE}
