"""What a server offers beside its tools, and what it gives of it: frozen values that front ends show."""

from __future__ import annotations

import msgspec

from mcp_tui.core.text import clean


class Capabilities(msgspec.Struct, frozen=True):
    """What a server declares that it has. Source: MCP specification, basic/lifecycle, "Capability Negotiation".

    subscriptions: whether it tells of changes of a resource that was subscribed to.
    """

    tools: bool = False
    prompts: bool = False
    resources: bool = False
    completions: bool = False
    subscriptions: bool = False


class Named(msgspec.Struct, frozen=True):
    """What a server names. The name is as the server sent it, title and description are cleaned.

    Source: MCP specification, basic, "BaseMetadata".
    """

    name: str
    title: str = ""
    description: str = ""

    @property
    def safe_name(self) -> str:
        """The name as it may be shown; ``name`` itself is what the server is to be sent."""
        return clean(self.name, 200)

    @property
    def label(self) -> str:
        """The title where there is one, else the name."""
        return self.title or self.safe_name


class PromptArgument(Named, frozen=True):
    """An argument of a prompt, always a text."""

    required: bool = False


class Prompt(Named, frozen=True):
    """One prompt of a server.

    Source: MCP specification, server/prompts, "Data Types".
    """

    arguments: tuple[PromptArgument, ...] = ()


class Resource(msgspec.Struct, frozen=True):
    """One resource of a server. The URI is as the server sent it, the rest is cleaned.

    safe_uri: the URI as it may be shown, without secrets. size: bytes, or None where the server does not say.

    Source: MCP specification, server/resources, "Data Types".
    """

    uri: str
    safe_uri: str
    name: str
    title: str = ""
    description: str = ""
    mime_type: str = ""
    size: int | None = None

    @property
    def label(self) -> str:
        """The title where there is one, else the name."""
        return self.title or self.name


class ResourceTemplate(msgspec.Struct, frozen=True):
    """A family of resources. The template (RFC 6570) is as the server sent it, the rest is cleaned.

    safe_uri: the template as it may be shown, without secrets. variables: what is to be filled in, in the order of
    the template; none where it is no template that can be read.

    Source: MCP specification, server/resources, "Resource Templates".
    """

    uri_template: str
    safe_uri: str
    name: str
    title: str = ""
    description: str = ""
    mime_type: str = ""
    variables: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The title where there is one, else the name."""
        return self.title or self.name


class ResourceSubscription(msgspec.Struct, frozen=True):
    """A resource whose changes are told. The URI is as the server sent it.

    version: grows each time the resource has changed, or may have changed unheard; from 0.
    """

    uri: str
    version: int = 0


class PromptMessage(msgspec.Struct, frozen=True):
    """One message of a prompt. role: ``user`` or ``assistant``, cleaned. text: its content, cleaned, lines kept."""

    role: str
    text: str


class PromptResult(msgspec.Struct, frozen=True):
    """What a server made of a prompt.

    raw: the whole result as JSON text, as the server sent it. problem: what is wrong with it, or empty.

    Source: MCP specification, server/prompts, "Getting a Prompt".
    """

    messages: tuple[PromptMessage, ...]
    raw: str
    description: str = ""
    problem: str = ""


class ResourceContents(msgspec.Struct, frozen=True):
    """One content of a resource, which may have several. URI and MIME type are cleaned.

    data: the content as the server sent it: a text in UTF-8, or the bytes that its Base64 stands for.
    text: what may be shown of a text, cleaned and cut, lines kept; None where the content is binary.
    """

    uri: str
    mime_type: str
    data: bytes
    text: str | None = None

    @property
    def binary(self) -> bool:
        """Whether it is no text."""
        return self.text is None


class ResourceResult(msgspec.Struct, frozen=True):
    """What a resource holds.

    raw: the whole result as JSON text, as the server sent it. problem: what is wrong with it, or empty.

    Source: MCP specification, server/resources, "Reading Resources".
    """

    contents: tuple[ResourceContents, ...]
    raw: str
    problem: str = ""


class Completion(msgspec.Struct, frozen=True):
    """Values that an argument may have, the likeliest first, as the server sent them: to be cleaned when shown.

    total: how many there are, or None where the server does not say. has_more: whether there are more than these.

    Source: MCP specification, server/utilities/completion.
    """

    values: tuple[str, ...] = ()
    total: int | None = None
    has_more: bool = False
