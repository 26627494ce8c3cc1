"""Twice the input is about twice the work: what strangers write does not make a run take for ever."""

import cProfile
import json
import pstats
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from kplan import pipeline
from kplan.api.object import Json
from kplan.cluster import Cluster
from kplan.lint import nearlabels
from kplan.lint.selection import LintOptions
from kplan.masking import lines
from kplan.plan.finder import Example
from kplan.plan.inventory import Inventory
from kplan.selectors.nodes import RequiredNodeAffinity
from tests import fuzzing
from tests.unit.plan.played import consequences, plan_of

_TIMES = 4
_MOST = 1.3
"""How much more than its share four times the input may take."""


def _keys(count: int) -> str:
    return "".join(f"  k{number % (count // 2)}: v\n" for number in range(count))


def _same(count: int) -> str:
    return "  k: v\n" * count


def _map(count: int) -> str:
    return "".join(f"  k{number}: v\n" for number in range(count))


def _text(count: int) -> str:
    return "  t: |\n" + f"    {'x' * 90}\n" * count


def config(data: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{data}"


def items(count: int) -> str:
    head = "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c"
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(f"{head}{number}}}\n" for number in range(count))


def pods(count: int) -> str:
    spec = "spec: {containers: [{name: c, image: nginx}]}"
    return "---\n".join(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}}}\n{spec}\n" for number in range(count)
    )


def ingresses(count: int) -> str:
    spec = {
        "rules": [{"http": {"paths": [{"path": "/", "backend": {"serviceName": "w", "servicePort": 80}}]}}]
    }
    kind = {"apiVersion": "extensions/v1beta1", "kind": "Ingress", "spec": spec}
    made = [{**kind, "metadata": {"name": f"i{number}"}} for number in range(count)]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": made})


def variables(count: int) -> str:
    env = [{"name": f"A{number % 7}", "value": "x"} for number in range(count)]
    return _pod({"containers": [{"name": "a", "image": "nginx", "env": env}]})


def containers(count: int) -> str:
    mounts = [{"name": "absent", "mountPath": "/x"}]
    each = {"image": "nginx", "volumeMounts": mounts}
    return _pod({"containers": [{**each, "name": f"c{number}"} for number in range(count)]})


def shared_containers(count: int) -> str:
    spec = (
        "spec:\n  containers:\n  - &c {name: a, image: b, env: [{name: A, value: b}, {name: A, value: c}]}\n"
    )
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{spec}" + "  - *c\n" * count


def _pod(spec: object) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec})


def wrong_values(count: int) -> str:
    data = {f"k{number}": number for number in range(count)}
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data})


def budgets(count: int) -> str:
    spec = "spec: {minAvailable: 1, selector: {matchLabels: {app: a}}}"
    head = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: "
    made = pods(count).replace("metadata: {", "metadata: {labels: {app: a}, ")
    return made + "".join(f"{head}b{number}}}\n{spec}\n" for number in range(count))


def comments(count: int) -> str:
    lines = "".join(f"  k{number}: v # kplan: ignore[SEC001] {number}\n" for number in range(count))
    return config(lines)


def certificates(count: int) -> str:
    rules = [{"host": f"h{number}.example.com"} for number in range(count)]
    tls = [{"hosts": [f"t{number}.example.com"], "secretName": "s"} for number in range(count)]
    spec = {"rules": rules, "tls": tls, "ingressClassName": "x"}
    return json.dumps(
        {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "a"}, "spec": spec}
    )


def webhooks(count: int) -> list[Json]:
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}
    made = [_object("v1", "ConfigMap", f"c{number}") for number in range(count)]
    for number in range(count):
        client = {"service": {"namespace": "default", "name": f"s{number}"}}
        one = {
            "name": "a.example.com",
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "rules": [rule],
        }
        kind = "ValidatingWebhookConfiguration"
        hooks = [{**one, "clientConfig": client}]
        made.append(_object("admissionregistration.k8s.io/v1", kind, f"w{number}", webhooks=hooks))
    return made


def bindings(count: int) -> list[Json]:
    group, made = "rbac.authorization.k8s.io", list[Json]()
    rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
    for number in range(count):
        role = {"apiGroup": group, "kind": "Role", "name": f"r{number}"}
        subject = {"kind": "ServiceAccount", "namespace": "default", "name": f"s{number}"}
        made.append(_object(f"{group}/v1", "Role", f"r{number}", rules=[rule]))
        made.append(_object(f"{group}/v1", "RoleBinding", f"b{number}", roleRef=role, subjects=[subject]))
    return made


def routed(count: int) -> list[Json]:
    made = list[Json]()
    for number in range(count):
        backend = {"service": {"name": f"s{number}", "port": {"number": 80}}}
        rule = {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        service = {"selector": {"app": f"a{number}"}, "ports": [{"port": 80}]}
        made.append(_object("v1", "Service", f"s{number}", spec=service))
        made.append(_object("networking.k8s.io/v1", "Ingress", f"i{number}", spec={"rules": [rule]}))
    return made


def definitions(count: int) -> list[Json]:
    made, group = list[Json](), "example.com"
    for number in range(count):
        names = {"plural": f"things{number}", "kind": f"Thing{number}"}
        version = {
            "name": "v1",
            "served": True,
            "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object"}},
        }
        spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
        name = f"things{number}.{group}"
        made.append(_object("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, spec=spec))
    return made


def alike(count: int) -> list[Json]:
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "a"}}, "template": template}
    return [_object("apps/v1", "Deployment", f"d{number}", spec=spec) for number in range(count)]


def guarded(count: int) -> list[Json]:
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}
    made = list[Json]()
    for number in range(count):
        hook = {
            "name": "a.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None", "rules": [rule],
            "clientConfig": {"url": "https://hooks.example.com"},
        }  # fmt: skip
        kind = "ValidatingWebhookConfiguration"
        made.append(_object("admissionregistration.k8s.io/v1", kind, f"w{number}", webhooks=[hook]))
    return [*made, *(_object("v1", "ConfigMap", f"c{number}") for number in range(count))]


def _object(version: str, kind: str, name: str, **fields: object) -> Json:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **fields}


PLANS: dict[str, tuple[Callable[[int], list[Json]], int]] = {
    "webhooks that nobody answers": (webhooks, 25),
    "roles, each with a binding": (bindings, 100),
    "Services without pods, each with an Ingress": (routed, 25),
    "definitions of one group": (definitions, 100),
    "workloads with one selector": (alike, 100),
    "webhooks that other objects pass by": (guarded, 150),
}


@pytest.mark.parametrize(("make", "count"), PLANS.values(), ids=PLANS)
def test_a_plan_takes_no_more_than_its_share(
    make: Callable[[int], list[Json]], count: int, tmp_path: Path
) -> None:
    texts = (
        json.dumps({"apiVersion": "v1", "kind": "List", "items": make(n)}) for n in (count, count * _TIMES)
    )
    few, many = (_calls(text, tmp_path, "plan --state nodes:3x64cpu,256Gi -f {}") for text in texts)
    assert many < few * _TIMES * _MOST


def selectors_beside_a_maker(count: int) -> str:
    """Services for pods that a program of the folder may make, beside as many workloads with other labels."""
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["create"]}]
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "maker"}
    account = {"kind": "ServiceAccount", "name": "maker", "namespace": "shop"}
    rbac, maker = (
        "rbac.authorization.k8s.io/v1",
        {"containers": [{"name": "c", "image": "i"}], "serviceAccountName": "maker"},
    )
    made = [
        {**_object(rbac, "Role", "maker"), "rules": rules},
        {**_object(rbac, "RoleBinding", "maker"), "roleRef": role, "subjects": [account]},
        _object("v1", "Pod", "maker", spec=maker),
    ]
    for number in range(count):
        labels = {"part-of": "the-whole-shop", "app": f"web-{number}-server"}
        gone = {**labels, "app": f"gone-{number}-server"}
        pod = _object("v1", "Pod", f"p{number}", spec={"containers": maker["containers"]})
        pod["metadata"]["labels"] = labels
        made += [
            pod,
            _object("v1", "Service", f"s{number}", spec={"selector": gone, "ports": [{"port": 80}]}),
        ]
    for one in made:
        one["metadata"]["namespace"] = "shop"
    return json.dumps(_list(made))


KINDS: dict[str, tuple[Callable[[int], str], int]] = {
    "items of a list": (items, 150),
    "keys given twice": (lambda count: config(_keys(count)), 300),
    "one key given often": (lambda count: config(_same(count)), 300),
    "keys of a map": (lambda count: config(_map(count)), 300),
    "lines of a text": (lambda count: config(_text(count)), 2000),
    "findings": (pods, 40),
    "fixes of several edits": (ingresses, 10),
    "variables set twice": (variables, 100),
    "containers": (containers, 60),
    "containers by alias": (shared_containers, 60),
    "wrong values": (wrong_values, 300),
    "comments that ignore nothing": (comments, 200),
    "hosts without a rule": (certificates, 60),
    "budgets of the same pods": (budgets, 60),
    "selectors beside a program that makes pods": (selectors_beside_a_maker, 100),
}


@pytest.mark.parametrize(("make", "count"), KINDS.values(), ids=KINDS)
def test_lint_takes_no_more_than_its_share(make: Callable[[int], str], count: int, tmp_path: Path) -> None:
    few, many = (_calls(make(number), tmp_path) for number in (count, count * _TIMES))
    assert many < few * _TIMES * _MOST


def test_one_key_given_often_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "made.json"
    path.write_text('{"apiVersion": "v1", ' + '"kind": "Pod", ' * 10_000 + '"metadata": {"name": "a"}}')
    begun = time.process_time()
    _, _, said = fuzzing.one("lint --no-cache --jobs 1 -o concise {}", str(path))
    assert said.count("YAML002")
    assert time.process_time() - begun < 10  # walking over all keys for each took 20 on a quick machine


def test_a_line_with_many_findings_is_masked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    masked: list[int] = []

    def concealed(rows: Sequence[str], at: int, _hidden: object) -> str:
        masked.append(at)
        return rows[at]

    monkeypatch.setattr(lines, "concealed_at", concealed)
    path = tmp_path / "made.yaml"
    path.write_text(ingresses(20) + " # password")
    problem, _, said = fuzzing.one("lint --no-cache --jobs 1 {}", str(path))
    assert not problem
    assert said.count("API005") == 20
    assert masked == [0]


APART = {
    "Service": "v1 Service spec: {selector: {app: none}, ports: [{port: 80}]}",
    "NetworkPolicy": "networking.k8s.io/v1 NetworkPolicy spec: {podSelector: {matchLabels: {app: none}}}",
    "PodDisruptionBudget": "policy/v1 PodDisruptionBudget spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}",
    "RoleBinding": "rbac.authorization.k8s.io/v1 RoleBinding roleRef: "
    "{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: none}]",
}


@pytest.mark.parametrize("kind", APART)
def test_folders_that_have_nothing_to_do_with_each_other_are_not_compared_one_by_one(
    kind: str, tmp_path: Path
) -> None:
    version, _, rest = APART[kind].split(" ", 2)
    for size in (40, 40 * _TIMES):
        for number in range(size):
            head = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n"
            labels = "labels: {app: web}"
            pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, {labels}}}\nspec: {{containers: [{{name: a, image: b}}]}}\n"
            for path, text in (("a/deep/er", head + rest), ("b/deep/er", pod)):
                (folder := tmp_path / f"{size}/{number}/{path}").mkdir(parents=True)
                (folder / "made.yaml").write_text(text)
    codes = "LBL,REF003,AVL"
    few, many = (
        _calls_of(
            lambda size=size: fuzzing.one(
                f"lint --no-cache --jobs 1 --select {codes} {{}}", str(tmp_path / str(size))
            )
        )  # type: ignore[misc]
        for size in (40, 40, 40 * _TIMES)[1:]
    )
    assert many < few * _TIMES * _MOST


def _calls(text: str, folder: Path, command: str = "lint --no-cache --jobs 1 {}") -> int:
    """How many calls a command makes, which no other process on the machine changes."""
    path = folder / "made.yaml"
    path.write_text(text)
    fuzzing.one(command, str(path))
    profile = cProfile.Profile()
    problem, _, _ = profile.runcall(fuzzing.one, command, str(path))
    assert not problem or "slow" in problem
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_the_pods_of_a_namespace_are_looked_over_once_for_all_its_budgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    pods_of_others = Inventory.pods_of_others

    def noted(self: Inventory, namespace: str) -> object:
        asked.append(namespace)
        return pods_of_others(self, namespace)

    monkeypatch.setattr(Inventory, "pods_of_others", noted)

    def times(count: int) -> int:
        asked.clear()
        (tmp_path / str(count)).mkdir()
        made = [one for number in range(count) for one in _protected(f"w{number}", "old")]
        changed = [_protected(f"w{number}", "new")[0] for number in range(count)]
        plan = plan_of(Example(*map(json.dumps, (_list(made), _list(changed)))), tmp_path / str(count))
        assert sum(one.name == "protects-no-pod" for one in consequences(plan)) == count
        return len(asked)

    assert times(8) == times(2)


def test_nodes_that_change_are_asked_once_for_each_demand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    matches = RequiredNodeAffinity.matches

    def noted(self: RequiredNodeAffinity, name: str, labels: Mapping[str, str]) -> bool:
        asked.append(name)
        return matches(self, name, labels)

    def times(count: int) -> float:
        (tmp_path / str(count)).mkdir()
        nodes = {disk: [_node(f"n{number}", disk) for number in range(count)] for disk in ("ssd", "hdd")}
        held = [_held(f"p{number}", f"n{number}") for number in range(count)]
        made = _list([*nodes["ssd"], *held]), _list(nodes["hdd"])
        asked.clear()
        monkeypatch.setattr(RequiredNodeAffinity, "matches", noted)
        plan = plan_of(Example(*map(json.dumps, made)), tmp_path / str(count))
        assert sum(one.name == "could-not-come-back" for one in consequences(plan)) == count
        return len(asked) / count

    assert times(40) <= times(10) * _MOST


def _node(name: str, disk: str) -> Json:
    status = {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}}
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"disk": disk}}, "status": status,
    }  # fmt: skip


def _held(name: str, node: str) -> Json:
    containers = [{"name": "c", "image": "i"}]
    return _object(
        "v1", "Pod", name, spec={"nodeName": node, "nodeSelector": {"disk": "ssd"}, "containers": containers}
    )


def _protected(name: str, track: str) -> list[Json]:
    labels, old = {"app": name, "track": track}, {"app": name, "track": "old"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": name}}, "template": template}
    budget = {"minAvailable": 1, "selector": {"matchLabels": old}}
    return [
        _object("apps/v1", "Deployment", name, spec=spec),
        _object("policy/v1", "PodDisruptionBudget", name, spec=budget),
    ]


def _list(items: list[Json]) -> Json:
    return {"apiVersion": "v1", "kind": "List", "items": items}


def test_a_service_costs_the_same_however_many_there_are() -> None:
    client = Cluster.of([]).client()

    def make(first: int, count: int) -> None:
        for number in range(first, first + count):
            ports = [{"port": 80}, {"name": "more", "port": 81}]
            spec = {"type": "NodePort", "ports": [{"name": "web", **ports[0]}, ports[1]]}
            metadata = {"name": f"s{number}", "namespace": "default"}
            client.create({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})

    make(0, 50)
    few = _calls_of(lambda: make(50, 20))
    make(70, 400)
    many = _calls_of(lambda: make(470, 20))
    assert many < few * _MOST


def _calls_of(work: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_selectors_of_no_pods_are_not_compared_with_all_pods_where_nobody_makes_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    real = nearlabels.is_misspelt
    monkeypatch.setattr(nearlabels, "is_misspelt", lambda *given: compared.append(given) or real(*given))
    for number in range(4):
        template = {"metadata": {"labels": {"app": f"web-{number}"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}  # fmt: skip
        spec = {"selector": {"matchLabels": {"app": f"web-{number}"}}, "template": template}
        service = {"selector": {"app": f"gone-{number}"}, "ports": [{"port": 80}]}
        items = [
            _object("apps/v1", "Deployment", f"web-{number}", spec=spec),
            _object("v1", "Service", f"gone-{number}", spec=service),
        ]
        for one in items:
            one["metadata"]["namespace"] = "shop"
        (tmp_path / f"{number}.json").write_text(json.dumps(_list(items)))
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("REF", "NET", "LBL")))
    assert len(report.findings) >= 4
    assert not compared
