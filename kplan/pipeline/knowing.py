"""What earlier runs found out about the objects of this one, by the content of each object and of its file.

What a kustomization or a chart made stands in no file by itself and is not known.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from kplan.api.object import Json, Object
from kplan.cache.checks import Checks
from kplan.cache.values import Values
from kplan.checksum import sha256
from kplan.diagnostics import Diagnostic
from kplan.fieldpath import ROOT
from kplan.lint.definitions import Kind, is_definition, kind_of
from kplan.lint.earlier import Earlier
from kplan.manifest.document import Document
from kplan.manifest.source import Source, leads_out


class Knowledge:
    """Looks objects up, and learns what is found of others."""

    def __init__(self, checks: Checks, values: Values) -> None:
        self._checks = checks
        self.values = values
        """What files read as."""
        self._sources: dict[int, str] = {}
        self._places: dict[int, str] = {}
        """What stands for files, and for documents, by their ids."""
        self._held: list[Document] = []
        self._learned: list[Callable[[], None]] = []
        """Takes up what was found, which is put off until somebody keeps it: by then another process may do it."""

    def of_rules(
        self, objects: Sequence[Object], kubernetes: str, defined: Callable[[Object], str]
    ) -> Mapping[int, Earlier]:
        """What rules found in objects, by their indexes, given the same definitions."""
        if self._checks.is_empty:
            return {}
        found = {
            place: self._checks.found(self._key(one, kubernetes), defined(one))
            for place, one in enumerate(objects)
        }
        return {place: one for place, one in found.items() if one is not None}

    def learn_of_rules(
        self,
        objects: Sequence[Object],
        kubernetes: str,
        defined: Callable[[Object], str],
        learned: Mapping[int, Earlier],
    ) -> None:
        """Take up what rules found in objects."""

        def learn() -> None:
            for place, one in learned.items():
                if key := self._key(objects[place], kubernetes):
                    self._checks.keep_found(key, one, defined(objects[place]))

        self._learned.append(learn)

    def defined(self, objects: Sequence[Object]) -> Callable[[Object], str]:
        """A digest of the definitions of an object's kind among the objects, in order."""

        @cache
        def short() -> Mapping[Kind, str]:
            found: dict[Kind, list[str]] = {}
            for one in filter(is_definition, objects):
                found.setdefault(kind_of(one), []).append(self._key(one, "") or _whole(one))
            return {kind: _short("\n".join(keys)) for kind, keys in found.items()}

        return lambda one: short().get((one.gvk.group, one.gvk.kind), "")

    def said_of(self, decisive: Iterable[Object], about: str) -> Sequence[Diagnostic] | None:
        """What the API server said about the first of these objects, given the others that decide it."""
        return None if self._checks.is_empty else self._checks.said(self._together(decisive, about))

    def learn_said(self, decisive: Iterable[Object], about: str, said: Sequence[Diagnostic]) -> None:
        """Remember what the API server said about the first of these objects."""

        def learn() -> None:
            if key := self._together(decisive, about):
                self._checks.keep_said(key, said)

        self._learned.append(learn)

    def save(self) -> None:
        """Keep it for the next run."""
        for learn in self._learned:
            learn()
        self._checks.save()
        self.values.save()

    def _together(self, objects: Iterable[Object], about: str) -> str:
        """One key for several objects in their order; empty if one of them has none."""
        keys = [self._key(one, about) for one in objects]
        return keys[0] if len(keys) == 1 else (_short("\n".join(keys)) if all(keys) else "")

    def _key(self, item: Object, about: str) -> str:
        """A digest of an object and its place; empty if more than a file decides what it is."""
        origin = item.origin
        if origin is None or type(origin) is not Document:
            return ""
        if id(origin) not in self._places:
            within = "" if origin.prefix is ROOT else str(origin.prefix)
            self._held.append(origin)  # so that no other one gets its id
            self._places[id(origin)] = f"{self._source(origin.source)} {origin.index} {within}"
        return f"{about} {self._places[id(origin)]}"

    def _source(self, source: Source) -> str:
        if id(source) not in self._sources:  # which a document that is held holds
            self._sources[id(source)] = _short(f"{source.name}\0{leads_out(source.name)}\0{source.text}")
        return self._sources[id(source)]


def context(*values: Sequence[Json]) -> str:
    """A short text that identifies the objects that the API server has besides those it is asked about."""
    return _short(json.dumps(values, separators=(",", ":"))) if any(values) else ""


def _whole(item: Object) -> str:
    """A digest of an object that does not come from a file alone: its whole content, and where it is."""
    place = item.origin.source.name if item.origin else ""
    return _short(json.dumps((item.value, place), separators=(",", ":")))


def _short(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
