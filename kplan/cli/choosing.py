"""Which objects a command line means: kinds, names, both with a slash, labels, files, or the beginning of a name.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/builder.go, staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.api.gvk import ObjectKey
    from kplan.api.object import Json, Object
    from kplan.apiserver.errors import StatusError
    from kplan.schema.discovery import Discovery, Resource
    from kplan.selectors.labels import Selector
    from kplan.state.store import Store


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: one namespace, or all."""

    namespace: str = "default"
    everywhere: bool = False

    def of(self, resource: "Resource") -> str:
        """The namespace objects of a kind are listed in; empty for all and for kinds without."""
        return "" if self.everywhere or not resource.namespaced else self.namespace


@dataclass(slots=True)
class Chosen:
    """What was found, what was not, and whether a name was only the beginning of names."""

    objects: "list[Json]" = field(default_factory=list)
    missing: "list[StatusError]" = field(default_factory=list)
    prefix: bool = False


def choose(
    store: "Store", targets: Sequence[str], files: "Iterable[Object]", place: Place, labels: "Selector"
) -> Chosen:
    """Find objects. Raises UsageError where the words contradict each other."""
    from kplan.apiserver.errors import no_match

    known = discovery(store)
    chosen = Chosen()
    for one in files:
        found = known.by_kind(one.gvk.group, one.gvk.kind)
        if found is None:
            chosen.missing.append(no_match(one.gvk.kind, one.gvk.api_version))
        else:
            _named(store, found, one.name, one.namespace or place.namespace, chosen)
    kinds, names = _split(targets, place, labels, known)
    for kind, name in names:
        _named(store, resource_of(kind, known), name, place.namespace, chosen)
    for kind in kinds:
        chosen.objects += _listed(store, resource_of(kind, known), place, labels)
    if len(targets) == 2 and len(chosen.missing) == 1:
        return _beginning(store, resource_of(names[0][0], known), names[-1][1], place, chosen)
    return chosen


class Section(NamedTuple):
    """Objects of one kind, under the name it was asked for by."""

    resource: "Resource"
    objects: "list[Json]"


def sections(
    store: "Store", targets: Sequence[str], place: Place, labels: "Selector"
) -> "tuple[list[Section], list[StatusError]]":
    """Find objects kind by kind, and say which there are not. Raises UsageError where the words contradict each other.

    Neighbours of one kind are one section; a kind that has no objects is one as well.
    """
    known, found, chosen = discovery(store), list[Section](), Chosen()
    kinds, names = _split(targets, place, labels, known)
    for kind, name in names:
        resource = resource_of(kind, known)
        _named(store, resource, name, place.namespace, chosen)
        objects, chosen.objects = chosen.objects, []
        if objects and found and found[-1].resource == resource:
            found[-1].objects.extend(objects)
        elif objects:
            found.append(Section(resource, objects))
    for kind in kinds:
        resource = resource_of(kind, known)
        found.append(Section(resource, _listed(store, resource, place, labels)))
    return found, chosen.missing


def discovery(store: "Store") -> "Discovery":
    """All kinds that can be named, those of the state's definitions as well."""
    from kplan.schema.catalog import Catalog
    from kplan.schema.crd import custom_kinds

    definitions = store.list("apiextensions.k8s.io", "CustomResourceDefinition")
    custom = [kind.resource for definition in definitions for kind in custom_kinds(definition)]
    return Catalog.for_version().discovery.extended(custom)


def resource_of(kind: str, known: "Discovery") -> "Resource":
    """The resource of a name. Raises UsageError with the nearest one where there is none."""
    found = known.by_name(kind)
    if found is None:
        near = difflib.get_close_matches(kind.lower(), [one.plural for one in known], 1)
        hint = f"did you mean {near[0]}?" if near else "kinds are named by plural, singular or short name"
        raise UsageError(f'the state does not have a resource type "{kind}"', hint=hint)
    return found


def _split(
    targets: Sequence[str], place: Place, labels: "Selector", known: "Discovery"
) -> tuple[Sequence[str], Sequence[tuple[str, str]]]:
    """Kinds to list, and (kind, name) pairs to look up."""
    pairs: list[tuple[str, str]] = []
    if any("/" in one for one in targets):
        split = [one.partition("/")[::2] for one in targets]
        if not all(kind and name for kind, name in split):
            raise UsageError(
                "there is no need to name a kind twice", hint="write KIND NAME... or KIND/NAME..."
            )
        pairs = list(split)
    elif len(targets) > 1:
        pairs = [(kind, name) for kind in _kinds(targets[0], known) for name in targets[1:]]
    if pairs and labels.requirements:
        raise UsageError("name cannot be provided when a selector is specified")
    if pairs and place.everywhere:
        raise UsageError("a resource cannot be retrieved by name across all namespaces")
    return ([] if pairs or not targets else _kinds(targets[0], known)), pairs


def _kinds(text: str, known: "Discovery") -> list[str]:
    """The kinds of a list, with what stands for several, as ``all`` does."""
    return [name for kind in text.split(",") for name in (_category(kind, known) or (kind,))]


def _category(name: str, known: "Discovery") -> Sequence[str]:
    members = [one for one in known if name in one.categories]
    return list(dict.fromkeys(one.group_resource for one in members))


def _named(store: "Store", resource: "Resource", name: str, namespace: str, chosen: Chosen) -> None:
    from kplan.apiserver.errors import not_found

    found = store.get(_key(resource, name, namespace))
    if found is None:
        chosen.missing.append(not_found(resource.group_resource, name))
    else:
        chosen.objects.append(found)


def _key(resource: "Resource", name: str, namespace: str) -> "ObjectKey":
    from kplan.api.gvk import ObjectKey
    from kplan.apiserver.conversion import storage_key

    place = namespace if resource.namespaced else ""
    return storage_key(ObjectKey(resource.group, resource.kind, place, name))


def _listed(store: "Store", resource: "Resource", place: Place, labels: "Selector") -> "list[Json]":
    from kplan.kubectl.printers.describe import list_order

    key = _key(resource, "", "")
    found = store.list(key.group, key.kind, place.of(resource))
    matching = [value for value in found if labels.matches(value["metadata"].get("labels") or {})]
    return sorted(matching, key=list_order)


def _beginning(store: "Store", resource: "Resource", prefix: str, place: Place, exact: Chosen) -> Chosen:
    """What two words mean that name something there is not: all names with that beginning, or the complaint alone."""
    from kplan.selectors.labels import Selector

    found = _listed(store, resource, place, Selector.everything())
    objects = [value for value in found if str(value["metadata"]["name"]).startswith(prefix)]
    return Chosen(objects, prefix=True) if objects else Chosen(missing=exact.missing)
