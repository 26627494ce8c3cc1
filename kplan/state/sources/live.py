"""A running cluster, read with the user's own kubectl."""

import json
import subprocess
from collections.abc import Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple

_NOT_STATE: Final = frozenset(
    {"events", "events.events.k8s.io", "leases.coordination.k8s.io", "bindings", "componentstatuses"}
)
"""What a cluster writes all the time and no plan asks for."""

_FORBIDDEN: Final = "Error from server (Forbidden): "
"""The beginning of kubectl's error about a kind that the user may not list; it lists the others all the same."""

_EVERYTHING: Final = ("-A", "-o", "json", "--ignore-not-found")


class Pulled(NamedTuple):
    """The objects of a cluster, and why some kinds are not among them."""

    objects: Sequence[Json]
    skipped: Sequence[str]


def pull(*, context: str | None = None, kubeconfig: str | None = None) -> Pulled:
    """List every kind that the user may list. Raises UsageError if kubectl fails."""
    flags = [
        *(("--context", context) if context else ()),
        *(("--kubeconfig", kubeconfig) if kubeconfig else ()),
    ]
    listed, _ = _kubectl(["api-resources", "--verbs=list", "-o", "name"], flags)
    resources = ",".join(name for name in listed.split() if name not in _NOT_STATE)
    answer, skipped = _kubectl(["get", resources, *_EVERYTHING], flags)
    return Pulled(_items(answer), skipped)


def _items(answer: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(answer or "{}").get("items") or [])
    except (ValueError, AttributeError) as error:
        raise UsageError(
            "kubectl did not print a list of objects as JSON",
            hint="see what 'kubectl get namespaces -A -o json' prints",
        ) from error


def _kubectl(arguments: Sequence[str], flags: Sequence[str]) -> tuple[str, Sequence[str]]:
    """What kubectl prints, and what it says it may not list."""
    try:
        done = subprocess.run(["kubectl", *arguments, *flags], capture_output=True, text=True, check=False)  # noqa: S603, S607 - the user's own kubectl, with arguments kplan wrote
    except FileNotFoundError as error:
        raise UsageError(
            "kubectl is not installed", hint="use 'kplan snapshot import FILE' with a dump"
        ) from error
    lines = done.stderr.strip().splitlines()
    if done.returncode and not (done.stdout and all(line.startswith(_FORBIDDEN) for line in lines)):
        reason = lines[-1].removeprefix("error: ") if lines else f"exit {done.returncode}"
        raise UsageError(f"kubectl failed: {reason}", hint="run the same kubectl command yourself to see why")
    return done.stdout, [line.removeprefix(_FORBIDDEN) for line in lines if done.returncode]
