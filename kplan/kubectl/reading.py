"""From objects as they were written to objects as kubectl sends them: type looked up, namespace settled, labels asked.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{builder,visitor,mapper}.go
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json, Object
from kplan.apiserver.decode import decode, encode, is_builtin
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.go_values import sorted_keys
from kplan.apiserver.server import Server
from kplan.kubectl.wording import (
    ClientError,
    ListedError,
    LooseError,
    NestedError,
    WholeError,
    other_namespace,
)
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Resource

if TYPE_CHECKING:
    from kplan.manifest.document import Document
    from kplan.selectors.labels import Selector


UNREGISTERED: Final = (
    'unable to get type info from the object "*runtime.Unknown": '
    'no kind is registered for the type runtime.Unknown in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"'
)
"""The error of kubectl for an item of a kind for which it has no Go type."""
UNNAMED: Final = "<unknown>"
"""What kubectl prints for the name of an object that has none."""
_STATUS: Final = ("v1", "Status")
"""Has a Go type, and no path by which anybody could ask for one."""
_PROBE: Final = GroupVersionKind("", "v1", "ConfigMap")


class Decoder(StrEnum):
    """How a document is read."""

    UNSTRUCTURED = "unstructured"
    """As whatever it says it is."""
    VALIDATED = "validated"
    """Likewise, once it is seen that it can be sent, of the items of a list also by their fields."""
    WARNED = "warned"
    """Likewise, but for the fields, of which the server warns."""
    TYPED = "typed"
    """Into kubectl's own Go types."""


class Undecoded(Object):
    """A text in a file that is no object, in its place among those that are."""

    __slots__ = ("empty", "parts", "refusal", "source")

    def __init__(
        self,
        source: str,
        refusal: "Callable[[Decoder], Refused]",
        *,
        empty: Collection[Decoder] = (),
        parts: "Sequence[Object]" = (),
        within: "Document | None" = None,
    ) -> None:
        """A text of the file ``source``, and what kubectl says of it; it is a list without items for who
        reads it as one of ``empty``.

        The ``parts`` are its items, one by one, for who reads it as whatever it is; an item
        stands ``within`` a document.
        """
        super().__init__({}, within)
        self.source = source
        self.refusal = refusal
        self.empty = empty
        self.parts = parts


class Refused(NamedTuple):
    """The error of kubectl for a text that it cannot decode, and whether it stops reading the file there."""

    error: "StatusError | ClientError"
    ends: bool = False


class Options(NamedTuple):
    """What the command line says about reading."""

    namespace: str = "default"
    enforce_namespace: bool = False
    """The namespace was given, so objects may not name another."""
    chosen: "Selector | None" = None
    """What chooses among the objects, if not all are read."""
    patient: bool = False
    """Come back to objects that come before what they need, such as their namespace."""
    decoder: Decoder = Decoder.UNSTRUCTURED
    """How documents are read."""
    progress: Callable[[int, int], None] | None = None
    """Told how many of how many objects have had their turn."""

    @property
    def selector(self) -> "Selector":
        """Which objects are read."""
        from kplan.selectors.labels import Selector  # noqa: PLC0415 - a lint reads all of them

        return self.chosen or Selector.everything()


class Info(NamedTuple):
    """One object on its way to the server."""

    value: Json
    resource: Resource
    origin: Object

    @property
    def name(self) -> str:
        """metadata.name."""
        return str(self.value["metadata"].get("name") or "")

    @property
    def namespace(self) -> str:
        """metadata.namespace; empty for cluster-scoped kinds."""
        return str(self.value["metadata"].get("namespace") or "")

    @property
    def key(self) -> ObjectKey:
        """The object's identity."""
        return ObjectKey(self.resource.group, self.resource.kind, self.namespace, self.name)

    @property
    def source(self) -> str:
        """The file's name, as messages show it."""
        return source_of(self.origin)

    @property
    def title(self) -> str:
        """``deployment.apps/web``, as kubectl prints objects."""
        kind = self.resource.kind.lower()
        group = f".{self.resource.group}" if self.resource.group else ""
        return f"{kind}{group}/{self.name or UNNAMED}"

    @property
    def described(self) -> str:
        """Its resource, type, name and namespace on two lines, as messages about a request quote them."""
        resource, name, namespace = self.resource, go_quote(self.name), go_quote(self.namespace)
        served = f"{resource.group}/{resource.version}"
        types = f'Resource: "{served}, Resource={resource.plural}", GroupVersionKind: "{served}, Kind={resource.kind}"'
        return f"{types}\nName: {name}, Namespace: {namespace}"


class Failure(NamedTuple):
    """One object that could not be handled."""

    origin: Object
    error: StatusError | ClientError
    info: Info | None = None


def is_listed(origin: Object) -> bool:
    """Whether it is an item of a list."""
    return origin.origin is not None and bool(origin.origin.prefix.steps)


def list_of(origin: Object) -> tuple[str, int] | None:
    """The file of the list that holds an object, and the index of its document; None if no list holds it."""
    if origin.origin is None or not is_listed(origin):
        return None
    return origin.origin.source.name, origin.origin.index


def gathered(failures: Iterable[Failure]) -> list[StatusError | ClientError]:
    """The errors of objects that could not be read; those of one list are collected in one."""
    errors = list[StatusError | ClientError]()
    for listed, group in groupby(failures, key=_held_in):
        found = [failure.error for failure in group]
        errors += [ListedError(found)] if listed else found
    return errors


def _held_in(failure: Failure) -> tuple[str, int] | None:
    return None if isinstance(failure.error, (WholeError, LooseError)) else list_of(failure.origin)


def in_lists(infos: Iterable[Info | Failure]) -> Iterator[Iterator[Info | Failure]]:
    """The objects of each list together, and others alone:
    where kubectl stops at what is wrong, it ends a list before.
    """
    for _, group in groupby(infos, key=lambda info: list_of(info.origin) or id(info.origin)):
        yield group


def source_of(origin: Object) -> str:
    """Where an object comes from; standard input is ``STDIN``."""
    if isinstance(origin, Undecoded):
        return origin.source
    name = origin.origin.source.name if origin.origin is not None else "STDIN"
    return "STDIN" if name in {"-", "<stdin>"} else name


def read(objects: Iterable[Object], server: Server, options: Options) -> Iterator[Info | Failure]:
    """Give the objects that match, in order. The type of each is looked up when its turn comes."""
    given = [part for one in objects for part in parts_of(one, options.decoder)]
    ended, unfit = set[str](), set[tuple[str, int] | None]()
    lists = _lists_of(given) if options.decoder is Decoder.VALIDATED else {}
    for number, origin in enumerate(given):
        if (
            (ended and source_of(origin) in ended)
            or (unfit and list_of(origin) in unfit)
            or holds_nothing(origin, options.decoder)
        ):
            continue
        if options.progress is not None:
            options.progress(number, len(given))
        if lists and (items := lists.pop(list_of(origin), None)) and (invalid := _invalid(items, server)):
            ended.add(source_of(origin))
            yield Failure(origin, invalid)
            continue
        try:
            info = _settled(origin, server, options)
        except (StatusError, ClientError) as error:
            if isinstance(origin, Undecoded) and origin.refusal(options.decoder).ends:
                ended.add(origin.source)
            if isinstance(error, WholeError):
                unfit.add(list_of(origin))
            yield Failure(origin, error)
            continue
        if options.chosen is None or options.chosen.matches(_labels(info.value)):
            yield info


def parts_of(origin: Object, decoder: Decoder) -> Sequence[Object]:
    """The items of a list of which not all are objects, if kubectl looks at each of them; else the object itself."""
    if isinstance(origin, Undecoded) and origin.parts and decoder is Decoder.UNSTRUCTURED:
        return origin.parts
    return (origin,)


def _lists_of(given: Iterable[Object]) -> dict[tuple[str, int] | None, list[Object]]:
    """The items of each list."""
    lists: dict[tuple[str, int] | None, list[Object]] = {}
    for origin in given:
        if is_listed(origin):
            lists.setdefault(list_of(origin), []).append(origin)
    return lists


def _invalid(items: Sequence[Object], server: Server) -> LooseError | None:
    """The error of kubectl for a list with unknown fields, or without required ones."""
    from kplan.kubectl.inlists import invalid_fields  # noqa: PLC0415 - most files hold no list

    problem = invalid_fields(items, server.catalog.definitions)
    return LooseError(not_valid(source_of(items[0]), problem)) if problem else None


def not_valid(source: str, problem: str) -> str:
    """The error of kubectl for a document that it refuses to send."""
    way_out = "if you choose to ignore these errors, turn validation off with --validate=false"
    return f"error validating {go_quote(source)}: error validating data: {problem}; {way_out}"


def holds_nothing(origin: Object, decoder: Decoder) -> bool:
    """Whether it is a list without items for who reads it so."""
    return isinstance(origin, Undecoded) and decoder in origin.empty


def _labels(value: Json) -> dict[str, str]:
    labels = value["metadata"].get("labels")
    return labels if isinstance(labels, dict) else {}


def _settled(origin: Object, server: Server, options: Options) -> Info:
    if isinstance(origin, Undecoded):
        raise origin.refusal(options.decoder).error
    if options.decoder is Decoder.TYPED:
        typed(origin, server)
    elif not (is_listed(origin) and options.decoder is Decoder.UNSTRUCTURED):
        check_metadata(origin)
    resource = _resource(origin, server)
    metadata = {
        name: value
        for name, value in origin.metadata.items()
        if isinstance(value, str)
        or name not in ("name", "namespace")  # a list's item has none of another type
    }
    if not resource.namespaced:
        metadata.pop("namespace", None)
    elif not metadata.get("namespace"):
        metadata["namespace"] = options.namespace
    elif options.enforce_namespace and metadata["namespace"] != options.namespace:
        raise LooseError(other_namespace(metadata["namespace"], options.namespace))
    return Info(sorted_keys({**origin.value, "metadata": metadata}), resource, origin)


def typed(origin: Object, server: Server) -> Json:
    """The object of a file in its Go type, which has no other fields than those it knows. Raises ClientError."""
    if isinstance(origin, Undecoded):
        raise origin.refusal(Decoder.TYPED).error
    source, gvk = go_quote(source_of(origin)), origin.gvk
    if (gvk.api_version, gvk.kind) == _STATUS:
        return origin.value
    if not is_builtin(gvk):
        if is_listed(origin):
            raise NestedError(UNREGISTERED)
        raise ClientError(f"unable to decode {source}: {unregistered(gvk)}")
    try:
        decoded = decode(origin.value, gvk, server.catalog, strict=False)
    except StatusError as error:
        problem = error.message.partition(f" cannot be handled as a {gvk.kind}: ")[2] or error.message
        if is_listed(origin):
            from kplan.kubectl.inlists import of_item  # noqa: PLC0415 - few lists are wrong

            raise of_item(origin, source, problem) from error
        raise ClientError(f"unable to decode {source}: {problem}") from error
    return encode({"metadata": {}, **decoded.value}, gvk)


def unregistered(gvk: GroupVersionKind) -> ClientError:
    """The error of kubectl for a kind for which it has no Go type."""
    return ClientError(
        f'no kind "{gvk.kind}" is registered for version "{gvk.api_version}" '
        'in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"'
    )


class UnknownTypeError(ClientError):
    """The server does not serve an object's type."""


def _resource(origin: Object, server: Server) -> Resource:
    try:
        return server.resource_for(origin.gvk)
    except StatusError as error:
        if is_listed(origin):
            raise UnknownTypeError(f"unable to recognize {error.message}") from error
        place = f"name: {go_quote(origin.name)} namespace: {go_quote(origin.namespace)} from {go_quote(source_of(origin))}"
        raise UnknownTypeError(
            f"resource mapping not found for {place}: {error.message}\nensure CRDs are installed first"
        ) from error


def check_metadata(origin: Object) -> None:
    """Read metadata into its Go type, as kubectl does before it believes the rest."""
    if _is_plain(origin.value.get("metadata")):
        return
    if problem := metadata_problem(origin.value, "metadataOnlyObject"):
        raise ClientError(f"unable to decode {go_quote(source_of(origin))}: {problem}")


def metadata_problem(value: Json, type_: str) -> str:
    """Why the metadata of an object of a Go type cannot be read; empty if it can."""
    probe = {"apiVersion": "v1", "kind": _PROBE.kind, "metadata": value.get("metadata")}
    try:
        decode(sorted_keys(probe), _PROBE, strict=False)
    except StatusError as error:
        problem = error.message.partition(f"cannot be handled as a {_PROBE.kind}: ")[2]
        return problem.replace(f"struct field {_PROBE.kind}.", f"struct field {type_}.")
    return ""


def _is_plain(metadata: Any) -> bool:
    """Whether metadata holds nothing but the usual texts, which every Go type takes."""
    if metadata.__class__ is not dict:
        return False
    for name, value in metadata.items():
        if name in ("labels", "annotations"):
            if value.__class__ is not dict or not all(one.__class__ is str for one in value.values()):
                return False
        elif name not in ("name", "namespace") or value.__class__ is not str:
            return False
    return True
