"""ResourcePicker and TemplateForm: all resources and templates of all servers, and the variables of a template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.screen import Screen

from mcp_tui.core.hub import Hub
from mcp_tui.core.offers import Resource, ResourceTemplate
from mcp_tui.core.status import ServerStatus
from mcp_tui.core.text import clean
from mcp_tui.errors import McpTuiError
from mcp_tui.ui.offers import Offer
from mcp_tui.ui.screens.argument_form import ArgumentForm
from mcp_tui.ui.screens.contents import ContentsScreen
from mcp_tui.ui.screens.picker import Picker
from mcp_tui.ui.widgets.argument_field import Argument
from mcp_tui.ui.widgets.lines import joined, plural


class ResourcePicker(Picker):
    """Asks which resource to read; a template is a family of them."""

    ask = "Read a resource"
    noun = "resource"
    purpose = "read"

    def offers(self, status: ServerStatus) -> Iterable[Offer]:
        """The resources and templates of a server."""
        subscribed = {subscription.uri for subscription in status.subscriptions}
        for resource in status.resources:
            yield resource_offer(status.name, resource, subscribed=resource.uri in subscribed)
        for template in status.templates:
            yield template_offer(status.name, template)


def resource_offer(server: str, resource: Resource, *, subscribed: bool) -> Offer:
    """A resource as something to choose."""
    size = "" if resource.size is None else plural(resource.size, "byte")
    traits = joined("subscribed" if subscribed else "", resource.mime_type, size).plain
    return Offer(server, resource.uri, resource.safe_uri, resource.label, resource.description, traits)


def template_offer(server: str, template: ResourceTemplate) -> Offer:
    """A template as something to choose."""
    traits = joined("template", template.mime_type).plain
    return Offer(server, template.uri_template, template.safe_uri, template.label, template.description, traits)


class TemplateForm(ArgumentForm):
    """The variables of a template, and the URI that they make."""

    verb = "Read"

    def __init__(self, hub: Hub, server: str, template: ResourceTemplate) -> None:
        super().__init__(hub, server, template)
        self._template = template

    @property
    def arguments(self) -> Sequence[Argument]:
        """The variables, in the order of the template. Which of them a server can do without, none tells."""
        return [Argument(name, clean(name, 200)) for name in self._template.variables]

    def preview(self) -> str:
        """The URI, or why there is none."""
        try:
            return self._hub.redact.text(clean(self._uri, 500))
        except McpTuiError as error:
            return error.message

    @property
    def _uri(self) -> str:
        return self._hub.requests(self._server).expand(self._template, self.values)

    def reading(self) -> Screen[Any]:
        """What the resource holds."""
        return ContentsScreen(self._hub, self._server, self._uri, self._template.label)
