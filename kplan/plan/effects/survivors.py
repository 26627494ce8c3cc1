"""What outlives a replacement: the claims of a StatefulSet, which the new one finds again as they were."""

from collections.abc import Iterator

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.change import Identity
from kplan.plan.effect import Survivor
from kplan.plan.reading import items, number, text
from kplan.simulation.outcome import Outcome


def survivors(replaced: Json | None, outcome: Outcome) -> Iterator[Survivor]:
    """The claims that were there before a StatefulSet was replaced, and are the same ones afterwards."""
    if replaced is None or text(replaced, "kind") != "StatefulSet":
        return
    name, namespace = text(replaced, "metadata", "name"), text(replaced, "metadata", "namespace")
    first = number(replaced, "spec", "ordinals", "start")
    for template in items(replaced, "spec", "volumeClaimTemplates"):
        for ordinal in range(first, first + number(replaced, "spec", "replicas", default=1)):
            claim = f"{text(template, 'metadata', 'name')}-{name}-{ordinal}"
            key = ObjectKey("", "PersistentVolumeClaim", namespace, claim)
            before, after = outcome.prior.get(key), outcome.final.get(key)
            if before and after and before["metadata"].get("uid") == after["metadata"].get("uid"):
                yield Survivor(Identity.of(after), _detail(after, template))


def _detail(claim: Json, template: Json) -> str:
    has, wants = _size(claim), _size(template)
    if has == wants or not wants:
        return "stays, with its data"
    return f"stays at {has}, with its data; the template asks for {wants}: change the claim itself"


def _size(value: Json) -> str:
    return text(value, "spec", "resources", "requests", "storage")
