"""``${NAME}`` in a configuration, filled in from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mcp_tui.core.secrets import Secret, is_credential

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class MissingVariableError(Exception):
    """A variable that is not set; ``name`` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Variables:
    """Fills in the texts of one server, and remembers what was taken from the environment.

    used: the names of the variables. secrets: the values of those that are secret: by their name, or because of
        where they are sent.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.used: dict[str, None] = {}
        self.secrets: list[Secret] = []

    def expand(self, text: str, *, secret: bool) -> str:
        """``text`` with each ``${NAME}`` replaced, and ``$${`` by ``${`` itself. Raises MissingVariableError.

        ``secret``: whether whatever stands here is one (in a header, in a URL).
        """

        def value(match: re.Match[str]) -> str:
            return self._value(match[1], secret)

        return "${".join(_VARIABLE.sub(value, part) for part in text.split("$${"))

    def _value(self, name: str, secret: bool) -> str:
        if (found := self._environ.get(name)) is None:
            raise MissingVariableError(name)
        self.used[name] = None
        if found and (secret or is_credential(name)):
            self.secrets.append(Secret(found))
        return found
