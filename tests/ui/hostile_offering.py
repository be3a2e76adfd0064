"""What a hostile server offers beside tools, as the core hands it out, and the screens that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mcp_types as types
from textual.screen import Screen

from mcp_tui.core import given
from mcp_tui.core.content import prompt_of, resource_of, template_of
from mcp_tui.core.offers import Capabilities, ResourceSubscription
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.screens.contents import ContentsScreen
from mcp_tui.ui.screens.messages import MessagesScreen
from mcp_tui.ui.screens.prompts import PromptForm, PromptPicker
from mcp_tui.ui.screens.resources import ResourcePicker, TemplateForm
from support import hostile_offers
from support.hostile import Said
from ui.fakes import FakeHub


def offer_all(hub: FakeHub, said: Said) -> None:
    """Give ``items`` prompts, resources and templates, and answers to what is asked of them."""
    valid = _valid(said)
    prompts = hostile_offers.prompts(valid)["prompts"][:-1]
    resources = hostile_offers.resources(valid)["resources"]
    templates = hostile_offers.templates(valid)["resourceTemplates"]
    hub.set_status(
        "items",
        capabilities=Capabilities(prompts=True, resources=True, completions=True, subscriptions=True),
        prompts=tuple(prompt_of(types.Prompt.model_validate(each, by_name=False)) for each in prompts),
        resources=tuple(resource_of(types.Resource.model_validate(each, by_name=False)) for each in resources),
        templates=tuple(
            template_of(types.ResourceTemplate.model_validate(each, by_name=False)) for each in templates
        ),
        subscriptions=(ResourceSubscription(valid("offered uri"), 1),),
    )
    requests = hub.requests("items")
    requests.messages = given.prompt_result(hostile_offers.prompt(valid))
    requests.contents = given.resource_result(hostile_offers.contents(valid))
    suggested = given.completion(hostile_offers.completion(valid))
    requests.completions = {valid("prompt argument"): suggested, "name": suggested}


def _valid(said: Said) -> Said:
    """Without the halves of surrogate pairs, which no JSON that was read has any more."""
    return lambda place: said(place).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def prompt_picker(hub: FakeHub, _said: Said) -> Screen[Any]:
    return PromptPicker(hub)


def resource_picker(hub: FakeHub, _said: Said) -> Screen[Any]:
    return ResourcePicker(hub)


def prompt_form(hub: FakeHub, _said: Said) -> Screen[Any]:
    return PromptForm(hub, "items", hub.server("items").prompts[0])


def template_form(hub: FakeHub, _said: Said) -> Screen[Any]:
    return TemplateForm(hub, "items", hub.server("items").templates[1])


def messages(hub: FakeHub, said: Said) -> Screen[Any]:
    prompt = hub.server("items").prompts[2]
    return MessagesScreen(hub, "items", prompt, {prompt.arguments[0].name: said("default")})


def contents(hub: FakeHub, _said: Said) -> Screen[Any]:
    resource = hub.server("items").resources[0]
    return ContentsScreen(hub, "items", resource.uri, resource.label)


def refused(hub: FakeHub, said: Said) -> Screen[Any]:
    hub.requests("items").failure = McpTuiError(clean(said("refusal"), 500))
    return contents(hub, said)


VISITS: Mapping[str, tuple[Callable[[FakeHub, Said], Screen[Any]], tuple[str, ...], str]] = {
    "prompts": (prompt_picker, ("down", "down"), ""),
    "resources": (resource_picker, ("down", "down", "down"), ""),
    "prompt form": (prompt_form, ("ctrl+a", "tab"), ""),
    "template form": (template_form, ("ctrl+a",), ""),
    "messages": (messages, ("j",), "given"),
    "contents": (contents, ("j",), "content"),
    "contents that are refused": (refused, ("j",), "refusal"),
}
"""As in ``hostile_scenes``: a screen, the keys that show more of it, what stands there then."""

SHOWN: Mapping[str, tuple[str, ...]] = {
    "prompts": ("prompt title", "prompt description", "prompt name", "titled prompt", "prompt argument"),
    "resources": (
        *("offered uri", "resource name", "resource title", "resource description", "resource type"),
        *("template", "template name", "template title", "template description", "template type"),
    ),
    "prompt form": ("prompt title", "prompt description", "prompt argument", "prompt argument description"),
    "template form": ("template title", "template description"),
    "messages": (
        *("given description", "given role", "given text", "given odd role", "given odd key", "default"),
        "prompt argument",
    ),
    "contents": ("content uri", "content type", "content text", "content blob type", "offered uri"),
    "contents that are refused": ("refusal",),
}
