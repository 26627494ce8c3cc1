"""Translates between the recordings' contract and kplan; it holds no logic of its own."""

from typing import Any

from kplan.apiserver.attributes import User

Json = dict[str, Any]
RECORDER = User("admin", ("system:masters", "system:authenticated"), "admin-1")
"""The user who sent the commands."""
STANDARD = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {
        "name": "standard",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    },
    "provisioner": "rancher.io/local-path",
    "volumeBindingMode": "WaitForFirstConsumer",
}


def read_yaml(text: str) -> Json:
    """{"value": ...} for a mapping fragment; {"objects": [...]} for a stream of objects; {"error": str}."""
    from kplan.api.decode import decode
    from kplan.diagnostics import Severity
    from kplan.manifest.loader import load_text

    loaded = load_text(text + "\n")
    for problem in (d for d in loaded.diagnostics if d.severity is Severity.ERROR):
        return {"error": problem.message}
    values = [document.value for document in loaded.documents]
    if not values:
        return {"error": "no objects passed to create"}
    if isinstance(values[0], dict) and not values[0].keys() & {"apiVersion", "kind"}:
        return {"value": values[0]}
    decoded = decode(loaded.documents)
    if decoded.diagnostics:
        return {"error": decoded.diagnostics[0].message}
    return {"objects": [item.value for item in decoded.objects]}


def server(objects: list[Json], kubernetes: str = "1.36") -> Any:
    """An API server of a minor over a state that holds these objects."""
    from kplan.apiserver.server import Server
    from kplan.schema.catalog import Catalog
    from kplan.state.store import Store

    loaded = Server(Store(), catalog=Catalog.for_version(kubernetes))
    loaded.load(objects)
    return loaded


def create(server: Any, manifest: Json) -> Json:
    """Dry-run create with strict field validation."""
    from kplan.apiserver.errors import StatusError

    try:
        return {"code": 201, "object": server.create(manifest, dry_run=True).value}
    except StatusError as refusal:
        return answer(refusal)


def update(server: Any, live: Json, manifest: Json) -> Json:
    """Dry-run replace of live by manifest."""
    from kplan.apiserver.errors import StatusError

    try:
        server.load([live])
        metadata = live["metadata"]
        if isinstance(manifest.get("metadata"), dict):
            manifest = {
                **manifest,
                "metadata": {"resourceVersion": metadata["resourceVersion"], **manifest["metadata"]},
            }
        answered = server.update(
            manifest, name=metadata["name"], namespace=metadata.get("namespace", ""), dry_run=True
        )
    except StatusError as refusal:
        return answer(refusal)
    return {"code": 200, "object": answered.value}


def answer(refusal: Any) -> Json:
    """A refusal as the recordings write it."""
    causes = [
        {"type": cause.type, "field": cause.field, "message": cause.message} for cause in refusal.causes
    ]
    return {"code": refusal.code, "reason": refusal.reason, "message": refusal.message, "causes": causes}


def diff(objects: list[Json], live: list[Json], manifest: Json, flags: list[str]) -> Json:
    """``kubectl diff`` of a manifest against a cluster that holds these objects."""
    from kplan.api.object import Object
    from kplan.apiserver.server import Server
    from kplan.kubectl import diff as kubectl_diff
    from kplan.kubectl.unified import unified
    from kplan.kubectl.wording import errors_text
    from kplan.report_parts import FileDiff
    from kplan.state.store import Store

    options = kubectl_diff.DiffOptions(
        server_side="--server-side" in flags, force_conflicts="--force-conflicts" in flags,
        show_managed_fields="--show-managed-fields" in flags, show_secrets="--show-secrets" in flags,
        mask_annotations=False,
    )  # fmt: skip
    result = kubectl_diff.diff([Object(manifest)], Server(Store.of([*objects, *live])), options)
    messages = "".join(f"{line}\n" for line in result.messages)
    if result.failures:
        refusals = errors_text([failure.error for failure in result.failures])
        return {"exit": 2, "stdout": "", "stderr": messages + refusals}
    text = unified(FileDiff(*pair) for pair in result.files)
    return {"exit": 1 if text else 0, "stdout": text, "stderr": messages}


def pod_template_hash(template: Json, kubernetes: str) -> str:
    """The hash a Deployment of that release gives the template."""
    from kplan.api.podtemplate.hash import pod_template_hash as compute

    return compute(template, kubernetes)


def schedule(
    nodes: list[Json], objects: list[Json], bound: list[tuple[Json, str]], waiting: list[Json], pod: Json
) -> Json:
    """One decision of the scheduler over this state."""
    from kplan.scheduler.cache import Cache, ObjectList
    from kplan.scheduler.scheduler import Scheduler

    del waiting
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "default", "labels": {"kubernetes.io/metadata.name": "default"}},
    }
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "default"},
    }
    state = [namespace, account, *objects]
    api = server(state)
    running = [(api.create(item, dry_run=True).value, node) for item, node in bound]
    cache = Cache(
        map(node_object, nodes), running, ObjectList([with_status(item, running) for item in state])
    )
    decision = Scheduler().schedule_one(
        cache, cache.parser.parse(api.create(pod, dry_run=True).value), explain=True
    )
    nomination = decision.nomination
    victims = [victim.name for victim in nomination.victims] if nomination else []
    equals = {
        node: [victim.name for victim in others] for node, others in (nomination.equals if nomination else ())
    }
    return {
        "node": decision.node or None,
        "final": decision.final,
        "scores": decision.scores,
        "message": decision.message,
        "victims": victims,
        "equals": equals,
    }


def node_object(node: Json) -> Json:
    """A v1 Node from the recordings' short form."""
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": node["name"], "labels": node["labels"]},
        "spec": {"taints": node.get("taints") or [], "unschedulable": node.get("unschedulable", False)},
        "status": {"allocatable": node["allocatable"], "images": node.get("images") or []},
    }


def with_status(value: Json, running: list[tuple[Json, str]]) -> Json:
    """A disruption budget as its controller would have left it, every bound pod being healthy; others as they are."""
    from kplan.api.intstr import scaled_value
    from kplan.selectors.labels import Selector

    if value["kind"] != "PodDisruptionBudget":
        return value
    selector = Selector.from_label_selector(value["spec"]["selector"])
    healthy = sum(selector.matches(pod["metadata"].get("labels") or {}) for pod, _ in running)
    wanted = scaled_value(value["spec"].get("minAvailable", 0), healthy, round_up=True)
    return {**value, "status": {"disruptionsAllowed": max(0, healthy - wanted)}}


RECORDED = {
    "paced": {"interval": 0.35},
    "provision": False,
    "eventLimits": True,
    "images": [
        {"image": "never-ready:*", "fate": "never-ready"},
        {"image": "ok:*", "fate": "succeeds"},
        {"image": "exit1:*", "fate": "fails"},
    ],
}
"""The kubelets under the recorded control plane."""
QUIET = 2.2
SESSION_QUIET = 1.7
"""The same in sessions of kubectl, after every command: one that only reads took about as long."""
OWN = {("", "Service", "kubernetes"), ("", "ServiceAccount", "default")}
SHOWN = [
    "pods", "services", "endpoints", "configmaps", "secrets", "serviceaccounts", "persistentvolumeclaims",
    "resourcequotas", "limitranges", "replicationcontrollers", "deployments", "replicasets",
    "statefulsets", "daemonsets", "controllerrevisions", "jobs", "cronjobs", "endpointslices", "ingresses",
    "networkpolicies", "poddisruptionbudgets", "horizontalpodautoscalers", "roles", "rolebindings",
    "persistentvolumes", "namespaces",
]  # fmt: skip


def simulate(nodes: list[Json], steps: list[Json]) -> list[Json]:
    """Run the steps; after each what kubectl printed, the events,
    and the state of default and the scenario's namespaces.
    """
    from kplan.cluster import Cluster
    from kplan.config.scenariofile import parse as parse_scenario

    cluster = Cluster.of(nodes, scenario=parse_scenario(RECORDED))
    cluster.settle(QUIET)
    made = {
        o["metadata"]["name"] for step in steps for o in step.get("objects", []) if o["kind"] == "Namespace"
    }
    told = []
    for step in steps:
        mark = len(cluster.stage.timeline)
        printed = run_step(cluster, step)
        cluster.settle(QUIET)
        events = [
            {
                "object": f"{event.object.kind}/{event.object.name}",
                "type": event.type,
                "reason": event.reason,
                "message": event.message,
            }
            for event in cluster.events(mark)
        ]
        kubectl = {"exit": printed.exit, "stdout": printed.stdout, "stderr": printed.stderr}
        told.append({"kubectl": kubectl, "events": events, "state": state_of(cluster, made)})
    return told


def run_step(cluster: Any, step: Json) -> Any:
    """One step as the kubectl command it was."""
    from kplan.api.gvk import ObjectKey
    from kplan.selectors.labels import Selector

    kubectl = cluster.kubectl
    if step["op"] in ("delete-pods", "relabel-pod"):
        found = cluster.server.list("", "Pod", "default", Selector.parse(step["selector"]))
        names = sorted(pod["metadata"]["name"] for pod in found)
    match step["op"]:
        case "apply":
            return kubectl.apply(step["objects"])
        case "apply-owned":
            version, kind, name = step["owner"]
            owner = cluster.find(ObjectKey(version.rpartition("/")[0], kind, "default", name))
            reference = {"apiVersion": version, "kind": kind, "name": name, "uid": owner["metadata"]["uid"]}
            return kubectl.apply(
                [
                    {**o, "metadata": {**o["metadata"], "ownerReferences": [reference]}}
                    for o in step["objects"]
                ]
            )
        case "delete":
            place, cascade = step.get("ns"), step.get("cascade") or "background"
            where = ("-n", place) if place else ()
            return kubectl.run(
                "delete", step["kind"], step["name"], *where, f"--cascade={cascade}", "--wait=false"
            )
        case "delete-pods":
            return kubectl.run("delete", "pod", *names[: step["count"]], "--wait=false")
        case "relabel-pod":
            return kubectl.run("label", "pod", names[0], *pairs(step["labels"]), "--overwrite")
        case "label-node":
            return kubectl.run("label", "node", step["node"], *pairs(step["labels"]), "--overwrite")
        case "cordon" | "uncordon":
            return kubectl.run(step["op"], step["node"])
        case "drain":
            timed = any(flag.startswith("--timeout") for flag in step["args"])
            return kubectl.run("drain", step["node"], *step["args"], *([] if timed else ["--timeout=20s"]))
        case "taint-node":
            taint = step["taint"]
            text = f"{taint['key']}={taint.get('value', '')}:{taint['effect']}"
            return kubectl.run("taint", "node", step["node"], text)
        case "untaint-node":
            return kubectl.run("taint", "node", step["node"], "maint-")
    raise ValueError(step["op"])


def pairs(changes: Json) -> list[str]:
    """Changes as the words of a command line: ``key=value`` sets, ``key-`` removes."""
    return [f"{name}-" if text is None else f"{name}={text}" for name, text in changes.items()]


KEPT = SHOWN[:-2]
"""What ``state`` holds after a session of kubectl."""


def kubectl(nodes: list[Json], setup: list[Json], setup_by: str, commands: list[Json]) -> Json:
    """A session of kubectl on a cluster of these nodes: what every command printed, and the state at the end."""
    import os
    import tempfile
    from dataclasses import replace
    from pathlib import Path

    from kplan.cluster import Cluster
    from kplan.config.scenariofile import parse as parse_scenario
    from kplan.kubectl.commands import Kubectl
    from kplan.kubectl.files import reader
    from kplan.kubectl.invocation import run

    born = "2026-01-01T00:00:00Z"
    joined = [{**node, "metadata": {"creationTimestamp": born, **node["metadata"]}} for node in nodes]
    cluster = Cluster.of([STANDARD, *policy(), *joined], scenario=parse_scenario(RECORDED))
    cluster.kubectl.run("delete", "service", "kubernetes")
    cluster.settle(QUIET)
    known = versions(cluster)
    server = cluster.server.recording()
    if setup_by == "apply":
        Kubectl(replace(cluster.kubectl.context, server=server)).apply(setup)
    else:
        for one in setup:
            server.create(one, namespace="default", manager="kubectl-create")
    cluster.settle(SESSION_QUIET)
    before, told = Path.cwd(), []
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        try:
            for command in commands:
                for name, text in (command["files"] or {}).items():
                    Path(name).parent.mkdir(parents=True, exist_ok=True)
                    Path(name).write_text(text)
                stdin = (command["stdin"] or "").encode()

                def read(_: int, given: bytes = stdin) -> bytes:
                    return given

                context = replace(cluster.kubectl.context, files=reader(read), stdin=read, user=RECORDER)
                printed = run(command["argv"], context)
                shown = [text.replace(work, "/work") for text in (printed.stdout, printed.stderr)]
                told.append({"exit": printed.exit, "stdout": shown[0], "stderr": shown[1]})
                cluster.settle(SESSION_QUIET)
        finally:
            os.chdir(before)
    return {"expect": told, "state": session_state(cluster, known)}


def versions(cluster: Any) -> Json:
    """The version of every cluster-scoped object, by key."""
    keys = (cluster.store.key_of(value) for value in cluster.store)
    return {key: cluster.find(key)["metadata"]["resourceVersion"] for key in keys if not key.namespace}


def session_state(cluster: Any, known: Json) -> Json:
    """The namespace's objects as a list holds them, and cluster-scoped ones written since those versions,
    with their type.
    """
    found = state_of(cluster, set())
    for pod in found["pods"]:
        as_recorded(pod["status"])
    state = {
        name: [
            {field: value[field] for field in value if field not in ("apiVersion", "kind")}
            for value in found[name]
        ]
        for name in KEPT
        if found.get(name)
    }
    discovery = cluster.server.discovery()
    for key, version in versions(cluster).items():
        if known.get(key) != version:
            resource = discovery.by_kind(key.group, key.kind)
            shown = cluster.server.show(key, resource.api_version)
            state.setdefault(resource.plural, []).append(shown)
    return state


def as_recorded(status: Json) -> None:
    """Take out, and put in, what the recorded kubelets wrote otherwise than a real one does."""
    status.pop("initContainerStatuses", None)
    for container in status.get("containerStatuses") or ():
        container.pop("started", None)
    if status["phase"] in ("Succeeded", "Failed"):
        for condition in status["conditions"]:
            if condition["type"] in ("Ready", "ContainersReady"):
                condition["reason"] = "PodCompleted"


def policy() -> list[Json]:
    """The roles and bindings of every cluster."""
    from kplan.apiserver.authorization.policy import bootstrap_policy

    return [*bootstrap_policy().values()]


def state_of(cluster: Any, made: set[str]) -> Json:
    """Objects as the server shows them, without what every cluster has."""
    from kplan.api.gvk import GroupVersionKind
    from kplan.apiserver.decode import encode

    state = {}
    for plural in SHOWN:
        resource = cluster.server.catalog.discovery.by_name(plural)
        values = []
        for value in cluster.server.list(resource.group, resource.kind):
            metadata = value["metadata"]
            place = metadata["name"] if plural == "namespaces" else metadata.get("namespace")
            known = (resource.group, resource.kind, metadata["name"]) in OWN and place == "default"
            if (
                metadata["name"] != "kube-root-ca.crt"
                and not known
                and (place in made or (place in ("default", None) and plural != "namespaces"))
            ):
                values.append(encode(value, GroupVersionKind.of(value["apiVersion"], value["kind"])))
        state[plural] = values
    return state


def kustomize(root: str, dir: str, flags: list[str]) -> Json:  # noqa: A002 - the harness's name
    """Build a folder as kubectl kustomize does."""
    from pathlib import Path

    from kplan.kustomize import KustomizeError, build

    warnings: list[str] = []
    answer: Json = {"exit": 0, "objects": None, "root": root}
    try:
        built = build(
            str(Path(root) / dir), restricted="LoadRestrictionsNone" not in flags, warnings=warnings
        )
        answer["objects"] = [item.value for item in built.resources]
        answer["stderr"] = "\n".join(warnings)
    except KustomizeError as error:
        answer["exit"] = 1
        answer["stderr"] = "\n".join([*warnings, f"error: {error}"])
    return answer
