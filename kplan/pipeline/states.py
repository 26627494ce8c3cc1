"""What is in the cluster: opened, and stored as a new revision."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kplan.diagnostics import DiagnosedError, Diagnostic, has_error, in_order
from kplan.namedtuples import NamedTuple
from kplan.schema.releases import DEFAULT
from kplan.state.facts import NONE, Facts

if TYPE_CHECKING:
    from pathlib import Path

    from kplan.api.gvk import ObjectKey
    from kplan.api.object import Json, Object
    from kplan.state.resting import Resting
    from kplan.state.store import Store


class State(NamedTuple):
    """What is in the cluster, opened."""

    store: "Store"
    title: str
    """One line that says where the state comes from."""
    revision: int = 0
    """The revision of a stored state; 0 for every other source."""
    diagnostics: Sequence[Diagnostic] = ()
    """What could not be read, or what an API server would refuse of it."""
    holds_secrets: bool = False
    """Whether a stored state holds the values of Secrets, not their hashes."""
    fresh: bool = False
    """Whether it is made from manifests that no controller has seen yet."""
    facts: Facts = NONE
    """What a stored state knows beside its objects."""
    resting: "Resting | None" = None
    """How a stored state settles, if that is known."""
    opened: "Store | None" = None
    """The store as it was opened; None if nothing is known of its rest."""

    @property
    def keeps_secrets(self) -> bool:
        """Whether the next revision holds values of Secrets as well: this one does, or was made to, or is a sandbox."""
        return self.holds_secrets or self.facts.secrets or self.facts.sandbox


def open_state(
    spec: str | None,
    directory: "Path",
    *,
    kubernetes: str = DEFAULT,
    known: Iterable["Object"] = (),
    namespace: str | None = None,
    stdin: "Callable[[int], bytes] | None" = None,
) -> State:
    """Open ``--state``; what is given as manifests is applied to an empty cluster first. Raises UsageError.

    ``known`` objects give back the values of Secrets that are stored as hashes; ``namespace`` is theirs if they
    name none; ``stdin`` reads at most so many bytes of standard input, if ``-`` is the state.
    """
    from kplan.state.secrets import holds_values, reveal
    from kplan.state.sources import open_state as read

    snapshot = read(spec, directory, kubernetes, stdin)
    kept = held(snapshot.objects, snapshot.origins) if not snapshot.revision else Held(snapshot.store())
    store = kept.store
    if snapshot.system is not None:
        from kplan.pipeline.provisioning import provisioned

        store = provisioned(store, snapshot.system, kubernetes)
    plain = bool(snapshot.revision) and holds_values(store)
    reveal(store, known, namespace or "default")
    refused = _apply_manifests(store, snapshot.manifests, kubernetes) if snapshot.manifests else []
    found = in_order([*snapshot.diagnostics, *kept.diagnostics, *refused])
    opened = store.fork() if snapshot.resting is not None else None
    return State(
        store, snapshot.title, snapshot.revision, found, plain, bool(snapshot.manifests), snapshot.facts, snapshot.resting,
        opened,
    )  # fmt: skip


def damage(spec: str | None, directory: "Path") -> str:
    """What of a stored state no API server would hold, as its rows are not looked at when it is
    opened; empty if all is well.

    Raises UsageError.
    """
    from kplan.state.sources import open_state as read

    stored = read(spec, directory, DEFAULT).store()
    for key, value in stored.items():
        if not _is_object(value):
            return f"{key.kind.lower()}/{key.name}: it is no object of Kubernetes"
    found = held(stored).diagnostics
    return f"{found[0].object}: {found[0].message}" if found else ""


def _is_object(value: "Json") -> bool:
    """Whether a value has what every object has."""
    metadata = value.get("metadata")
    return (
        isinstance(metadata, dict)
        and isinstance(metadata.get("name"), str)
        and isinstance(value.get("kind"), str)
        and isinstance(value.get("apiVersion"), str)
    )


def _apply_manifests(store: "Store", manifests: "Sequence[Object]", kubernetes: str) -> list[Diagnostic]:
    """Apply a state that is given as manifests; the answer is what was refused of it."""
    from kplan.apiserver.server import Server
    from kplan.kubectl.apply import ApplyOptions, apply
    from kplan.kubectl.diagnose import diagnose
    from kplan.kubectl.reading import Options
    from kplan.schema.catalog import Catalog

    server = Server(store, catalog=Catalog.for_version(kubernetes))
    failures = apply(
        manifests, server, ApplyOptions(Options(patient=True), emulate_controllers=True)
    ).failures
    register_nodes(store, manifests, kubernetes)
    return [found for failure in failures for found in diagnose(failure)]


def register_nodes(store: "Store", manifests: Iterable["Object"], kubernetes: str) -> None:
    """Let the kubelets of nodes that were given as manifests report, before any pod looks for a place."""
    from kplan.api.noderegistration import free_addresses
    from kplan.state.sources.nodes import registered

    addresses = free_addresses(store.list("", "Node"))
    for item in manifests:
        node = store.get(item.key) if (item.gvk.group, item.gvk.kind) == ("", "Node") else None
        if node is not None:
            store.put(registered(node, next(addresses), minor=kubernetes))


class Held(NamedTuple):
    """What an API server holds, and what it cannot hold."""

    store: "Store"
    diagnostics: Sequence[Diagnostic] = ()


def canonical(objects: "Iterable[Json]") -> "Store":
    """Objects that a cluster printed, as today's API server would hold them: without nulls, with its defaults."""
    return held(objects).store


def held(objects: "Iterable[Json]", origins: "Mapping[ObjectKey, Object] | None" = None) -> Held:
    """Dumped objects as today's API server would store them; what it cannot store is left out and reported.

    ``origins`` say where in its files each object stands.
    """
    from kplan.apiserver.server import Server
    from kplan.state.store import Store

    server = Server(Store())
    refused = server.load(objects)
    if not refused:
        return Held(server.store)
    from kplan.api.object import Object
    from kplan.kubectl.diagnose import diagnose
    from kplan.kubectl.reading import Failure

    found = []
    for value, error in refused:
        origin = Object(value)
        found += diagnose(Failure((origins or {}).get(origin.key, origin), error))
    return Held(server.store, found)


def pull(*, context: str | None = None, kubeconfig: str | None = None) -> "tuple[Store, Sequence[str]]":
    """What a running cluster holds, read with the user's kubectl, and what is missing, why. Raises UsageError."""
    from kplan.state.sources import live
    from kplan.state.sources.default import completed

    pulled = live.pull(context=context, kubeconfig=kubeconfig)
    kept = held(completed(pulled.objects))
    return kept.store, [*pulled.skipped, *(f"{one.object}: {one.message}" for one in kept.diagnostics)]


def in_state(spec: str, directory: str, *, kubernetes: str = DEFAULT) -> "Sequence[Json]":
    """Every object of ``--state``. Raises UsageError, and DiagnosedError if some of it cannot be read."""
    from pathlib import Path

    opened = open_state(spec, Path(directory), kubernetes=kubernetes)
    if has_error(opened.diagnostics):
        raise DiagnosedError(opened.diagnostics)
    return tuple(opened.store)


def commit(
    store: "Store", base: int, directory: "Path", *, at: str, note: str, with_secrets: bool = False,
    facts: Facts | None = None, resting: "Resting | None" = None,
) -> int:  # fmt: skip
    """Store a state as the next revision after ``base``; Secrets as hashes unless told otherwise. Raises UsageError.

    ``at`` is a time in RFC 3339, ``resting`` says how the state comes to rest. The answer is the revision's number.
    """
    from kplan.state.secrets import hashed
    from kplan.state.sources import sqlite

    database = sqlite.find(directory) or sqlite.own(directory)
    kept = store.fork()
    kept.salt = database.make_key()
    for secret in () if with_secrets else kept.list("", "Secret"):
        if (value := hashed(secret, kept.salt)) != secret:
            kept.replace_in_place(value)
    if resting is not None and not with_secrets:
        resting = resting._replace(objects=[hashed(one, kept.salt) for one in resting.objects])
    return database.commit(kept, base=base, at=at, note=note, facts=facts, resting=resting)
