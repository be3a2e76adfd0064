"""The process that checks values under JSON Schemas: ``python -P -m mcp_tui.core.judge``, started by ``checker``.

Schema and value are a server's, and there is no end to what they can do to a validator: a pattern that backtracks
for ever, a ladder of ``$ref`` that doubles with each step, messages of gigabytes. Nothing inside a process stops
all of these (``re`` lets no other thread run, nor a signal handler). The kernel does: it ends this one when a check
has used its processor time.
"""

from __future__ import annotations

import gc
import json
import marshal
import resource
import signal
import sys
from itertools import islice
from typing import Any, BinaryIO, cast

import msgspec
from jsonschema.exceptions import (
    SchemaError,
    best_match,  # pyright: ignore[reportUnknownVariableType]
)
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry
from referencing.exceptions import InvalidAnchor, NoSuchAnchor, PointerToNowhere, Unresolvable

from mcp_tui.core.text import clean
from mcp_tui.core.verdict import Path, Problem, Verdict

CPU_SECONDS = 1.0
"""Processor time of one check; on a machine that is busy with other things it may take longer by the clock."""

MEMORY_BYTES = 512 * 1024 * 1024
MOST_PROBLEMS = 100

_TEXT = 200
_RULE = 80
_KEY = 200
"""Characters of a problem's text, of the rule that is quoted in it, and of a key, beyond which they are cut."""

_KINDS: dict[type, str] = {dict: "object", list: "array", str: "text", int: "number", float: "number"}


def judge(schema: Any, value: Any) -> Verdict:
    """Check ``value`` under ``schema``, whatever both are. Never raises; may take for ever.

    Source: JSON Schema 2020-12, and the drafts that a ``$schema`` names. A remote ``$ref`` is never fetched;
    ``format`` is an annotation.
    """
    if not isinstance(schema, dict | bool):
        return Verdict(unchecked="its schema is no JSON object")
    try:
        return Verdict(_problems(schema, value))
    except SchemaError as error:
        return Verdict(unchecked=f"its schema is invalid: {_problem(error).line}")
    except Unresolvable as error:
        return Verdict(unchecked=_unresolved(error))
    except RecursionError:
        return Verdict(unchecked="its schema goes too deep to check")
    except MemoryError:
        return Verdict(unchecked="its schema takes too much memory to check")
    # A schema can be broken in ways that its own schema does not know; each has an exception of its own.
    except Exception as error:  # noqa: BLE001
        return Verdict(unchecked=f"its schema cannot be used: {clean(str(error), _TEXT)}")


def _problems(schema: Any, value: Any) -> tuple[Problem, ...]:
    validator: Any = validator_for(schema, default=Draft202012Validator)
    validator.check_schema(schema)
    # An empty registry finds nothing but what is in the schema, and the drafts' own schemas.
    nothing: Registry[Any] = Registry()
    errors = islice(validator(schema, registry=nothing).iter_errors(value), MOST_PROBLEMS)
    # Of a choice of schemas, the one that nearly fits says more than that none does.
    found = dict.fromkeys(_problem(best_match([error])) for error in errors)
    return tuple(sorted(found, key=lambda problem: len(problem.path)))


def _problem(error: Any) -> Problem:
    path: Path = tuple(step[:_KEY] if isinstance(step, str) else step for step in error.absolute_path)
    if (name := _missing(error)) is not None:
        return Problem((*path, name[:_KEY]), "a value is required")
    return Problem(path, _text(error))


def _missing(error: Any) -> str | None:
    """The property that is missing, where that is what the error says."""
    rule: object = error.validator_value
    # In the third draft it was true or false.
    if error.validator != "required" or not isinstance(rule, list):
        return None
    names = cast("list[str]", rule)
    return next((name for name in names if error.message == f"{name!r} is a required property"), None)


def _unresolved(error: Unresolvable) -> str:
    match error.__cause__ or error:
        case PointerToNowhere() as nowhere:
            return f"its schema refers to #{clean(nowhere.ref, _KEY)}, which leads nowhere"
        case NoSuchAnchor() | InvalidAnchor() as nowhere:
            return f"its schema refers to #{clean(nowhere.anchor, _KEY)}, which leads nowhere"
        case _:
            return f"its schema refers to {clean(error.ref, _KEY)}, which is never fetched"


def _text(error: Any) -> str:
    if len(error.message) <= _TEXT:
        return clean(error.message)
    # A value is quoted whole or not at all: what is left of a secret that was cut could not be masked.
    instance: object = error.instance
    kind = _KINDS.get(type(instance), "value")
    if error.validator is None:
        return f"the {kind} is not allowed"
    rule = json.dumps(error.validator_value)
    return clean(f"the {kind} does not fit {error.validator} {rule if len(rule) <= _RULE else ''}".rstrip())


def main() -> None:
    """Answer questions from standard input until it ends.

    A question: its length in eight bytes, and ``[schema, value]`` as marshal writes it; an answer: a Verdict, one
    line of JSON. A check that takes too long ends the process with SIGPROF.
    """
    # Interrupting the program is its own affair; when it is gone, so is standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    if sys.platform == "linux":
        _limit_memory()
    gc.freeze()
    while length := sys.stdin.buffer.read(8):
        question = sys.stdin.buffer.read(int.from_bytes(length))
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        answer = _answer(question)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(sys.stdout.buffer, answer)
        # The errors of jsonschema hold each other, and the value, in cycles.
        del question, answer
        gc.collect()


def _limit_memory() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or most > MEMORY_BYTES:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, most))


def _answer(question: bytes) -> Verdict:
    # Only the program that started this one writes here.
    schema, value = marshal.loads(question)  # noqa: S302
    return judge(schema, value)


def _send(out: BinaryIO, answer: Verdict) -> None:
    # A key may hold half of a surrogate pair, which msgspec does not write.
    out.write(json.dumps(msgspec.to_builtins(answer)).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
