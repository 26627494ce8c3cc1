"""The one way in: what a request names, read and told apart."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from os.path import abspath, basename, dirname, exists, join, normpath, realpath
from typing import TYPE_CHECKING, Any, Final

from kplan.diagnostics import Diagnostic, has_error
from kplan.inputs.classify import UNREADABLE, by_content, by_convention, by_name, is_written_as_manifest
from kplan.inputs.clustertests import is_test
from kplan.inputs.kustomizations import FILES, Roles, bases_of, is_kustomization
from kplan.inputs.request import Depth, Request
from kplan.inputs.sight import content_digest, note, note_content, refused
from kplan.inputs.skipped import Skipped, in_words
from kplan.inputs.walk import File, Walk
from kplan.manifest.document import Document
from kplan.manifest.loader import (
    STDIN,
    STDIN_NAME,
    Loaded,
    UnreadableError,
    load_bytes,
    load_file,
    read_bytes,
)
from kplan.manifest.parser import TEMPLATE
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.inputs.known import KnownValues, Seal

_MANY: Final = 50
"""Files from which on it is worth to know what they read as: of fewer, one that changed is much of the work."""

__all__ = ["Read", "Skipped", "Text", "from_texts", "in_words", "read"]


class Read(NamedTuple):
    """The result of reading a request."""

    documents: Sequence[Document] = ()
    diagnostics: Sequence[Diagnostic] = ()
    files: int = 0
    """How many files there were to read."""
    skipped: Sequence[Skipped] = ()
    excluded: Sequence[str] = ()
    """Files and folders that patterns left out."""
    below: Mapping[str, int] = {}
    """By folder, how many files in folders below it were not read."""
    parts: frozenset[str] = frozenset()
    """The files among them that a kustomization takes as resources, and may complete."""


Builder = Callable[[Sequence[str]], Collection[str]]
"""Builds folders with a kustomization, and gives the real paths of all files that it read."""


class Text(NamedTuple):
    """The documents of one file, before it is known what the file is."""

    file: File
    loaded: Loaded
    broken: bool = False
    """Whether some of it cannot be read."""
    meant: bool = True
    """Whether it is written as a manifest, as far as that can be seen without reading it."""
    digest: bytes = b""
    """The digest of what it holds, if somebody takes it down."""
    seal: "Seal | None" = None
    """What stands for what it holds, if somebody wants to know what it reads as."""
    part: bool = False
    """Whether a kustomization takes it as a resource."""
    sealed: bytes = b""
    """What it reads as, if that was not known and there is nothing to say about it."""


def read(request: Request, builder: Builder | None = None) -> Read:
    """Read every document that a request names; what the ``builder`` takes is not read."""
    walk = Walk(request)
    walk.run()
    given = list(walk.files)
    files = _unbuilt(walk, given, builder)
    found: dict[str, bytes] | None = None if request.ledger is None else {}
    texts, refused = _load(files, request, found)
    built = _kustomized_folders(set(given).difference(files))
    kept, skipped = _told_apart(texts, request, folders=built)
    if request.depth is Depth.OWN_FIRST:
        below = [file for folder in _without_manifests(kept, walk) for file in walk.read_below(folder)]
        more = _unbuilt(walk, below, builder)
        deeper, also_refused = _load(more, request, found)
        if deeper:
            built |= _kustomized_folders(set(below).difference(more))
            kept, skipped = _told_apart([*texts, *deeper], request, folders=built)
        files, refused = [*files, *more], [*refused, *also_refused]
    if request.ledger is not None and found is not None:
        note(request.ledger, request, walk, found)
    made = _read(kept, [*walk.unread, *skipped], [*walk.diagnostics, *refused])
    return made._replace(files=len(files), excluded=tuple(walk.excluded), below=dict(walk.below))


def _kustomized_folders(files: Iterable[File]) -> set[str]:
    """The folders of the kustomizations among files."""
    return {normpath(dirname(file.path)) for file in files if basename(file.path) in FILES}  # noqa: PTH119, PTH120 - asked of every file


def _unbuilt(walk: Walk, files: Sequence[File], builder: Builder | None) -> Sequence[File]:
    """The files that no kustomization among them is built of; if one cannot be built, its parts are."""
    if builder is None:
        return files
    tree = kustomized(files)
    folders, asked, built = tree.roots(), set[str](), frozenset[str]()
    while folders:
        for folder in [one for one in walk.below if normpath(one) in folders]:
            del walk.below[folder]
        built = frozenset(builder(folders))
        asked.update(folders)
        unbuilt = [one for one in folders if not any(realpath(join(one, name)) in built for name in FILES)]  # noqa: PTH118 - asked of every folder
        folders = [one for one in tree.below(unbuilt) if one not in asked]
    return [file for file in files if realpath(file.path) not in built] if built else files


class _Kustomizations(NamedTuple):
    """The folders with a kustomization among files."""

    parts: Mapping[str, Sequence[str]]
    """For each folder, the paths that its kustomization refers to."""
    components: frozenset[str]
    """Those that are only ever built within another."""

    def roots(self) -> list[str]:
        """Those that are built by themselves: no other one names them."""
        used = {part for parts in self.parts.values() for part in parts}
        return [one for one in self.parts if one not in used and one not in self.components]

    def below(self, folders: Iterable[str]) -> list[str]:
        """Those that folders name and that can be built without them, each once."""
        named = dict.fromkeys(part for folder in folders for part in self.parts[folder])
        return [one for one in named if one in self.parts and one not in self.components]


def kustomized(files: Iterable[File]) -> _Kustomizations:
    """The folders with a kustomization among files, and what these name."""
    parts: dict[str, Sequence[str]] = {}
    components = set[str]()
    for file in files:
        if basename(file.path) not in FILES or file.named:  # noqa: PTH119 - asked of every file
            continue
        documents = load_file(file.path).documents
        if not documents or not is_kustomization(file.path, documents[0].value):
            continue
        folder, value = normpath(dirname(file.path)), documents[0].value  # noqa: PTH120 - likewise
        parts[folder] = [normpath(join(folder, name)) for name in bases_of(value)]  # noqa: PTH118 - likewise
        if value.get("kind") == "Component":
            components.add(folder)
    return _Kustomizations(parts, frozenset(components))


def from_texts(contents: Iterable[tuple[str, bytes]], request: Request) -> Read:
    """Tell files apart whose content is at hand: those of a revision, for example."""
    texts = [_text(File(name, named=name in request.paths), data, name, request) for name, data in contents]
    names = {text.file.path for text in texts}
    return _read(*_told_apart(texts, request, names.__contains__), [])._replace(files=len(texts))


def _read(kept: Iterable[Text], skipped: Sequence[Skipped], refused: Sequence[Diagnostic]) -> Read:
    read = list(kept)
    diagnostics = [*refused, *(found for text in read for found in text.loaded.diagnostics)]
    parts = frozenset(text.file.path for text in read if text.part)
    documents = [document for text in read for document in text.loaded.documents]
    return Read(documents, diagnostics, 0, skipped, parts=parts)


def _load(
    files: Sequence[File], request: Request, found: dict[str, bytes] | None
) -> tuple[list[Text], list[Diagnostic]]:
    """The texts of files, and why others cannot be read; the digests of what they hold go into ``found``."""
    if len(files) < _MANY:
        request = request._replace(values=None)

    if request.values is not None:
        request.values.expect(len(files))

    def work(part: range) -> list[Text | Diagnostic]:
        return [_loaded(files[place], place, len(files), request) for place in part]

    alone = request.processes.number < 2 or any(file.path == STDIN for file in files)
    loaded = request.processes.spread(work, [0 if alone else _size(file.path) for file in files])
    digests = {} if found is None else found
    for file, one in zip(files, loaded, strict=True) if found is not None else ():
        digests[file.path] = one.digest if isinstance(one, Text) else content_digest(refused(one))
    texts = [one for one in loaded if isinstance(one, Text)]
    if request.values is not None:
        _teach(request.values, texts)
    return texts, [one for one in loaded if isinstance(one, Diagnostic)]


def _teach(values: "KnownValues", texts: Iterable[Text]) -> None:
    """What files read as about which there is nothing to say is known from now on."""
    for one in texts:
        if one.seal is not None:
            values.take(one.seal, one.sealed)


def _loaded(file: File, place: int, total: int, request: Request) -> Text | Diagnostic:
    if request.progress is not None:
        request.progress(place, total)
    try:
        held = request.ledger.held.take(file.path) if request.ledger is not None else None
        data = read_bytes(file.path, request.limits, request.stdin) if held is None else held
    except UnreadableError as refusal:
        return refusal.diagnostic
    values = request.values
    seal = values.seal(data) if values is not None and not data.startswith(b"{") else None
    known = values.of(seal) if values is not None and seal is not None else None
    text = _text(file, data, STDIN_NAME if file.path == STDIN else file.path, request, known)
    if values is not None and seal is not None:
        new = known is None and text.loaded.documents and not text.loaded.diagnostics
        text = text._replace(seal=seal, sealed=values.sealed(seal, text.loaded.documents) if new else b"")
    return text if request.ledger is None else text._replace(digest=content_digest(data))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - asked of every file
    except OSError:
        return 0


def _text(
    file: File, data: bytes, name: str, request: Request, known: Mapping[int, Any] | None = None
) -> Text:
    loaded = load_bytes(data, name, request.limits, known)
    if not has_error(loaded.diagnostics):
        return Text(file, loaded)
    return Text(file, loaded, broken=True, meant=bool(loaded.documents) or is_written_as_manifest(data))


def _told_apart(
    texts: Sequence[Text],
    request: Request,
    known: Callable[[str], bool] | None = None,
    folders: Iterable[str] = (),
) -> tuple[list[Text], list[Skipped]]:
    """Files that hold manifests, or were meant to, and those that are something else; ``folders`` have been built."""
    roles, ledger = Roles(folders), request.ledger
    known = known or (exists if ledger is None else ledger.exists)
    for text in texts:
        _note_roles(text.file.path, text.loaded.documents, roles)
    if request.tolerant:
        for path in kustomizations_above((text.file.path for text in texts if text.file.named), known):
            if ledger is not None:
                note_content(ledger, path, request)
            _note_roles(path, load_file(path, request.limits).documents, roles)
    kept, skipped = [], []
    for text in texts:
        strict = text.file.path == STDIN or (text.file.named and not request.tolerant)
        what = "" if strict else _what(text, roles, request, known)
        if what:
            skipped.append(Skipped(text.file.path, what))
        else:
            part = not strict and roles.names(text.file.path)
            kept.append(text._replace(part=True) if part else text)
    return kept, skipped


def _note_roles(path: str, documents: Iterable[Document], roles: Roles) -> None:
    for document in documents:
        if is_kustomization(path, document.value):
            roles.add(path, document.value)
        elif is_test(document.value):
            roles.add_test(path, document.value)


def kustomizations_above(paths: Iterable[str], exists: Callable[[str], bool]) -> Iterator[str]:
    """Kustomizations beside named files and in the folders above, up to the repository's."""
    seen: set[str] = set()
    for path in paths:
        folder, whole = dirname(path), abspath(dirname(path))  # noqa: PTH100, PTH120 - asked of every file
        while whole not in seen:
            seen.add(whole)
            yield from (there for name in FILES if exists(there := join(folder, name)))  # noqa: PTH118 - likewise
            if exists(join(whole, ".git")) or dirname(whole) == whole:  # noqa: PTH118, PTH120 - likewise
                break
            folder, whole = join(folder, ".."), dirname(whole)  # noqa: PTH118, PTH120 - likewise


def _what(text: Text, roles: Roles, request: Request, known: Callable[[str], bool]) -> str:
    """What a file is that is no manifest; empty for one that is."""
    path = text.file.path
    if what := roles.of(path) or by_name(path, known):
        return what
    if text.broken:
        return _broken(text) if not text.meant and not text.file.named else ""
    values = [document.value for document in text.loaded.documents]
    return by_content(path, values, request.wanted, left_out=roles.leaves_out(path))


def _broken(text: Text) -> str:
    """What a file is that cannot be read and does not look like a manifest."""
    if what := by_convention(text.file.path):
        return what
    templates = any(found.rule == TEMPLATE for found in text.loaded.diagnostics)
    return "template" if templates else UNREADABLE


def _without_manifests(kept: Iterable[Text], walk: Walk) -> list[str]:
    """Folders given whose own files are not manifests, with something below."""
    holding = {text.file.root for text in kept}
    return [folder for folder in walk.below if folder not in holding]
