"""What a changed CustomResourceDefinition means for the custom resources that are stored.

- ``stored-resources-refused``: they do not meet the new schema; they stay, but an update that touches it is refused. Of
  a version that is served and not stored, only updates in this version are.
- ``stored-fields-dropped``: the new schema does not know some of their fields, so that readers no longer see them.
- ``version-not-served``: clients that speak a version get 404.
- ``storage-version-changed``: what is stored stays in the old version until it is written again.
- ``resources-deleted``: the definition is deleted, and all resources of its kind.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/{apiserver/schema/pruning,registry/customresource}
"""

from collections.abc import Iterator, Sequence
from re import findall
from typing import Final

from kplan.api.object import Json
from kplan.masking.objects import values_of
from kplan.masking.texts import without
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.reading import fields, items, text
from kplan.sentences import counted
from kplan.state.store import Store

_MOST: Final = 200
"""How many stored resources are tried; more of a kind rarely differ in anything new."""
_CHECKS: Final = (("stored-resources-refused", "Ignore"), ("stored-fields-dropped", "Strict"))
_STORED: Final = {
    "stored-resources-refused": "does not accept %s: they stay, but new ones like them and updates of this are refused",
    "stored-fields-dropped": "does not know fields of %s: nobody sees them any more, and the next update removes them",
}
_IN_ANOTHER: Final = {
    "stored-resources-refused": "in version %s does not accept %s: they stay, but whoever writes them in it is refused",
    "stored-fields-dropped": "in version %s does not know fields of %s: whoever reads them in it does not see these, and a write in it removes them",
}
_KEPT: Final = ("name", "namespace", "labels", "annotations")


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the definition's versions, and try its resources against the new one."""
    before, after = world.before(change), world.after(change)
    if change.action is Action.REFUSED or before is None:
        return
    names = fields(before, "spec", "names")
    stored = world.prior.list(text(before, "spec", "group"), text(names, "kind"))
    if after is None:
        if stored:
            kind = text(names, "kind")
            message = f"is deleted with {counted(len(stored), f'{kind} object')}"
            yield Consequence("resources-deleted", change.object, message, Severity.ERROR)
        return
    yield from _of_versions(change.object, before, after, len(stored))
    yield from _of_schema(change.object, after, stored[:_MOST], world)


def _of_versions(definition: Identity, before: Json, after: Json, count: int) -> Iterator[Consequence]:
    now = set(_served(after))
    for version in [one for one in _served(before) if one not in now]:
        message = f"no longer serves {version}: clients and manifests that name it get 404"
        yield Consequence("version-not-served", definition, message)
    old, new = _storage(before), _storage(after)
    if old != new and count:
        message = (
            f"stores {new}; {count} stored in {old} stay{'s' if count == 1 else ''} so until written again"
        )
        yield Consequence("storage-version-changed", definition, message, Severity.INFO)


def _of_schema(
    definition: Identity, after: Json, stored: Sequence[Json], world: World
) -> Iterator[Consequence]:
    """What each version has against what is stored; of those that are not stored, only what the stored one has not."""
    group, plural = text(after, "spec", "group"), text(after, "spec", "names", "plural")
    told = set[tuple[str, str]]()
    for version in _tried(after):
        in_it = [{**one, "apiVersion": f"{group}/{version}"} for one in stored]
        is_stored = version == _storage(after)
        for name, validation in _CHECKS:
            found = {_title(one): refusal for one in in_it if (refusal := _news(one, validation, world))}
            first = next(iter(found.items()), None)
            if first is not None and (name, first[1]) not in told:
                told.add((name, first[1]))
                what = f"{len(found)} of {len(stored)} stored {plural} ({': '.join(first)})"
                message = _STORED[name] % what if is_stored else _IN_ANOTHER[name] % (version, what)
                severity = Severity.ERROR if is_stored else Severity.WARNING
                yield Consequence(name, definition, message, severity)


def _tried(definition: Json) -> list[str]:
    """The versions in which what is stored is tried: all that are served, unless a webhook converts between them."""
    storage, converts = _storage(definition), text(definition, "spec", "conversion", "strategy") == "Webhook"
    return [storage, *(one for one in _served(definition) if one != storage and not converts)]


def _news(resource: Json, validation: str, world: World) -> str:
    """What the new definition has against a resource, and the old one had not."""
    now = _objection(resource, validation, world.final, world)
    if not now or _objection(resource, validation, world.prior, world):
        return ""
    return now


def _objection(resource: Json, validation: str, store: Store, world: World) -> str:
    """What the API server says to a resource like this one; to fields that are unknown only if it is strict."""
    from kplan.apiserver.errors import StatusError  # noqa: PLC0415 - few plans change definitions
    from kplan.apiserver.server import Server  # noqa: PLC0415 - likewise
    from kplan.schema.catalog import Catalog  # noqa: PLC0415 - likewise

    fork = store.fork()
    fork.delete(fork.key_of(resource))
    server = Server(fork, catalog=Catalog.for_version(world.kubernetes_version))
    metadata = {name: value for name, value in resource["metadata"].items() if name in _KEPT}
    try:
        server.create({**resource, "metadata": metadata}, dry_run=True, field_validation=validation)
    except StatusError as refusal:
        unknown = findall(r'unknown field "([^"]*)"', refusal.message)
        if validation == "Strict":
            return ", ".join(unknown)
        if refusal.code != 422:
            return ""
        said = "; ".join(f"{one.field}: {one.message}" for one in refusal.causes)
        return without(said, values_of(resource))
    return ""


def _title(resource: Json) -> str:
    metadata = resource["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if metadata.get("namespace") else metadata["name"]


def _served(definition: Json) -> list[str]:
    return [one["name"] for one in items(definition, "spec", "versions") if one.get("served")]


def _storage(definition: Json) -> str:
    return next((one["name"] for one in items(definition, "spec", "versions") if one.get("storage")), "")


_DEFINITION: Final = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions: [%s]
---
"""
_VERSION: Final = (
    "{name: %s, served: %s, storage: %s, schema: {openAPIV3Schema: {type: object, properties:"
    " {spec: {type: object, properties: {size: {type: integer, maximum: %s}%s}}}}}}"
)
_V1: Final = _DEFINITION % (_VERSION % ("v1", "true", "true", 9, ", color: {type: string}"))
_WIDGET: Final = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: one, namespace: default}, spec: {size: 5, color: red}}"
_SAME: Final = _VERSION % ("v1", "true", "true", 9, ", color: {type: string}")
_NEW: Final = _VERSION % ("v2", "true", "%s", 9, ", color: {type: string}")

FINDER = Finder(
    kinds=frozenset({"CustomResourceDefinition.apiextensions.k8s.io"}),
    find=find,
    examples=(
        Example(
            _V1 + _WIDGET,
            _DEFINITION % (_VERSION % ("v1", "true", "true", 3, ", color: {type: string}")),
            finds=("stored-resources-refused",),
        ),
        Example(
            _V1 + _WIDGET,
            _DEFINITION % (_VERSION % ("v1", "true", "true", 9, "")),
            finds=("stored-fields-dropped",),
        ),
        Example(
            _DEFINITION % f"{_SAME}, {_NEW % 'false'}",
            _DEFINITION % f"{_SAME}, {_NEW.replace('served: true', 'served: false') % 'false'}",
            finds=("version-not-served",),
        ),
        Example(
            _V1 + _WIDGET,
            _DEFINITION % f"{_SAME.replace('storage: true', 'storage: false')}, {_NEW % 'true'}",
            finds=("storage-version-changed",),
        ),
        Example(
            _DEFINITION % f"{_SAME}, {_NEW % 'false'}" + _WIDGET,
            _DEFINITION % f"{_SAME}, {(_NEW % 'false').replace('maximum: 9', 'maximum: 3')}",
            finds=("stored-resources-refused",),
        ),
        Example(_V1 + _WIDGET, deleted=_V1, finds=("resources-deleted",)),
        Example(
            _V1 + _WIDGET, _DEFINITION % (_VERSION % ("v1", "true", "true", 5, ", color: {type: string}"))
        ),
    ),
)
