"""Namespace deletion: pods first, then everything else, then the namespace itself.

Upstream: pkg/controller/namespace/namespace_controller.go, pkg/controller/namespace/deletion/
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from kplan.api import conditions
from kplan.api.metadata import finalizers_of, spec_of, status_of
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.backoff import Backoff
from kplan.simulation.clock import MILLISECOND, SECOND, Instant, rfc3339
from kplan.simulation.reconciler import DONE, Cache, Context, ObjectKey, Request, Result, Watch, WatchEvent

GRACE_PERIOD: Instant = 5 * SECOND
"""How long every change of a namespace is left alone, so that all API servers have seen it."""
FINALIZER = "kubernetes"

_PODS = ("", "Pod")
_FINALIZER_WAIT = 15
_FINE = (
    ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    ("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"),
    ("NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
)


class NamespaceController:
    """Empties namespaces that are being deleted."""

    name = "namespace-controller"
    backoff = Backoff(5 * MILLISECOND, 60 * SECOND)

    def __init__(self, plural_of: dict[tuple[str, str], str]) -> None:
        self._plural_of = plural_of
        self.watches = (Watch("", "Namespace", _dying, GRACE_PERIOD),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Delete what is in the namespace; finish it once it is empty (Delete)."""
        namespace = context.cache.find(request)
        if namespace is None or namespace["metadata"].get("deletionTimestamp") is None:
            return DONE
        if not spec_of(namespace).get("finalizers"):
            return DONE
        refusals: list[str] = []
        first = [_PODS] if context.does(Behaviour.ORDERED_NAMESPACE_DELETION) else []
        left = _delete_all(context, request.name, first, refusals)
        if not left:
            kinds = [kind for kind in context.cache.kinds_in(request.name) if kind not in first]
            left = _delete_all(context, request.name, kinds, refusals)
            _delete_events(context, request.name)
            found = [*self._totals(left), *_failures(refusals)]
        else:
            found = _failures(refusals)
        namespace = _report(context, namespace, found)
        if refusals:
            raise StatusError(500, "InternalError", "; ".join(refusals))
        if left:
            return Result(requeue_after=(_estimate(left) // 2 + 1) * SECOND, background=_is_stuck(left))
        _finalize(context, request, namespace)
        return DONE

    def _totals(self, left: Sequence[Json]) -> list[tuple[str, str, str]]:
        """What remains, by resource and by finalizer."""
        if not left:
            return []
        resources: Counter[str] = Counter()
        finalizers: Counter[str] = Counter()
        for value in left:
            group = value["apiVersion"].rpartition("/")[0]
            plural = self._plural_of.get((group, value["kind"]), value["kind"].lower() + "s")
            resources[f"{plural}.{group}"] += 1
            finalizers.update(finalizers_of(value))
        text = ", ".join(
            sorted(f"{name} has {count} resource instances" for name, count in resources.items())
        )
        found = [
            ("NamespaceContentRemaining", "SomeResourcesRemain", f"Some resources are remaining: {text}")
        ]
        if finalizers:
            names = ", ".join(
                sorted(f"{name} in {count} resource instances" for name, count in finalizers.items())
            )
            text = f"Some content in the namespace has finalizers remaining: {names}"
            found.append(("NamespaceFinalizersRemaining", "SomeFinalizersRemain", text))
        return found


def _delete_all(
    context: Context, namespace: str, kinds: Iterable[tuple[str, str]], refusals: list[str]
) -> list[Json]:
    """Delete every object of the kinds; the answer is what is still there."""
    left: list[Json] = []
    for group, kind in kinds:
        for value in context.cache.list(group, kind, namespace):
            if value["metadata"].get("deletionTimestamp") is not None:
                continue
            try:
                key = ObjectKey(group, kind, namespace, value["metadata"]["name"])
                context.client.delete(key, propagation="Background")
            except StatusError as refusal:
                refusals += [refusal.message] * (refusal.code != 404)
        left += context.cache.list(group, kind, namespace)
    return left


def _delete_events(context: Context, namespace: str) -> None:
    """Delete the Events, which nobody keeps in a cache."""
    for value in [*context.client.list("", "Event", namespace)]:
        context.client.delete(ObjectKey("", "Event", namespace, value["metadata"]["name"]))


def _estimate(left: Sequence[Json]) -> int:
    """How many seconds what remains may take: grace periods of pods, a guess for finalizers."""
    waits = [int(value["metadata"].get("deletionGracePeriodSeconds") or 0) for value in left]
    finalizers = any(value["metadata"].get("finalizers") for value in left)
    return max([_FINALIZER_WAIT if finalizers else 0, *waits])


def _is_stuck(left: Sequence[Json]) -> bool:
    return all(value["metadata"].get("finalizers") for value in left)


def _failures(refusals: Sequence[str]) -> list[tuple[str, str, str]]:
    if not refusals:
        return []
    text = f"Failed to delete all resource types, {len(refusals)} remaining: {', '.join(sorted(refusals))}"
    return [("NamespaceDeletionContentFailure", "ContentDeletionFailed", text)]


def _report(context: Context, namespace: Json, found: Sequence[tuple[str, str, str]]) -> Json:
    """Set the five conditions; what is not found to be wrong is fine."""
    present = list(conditions.of(namespace))
    wrong = {kind: (reason, text) for kind, reason, text in found}
    new = present
    for kind, fine_reason, fine_text in _FINE:
        reason, text = wrong.get(kind, (fine_reason, fine_text))
        status = "True" if kind in wrong else "False"
        stamp = rfc3339(context.now)
        made = {
            "type": kind,
            "status": status,
            "lastTransitionTime": stamp,
            "reason": reason,
            "message": text,
        }
        new = conditions.put(new, made)
    if new == present:
        return namespace
    return context.client.update_status({**namespace, "status": {**status_of(namespace), "conditions": new}})


def _finalize(context: Context, key: ObjectKey, namespace: Json) -> None:
    kept = [name for name in namespace["spec"].get("finalizers") or () if name != FINALIZER]
    context.client.merge_patch(key, {"spec": {"finalizers": kept or None}}, subresource="finalize")


def _dying(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    return (event.key,) if event.value["metadata"].get("deletionTimestamp") is not None else ()
