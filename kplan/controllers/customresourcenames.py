"""Names of custom resources: a definition whose names nobody else in its group has is accepted and established.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/{status/naming_controller,establish/establishing_controller}.go
"""

from collections.abc import Collection, Iterable, Iterator

from kplan.api import conditions
from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.simulation.clock import rfc3339
from kplan.simulation.reconciler import DONE, Cache, Context, Request, Result, Watch, WatchEvent

_KIND = ("apiextensions.k8s.io", "CustomResourceDefinition")
_RESOURCES, _KINDS = ("plural", "singular"), ("kind", "listKind")


class CustomResourceNamesController:
    """Accepts the names of definitions, and establishes those that have them."""

    name = "naming-condition-controller"

    def __init__(self) -> None:
        self.watches = (Watch(*_KIND, _its_group),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the status of one definition up to date (sync)."""
        definition = context.cache.find(request)
        if definition is None:
            return DONE
        status, wanted = status_of(definition), spec_of(definition).get("names") or {}
        if status.get("acceptedNames") == wanted and conditions.is_true(definition, "Established"):
            return DONE
        others = [
            status_of(other).get("acceptedNames") or {}
            for other in context.cache.list(*_KIND)
            if other["metadata"]["name"] != request.name
            and spec_of(other).get("group") == spec_of(definition).get("group")
        ]
        accepted, conflict = _accepted(wanted, status.get("acceptedNames") or {}, others)
        found = _conditions(definition, conflict, rfc3339(context.now))
        if accepted != status.get("acceptedNames") or found != status.get("conditions"):
            context.client.update_status(
                {**definition, "status": {**status, "acceptedNames": accepted, "conditions": found}}
            )
        return DONE


def _accepted(wanted: Json, held: Json, others: Iterable[Json]) -> tuple[Json, tuple[str, str]]:
    """The names that it gets, and reason and text of the last conflict; both empty where there is none."""
    others = list(others)
    resources = {name for names in others for name in _resources(names)}
    kinds = {names.get(part) for names in others for part in _KINDS}
    accepted, conflict = dict(held), ("", "")
    for part in _RESOURCES:
        conflict = _claim(part, wanted, accepted, resources) or conflict
    new = [name for name in wanted.get("shortNames") or () if name not in (held.get("shortNames") or ())]
    taken = [name for name in new if name in resources]
    if taken:
        conflict = ("ShortNamesConflict", _in_use(taken))
    elif "shortNames" in wanted or "shortNames" in accepted:
        accepted["shortNames"] = wanted.get("shortNames")
    for part in _KINDS:
        conflict = _claim(part, wanted, accepted, kinds) or conflict
    accepted["categories"] = wanted.get("categories")
    accepted["categories"] = wanted.get("categories")
    required = {part: accepted.get(part) or "" for part in ("plural", "kind")}
    return {**required, **{part: name for part, name in accepted.items() if name}}, conflict


def _claim(part: str, wanted: Json, accepted: Json, taken: Collection[str | None]) -> tuple[str, str] | None:
    """Take one name, where it is free or held already; the conflict otherwise."""
    name: str = wanted.get(part) or ""
    if name != (accepted.get(part) or "") and name in taken:
        return f"{part[0].upper()}{part[1:]}Conflict", _in_use([name])
    accepted[part] = name
    return None


def _resources(names: Json) -> Iterator[str]:
    yield from (names[part] for part in _RESOURCES if names.get(part))
    yield from names.get("shortNames") or ()


def _in_use(names: list[str]) -> str:
    texts = [f'"{name}" is already in use' for name in names]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _conditions(definition: Json, conflict: tuple[str, str], now: str) -> list[Json]:
    reason, text = conflict
    names = ("False", reason, text) if reason else ("True", "NoConflicts", "no conflicts found")
    found = conditions.put(conditions.of(definition), _condition("NamesAccepted", *names, now))
    if conditions.is_true(definition, "Established"):
        return found
    if reason:
        missing = ("False", "NotAccepted", "not all names are accepted")
        return conditions.put(found, _condition("Established", *missing, now))
    established = ("True", "InitialNamesAccepted", "the initial names have been accepted")
    return conditions.put(found, _condition("Established", *established, now))


def _condition(kind: str, status: str, reason: str, message: str, now: str) -> Json:
    return {
        "type": kind, "status": status, "lastTransitionTime": now, "reason": reason, "message": message,
    }  # fmt: skip


def _its_group(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The definition, and those that wait for a name of its group."""
    group = spec_of(event.value).get("group")
    waiting = (
        key
        for key, other in cache.items(*_KIND)
        if key != event.key
        and spec_of(other).get("group") == group
        and conditions.state(other, "NamesAccepted") == "False"
    )
    return [event.key, *waiting]
