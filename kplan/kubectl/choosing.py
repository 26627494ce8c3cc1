"""Which objects a command line means: kinds, names, both with a slash, labels, fields, or files.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/builder.go
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.apiserver.componentstatus import KIND as COMPONENT_STATUS
from kplan.apiserver.componentstatus import SINGULAR
from kplan.apiserver.conversion import storage_key
from kplan.apiserver.decode import is_builtin
from kplan.apiserver.errors import StatusError, not_found
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.fieldlabels import fields_of, parse_fields, unable_to_find
from kplan.kubectl.labelselector import chosen_of_files
from kplan.kubectl.paths import check_name
from kplan.kubectl.reading import (
    UNNAMED,
    Decoder,
    Failure,
    Info,
    Options,
    gathered,
    read,
    source_of,
    unregistered,
)
from kplan.kubectl.resources import kind_title, resource_of, resources_of
from kplan.kubectl.wording import ClientError, ListedError, behind, with_source
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Discovery, Resource
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

NOTHING_NAMED: Final = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""
_NO_SUBRESOURCE: Final = "the server could not find the requested resource"
_TWICE: Final = (
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
    "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
)
_SELECTED_PAIRS: Final = "selectors and the all flag cannot be used when passing resource/name arguments"
_SELECTED_NAMES: Final = "name cannot be provided when a selector is specified"
WITH_FILES: Final = (
    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
)


class Wanted(NamedTuple):
    """What a command line says about objects."""

    words: Sequence[str] = ()
    kind: str = ""
    """What words without a slash name objects of; empty if kinds are among the words."""
    files: Sequence[Object] | None = None
    """The objects of ``-f``; None if it is not given."""
    one_file: bool = False
    """Whether one file is named, which kubectl takes for one object."""
    namespace: str = "default"
    enforce_namespace: bool = False
    all_namespaces: bool = False
    labels: str = ""
    fields: str = ""
    every: bool = False
    """``--all`` selects, so that names contradict it."""
    doing: str = ""
    """What is done to the objects of files, for the words of a refusal: ``deleting``."""
    kind_is_enough: bool = False
    """A kind without names means all of it."""
    subresource: str = ""
    """What of the objects is asked for; all if it is empty."""
    typed: bool = False
    """Whether kubectl reads the objects into its own Go types, of which a custom kind has none."""
    latest: bool = True
    """kubectl asks for the objects that files name; else they are what the files say, whether there are any or not."""
    tabled: bool = False
    """kubectl asks for tables of the objects, which have no labels to choose objects of files by."""
    required: bool = True
    """Objects that are named are asked for; else what has that name is taken as if it were there."""
    reads: bool = True
    """kubectl reads the objects that are named, and tells a namespace that is not there from an object that is not."""


class Item(NamedTuple):
    """One object that was found, and the resource it was asked for by."""

    resource: Resource
    value: Json
    source: str = ""
    """The file that names it."""
    live: bool = True
    """Whether it was asked for; an object of a file alone is spoken of by its kind."""

    @property
    def group_kind(self) -> str:
        """``Deployment.apps``, or the kind alone."""
        group = self.resource.group
        return f"{self.resource.kind}.{group}" if group else self.resource.kind

    @property
    def key(self) -> ObjectKey:
        """Its key, in the group it was asked for in. Raises ClientError if no request can name it."""
        metadata = self.value.get("metadata") or {}
        place = metadata.get("namespace", "") if self.resource.namespaced else ""
        name = metadata.get("name") or ""
        check_name(name)
        return ObjectKey(self.resource.group, self.resource.kind, place, name)

    @property
    def name(self) -> str:
        """Its name; empty if a file gives it none."""
        return (self.value.get("metadata") or {}).get("name") or ""

    @property
    def title(self) -> str:
        """``deployment.apps/web``."""
        return f"{kind_title(self.resource)}/{self.name or UNNAMED}"

    @property
    def title_of_kind(self) -> str:
        """``deployment.apps/web``, by the name of its kind."""
        group = f".{self.resource.group}" if self.resource.group else ""
        return f"{self.resource.kind.lower()}{group}/{self.name or UNNAMED}"

    @property
    def place(self) -> str:
        """``deployments/web``."""
        return f"{self.resource.plural}/{self.name}"


@dataclass(slots=True)
class Found:
    """What was found, what was not, and what was asked for."""

    items: list[Item] = field(default_factory=list)
    failures: list[StatusError | ClientError] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    """Every resource that was listed or had an object."""
    missing: list[Resource] = field(default_factory=list)
    """Every resource of which a named object is not there, or that could not be listed."""
    widths: list[int] = field(default_factory=list)
    """How wide the columns of its table are, for rows to come."""
    by_file: bool = False
    """Whether the objects are named by files; kubectl collects its errors about those in a list."""
    single: bool = False
    """Whether one object was named, so that it is printed as itself, not in a list."""

    def behind(self, acted: Sequence[StatusError | ClientError]) -> list[StatusError | ClientError]:
        """What went wrong with what was found, and behind that what was not."""
        return behind(acted, self.failures) if self.by_file else [*acted, *self.failures]


def choose(server: Server, wanted: Wanted) -> Found:
    """Find objects. Raises UsageError if the words contradict each other."""
    found = Found()
    _check(wanted)
    if wanted.files is not None:
        _from_files(server, wanted, found)
        return found
    kinds, pairs = split(wanted, server.discovery())
    for kind, name in pairs:
        _named(server, kind, name, wanted, found)
    for kind in kinds:
        try:
            found.items += listed(server, kind, wanted)
            found.resources.append(kind)
        except StatusError as refusal:
            found.failures.append(refusal)
            found.missing.append(kind)
    if wanted.typed:
        _refuse_untyped(found)
    found.single = not kinds and len(pairs) == 1
    return found


def _refuse_untyped(found: Found) -> None:
    """Take out objects of custom kinds, which kubectl cannot read into a type of its own."""
    for item in [one for one in found.items if not is_builtin(one.resource.gvk)]:
        found.items.remove(item)
        found.failures.append(unregistered(item.resource.gvk))


def split(wanted: Wanted, known: Discovery) -> tuple[Sequence[Resource], Sequence[tuple[Resource, str]]]:
    """Kinds to list, and kinds with names to look up. Raises UsageError."""
    words, selects = wanted.words, _selects(wanted)
    if wanted.kind:
        named = [_pair(word) if "/" in word else (wanted.kind, word) for word in words]
        pairs = [(resource_of(kind, known), name) for kind, name in named]
    elif any("/" in word for word in words):
        if not all("/" in word for word in words):
            raise UsageError(_TWICE, hint="write KIND NAME... or KIND/NAME...")
        named = [_pair(word) for word in words]
        if selects:
            raise UsageError(_SELECTED_PAIRS)
        pairs = [(resource_of(kind, known), name) for kind, name in named]
    elif len(words) > 1:
        if selects:
            raise UsageError(_SELECTED_PAIRS if "," in words[0] else _SELECTED_NAMES)
        pairs = [(kind, name) for kind in resources_of(words[0], known) for name in words[1:]]
    else:
        kinds = list(dict.fromkeys(one for kind in words for one in resources_of(kind, known)))
        _check_kinds(kinds, wanted)
        return kinds, ()
    if wanted.all_namespaces and any(kind.namespaced for kind, _ in pairs):
        raise UsageError("a resource cannot be retrieved by name across all namespaces")
    return (), pairs


def listed(server: Server, resource: Resource, wanted: Wanted) -> Iterator[Item]:
    """All objects of a kind that match, in the order in which a server lists them. Raises StatusError."""
    if resource.verbs and "list" not in resource.verbs:
        raise StatusError(
            405, "MethodNotAllowed", "the server does not allow this method on the requested resource"
        )
    labels = _selector(resource, wanted)
    fields = parse_fields(resource, wanted.fields, wanted.labels)
    place = "" if wanted.all_namespaces or not resource.namespaced else wanted.namespace
    found = server.list(resource.group, resource.kind, place, labels)
    for value in sorted(found, key=list_order):
        if fields.empty or fields.matches(fields_of(resource, value)):
            yield Item(resource, value)


def matches(resource: Resource, value: Json, wanted: Wanted) -> bool:
    """Whether an object of a kind has the labels and fields that are asked for."""
    if not _selector(resource, wanted).matches(value["metadata"].get("labels") or {}):
        return False
    fields = parse_fields(resource, wanted.fields, wanted.labels)
    return fields.empty or fields.matches(fields_of(resource, value))


def _check(wanted: Wanted) -> None:
    if wanted.every and (wanted.labels or wanted.fields):
        raise UsageError("setting 'all' parameter but found a non empty selector. ")
    if wanted.files is not None and wanted.words:
        raise UsageError(WITH_FILES)


def _selects(wanted: Wanted) -> bool:
    return bool(wanted.labels or wanted.fields or wanted.every)


def _check_kinds(kinds: Sequence[Resource], wanted: Wanted) -> None:
    if not kinds:
        if _selects(wanted):
            raise UsageError("at least one resource must be specified to use a selector")
        raise UsageError(NOTHING_NAMED)
    if not _selects(wanted) and not wanted.kind_is_enough:
        raise UsageError("resource(s) were provided, but no name was specified")


def _pair(word: str) -> tuple[str, str]:
    if word.count("/") > 1:
        raise UsageError("arguments in resource/name form may not have more than one slash")
    kind, _, name = word.partition("/")
    if not kind or not name or "," in kind:
        raise UsageError("arguments in resource/name form must have a single resource and name")
    return kind, name


def _named(server: Server, resource: Resource, name: str, wanted: Wanted, found: Found) -> None:
    place = wanted.namespace if resource.namespaced else ""
    if problem := _unreachable(server, resource, name, wanted):
        found.failures.append(problem)
        return
    if not wanted.required:
        value: Json | None = {"metadata": {"name": name, **({"namespace": place} if place else {})}}
    else:
        value = server.find(storage_key(ObjectKey(resource.group, resource.kind, place, name)))
    if value is None:
        shown = SINGULAR if resource.kind == COMPONENT_STATUS else resource.group_resource
        away = wanted.reads and place and not _is_there(server, place)
        found.failures.append(not_found("namespaces", place) if away else not_found(shown, name))
        found.missing.append(resource)
        return
    found.items.append(Item(resource, value))
    found.resources.append(resource)


def _from_files(server: Server, wanted: Wanted, found: Found) -> None:
    """The objects that files name, as they are in the cluster."""
    decoder = Decoder.TYPED if wanted.typed else Decoder.UNSTRUCTURED
    chosen = chosen_of_files(wanted.labels)
    first = None if wanted.latest else chosen
    options = Options(wanted.namespace, wanted.enforce_namespace, first, decoder=decoder)
    found.by_file, found.single = True, wanted.one_file
    unread = list[Failure]()
    for info in read(wanted.files or (), server, options):
        if isinstance(info, Failure):
            asked = isinstance(info.error, StatusError) and wanted.doing
            said = with_source(info.error, wanted.doing, source_of(info.origin)) if asked else info.error
            unread.append(info._replace(error=said))
            continue
        value = _live(server, info, wanted, found) if wanted.latest else info.value
        if not isinstance(value, dict):
            unread.append(Failure(info.origin, value))
            continue
        labels = {} if wanted.tabled else ((value.get("metadata") or {}).get("labels") or {})
        if not wanted.latest or chosen.matches(labels):
            found.items.append(Item(info.resource, value, info.source))
            found.resources.append(info.resource)
    found.failures = gathered(unread)


def _live(server: Server, info: Info, wanted: Wanted, found: Found) -> Json | StatusError | ClientError:
    """The live object that a file names, or why there is none; the file's object if it has no name."""
    if not info.name and not wanted.doing:
        return info.value
    problem = _unreachable(server, info.resource, info.name, wanted)
    found.missing += [] if problem else [info.resource]
    value = None if problem else server.find(storage_key(info.key))
    if value is None:
        place = info.origin.namespace
        away = wanted.reads and is_away(server, place)
        missing = not_found("namespaces", place) if away else _missing(info)
        refusal = problem or missing
        return with_source(refusal, wanted.doing, info.source) if wanted.doing else refusal
    return value


def _missing(info: Info) -> StatusError:
    return not_found(info.resource.group_resource, info.name)


def is_away(server: Server, namespace: str) -> bool:
    """Whether kubectl reports the namespace of a missing object as missing too,
    which it never checks for ``default``.
    """
    return namespace not in ("", "default") and not _is_there(server, namespace)


def _is_there(server: Server, namespace: str) -> bool:
    """Whether there is a namespace, as far as the user may know."""
    try:
        return server.find(ObjectKey("", "Namespace", "", namespace)) is not None
    except StatusError:
        return True


def _unreachable(
    server: Server, resource: Resource, name: str, wanted: Wanted
) -> StatusError | ClientError | None:
    """Why no request can be made for an object, or its subresource."""
    try:
        check_name(name)
    except ClientError as error:
        return error
    served = not wanted.subresource or server.serves(resource, wanted.subresource)
    return None if served else without_subresource(resource, name)


def without_subresource(resource: Resource, name: str) -> StatusError:
    """The server's error for a subresource that a kind does not have; for a custom kind the object is not found."""
    if is_builtin(resource.gvk):
        return StatusError(404, "NotFound", _NO_SUBRESOURCE)
    return not_found(resource.group_resource, name)


def _selector(resource: Resource, wanted: Wanted) -> Selector:
    try:
        return Selector.parse(wanted.labels)
    except SelectorError as error:
        raise unable_to_find(resource, wanted.labels, wanted.fields, str(error)) from error


def list_order(value: Json) -> str:
    """The key by which a server orders the objects of a kind."""
    metadata = value["metadata"]
    return f"{metadata.get('namespace') or ''}/{metadata.get('name') or ''}"


def timed_out(item: Item) -> ClientError:
    """The error about an object that did not come in time."""
    return ClientError(f"timed out waiting for the condition on {item.place}")


def without_not_found(failures: Iterable[StatusError | ClientError]) -> list[StatusError | ClientError]:
    """The failures other than objects that were not found."""
    left = list[StatusError | ClientError]()
    for one in failures:
        if isinstance(one, ListedError):
            found = without_not_found(one.errors)
            left += [ListedError(found)] if found else []
        elif not (isinstance(one, StatusError) and one.code == 404):
            left.append(one)
    return left
