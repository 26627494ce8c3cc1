"""kubectl's verbs on a simulated cluster: each takes what the command line says and answers what kubectl prints."""

from collections.abc import Iterable, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.api.timestamps import TimeError, parse_duration
from kplan.apiserver.client import Client
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl import labelling
from kplan.kubectl.apply import ApplyOptions, apply
from kplan.kubectl.delete import delete
from kplan.kubectl.drain import Drain, DrainOptions
from kplan.kubectl.printed import Printed
from kplan.kubectl.taint import Changes, taint
from kplan.kubectl.wording import errors_text
from kplan.selectors.labels import Selector
from kplan.simulation.engine import Engine

_SWITCHES = {
    "--ignore-daemonsets": "ignore_daemonsets",
    "--delete-emptydir-data": "delete_emptydir_data",
    "--force": "force",
    "--disable-eviction": "disable_eviction",
    "--dry-run": "dry_run",
}


class Kubectl:
    """Run kubectl at work on one cluster."""

    def __init__(self, server: Server, client: Client, engine: Engine) -> None:
        self._server = server
        self._client = client
        self._engine = engine

    def key(self, kind: str, name: str, namespace: str) -> ObjectKey:
        """The key of an object by kind or resource name. Raises UsageError where neither is known."""
        discovery = self._server.discovery()
        resource = discovery.by_name(kind) or discovery.by_name(kind.lower())
        if resource is None:
            raise UsageError(f'the server doesn\'t have a resource type "{kind}"')
        return ObjectKey(resource.group, resource.kind, namespace if resource.namespaced else "", name)

    def apply(self, values: Iterable[Json | Object], options: ApplyOptions | None = None) -> Printed:
        """Run kubectl apply -f."""
        objects = [value if isinstance(value, Object) else Object(value) for value in values]
        result = apply(objects, self._server, options or ApplyOptions())
        printed = Printed(out=result.lines(), err=list(result.messages))
        if result.failures:
            printed.fail(errors_text([failure.error for failure in result.failures]).rstrip("\n"))
        return printed

    def delete(
        self, keys: Sequence[ObjectKey], *, cascade: str = "background", grace_seconds: int | None = None
    ) -> Printed:
        """Run kubectl delete KIND NAME..."""
        printed = Printed()
        delete(self._server, keys, printed, cascade=cascade, grace_seconds=grace_seconds)
        return printed

    def matching(self, kind: str, namespace: str, selector: str = "") -> list[ObjectKey]:
        """The keys of all objects of a kind, or of those with matching labels, by name."""
        key = self.key(kind, "", namespace)
        found = self._server.list(key.group, key.kind, key.namespace, Selector.parse(selector))
        names = sorted(value["metadata"]["name"] for value in found)
        return [ObjectKey(key.group, key.kind, key.namespace, name) for name in names]

    def label(self, key: ObjectKey, changes: Mapping[str, str | None], *, overwrite: bool = False) -> Printed:
        """Run kubectl label KIND NAME key=value key-."""
        return self.label_all([key], changes, overwrite=overwrite)

    def label_all(
        self, keys: Iterable[ObjectKey], changes: Mapping[str, str | None], *, overwrite: bool = False
    ) -> Printed:
        """Run kubectl label on several objects."""
        printed = Printed()
        problems = [labelling.label(self._server, key, changes, printed, overwrite=overwrite) for key in keys]
        printed.complain([one for one in problems if one])
        return printed

    def cordon(self, names: Iterable[str]) -> Printed:
        """Run kubectl cordon NODE..."""
        return self._cordon(names, desired=True)

    def uncordon(self, names: Iterable[str]) -> Printed:
        """Run kubectl uncordon NODE..."""
        return self._cordon(names, desired=False)

    def taint(
        self, name: str, add: Sequence[Json] = (), remove: Sequence[Json] = (), *, overwrite: bool = False
    ) -> Printed:
        """Run kubectl taint node NAME key=value:effect key-."""
        return self.taint_all([name], Changes(add, remove), overwrite=overwrite)

    def taint_all(self, names: Iterable[str], changes: Changes, *, overwrite: bool = False) -> Printed:
        """Run kubectl taint nodes NAME... key=value:effect key-."""
        printed = Printed()
        problems = [taint(self._server, name, changes, printed, overwrite=overwrite) for name in names]
        printed.complain([one for one in problems if one])
        return printed

    def drain(self, names: Sequence[str], options: DrainOptions | None = None) -> Printed:
        """Run kubectl drain NODE...; time goes by until the nodes are empty."""
        return Drain(self._server, self._client, self._engine, options or DrainOptions()).run(names)

    def scale(self, key: ObjectKey, replicas: int) -> Printed:
        """Run kubectl scale KIND NAME --replicas=N."""
        printed = Printed()
        try:
            _check_scalable(self._server.get(key))
            self._client.merge_patch(key, {"spec": {"replicas": replicas}})
        except StatusError as refusal:
            printed.fail(errors_text([refusal]).rstrip("\n"))
            return printed
        kind = f"{key.kind.lower()}.{key.group}" if key.group else key.kind.lower()
        printed.say(f"{kind}/{key.name} scaled")
        return printed

    def _cordon(self, names: Iterable[str], *, desired: bool) -> Printed:
        printed, chosen = Printed(), list(names)
        if labelling.are_nodes(self._server, chosen, printed):
            for name in chosen:
                labelling.cordon(self._server, name, printed, desired=desired)
        return printed


def _check_scalable(value: Json) -> None:
    """Raise what the server says of the scale of something that has none."""
    if "replicas" not in (value.get("spec") or {}):
        raise StatusError(404, "NotFound", "the server could not find the requested resource")


def drain_options(flags: Iterable[str]) -> DrainOptions:
    """The options that flags such as ``--ignore-daemonsets`` and ``--timeout=30s`` stand for."""
    found: dict[str, bool | int | str] = {}
    for flag in flags:
        name, _, text = flag.partition("=")
        if name in _SWITCHES:
            found[_SWITCHES[name]] = text not in ("false", "none")
        elif name == "--timeout":
            found["timeout"] = duration(text)
        elif name == "--grace-period":
            found["grace_seconds"] = int(text)
        elif name == "--pod-selector":
            found["pod_selector"] = text
        elif name == "--skip-wait-for-delete-timeout":
            found["skip_wait_for_delete_timeout"] = int(text)
    return DrainOptions(**found)  # type: ignore[arg-type]  # each flag has the type of its field


def duration(text: str) -> int:
    """Whole seconds of a duration such as 90s, 1h30m or 0. Raises UsageError."""
    try:
        found = int(text) if text.isdecimal() else -(-parse_duration(text) // 10**9)
    except TimeError as error:
        raise UsageError(f"not a duration: '{text}'", hint="write it as 90s, 5m or 2h") from error
    if found < 0:
        raise UsageError(f"not a duration: '{text}'", hint="it cannot be negative")
    return found
