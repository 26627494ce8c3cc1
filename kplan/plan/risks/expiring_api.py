"""A manifest uses an API version that the next minor of Kubernetes does not serve.

The object itself stays, but the manifest can no longer be applied once the cluster is upgraded.

Fix: write the manifest in the version that replaces it, and adapt the fields that changed with it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.kubectl.last_applied import original_text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.schema.deprecation import kinds_removed, lifecycle_of
from kplan.schema.releases import OLDEST, SUPPORTED
from kplan.state.glance import Unread
from kplan.state.store import Store

_APPLIED_VERSION: Final = f'"{LAST_APPLIED}":"{{\\"apiVersion\\":\\"'
"""The text before the apiVersion in the last-applied annotation."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the versions of the manifests: those that are applied, and those that earlier were."""
    minor = int(outcome.kubernetes.rpartition(".")[2])
    written = {planned.change.object: planned.change.object.api_version for planned in changes}
    for key, metadata in _applied(outcome.final, minor):
        version = _applied_version(original_text({"metadata": metadata}))
        if version:
            written[Identity(version, key.kind, key.namespace, key.name)] = version
    for one, version in written.items():
        lifecycle = lifecycle_of(GroupVersionKind.of(version, one.kind))
        if lifecycle is not None and lifecycle.removed <= minor + 1:
            message = f"is written in {version}, which Kubernetes 1.{lifecycle.removed} no longer serves"
            yield Found(one, f"{message}: {lifecycle.advice}", severity=_severity(lifecycle.removed, minor))


def _applied(store: Store, minor: int) -> Iterator[tuple[ObjectKey, Json]]:
    """The metadata of what was applied, but for versions that stay as they are: texts say so without being read."""

    @cache
    def stays(version: str, kind: str) -> bool:
        lifecycle = lifecycle_of(GroupVersionKind.of(version, kind))
        return lifecycle is None or lifecycle.removed > minor + 1

    removed = kinds_removed(minor + 1)
    for kind in (one for one in store.kinds() if one[1] in removed):
        for key, value in list(store.members(*kind)):
            if not isinstance(value, Unread):
                if value["metadata"].get("annotations"):
                    yield key, value["metadata"]
                continue
            versions = value.following(_APPLIED_VERSION) if value.mentions(LAST_APPLIED) else ()
            if not all(stays(version, key.kind) for version in versions):
                yield key, value.metadata()


def _severity(removed: int, minor: int) -> Severity:
    return Severity.ERROR if removed <= minor else Severity.WARNING


def _applied_version(text: str) -> str:
    """The apiVersion of what was last applied; its JSON begins with it."""
    return text[15 : text.find('"', 15)] if text.startswith('{"apiVersion":"') else ""


_FLOWS = """
apiVersion: flowcontrol.apiserver.k8s.io/%s
kind: FlowSchema
metadata: {name: reports}
spec:
  matchingPrecedence: 1000
  priorityLevelConfiguration: {name: workload-low}
  rules:
  - subjects: [{kind: ServiceAccount, serviceAccount: {name: report, namespace: default}}]
    resourceRules: [{verbs: [list], apiGroups: [""], resources: [pods], namespaces: ["*"]}]
"""

RISK = Risk(
    code="PLN030",
    name="expiring-api",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior="", applied=_FLOWS % "v1beta3", kubernetes=SUPPORTED[31 - OLDEST]),
    safe=Example(prior="", applied=_FLOWS % "v1", kubernetes=SUPPORTED[31 - OLDEST]),
    references=("https://kubernetes.io/docs/reference/using-api/deprecation-guide/",),
)
