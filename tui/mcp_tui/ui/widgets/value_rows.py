"""The row for any value of a form."""

from __future__ import annotations

from typing import Any

import msgspec

from mcp_tui.core.field import GROUPS, Field
from mcp_tui.core.fitting import shows
from mcp_tui.ui.widgets.editing import UNSET
from mcp_tui.ui.widgets.fields import FieldRow
from mcp_tui.ui.widgets.group_rows import ChoiceRow, ObjectRow
from mcp_tui.ui.widgets.item_rows import ListRow, MapRow
from mcp_tui.ui.widgets.value_row import ValueRow

_GROUP_ROWS = {"object": ObjectRow, "list": ListRow, "map": MapRow, "choice": ChoiceRow}


def row_of(field: Field, value: Any = UNSET, depth: int = 0) -> ValueRow:
    """The row for a field, starting with ``value``; what its form has no place for is edited as JSON.

    depth: how many groups are around it.
    """
    if field.kind not in GROUPS:
        return FieldRow(field, value)
    if value is not UNSET and not shows(field, value):
        return FieldRow(msgspec.structs.replace(field, kind="json"), value)
    return _GROUP_ROWS[field.kind](field, value, depth, row_of)
