"""The API server's answers as kubectl prints objects: a stream of documents, or one object or List in JSON."""

from collections.abc import Iterable, Sequence
from typing import Any

from kplan.manifest.writer import to_yaml_documents
from kplan.report_parts import Reply


def documents(replies: Sequence[Reply]) -> str:
    """The accepted objects as YAML."""
    return to_yaml_documents(_accepted(replies))


def whole(replies: Sequence[Reply]) -> Any:
    """The accepted objects as one value: the object itself, if there is one, else a List."""
    values = _accepted(replies)
    return (
        values[0]
        if len(values) == 1
        else {"apiVersion": "v1", "items": values, "kind": "List", "metadata": {}}
    )  # fmt: skip


def lines(replies: Iterable[Reply]) -> Iterable[dict[str, Any]]:
    """One value a document: the object with the webhooks it would pass, the Status, or why it was not asked."""
    for reply in replies:
        yield {"location": reply.location, **_line(reply)}


def _line(reply: Reply) -> dict[str, Any]:
    if reply.value is None:
        return {"status": reply.status} if reply.status is not None else {"error": reply.error}
    calls = {"webhooks": list(reply.webhooks)} if reply.webhooks else {}
    return {"object": reply.value, **calls}


def _accepted(replies: Sequence[Reply]) -> list[dict[str, Any]]:
    return [dict(reply.value) for reply in replies if reply.value is not None]
