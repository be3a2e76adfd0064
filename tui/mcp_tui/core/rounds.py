"""Rounds: a request whose answer is a question first.

Source: MCP specification 2026-07-28, basic, "Multi Round-Trip Requests".
"""

from __future__ import annotations

from typing import Any

import mcp_types as types
from mcp.client._input_required import InputRequiredRoundsExceededError, run_input_required_driver
from mcp.client.context import ClientRequestContext
from mcp.client.session import ClientSession
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from mcp_tui.core.ask import ask

INPUT_REQUIRED = "input_required"

Raw = dict[str, Any]


async def ask_in_rounds(session: ClientSession, method: str, params: Raw) -> Raw:
    """The ``result`` of one request, unread, after as many rounds of questions as it takes.

    Raises MCPError: the server refused, or asked what cannot be read, or asked without end.
    """

    async def retry(answers: types.InputResponses | None, state: str | None) -> Raw | types.InputRequiredResult:
        given: Raw = {} if state is None else {"requestState": state}
        if answers is not None:
            given["inputResponses"] = {key: _dump(answer) for key, answer in answers.items()}
        return _read(await ask(session, method, {**params, **given}))

    async def dispatch(key: str, request: types.InputRequest) -> types.InputResponse | types.ErrorData:
        context = ClientRequestContext(session=session, request_id=key)
        return await session.dispatch_input_request(context, request)

    answer = _read(await ask(session, method, params))
    if not isinstance(answer, types.InputRequiredResult):
        return answer
    try:
        return await run_input_required_driver(answer, dispatch=dispatch, retry=retry)
    except InputRequiredRoundsExceededError as error:
        raise MCPError(types.INTERNAL_ERROR, f"it asked more than {error.max_rounds} times") from error


def _read(raw: Raw) -> Raw | types.InputRequiredResult:
    if raw.get("resultType") != INPUT_REQUIRED:
        return raw
    try:
        return types.InputRequiredResult.model_validate(raw)
    except ValidationError as error:
        raise MCPError(types.INTERNAL_ERROR, "it asks something that cannot be read") from error


def _dump(answer: types.InputResponse) -> Raw:
    return answer.model_dump(by_alias=True, mode="json", exclude_none=True)
