"""What is not there and will be made by something else: an operator, for an object that asks for it, or a program that may.

Upstream: none.
"""

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.made import EVERYWHERE, Made, made_by
from kplan.api.object import Json
from kplan.api.workloads import group_kind
from kplan.diagnostics import Severity
from kplan.plan.change import Identity
from kplan.plan.inventory import Inventory, is_custom
from kplan.plan.permissions import Grant, permissions
from kplan.plan.risk import Found
from kplan.state.store import Store

_KINDS: Final = {"secret": ("Secret", "secrets"), "configmap": ("ConfigMap", "configmaps")}
"""What operators and Jobs make so that pods can start, by the word that causes have for it."""
_ASKING: Final = (("", "Service"), ("networking.k8s.io", "Ingress"), ("gateway.networking.k8s.io", "Gateway"))
"""Kinds of which an annotation may ask for a Secret."""
_TASKS: Final = ("Job", "CronJob")
_PATTERN: Final = frozenset("*?[")
_WAITS: Final = ": CreateContainerConfigError"


def with_makers(found: Found, store: Store) -> Found:
    """A finding that says who will make what is missing, if that is all there is to it; then it is no more than a note."""
    causes = [one.partition("/") for one in (*found.causes, *sorted(found.reasons))]
    missing = dict.fromkeys((word, name) for word, _, name in causes if word in _KINDS)
    others = [
        one for one in found.reasons if one.partition("/")[0] not in _KINDS and not one.endswith(_WAITS)
    ]
    notes = [_note(word, name, found.object, store) for word, name in missing] if not others else []
    if not notes or not all(notes):
        return found
    return found._replace(message="; ".join((found.message, *notes)), severity=Severity.INFO, awaited=True)


def _note(word: str, name: str, subject: Identity, store: Store) -> str:
    """Who makes an object, or may make it; empty if it is there, or nobody will."""
    kind, plural = _KINDS[word]
    wanted = ObjectKey("", kind, subject.namespace, name)
    if wanted in store:
        return ""
    if (asking := _asked(store, store.revision).by(wanted)) is not None:
        return f"{word}/{name} is made for {_short(asking)} by a controller that is not simulated"
    able = [one for one in _able(store, store.revision, plural) if one.namespace == subject.namespace]
    makers = sorted((one for one in able if one != subject), key=lambda one: one.kind not in _TASKS)
    if not makers:
        return ""
    return f"{_short(makers[0])} may make {word}/{name} when it runs: what its containers do is not simulated"


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
def _able(store: Store, _revision: int, plural: str) -> Collection[Identity]:
    """The workloads whose service accounts may create such objects in their namespace."""
    rights = permissions(store)
    found: dict[Identity, bool] = {}
    for one in Inventory.of(store).workloads:
        namespace = one.object.namespace
        account = str(one.spec.get("serviceAccountName") or "default")
        grants = rights.of(Identity("v1", "ServiceAccount", namespace, account))
        asked = Grant(namespace, "create", "", plural)
        found[one.object] = any(grant.covers(asked) for grant in grants)
    return [one for one, able in found.items() if able]
