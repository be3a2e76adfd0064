"""A server that has prompts, resources and templates, as it is drawn."""

from mcp_tui.core.offers import (
    Capabilities,
    Completion,
    Prompt,
    PromptArgument,
    PromptMessage,
    PromptResult,
    Resource,
    ResourceContents,
    ResourceResult,
    ResourceSubscription,
    ResourceTemplate,
)
from snapshots.scenes import busy
from ui.fakes import FakeHub

REVIEW = Prompt(
    "review_code",
    "Review code",
    "Asks for a review of a file, in the manner of a team.",
    (
        PromptArgument("style", description="How strict to be"),
        PromptArgument("language", description="What the file is written in", required=True),
        PromptArgument("path", "File", required=True),
    ),
)
GREET = Prompt("greet", "Greet", "Says hello.")
REPORT = Resource(
    "docs://report.json", "docs://report.json", "report", "Report", "Figures of this week.", "application/json", 61
)
LOGO = Resource("docs://logo.png", "docs://logo.png", "logo.png", mime_type="image/png", size=2_048)
NOTES = ResourceTemplate(
    "docs://notes/{author}/{name}", "docs://notes/{author}/{name}", "notes", "Notes", "A note by its name.",
    "text/markdown", ("author", "name"),
)  # fmt: skip
MESSAGES = PromptResult(
    (
        PromptMessage("user", "Please review src/app.py.\nBe strict about names."),
        PromptMessage("assistant", "I have read it.\n[resource: docs://style.md] 2,048 bytes"),
    ),
    '{"messages":[{"role":"user","content":{"type":"text","text":"Please review src/app.py."}}]}',
    "A review, by the rules of the team.",
)
FIGURES = b'{"week":47,"calls":1234,"errors":[],"quick":true}'


def offering() -> FakeHub:
    """A busy dashboard, one server of which has all of it, and is subscribed to one resource."""
    hub = busy()
    hub.set_status(
        "documents",
        capabilities=Capabilities(prompts=True, resources=True, completions=True, subscriptions=True),
        listed=frozenset({"tools", "prompts", "resources", "templates"}),
        prompts=(REVIEW, GREET),
        resources=(REPORT, LOGO),
        templates=(NOTES,),
        subscriptions=(ResourceSubscription(REPORT.uri, 2),),
    )
    requests = hub.requests("documents")
    requests.messages = MESSAGES
    requests.contents = ResourceResult(
        (ResourceContents(REPORT.uri, REPORT.mime_type, FIGURES, FIGURES.decode()),), "{}"
    )
    requests.completions = {
        "language": Completion(("python", "pascal", "perl", "php", "prolog"), total=24),
        "author": Completion(("ada", "grace")),
    }
    return hub
