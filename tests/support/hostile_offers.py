"""The prompts, resources and completions of the hostile server, and what it gives when it is asked for them."""

from __future__ import annotations

from collections.abc import Callable

from support.exchange import Json

Said = Callable[[str], str]

PLACES = (
    *("prompt name", "titled prompt", "prompt title", "prompt description", "malformed prompt"),
    *("prompt argument", "prompt argument title", "prompt argument description", "titled prompt argument"),
    *("offered uri", "resource name", "resource title", "resource description", "resource type"),
    *("template", "template name", "template title", "template description", "template type"),
    *("given description", "given role", "given text", "given odd role", "given odd key"),
    *("content uri", "content type", "content text", "content blob type"),
    "completion",
)

PROMPT, NOTE = "plain", "x://note"
"""A prompt and a resource by a name that is harmless."""


def prompts(said: Said) -> Json:
    """``prompts/list``."""
    about = {"title": said("prompt argument title"), "description": said("prompt argument description")}
    arguments = [{"name": said("prompt argument")}, {"name": said("titled prompt argument"), **about}]
    titled = {"title": said("prompt title"), "description": said("prompt description"), "arguments": arguments}
    named: Json = {"name": said("prompt name")}
    malformed = {"name": said("malformed prompt"), "arguments": 1}
    return {"prompts": [{"name": PROMPT, **titled}, named, {"name": said("titled prompt"), **titled}, malformed]}


def resources(said: Said) -> Json:
    """``resources/list``."""
    about = {"description": said("resource description"), "mimeType": said("resource type")}
    named = {"uri": said("offered uri"), "name": said("resource name"), **about}
    return {"resources": [named, {**named, "uri": NOTE, "title": said("resource title")}]}


def templates(said: Said) -> Json:
    """``resources/templates/list``."""
    about = {"description": said("template description"), "mimeType": said("template type")}
    named = {"uriTemplate": said("template"), "name": said("template name"), **about}
    titled = {**named, "uriTemplate": "x://{name}", "title": said("template title")}
    return {"resourceTemplates": [named, titled]}


def prompt(said: Said) -> Json:
    """``prompts/get``."""
    good = {"role": said("given role"), "content": {"type": "text", "text": said("given text")}}
    odd = {"role": said("given odd role"), "content": {said("given odd key"): 1}}
    return {"messages": [good, odd], "description": said("given description")}


def contents(said: Said) -> Json:
    """``resources/read``."""
    text = {"uri": said("content uri"), "mimeType": said("content type"), "text": said("content text")}
    blob = {"uri": said("content uri"), "mimeType": said("content blob type"), "blob": "aGk="}
    return {"contents": [text, blob]}


def completion(said: Said) -> Json:
    """``completion/complete``."""
    return {"completion": {"values": [said("completion")]}}


GIVEN: dict[str, Callable[[Said], Json]] = {
    "prompts/list": prompts,
    "resources/list": resources,
    "resources/templates/list": templates,
    "prompts/get": prompt,
    "resources/read": contents,
    "completion/complete": completion,
}
"""Each answer, by its method."""
