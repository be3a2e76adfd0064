"""Every colour that text has can be read on every ground that text stands on, in few colours as well."""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem
from textual.theme import Theme

from mcp_tui.ui.theme import THEMES

LEAST = 4.5
"""WCAG 2.2, 1.4.3."""


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color.get_truecolor()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str, system: ColorSystem) -> float:
    found = sorted(_luminance(Color.parse(color).downgrade(system)) for color in (one, other))
    return (found[1] + 0.05) / (found[0] + 0.05)


def _grounds(theme: Theme) -> list[str | None]:
    return [theme.background, theme.surface, theme.panel, theme.variables["block-cursor-background"]]


def _texts(theme: Theme) -> dict[str, str]:
    named = {name: value for name, value in theme.variables.items() if name.startswith(("level-", "server-"))}
    for name in ("muted", "block-cursor-foreground", "footer-key-foreground"):
        named[name] = theme.variables[name]
    return {**named, "primary": theme.primary, "secondary": theme.secondary or "", "success": theme.success or ""}


@pytest.mark.parametrize("system", [ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT])
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_contrast(theme: Theme, system: ColorSystem) -> None:
    bad = {
        (name, ground): round(_contrast(text, ground, system), 2)
        for name, text in _texts(theme).items()
        for ground in _grounds(theme)
        if ground is not None and _contrast(text, ground, system) < LEAST
    }
    assert bad == {}
