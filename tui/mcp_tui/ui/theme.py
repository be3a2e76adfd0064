"""The dark and the light theme, and how each level looks in them.

Every level has a text colour of its own (``$level-warning``), at least 4.5:1 against the background, the
surface and the panel of its theme (WCAG 2.2, 1.4.3). Textual's ``$error`` and ``$warning`` are made for
surfaces and fail that as text. The names of servers have six colours (``$server-0`` to ``$server-5``) under
the same rule.
"""

from __future__ import annotations

from textual.theme import Theme

from mcp_tui.core.levels import Level

DARK = "mcp-dark"
LIGHT = "mcp-light"

_DARK_LEVELS = ("#9aa3b7", "#7cc4ee", "#84d6a4", "#efcb6b", "#ff8f8f", "#ff9d5c", "#f79cf0", "#ffffff")
_LIGHT_LEVELS = ("#5c6370", "#0b5fa5", "#116329", "#7a4d00", "#b3261e", "#993d00", "#86198f", "#8b0000")

_DARK_SERVERS = ("#9db8e8", "#d9c38b", "#c9b6f2", "#8fd0c4", "#e3a8b6", "#a9c98f")
_LIGHT_SERVERS = ("#35527f", "#6d5410", "#5b3f9b", "#0f5f56", "#7d2440", "#3f6118")

STYLES: dict[Level, str] = {
    Level.ERROR: "bold",
    Level.CRITICAL: "bold",
    Level.ALERT: "bold reverse",
    Level.EMERGENCY: "bold reverse",
}
"""Weight and reverse, so that the severest levels stand out without their colour as well."""


def level_variable(level: Level) -> str:
    """The name of the theme variable with the level's text colour, without the ``$``."""
    return f"level-{level.label}"


def _variables(levels: tuple[str, ...], servers: tuple[str, ...]) -> dict[str, str]:
    return {
        **{level_variable(level): color for level, color in zip(Level, levels, strict=True)},
        **{f"server-{number}": color for number, color in enumerate(servers)},
    }


THEMES = (
    Theme(
        name=DARK,
        dark=True,
        primary="#7cc4ee",
        secondary="#a5b4fc",
        accent="#84d6a4",
        foreground="#d8dee9",
        background="#0f1218",
        surface="#151a22",
        panel="#20242b",
        success="#84d6a4",
        warning="#efcb6b",
        error="#ff8f8f",
        variables={
            **_variables(_DARK_LEVELS, _DARK_SERVERS),
            "border": "#3d4a5c",
            "border-blurred": "#2a3341",
            "block-cursor-background": "#2a2f37",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-text-style": "none",
            "footer-key-foreground": "#7cc4ee",
            "muted": "#9aa3b7",
            "scrollbar": "#3d4a5c",
            "scrollbar-hover": "#56657c",
            "scrollbar-background": "#151a22",
        },
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#0b5fa5",
        secondary="#312a8f",
        accent="#116329",
        foreground="#1f2430",
        background="#fcfcfd",
        surface="#f4f5f8",
        panel="#e9ebee",
        success="#116329",
        warning="#7a4d00",
        error="#b3261e",
        variables={
            **_variables(_LIGHT_LEVELS, _LIGHT_SERVERS),
            "border": "#a3abba",
            "border-blurred": "#cdd2dc",
            "block-cursor-background": "#e3e6ea",
            "block-cursor-foreground": "#10131a",
            "block-cursor-text-style": "none",
            "footer-key-foreground": "#0b5fa5",
            "muted": "#5c6370",
            "scrollbar": "#a3abba",
            "scrollbar-hover": "#7f899b",
            "scrollbar-background": "#eceef2",
        },
    ),
)
