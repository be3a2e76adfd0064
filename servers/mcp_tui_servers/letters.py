"""The letters of the server `documents`: a resource template, a prompt, and what their arguments may be."""

from collections.abc import Iterable
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)
from pydantic import Field

LETTER_TEMPLATE = "documents://letters/{kind}/{language}"

LETTERS = {
    "invitation": {
        "english": "You are invited.",
        "german": "Sie sind eingeladen.",
        "japanese": "ご招待いたします。",
    },
    "invoice": {"english": "The invoice is enclosed.", "german": "Die Rechnung liegt bei."},
    "reminder": {"english": "This is the second reminder."},
}
"""The texts by kind and language; not every kind there is in every language."""

TONES = ("formal", "friendly", "firm")


def read_letter(kind: str, language: str) -> str:
    """The letter of this kind in this language."""
    try:
        return LETTERS[kind][language]
    except KeyError as error:
        raise MCPError(INVALID_PARAMS, f"There is no {kind} in {language}") from error


def write_letter(
    kind: Annotated[str, Field(description="What it is about: invitation, invoice or reminder.")],
    recipient: Annotated[str, Field(description="Who it is for.")],
    tone: Annotated[str, Field(description="How it is to sound.")] = TONES[0],
) -> str:
    """Have a model write a letter."""
    return f"Write a letter ({kind}) to {recipient}, in a {tone} tone. End with the name of the office."


async def complete(
    ref: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    context: CompletionContext | None,
) -> Completion:
    """Return what an argument may be; the languages follow from the kind, where that is known."""
    known = (context.arguments if context is not None else None) or {}
    values = _values(argument.name, known.get("kind"))
    found = [value for value in values if value.startswith(argument.value)]
    return Completion(values=found, total=len(found), has_more=False)


def _values(argument: str, kind: str | None) -> Iterable[str]:
    match argument:
        case "kind":
            return LETTERS
        case "tone":
            return TONES
        case "language":
            return LETTERS.get(kind, {}) if kind else LETTERS["invitation"]
        case _:
            return ()


def offer_letters(server: MCPServer[Any]) -> None:
    """Offer the template, the prompt and the completions."""
    server.resource(LETTER_TEMPLATE, name="letter", title="Letter", description="A letter of any kind there is.")(
        read_letter
    )
    server.prompt(title="Write a letter")(write_letter)
    server.completion()(complete)
