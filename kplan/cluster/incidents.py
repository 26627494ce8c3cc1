"""What a scenario lets happen to a cluster while it runs: nodes fail, recover, are drained or deleted, pods are killed.

Upstream: none; incidents come from outside.
"""

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.client import Client
from kplan.apiserver.server import Server
from kplan.kubectl.commands import Kubectl
from kplan.kubectl.drain import DrainOptions
from kplan.simulation.clock import rfc3339, seconds
from kplan.simulation.engine import Engine
from kplan.simulation.scenario import Incident
from kplan.simulation.stage import Stage


class Incidents:
    """Makes the appointments of a scenario's incidents and carries them out."""

    def __init__(self, server: Server, client: Client, engine: Engine, stage: Stage) -> None:
        self._kubectl = Kubectl(server, client, engine)
        self._client = client
        self._engine = engine
        self._stage = stage

    def arrange(self, incident: Incident) -> None:
        """Put one incident into the diary."""
        self._engine.after(seconds(incident.at), lambda: self.happen(incident))

    def happen(self, incident: Incident) -> None:
        """Let it happen now."""
        target = incident.target
        match incident.action:
            case "fail-node":
                self._lose(target)
            case "recover-node":
                self._recover(target)
            case "delete-node":
                self._kubectl.delete([ObjectKey("", "Node", "", target)])
            case "cordon":
                self._kubectl.cordon([target])
            case "uncordon":
                self._kubectl.uncordon([target])
            case "drain":
                options = DrainOptions(ignore_daemonsets=True, delete_emptydir_data=True, force=True)
                self._kubectl.drain([target], options)
            case "delete-pod":
                namespace, _, name = target.rpartition("/")
                self._kubectl.delete([ObjectKey("", "Pod", namespace or "default", name)])

    def _lose(self, name: str) -> None:
        self._stage.outages.lose(name, self._engine.clock.now)
        self._stage.signal(ObjectKey("", "Node", "", name))

    def _recover(self, name: str) -> None:
        """The kubelet answers again: the node is ready, and what was to be deleted there goes."""
        self._stage.outages.recover(name)
        node = self._client.find(ObjectKey("", "Node", "", name))
        if node is None:
            return
        self._client.update_status({**node, "status": self._ready(node.get("status") or {})})
        for pod in self._stage.cache.pods_on(name):
            self._stage.signal(ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"]))

    def _ready(self, status: Json) -> Json:
        stamp = rfc3339(self._engine.clock.now)
        present = status.get("conditions") or []
        for kind, truth, reason in (
            ("Ready", "True", "KubeletReady"),
            ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID"),
        ):
            known = conditions.find(present, kind)
            if kind == "Ready" or (known is not None and known.get("status") == "Unknown"):
                made = {"type": kind, "status": truth, "reason": reason, "lastTransitionTime": stamp}
                present = conditions.put(present, made)
        return {**status, "conditions": present}
