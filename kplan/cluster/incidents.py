"""The incidents of a scenario, at their times: nodes fail, recover, are drained or deleted, pods are killed.

Upstream: none; incidents come from outside.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, assert_never

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.apiserver.client import Client
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError, not_found
from kplan.apiserver.server import Server
from kplan.kubectl.nodes import cordon_all
from kplan.kubectl.printed import Printed
from kplan.kubectl.wording import error_text
from kplan.simulation.clock import seconds
from kplan.simulation.engine import Engine
from kplan.simulation.scenario import Incident, IncidentAction
from kplan.simulation.stage import Stage
from kplan.state.store import Store


def offline_nodes(store: Store) -> Iterator[str]:
    """The nodes of a state whose kubelets no longer report."""
    for node in store.list("", "Node"):
        ready = conditions.find((node.get("status") or {}).get("conditions"), "Ready") or {}
        if ready.get("status") == "Unknown":
            yield node["metadata"]["name"]


class Incidents:
    """Schedules the incidents of a scenario and carries them out."""

    def __init__(self, server: Server, client: Client, engine: Engine, stage: Stage) -> None:
        self._server = server
        self._client = client
        self._engine = engine
        self._stage = stage
        self.power: dict[ObjectKey, IncidentAction] = {}
        """The nodes that the user took offline or brought back, not those that the scenario does."""

    def schedule(self, incident: Incident) -> None:
        """Trigger an incident at its time."""
        self._engine.after(seconds(incident.at), lambda: self.trigger(incident))

    def trigger(self, incident: Incident) -> None:
        """Carry an incident out now; a failure is recorded on the timeline."""
        key = _subject(incident)
        if self._stage.cache.find(key) is None:
            refusal = not_found("nodes" if key.kind == "Node" else "pods", key.name)
            self._stage.refused(key, refusal)
            return
        printed = self._act(incident.action, key)
        if printed is not None and printed.exit:
            self._stage.failed(key, "Failed", " ".join(printed.stderr.splitlines()))

    def _act(self, action: IncidentAction, key: ObjectKey) -> Printed | None:
        match action:
            case "fail-node":
                self._lose(key.name)
            case "recover-node":
                self._recover(key.name)
            case "cordon":
                return cordon_all(self._server, [key.name], desired=True)
            case "uncordon":
                return cordon_all(self._server, [key.name], desired=False)
            case "drain":
                from kplan.kubectl.drain import Drain, DrainOptions  # noqa: PLC0415 - few scenarios drain

                options = DrainOptions(ignore_daemonsets=True, delete_emptydir_data=True, force=True)
                return Drain(self._server, self._client, self._engine, options).run([key.name])
            case "delete-node" | "delete-pod":
                return self._delete(key)
            case unknown:
                assert_never(unknown)
        return None

    def _delete(self, key: ObjectKey) -> Printed:
        printed = Printed()
        try:
            self._server.delete(key, DeleteOptions("Background"))
        except StatusError as refusal:
            printed.refuse([refusal])
        return printed

    def fail(self, names: Sequence[str], back_after: float | None = None) -> Printed:
        """Take nodes offline now, and bring them back after ``back_after`` seconds if that is given."""
        printed = self._each(names, "fail-node", "failed")
        if back_after is not None and not printed.exit:
            for name in names:
                self.schedule(Incident(at=back_after, action="recover-node", target=name))
        return printed

    def recover(self, names: Sequence[str]) -> Printed:
        """Bring nodes back."""
        return self._each(names, "recover-node", "recovered")

    def _each(self, names: Sequence[str], action: Literal["fail-node", "recover-node"], word: str) -> Printed:
        printed = Printed()
        for name in names:
            if self._stage.cache.find(ObjectKey("", "Node", "", name)) is None:
                refusal = not_found("nodes", name)
                printed.fail(error_text(refusal).rstrip("\n"))
                continue
            self.power[ObjectKey("", "Node", "", name)] = action
            self.trigger(Incident(action=action, target=name))
            printed.say(f"node/{name} {word}")
        return printed

    def _lose(self, name: str) -> None:
        self._stage.outages.lose(name, self._engine.clock.now)
        self._stage.signal(ObjectKey("", "Node", "", name))

    def _recover(self, name: str) -> None:
        """The kubelet is back: it reports its node, and goes on with its pods."""
        self._stage.outages.recover(name)
        self._stage.signal(ObjectKey("", "Node", "", name))
        for pod in self._stage.cache.pods_on(name):
            self._stage.signal(ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"]))


def _subject(incident: Incident) -> ObjectKey:
    if incident.action != "delete-pod":
        return ObjectKey("", "Node", "", incident.target)
    namespace, _, name = incident.target.rpartition("/")
    return ObjectKey("", "Pod", namespace or "default", name)
