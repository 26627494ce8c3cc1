"""What an upgrade of Kubernetes breaks, in manifests and in what is in a cluster."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kplan.diagnostics import Severity, has_error
from kplan.errors import UsageError
from kplan.pipeline.loaded import Loaded
from kplan.report import Report, documented
from kplan.schema import releases

if TYPE_CHECKING:
    from pathlib import Path

    from kplan.api.object import Json, Object
    from kplan.schema.catalog import Catalog
    from kplan.state.snapshot import Snapshot


def upgrade(
    loaded: Loaded, target: str, snapshot: "Snapshot | None" = None, *, start: str | None = None
) -> Report:
    """Check manifests, and the objects of a state that they do not hold, against a later release.

    Without a ``start`` the upgrade begins at the release of the state's nodes, or at the one before. It failed if
    something breaks. Raises UsageError.
    """
    from kplan.pipeline.documentation import rule_text
    from kplan.upgrade.run import check

    stored = _others(loaded, snapshot) if snapshot else []
    everything = [*loaded.objects, *stored]
    before, after = _releases(target, start, [one.value for one in stored])
    custom = [one.value for one in everything if one.gvk.kind == "CustomResourceDefinition"]
    found = check(everything, _catalog(before, custom), _catalog(after, custom))
    unread = [*loaded.diagnostics, *(snapshot.diagnostics if snapshot else ())]
    findings, rules = documented([*unread, *found], rule_text)
    inputs = loaded.inputs._replace(objects=len(everything))
    report = Report(
        "upgrade", findings, rules, inputs, (after,), upgrades_from=before, broken=has_error(unread)
    )
    return report._replace(failed=any(one.severity is Severity.ERROR for one in findings))


def open_snapshot(spec: str | None, directory: "Path", target: str) -> "Snapshot | None":
    """The objects of ``--state`` as they are, without any cluster; None if there is no state. Raises UsageError."""
    from kplan.state.sources import open_state

    found = open_state(spec, directory, _previous(_known(target)))
    return found if spec is not None or found.revision else None


def _others(loaded: Loaded, snapshot: "Snapshot") -> "list[Object]":
    """The objects of a state that the manifests do not hold."""
    from kplan.api.object import Object

    given = {(one.gvk.group_kind, one.namespace or "default", one.name) for one in loaded.objects}
    held = [*map(Object, snapshot.objects), *snapshot.manifests]
    return [one for one in held if (one.gvk.group_kind, one.namespace or "default", one.name) not in given]


def _releases(target: str, start: str | None, stored: "Sequence[Json]") -> tuple[str, str]:
    """The releases before and after the upgrade. Raises UsageError."""
    after = _known(target)
    before = _known(start) if start else _of_nodes(stored, after) or _previous(after)
    if releases.SUPPORTED.index(before) >= releases.SUPPORTED.index(after):
        raise UsageError(
            f"an upgrade goes to a later release, not from {before}{'' if start else ', that of the nodes,'} to {after}",
            hint="see --from",
        )
    return before, after


def _known(minor: str) -> str:
    from kplan.schema.catalog import Catalog

    return Catalog.for_version(minor).version


def _previous(minor: str) -> str:
    place = releases.SUPPORTED.index(minor)
    if not place:
        raise UsageError(f"nothing is known of the release before {minor}", hint=f"bundled: {releases.RANGE}")
    return releases.SUPPORTED[place - 1]


def _of_nodes(stored: "Sequence[Json]", after: str) -> str:
    """The oldest release of the nodes that is known; empty if it is the one to come, which the nodes are at already."""
    versions = {_minor(text) for text in _kubelets(stored)}
    oldest = next((one for one in releases.SUPPORTED if one in versions), "")
    return "" if oldest == after else oldest


def _kubelets(stored: "Iterable[Json]") -> Iterator[str]:
    from kplan.api.walk import text

    for value in stored:
        if value.get("kind") == "Node":
            yield text(value, "status", "nodeInfo", "kubeletVersion")


def _minor(version: str) -> str:
    return ".".join(version.removeprefix("v").split(".")[:2])


def _catalog(minor: str, definitions: "Iterable[Json]") -> "Catalog":
    from kplan.schema.catalog import Catalog
    from kplan.schema.crd import custom_kinds

    return Catalog.for_version(minor).extended(kind for one in definitions for kind in custom_kinds(one))
