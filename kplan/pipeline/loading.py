"""Files to objects: what a run is about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os.path import exists
from types import MappingProxyType
from typing import TYPE_CHECKING

from kplan.api.decode import Place, decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic, Severity
from kplan.inputs.reading import Builder, Read, kustomizations_above, read
from kplan.inputs.request import Depth, Request
from kplan.inputs.sight import named, names_beside
from kplan.manifest.document import Document
from kplan.manifest.stream import NO_SEPARATOR
from kplan.pipeline.loaded import Loaded, joined
from kplan.report import InputSummary, Report, documented

if TYPE_CHECKING:
    from kplan.pipeline.building import Builds

__all__ = ["Loaded", "load", "unread"]

_DELIVERING = ("argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/")
"""Groups with kinds that deliver other objects."""


def load(what: Request | Iterable[str]) -> Loaded:
    """Read files, folders with all below them, globs and standard input into objects.

    Folders with a kustomization are built if the request says so, as it does for mere paths.
    """
    loaded = _load(what if isinstance(what, Request) else Request(tuple(what), build=True))
    if any(str(one.value.get("apiVersion")).startswith(_DELIVERING) for one in loaded.objects):
        from kplan.pipeline.deliveries import deliveries

        return loaded._replace(inputs=loaded.inputs._replace(deliveries=deliveries(loaded.objects)))
    return loaded


def _load(request: Request) -> Loaded:
    if not (request.build or request.kustomizations or request.charts):
        return _read(request)
    made: list[Builds] = []

    def builds() -> "Builds":
        if not made:
            from kplan.pipeline.building import Builds

            made.append(Builds(request))
        return made[0]

    if request.kustomizations or request.charts:
        builds()
    read = _read(request, (lambda folders: builds().run(folders)) if request.build else None)
    built = made[0].loaded if made else ()
    if request.ledger is not None and request.charts:
        request.ledger.whole = False  # helm looks at more than its files
    return joined([read, *built])


def _read(request: Request, builder: Builder | None = None) -> Loaded:
    found = read(request, builder)
    decoded = decode(found.documents, _broken(found.diagnostics, found.documents))
    unsent = range(len(decoded.objects)) if _misses(request, found.diagnostics) else decoded.unsent
    manifests = dict.fromkeys(one.origin.source.name for one in decoded.objects if one.origin)
    summary = InputSummary(
        found.files, len(decoded.objects), found.skipped, found.excluded, found.below, tuple(manifests)
    )
    return Loaded(
        tuple(decoded.objects), (*found.diagnostics, *decoded.diagnostics), summary, _beside(request),
        frozenset(unsent), found.parts, tuple(_unbuilt(found)),
    )  # fmt: skip


def _misses(request: Request, found: Iterable[Diagnostic]) -> bool:
    """Whether something that was named is not there: kubectl looks for all of it first, and then sends nothing."""
    places = {one.location.file for one in found if one.severity is Severity.ERROR and one.location}
    return any(path in places and not exists(path) for path in request.paths)  # noqa: PTH110 - as it was given


def _unbuilt(found: Read) -> Iterable[Object]:
    """The kustomizations that nothing was built of, beside files that they take:
    components are only built within others.
    """
    if not found.parts:
        return ()
    from kplan.pipeline.generators import kustomizations

    return kustomizations(one.path for one in found.skipped if one.what == "kustomization")


def reread(
    loaded: Loaded, changed: Mapping[str, bytes], earlier: Mapping[str, bytes] = MappingProxyType({})
) -> Loaded:
    """The same input with some of its files changed;
    what is built of them is built again, with those changed ``earlier``.
    """
    from kplan.manifest.loader import load_bytes

    rebuilt = _rebuilt(loaded, changed, earlier)
    objects = list[Object]()
    said = [one for one in loaded.diagnostics if not one.location or one.location.file not in changed]
    read: dict[str, Sequence[Object]] = {}
    plain = {one.origin.source.name for one in loaded.objects if one.origin}
    for name, data in changed.items():
        if rebuilt and name not in plain:
            continue
        found = load_bytes(data, name)
        decoded = decode(found.documents)
        read[name] = decoded.objects
        said += [*found.diagnostics, *decoded.diagnostics]
    for folder in rebuilt.values():
        said += [one for one in folder.diagnostics if one.severity is Severity.ERROR and one not in said]
    built = {folder: each.objects for folder, each in rebuilt.items()}
    for one in loaded.objects:
        name = one.origin.source.name if one.origin else ""
        if name in rebuilt:
            objects += built.pop(name, ())
        else:
            objects += read.pop(name, ()) if name in changed else (one,)
    objects += [one for rest in read.values() for one in rest]
    inputs = loaded.inputs._replace(objects=len(objects))
    return loaded._replace(objects=tuple(objects), diagnostics=tuple(said), inputs=inputs, unsent=frozenset())


def _rebuilt(
    loaded: Loaded, changed: Mapping[str, bytes], earlier: Mapping[str, bytes]
) -> Mapping[str, Loaded]:
    """The kustomizations built from changed files, built again, by folder."""
    folders = {
        one.origin.built_by: None
        for one in loaded.objects
        if one.origin and one.origin.built_by and any(source.name in changed for source in one.origin.sources)
    }
    if not folders:
        return {}
    from kplan.pipeline.building import rebuild

    return {folder: rebuild(folder, {**earlier, **changed}) for folder in folders}


def _broken(found: Iterable[Diagnostic], documents: Sequence[Document]) -> Mapping[str, Place]:
    """The place in each file from which kubectl reads nothing;
    an invalid separator also invalidates the document before it.
    """
    places: dict[str, Place] = {}
    for one in found:
        if one.severity is Severity.ERROR and one.location is not None:
            file, place = one.location.file, (one.location.line - 1, one.location.column - 1)
            if one.message.startswith(NO_SEPARATOR):
                starts = [(each.line, each.column) for each in documents if each.source.name == file]
                place = max((start for start in starts if start < place), default=place)
            places[file] = min(place, places.get(file, place))
    return places


def unread(command: str, loaded: Loaded) -> Report:
    """What is left to say where some of the input cannot be read: what is missing would make an answer wrong."""
    from kplan.pipeline.documentation import rule_text

    findings, rules = documented(loaded.diagnostics, rule_text)
    return Report(command, findings, rules, loaded.inputs, broken=True)


def _beside(request: Request) -> Callable[[], Loaded] | None:
    others = names_beside(request)
    if request.ledger is not None:
        request.ledger.beside[named(request)] = others
    if not others:
        return None
    there = request._replace(
        paths=others, kustomizations=(), charts=(), depth=Depth.OWN, force_exclude=True, tolerant=True
    )

    def around() -> Loaded:
        near = load(there)
        return near._replace(objects=(*near.objects, *_kustomizations(there)))

    return around


def _kustomizations(request: Request) -> Iterable[Object]:
    """The kustomizations beside files and above them, as objects: their generators make what the files may name."""
    from kplan.pipeline.generators import kustomizations

    known = exists if request.ledger is None else request.ledger.exists
    return kustomizations(kustomizations_above(request.paths, known), request.limits)
