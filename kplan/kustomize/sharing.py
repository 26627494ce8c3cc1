"""Labels and annotations that several places of an object hold between them.

kustomize puts one node of YAML wherever it adds a label, so what changes it in one place later, changes it in all of
them: an overlay that sets a label that its base added to selectors as well, sets it there too.
"""

from typing import Any

from kplan.kustomize.alignment import Steps, value_at
from kplan.kustomize.resource import Resource


class Writer:
    """Writes labels into one object, and remembers which places share what it added."""

    def __init__(self, item: Resource) -> None:
        self._item = item
        self._added: dict[str, list[dict[str, Any]]] = {}
        self._places: dict[int, Steps] | None = None

    def write(self, container: dict[str, Any], name: str, value: Any) -> None:
        """Set a label: what is there is changed wherever it is shared."""
        if name not in container:
            self._added.setdefault(name, []).append(container)
        elif self._item.shared:
            place = self._place(container)
            if place is not None:
                spread(self._item, (*place, name), value)
        container[name] = value

    def finish(self) -> None:
        """Keep what was added in more places than one."""
        for name, containers in self._added.items():
            if len(containers) > 1:
                self._places = None
                places = [self._place(container) for container in containers]
                self._item.shared.append([(*place, name) for place in places if place is not None])

    def _place(self, container: dict[str, Any]) -> Steps | None:
        if self._places is None or id(container) not in self._places:
            self._places = {}
            _number(self._item.value, (), self._places)
        return self._places.get(id(container))


def spread(item: Resource, place: Steps, value: Any) -> None:
    """Set what shares a place with one that is being set."""
    for group in item.shared:
        if place in group:
            for other in group:
                _set(item.value, other, value)


def after_merge(item: Resource, patch: Any) -> None:
    """Set what shares a place with one that a patch has set."""
    for group in item.shared:
        for place in list(group):
            try:
                value = value_at(patch, place)
            except (LookupError, TypeError):
                continue
            if value is None or isinstance(value, (dict, list)):
                group.remove(place)
                continue
            for other in group:
                _set(item.value, other, value)


def _set(value: Any, place: Steps, new: Any) -> None:
    try:
        container = value_at(value, place[:-1])
    except (LookupError, TypeError):
        return
    if isinstance(container, dict) and place[-1] in container:
        container[place[-1]] = new


def _number(value: Any, steps: Steps, places: dict[int, Steps]) -> None:
    if isinstance(value, dict):
        places[id(value)] = steps
        for name, item in value.items():
            _number(item, (*steps, name), places)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _number(item, (*steps, index), places)
