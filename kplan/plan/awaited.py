"""What is not there and will be made by something else: an operator, for an object that asks for
it, or a program that may.

Upstream: none.
"""

import json
import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.made import EVERYWHERE, Made, made_by
from kplan.api.object import Json
from kplan.api.references import references
from kplan.api.workloads import group_kind
from kplan.diagnostics import Severity
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.inventory import Inventory, Workload, is_custom
from kplan.plan.permissions import Grant, permissions
from kplan.plan.risk import Found
from kplan.state.store import Store

_KINDS: Final = {
    "secret": ("Secret", "secrets"),
    "configmap": ("ConfigMap", "configmaps"),
    "persistentvolumeclaim": ("PersistentVolumeClaim", ""),
}
"""What operators and Jobs make so that pods can start, by the word that causes have for it; no Job makes claims."""
_ASKING: Final = (("", "Service"), ("networking.k8s.io", "Ingress"), ("gateway.networking.k8s.io", "Gateway"))
"""Kinds of which an annotation may ask for a Secret."""
_PATTERN: Final = frozenset("*?[")
_WAITS: Final = ": CreateContainerConfigError"


def with_makers(found: Found, store: Store) -> Found:
    """A finding that says who will make what is missing;
    if that is likely and all there is to it, it is no more than a note.
    """
    causes = [one.partition("/") for one in (*found.causes, *sorted(found.reasons))]
    missing = dict.fromkeys((word, name) for word, _, name in causes if word in _KINDS)
    others = [
        one for one in found.reasons if one.partition("/")[0] not in _KINDS and not one.endswith(_WAITS)
    ]
    notes = [_note(word, name, found.object, store) for word, name in missing] if not others else []
    if not notes or not all(one.text for one in notes):
        return found
    found = found._replace(message="; ".join((found.message, *(one.text for one in notes))))
    return found._replace(severity=Severity.INFO, awaited=True) if all(one.likely for one in notes) else found


class _Note(NamedTuple):
    """Who makes an object, or may make it; without text if it is there, or nobody will."""

    text: str
    likely: bool = True
    """Whether more speaks for it than that somebody has the right to."""


def _note(word: str, name: str, subject: Identity, store: Store) -> _Note:
    kind, plural = _KINDS[word]
    wanted = ObjectKey("", kind, subject.namespace, name)
    if wanted in store:
        return _Note("")
    if (asking := _asked(store, store.revision).by(wanted)) is not None:
        return _Note(f"{word}/{name} is made for {_short(asking)} by a controller that is not simulated")
    able = _able(store, store.revision, plural) if plural else ()
    makers = [one for one in able if one.object.namespace == subject.namespace and one.object != subject]
    if not makers:
        return _Note("")
    naming = [one for one in makers if _names(one, name, store)]
    likely = [*naming, *(one for one in makers if one.object.kind == "Job")]
    maker, what = (likely or makers)[0].object, f"{word}/{name}"
    if not likely:
        return _Note(
            f"{_short(maker)} has the right to make {what}, and nothing else says that it does", likely=False
        )
    return _Note(f"{_short(maker)} may make {what} when it runs: what its containers do is not simulated")


def _names(maker: Workload, name: str, store: Store) -> bool:
    """Whether the name stands in the template of its pods, or in a ConfigMap that they read."""
    namespace, spec = maker.object.namespace, maker.spec
    read = (one.target for one in references(maker.value) if one.target.kind == "ConfigMap")
    texts = [json.dumps(spec), *(json.dumps(store.get(key._replace(namespace=namespace))) for key in read)]
    whole = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])")
    return any(whole.search(one) for one in texts)


def _short(one: Identity) -> str:
    return one.title.partition(" ")[0]


class _Asked:
    """What controllers make for objects of a state that ask for it."""

    def __init__(self, asking: Iterable[Json]) -> None:
        self._exact: dict[tuple[str, str, str], Identity] = {}
        self._patterns: list[tuple[Made, Identity]] = []
        for value in asking:
            identity = Identity.of(value)
            for made in made_by(value, group_kind(value), identity.namespace):
                if _PATTERN.isdisjoint(made.name):
                    self._exact.setdefault((made.kind, made.namespace, made.name), identity)
                else:
                    self._patterns.append((made, identity))

    def by(self, wanted: ObjectKey) -> Identity | None:
        """The object for which a controller makes another one."""
        for namespace in (wanted.namespace, EVERYWHERE):
            if (found := self._exact.get((wanted.kind, namespace, wanted.name))) is not None:
                return found
            for made, identity in self._patterns:
                if (made.kind, made.namespace) == (wanted.kind, namespace) and fnmatchcase(
                    wanted.name, made.name
                ):
                    return identity
        return None


@lru_cache(maxsize=2)
def _asked(store: Store, _revision: int) -> _Asked:
    custom = (value for kind in store.kinds() if is_custom(kind[0]) for value in store.list(*kind))
    return _Asked([*custom, *store.mentioning("cert", *_ASKING)])


@lru_cache(maxsize=4)
def _able(store: Store, _revision: int, plural: str) -> Collection[Workload]:
    """The workloads whose service accounts may create such objects in their namespace."""
    rights = permissions(store)
    found = list[Workload]()
    for one in Inventory.of(store).workloads:
        namespace = one.object.namespace
        account = str(one.spec.get("serviceAccountName") or "default")
        grants = rights.of(Identity("v1", "ServiceAccount", namespace, account))
        asked = Grant(namespace, "create", "", plural)
        if any(grant.covers(asked) for grant in grants):
            found.append(one)
    return found
