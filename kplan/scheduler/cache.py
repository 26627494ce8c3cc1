"""What the scheduler knows of the cluster: nodes with their pods, nominations, and other kinds by look-up.

A placement changes one node; whoever keeps results per node asks ``changed_nodes`` which ones to work out again.
Anything that changes the set of nodes, their labels or other kinds starts a new ``epoch``, in which derived results are
void; those that depend on requests alone are void only in a new ``resource_epoch``. Results carry the epoch they belong
to and whoever finds one from another epoch throws it away: nobody has to be told.

Upstream: pkg/scheduler/backend/cache/cache.go
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from kplan.api.object import Json
from kplan.scheduler.columns import NodeColumns
from kplan.scheduler.counting import PodCounts, ScanningCounts
from kplan.scheduler.incremental_counts import IncrementalCounts
from kplan.scheduler.nodeinfo import NodeInfo, in_zone_order
from kplan.scheduler.podinfo import PodInfo, PodParser
from kplan.scheduler.snapshot import Objects
from kplan.scheduler.unseen import Unseen, Use
from kplan.selectors.services import selector_of


class NoObjects:
    """A cluster of nodes and pods alone."""

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """Nothing is there."""
        del group, kind, namespace, name
        return None

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """Nothing is there."""
        del group, kind, namespace
        return ()

    def services(self, namespace: str, labels: Mapping[str, str]) -> Sequence[Json]:
        """Nothing is there."""
        del namespace, labels
        return ()


class NoPods:
    """A cluster in which nothing runs."""

    def on(self, node: str) -> Sequence[Json]:
        """Nothing is there."""
        del node
        return ()

    def places_of(self, namespace: str, label: tuple[str, str]) -> Sequence[str]:
        """Nothing is there."""
        del namespace, label
        return ()

    def places_naming(self, word: str) -> Sequence[str]:
        """Nothing is there."""
        del word
        return ()


class ObjectList:
    """Other kinds, from a plain list of objects."""

    def __init__(self, values: Iterable[Json]) -> None:
        self._kinds: dict[tuple[str, str], dict[tuple[str, str], Json]] = {}
        for value in values:
            self.put(value)

    def put(self, value: Json) -> None:
        """Add or replace one object."""
        group = value["apiVersion"].rpartition("/")[0]
        metadata = value["metadata"]
        members = self._kinds.setdefault((group, value["kind"]), {})
        members[metadata.get("namespace") or "", metadata["name"]] = value

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """One object, or None."""
        return self._kinds.get((group, kind), {}).get((namespace, name))

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """All objects of a kind, as they were put."""
        members = self._kinds.get((group, kind), {})
        return [value for (where, _), value in members.items() if not namespace or where == namespace]

    def services(self, namespace: str, labels: Mapping[str, str]) -> Sequence[Json]:
        """The Services of a namespace that select labels, as they were put."""
        return [
            service
            for service in self.list("", "Service", namespace)
            if (selector := selector_of(service)) is not None and selector.matches(labels)
        ]


class Cache:
    """Nodes and the pods on them; a Snapshot for the plug-ins."""

    def __init__(
        self,
        nodes: Iterable[Json] = (),
        bound: Iterable[tuple[Json, str]] = (),
        objects: Objects | None = None,
        *,
        incremental: bool = True,
    ) -> None:
        self.objects: Objects = objects or NoObjects()
        self.incremental = incremental
        self.parser = PodParser()
        self.epoch = 0
        self.resource_epoch = 0
        """Counts like the epoch, but only changes of nodes and devices."""
        self.next_start = 0
        self.changes: list[int] = []
        self.nodes: list[NodeInfo] = []
        self._by_name: dict[str, NodeInfo] = {}
        self._where: dict[tuple[str, str], tuple[PodInfo, str]] = {}
        self._nominated: dict[str, dict[tuple[str, str], PodInfo]] = {}
        self._claims: Counter[tuple[str, str]] = Counter()
        self._unseen = Unseen({}, NoPods())
        self._columns: NodeColumns | None = None
        self._not_in_columns: set[int] = set()
        """Nodes that changed since somebody looked at the columns."""
        self._counts: PodCounts | None = None
        self._order([*nodes])
        for pod, node in bound:
            self.add_pod(self.parser.parse(pod), node)
        self.changes.clear()

    @property
    def pods_seen(self) -> int:
        """How many pods run and were looked at."""
        return len(self._where)

    # -- the snapshot ----------------------------------------------------------------------------------------------
    def node(self, name: str) -> NodeInfo | None:
        """One node by name."""
        return self._by_name.get(name)

    def existing(self, name: str) -> NodeInfo:
        """One node by name, which must be there."""
        return self._by_name[name]

    def nominated(self, node: str) -> Sequence[PodInfo]:
        """Pods that wait for victims on a node to go."""
        return tuple(self._nominated.get(node, {}).values())

    @property
    def nominated_nodes(self) -> Collection[str]:
        """Nodes that somebody is nominated to."""
        return self._nominated

    @property
    def columns(self) -> NodeColumns:
        """The nodes as arrays, built when first asked for."""
        if self._columns is None:
            self._columns = NodeColumns(self.nodes)
        elif self._not_in_columns:
            for index in self._not_in_columns:
                self._columns.refresh(self.nodes[index])
        self._not_in_columns.clear()
        return self._columns

    @property
    def counts(self) -> PodCounts:
        """Pods counted by kind and place."""
        if self._counts is None:
            if self.incremental:
                self._counts = IncrementalCounts(
                    self.columns, self.nodes, self.namespace_labels, self._unseen
                )
            else:
                self._counts = ScanningCounts(self.nodes, self.namespace_labels, self._unseen)
        return self._counts

    def namespace_labels(self, name: str) -> Mapping[str, str] | None:
        """Labels of a namespace; None if there is no such namespace."""
        value = self.objects.find("", "Namespace", "", name)
        return None if value is None else value["metadata"].get("labels") or {}

    def use_arrays(self) -> None:
        """Count and judge all nodes at once from now on."""
        if not self.incremental:
            self.incremental, self._counts = True, None

    def claim_in_use(self, namespace: str, claim: str) -> bool:
        """Whether any pod on any node uses a volume claim."""
        return self._claims[namespace, claim] > 0

    def pod(self, namespace: str, name: str) -> PodInfo | None:
        """A pod that runs somewhere."""
        known = self._where.get((namespace, name))
        return known[0] if known else None

    @property
    def position(self) -> int:
        """How long the log of changes is."""
        return len(self.changes)

    def changed_nodes(self, position: int) -> Sequence[int]:
        """Indexes of nodes that gained or lost a pod since a position in the log; all of them if it is far back."""
        number = len(self.changes) - position
        if number == 1:
            return self.changes[-1:]
        if number > len(self.nodes):
            return range(len(self.nodes))
        return list(dict.fromkeys(self.changes[position:]))

    # -- changes ---------------------------------------------------------------------------------------------------
    def add_pod(self, pod: PodInfo, node: str) -> None:
        """A pod runs on a node; unknown nodes are ignored until they come."""
        self._where[pod.key] = (pod, node)
        self.drop_nomination(pod)
        info = self._by_name.get(node)
        if info is not None:
            info.add(pod)
            self._changed(info, pod, 1)

    def start_pod(self, pod: PodInfo, start_time: str) -> None:
        """A pod has started, if it says since when: of equally important ones those that started first are kept."""
        if pod.start_time == start_time:
            return
        pod.start_time = start_time
        info = self._by_name.get(self._where[pod.key][1])
        if info is not None:
            self.changes.append(info.index)

    def remove_pod(self, namespace: str, name: str) -> None:
        """A pod is gone."""
        known = self._where.pop((namespace, name), None)
        info = self._by_name.get(known[1]) if known else None
        if known and info is not None:
            info.remove(known[0])
            self._changed(info, known[0], -1)

    def _changed(self, info: NodeInfo, pod: PodInfo, sign: int) -> None:
        self.changes.append(info.index)
        for claim in pod.template.claims:
            self._claims[pod.namespace, claim] += sign
        self._not_in_columns.add(info.index)
        if isinstance(self._counts, IncrementalCounts):
            self._counts.count(pod, info.index, sign)

    def nominate(self, pod: PodInfo, node: str) -> None:
        """A pod waits for victims on a node to go."""
        self.drop_nomination(pod)
        self._nominated.setdefault(node, {})[pod.key] = pod
        pod.nominated = node

    def drop_nomination(self, pod: PodInfo) -> None:
        """A pod no longer waits for a node."""
        if not self._nominated:
            return
        for node in [name for name, waiting in self._nominated.items() if pod.key in waiting]:
            del self._nominated[node][pod.key]
            if not self._nominated[node]:
                del self._nominated[node]

    def set_nodes(self, nodes: Iterable[Json]) -> None:
        """Nodes came, went or changed."""
        running = list(self._where.values())
        self._order([*nodes])
        for pod, node in running:
            if (info := self._by_name.get(node)) is not None:
                info.add(pod)
        self._take(self._unseen)
        self._claims.clear()
        for info in self.nodes:
            self._claims.update(info.claims)

    def _take(self, unseen: Unseen) -> None:
        for name, use in unseen.items():
            if (info := self._by_name.get(name)) is not None:
                info.take(use, self._look)

    def rest(self, unseen: Unseen) -> None:
        """Begin with pods that are known in sum, for each node."""
        self._unseen = unseen
        self._take(unseen)
        self._columns = self._counts = None
        self.invalidate()

    @property
    def has_unseen(self) -> bool:
        """Whether there are nodes whose pods nobody has looked at."""
        return bool(self._unseen)

    def see(self, node: str) -> None:
        """Look at the pods of a node, if nobody has looked yet."""
        if node in self._unseen:
            info = self._by_name.get(node)
            if info is not None:
                info.see()
            else:
                self._look(node)

    def uses(self) -> Mapping[str, Use]:
        """What the pods of each node take in sum."""
        nodes = {node: NodeInfo({"metadata": {"name": node}}) for _, node in self._where.values()}
        for pod, node in self._where.values():
            nodes[node].add(pod)
        return dict(self._unseen.items()) | {name: info.use for name, info in nodes.items()}

    def _look(self, node: str) -> Sequence[PodInfo]:
        """The pods of a node that were known in sum, from now on known one by one."""
        found = [self.parser.parse(value) for value in self._unseen.look(node)]
        info = self._by_name.get(node)
        for pod in found:
            self._where[pod.key] = (pod, node)
            if info is not None and isinstance(self._counts, IncrementalCounts):
                self._counts.count(pod, info.index, 1)
        return found

    def invalidate(self, *, counts: bool = True, resources: bool = True) -> None:
        """Other kinds changed, and results derived from them are void.

        Counts of pods are so only if nodes or namespaces changed, what pods with the same requests share only if
        nodes or devices did.
        """
        self.epoch += 1
        if counts:
            self._counts = None
        if resources:
            self.resource_epoch += 1
            self.changes.clear()

    def _order(self, nodes: list[Json]) -> None:
        self.invalidate()
        self.nodes = [NodeInfo(value, index) for index, value in enumerate(in_zone_order(nodes))]
        self._by_name = {node.name: node for node in self.nodes}
        offers: dict[Hashable, Hashable] = {}
        for node in self.nodes:  # one object for equal offers, since they are compared with every pod
            node.offer = offers.setdefault(node.offer, node.offer)
        self._columns = None
        self._share_images(nodes)

    def _share_images(self, nodes: list[Json]) -> None:
        """Tell every node the size of its images and how many nodes have them."""
        sizes: dict[str, int] = {}
        holders: dict[str, list[NodeInfo]] = {}
        for value in nodes:
            info = self._by_name[value["metadata"]["name"]]
            for image in (value.get("status") or {}).get("images") or ():
                for name in image.get("names") or ():
                    sizes.setdefault(name, image.get("sizeBytes") or 0)
                    if info not in holders.setdefault(name, []):
                        holders[name].append(info)
        for name, infos in holders.items():
            for info in infos:
                info.images[name] = (sizes[name], len(infos))
