"""A plan says what kubectl apply would do: refusals, rollouts that do not finish, changes without effect,
what is left.
"""

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kplan.cli.commands.plan import command

WORKLOAD = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "registry.example.com/web:{version}"{probe}}}]}}
{more}
"""


def workload(version: int, more: str = "", kind: str = "Deployment", probe: str = "") -> str:
    lines = "".join(f"  {line}\n" for line in more.splitlines())
    return WORKLOAD.format(kind=kind, version=version, more=lines, probe=probe)


def plan(folder: Path, before: str, after: str, *options: str) -> tuple[int, str]:
    for name, text in (("before", before), ("after", after)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "all.yaml").write_text(
            text or "{apiVersion: v1, kind: ConfigMap, metadata: {name: nothing}}"
        )
    arguments = ["-f", str(folder / "after"), "--state", str(folder / "before"), *options]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.exception is None, done.output
    return done.return_value, done.stdout


CLAIMED = """serviceName: web
replicas: 2
volumeClaimTemplates:
- metadata: {name: data}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}"""


CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: disk.example.com
---
"""


def test_a_change_of_an_immutable_field_is_refused_with_the_way_out(tmp_path: Path) -> None:
    before, after = (workload(version, CLAIMED % f"{version}Gi", "StatefulSet") for version in (1, 2))
    code, text = plan(tmp_path, before, after)
    assert code == 2
    assert "1 refused; pods: unchanged." in text
    assert "Forbidden: updates to statefulset spec for fields other than" in text
    assert '"1Gi" -> "2Gi"  (immutable)' in text
    assert "kubectl replace --force -f " in text
    assert "kplan plan --replace" in text


def test_a_replacement_says_what_survives(tmp_path: Path) -> None:
    before, after = (workload(version, CLAIMED % f"{version}Gi", "StatefulSet") for version in (1, 2))
    code, text = plan(tmp_path, CLASS + before, CLASS + after, "--replace")
    assert code == 0
    assert "1 to replace" in text
    assert "2 pods deleted: web-0" in text
    assert (
        "persistentvolumeclaim/data-web-1 -n default stays at 1Gi, with its data; the template asks for 2Gi"
        in text
    )


def test_a_claim_that_shrinks_is_refused_with_what_its_replacement_costs(tmp_path: Path) -> None:
    claim = CLASS + (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, "
        "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}}"
    )
    pod = "\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: a}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}}"
    code, text = plan(tmp_path, claim % "5Gi" + pod, claim % "2Gi" + pod)
    assert code == 2
    assert '~ spec.resources.requests[storage]: "5Gi" -> "2Gi"  (immutable)' in text
    assert "with the data of its volume" in text


def test_a_claim_of_another_class_may_ask_for_more_at_the_same_time(tmp_path: Path) -> None:
    claim = CLASS + (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, "
        "spec: {accessModes: [ReadWriteOnce], storageClassName: %s, resources: {requests: {storage: %s}}}}"
    )
    _, text = plan(tmp_path, claim % ("standard", "1Gi"), claim % ("fast", "2Gi"))
    assert (
        "persistentvolumeclaim/c -n default spec.storageClassName is immutable: the change is refused" in text
    )
    assert '~ spec.resources.requests[storage]: "1Gi" -> "2Gi"\n' in text


def test_a_replacement_that_hangs_is_refused(tmp_path: Path) -> None:
    config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, finalizers: [example.com/keep]}, immutable: true, data: {a: %s}}"
    code, text = plan(tmp_path, config % "b", config % "c", "--replace")
    assert code == 2
    assert "its deletion does not end (finalizers: example.com/keep)" in text
    assert "help: it is being deleted" in text


@pytest.mark.parametrize(
    ("more", "assumed", "told"),
    [
        ("replicas: 1", "never-ready", "1 of 1 pods updated, 1 of them not ready, 1 old pod left"),
        ("replicas: 1", "pull-fails", 'Failed to pull image "registry.example.com/web:2"'),
        ("replicas: 3", "never-ready", "1 of 3 pods updated, 1 of them not ready, 3 old pods left"),
        ("replicas: 2\nstrategy: {rollingUpdate: {maxSurge: 100%}}", "never-ready", "2 of 2 pods updated"),
        ("replicas: 2\nstrategy: {type: Recreate}", "pull-fails", "0 of 2 pods ready"),
    ],
)
def test_a_rollout_is_done_when_kubectl_says_so(more: str, assumed: str, told: str, tmp_path: Path) -> None:
    _, text = plan(tmp_path, workload(1, more), workload(2, more), "--assume", f"*/web:2={assumed}")
    risk = next(line for line in text.splitlines() if "PLN002" in line)
    assert told in risk
    assert "stopped: " in risk
    assert "does not finish" in text
    _, text = plan(tmp_path, workload(1, more), workload(2, more))
    assert "PLN002" not in text
    assert "does not finish" not in text


def test_a_probe_that_fails_is_named(tmp_path: Path) -> None:
    probe = ", readinessProbe: {tcpSocket: {port: 80}}"
    _, text = plan(tmp_path, "", workload(1, probe=probe), "--assume", "*/web:1=never-ready")
    assert "stopped: pod web-" in text
    assert "Readiness probe failed" in text


@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("Deployment", "paused: true", "the Deployment is paused"),
        ("Deployment", "replicas: 0", "it has 0 replicas"),
        ("StatefulSet", "updateStrategy: {type: OnDelete}", "updateStrategy is OnDelete"),
        ("DaemonSet", "updateStrategy: {type: OnDelete}", "updateStrategy is OnDelete"),
        (
            "StatefulSet",
            "replicas: 2\nupdateStrategy: {rollingUpdate: {partition: 2}}",
            "partition 2 keeps all 2 pods",
        ),
    ],
)
def test_a_change_without_effect_says_why(kind: str, more: str, why: str, tmp_path: Path) -> None:
    _, text = plan(tmp_path, workload(1, more, kind), workload(2, more, kind))
    assert f"no effect now: {why}" in text


def test_pods_that_a_partition_keeps_are_counted(tmp_path: Path) -> None:
    more = "replicas: 3\nupdateStrategy: {rollingUpdate: {partition: 1}}"
    _, text = plan(tmp_path, workload(1, more, "StatefulSet"), workload(2, more, "StatefulSet"))
    assert "3 of 3 ready, never fewer than 2; partition 1 keeps 1 pod at the old template" in text
    assert "PLN002" not in text


def test_pods_of_a_replica_set_keep_their_template(tmp_path: Path) -> None:
    _, text = plan(tmp_path, workload(1, "", "ReplicaSet"), workload(2, "", "ReplicaSet"))
    assert "no effect now: a ReplicaSet makes only new pods from its template" in text


def test_the_same_template_is_said_to_be(tmp_path: Path) -> None:
    _, text = plan(tmp_path, workload(1), workload(1, "revisionHistoryLimit: 3"))
    assert "no effect now: the pod template stays the same" in text


CROWDED = """
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}
---
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {capacity: {cpu: "2", pods: "10", memory: 8Gi}}}
---
"""
ASKS_ALL = ", resources: {requests: {cpu: '2'}}"


def test_a_pod_that_waits_is_told_of_once_under_what_created_it(tmp_path: Path) -> None:
    small = [workload(1).replace("web", name) for name in ("one", "two")]
    before = CROWDED + workload(1, probe=ASKS_ALL) + "---" + "---".join(small)
    urgent = workload(1, probe=ASKS_ALL).replace("web", "urgent")
    urgent = urgent.replace("spec: {containers", "spec: {priorityClassName: high, containers")
    gone = [workload(1, "replicas: 0").replace("web", name) for name in ("one", "two")]
    _, text = plan(tmp_path, before, urgent + "---" + "---".join(gone), "-o", "json")
    planned = json.loads(text)["plan"]
    told = {
        one["change"]["object"]["name"]: sorted(
            (pod["name"].split("-")[0], pod["outcome"], pod["node"]) for pod in one["effects"]["pods"]
        )
        for one in planned["changes"]
    }
    assert told == {
        "urgent": [("urgent", "created", "n1"), ("web", "created", ""), ("web", "evicted", "n1")],
        "one": [("one", "deleted", "n1")],
        "two": [("two", "deleted", "n1")],
    }
    counted = {
        name: planned["summary"][f"pods_{name}"] for name in ("created", "pending", "evicted", "deleted")
    }
    assert counted == {"created": 2, "pending": 1, "evicted": 1, "deleted": 2}


JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {backoffLimit: 0, suspend: %s, template: {spec: {restartPolicy: Never, containers: [{name: a, image: "x:1"}]}}}
"""


def test_suspended_and_failing_jobs_are_told(tmp_path: Path) -> None:
    assert "no effect now: the Job is suspended" in plan(tmp_path, "", JOB % "true")[1]
    _, text = plan(tmp_path, "", JOB % "false", "--assume", "*x:1=fails")
    assert "! job.batch/once -n default fails after 1 failed pod: PLN006 above says why" in text
    assert text.count("BackoffLimitExceeded") == 1
    assert "PLN006 failing-job" in text


def test_a_job_that_another_controller_runs_is_left_to_it(tmp_path: Path) -> None:
    managed = JOB.replace("suspend: %s", "managedBy: example.com/queue")
    _, text = plan(tmp_path, "", managed)
    assert (
        "no effect now: the Job is left to example.com/queue (spec.managedBy), which is not simulated" in text
    )


def test_a_pod_that_holds_a_stateful_set_is_named(tmp_path: Path) -> None:
    broken, mended = (workload(version, "replicas: 1", "StatefulSet") for version in (1, 2))
    _, text = plan(tmp_path, broken, mended, "--assume", "*/web:1=never-ready")
    assert "stopped: pod web-0 has an older template and is not ready" in text
    assert "kubectl delete pod web-0 -n default" in text


NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {pod-security.kubernetes.io/enforce: baseline}}}"
HOST = "{apiVersion: v1, kind: Pod, metadata: {name: host}, spec: {hostNetwork: true, containers: [{name: a, image: a}]}}"


def test_warnings_of_the_api_server_are_part_of_the_plan(tmp_path: Path) -> None:
    _, text = plan(tmp_path, HOST, NAMESPACE)
    assert 'warning: existing pods in namespace "default" violate the new PodSecurity enforce level' in text
    _, text = plan(tmp_path, HOST, NAMESPACE, "-o", "json")
    document = json.loads(text)
    warnings = document["plan"]["changes"][0]["change"]["warnings"]
    assert any(one.startswith("existing pods in namespace") for one in warnings)
    assert "API299" in {one["rule"] for one in document["findings"]}


SET = "metadata: {name: %s, labels: {set: mine}}, data: {a: b, c: d, e: f, g: h}"
CONFIG = "{apiVersion: v1, kind: ConfigMap, " + SET + "}"
BUDGET = "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {selector: {}, maxUnavailable: 1}}"


def test_what_is_left_behind_keeps_no_pod_running_that_has_no_node(tmp_path: Path) -> None:
    huge = workload(1, "replicas: 2", probe=", resources: {requests: {cpu: 64}}")
    _, text = plan(tmp_path, huge, CONFIG % "new")
    assert "    deployment.apps/web -n default\n" in text


def test_what_is_left_behind_says_what_it_keeps_and_what_it_became(tmp_path: Path) -> None:
    before = "\n---\n".join([workload(1, "replicas: 2"), CONFIG % "old", CONFIG % "kept"])
    _, text = plan(tmp_path, before, "\n---\n".join([CONFIG % "new", CONFIG % "kept"]))
    assert "deployment.apps/web -n default  keeps 2 pods running" in text
    assert "configmap/old -n default  looks renamed to new" in text
    assert "looks like a new name of configmap/old -n default" in text
    assert "2 left behind; pods: unchanged." in text


SHOP = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"


def test_a_pruned_object_is_named_where_another_looks_like_it(tmp_path: Path) -> None:
    before = "\n---\n".join([CONFIG % "old", CONFIG % "kept"])
    after = "\n---\n".join([CONFIG % "new", CONFIG % "kept"])
    _, text = plan(tmp_path, before, after, "--prune", "--all")
    assert "looks like a new name of configmap/old -n default" in text
    assert "- configmap/old -n default  delete: no longer in the manifests" in text


def test_a_name_of_one_letter_is_not_seen_in_every_word(tmp_path: Path) -> None:
    before, after = (
        workload(1, "replicas: 2").replace("name: web}", f"name: {name}}}") for name in ("c", "c2")
    )
    _, text = plan(tmp_path, before, after)
    assert "deployment.apps/c -n default  keeps 2 pods running, looks renamed to c2" in text


def test_a_stateful_set_with_a_new_name_is_said_to_begin_with_empty_volumes(tmp_path: Path) -> None:
    before, after = (
        workload(1, CLAIMED % "1Gi", "StatefulSet").replace("name: web}", f"name: {name}}}")
        for name in ("db", "pg")
    )
    _, text = plan(tmp_path, CLASS + before, CLASS + after)
    like = "looks like a new name of statefulset.apps/db -n default"
    assert f"{like}, whose claims it does not take over: it begins with empty volumes" in text


def test_what_moves_to_another_namespace_is_left_behind_in_the_old_one(tmp_path: Path) -> None:
    after = workload(1).replace("name: web}", "name: web, namespace: shop}", 1)
    _, text = plan(tmp_path, f"{SHOP}\n---\n{workload(1)}", f"{SHOP}\n---\n{after}")
    assert "    looks moved from namespace default\n" in text
    assert "deployment.apps/web -n default  keeps 1 pod running, looks moved to namespace shop" in text
    assert "is nearly the same and stays there" not in text


def test_what_a_previous_plan_named_is_left_behind(tmp_path: Path) -> None:
    both = "\n---\n".join([CONFIG % "old", CONFIG % "kept"])
    previous = str(tmp_path / "plan.json")
    plan(tmp_path, CONFIG % "kept", both, "--out", previous)
    single = ["-f", str(tmp_path / "one.yaml"), "--state", str(tmp_path / "before"), "--previous", previous]
    (tmp_path / "before" / "all.yaml").write_text(both)
    (tmp_path / "one.yaml").write_text(CONFIG % "kept")
    done = CliRunner().invoke(command, single, standalone_mode=False)
    assert "configmap/old -n default" in done.stdout.partition("Left behind")[2]
    assert "Left behind" not in CliRunner().invoke(command, single[:-2], standalone_mode=False).stdout


def test_pruning_deletes_by_labels_and_kinds_as_kubectl_does(tmp_path: Path) -> None:
    before = "\n---\n".join([workload(1), CONFIG % "old", CONFIG % "kept", BUDGET])
    code, text = plan(tmp_path, before, CONFIG % "kept", "--prune", "-l", "set=mine")
    assert code == 0
    assert "- configmap/old -n default  delete: no longer in the manifests" in text
    assert "1 to delete" in text
    code, text = plan(tmp_path, before, CONFIG % "kept", "--prune", "--all")
    assert "2 to delete" in text
    assert "1 pod deleted" in text
    assert "poddisruptionbudget.policy/web -n default" in text.partition("Left behind")[2]
    code, text = plan(
        tmp_path,
        before,
        CONFIG % "kept",
        "--prune",
        "--all",
        "--prune-allowlist",
        "policy/v1/PodDisruptionBudget",
    )
    assert "- poddisruptionbudget.policy/web" in text


def test_what_is_pruned_and_comes_under_another_name_looks_renamed(tmp_path: Path) -> None:
    code, text = plan(
        tmp_path, CONFIG % "settings-h29d89cmmt", CONFIG % "settings-6gtghh96k8", "--prune", "--all"
    )
    assert code == 0
    assert "looks like a new name of configmap/settings-h29d89cmmt -n default" in text


def test_nothing_is_pruned_where_something_is_refused(tmp_path: Path) -> None:
    bad = "{apiVersion: v1, kind: Service, metadata: {name: s, labels: {set: mine}}, spec: {ports: [{port: 99999}]}}"
    code, text = plan(tmp_path, CONFIG % "old", bad, "--prune", "-l", "set=mine")
    assert (code, "0 to delete" in text) == (2, True)


def test_members_of_an_apply_set_are_known_by_their_label(tmp_path: Path) -> None:
    member = (
        "{apiVersion: v1, kind: Secret, metadata: {name: %s, labels: {applyset.kubernetes.io/part-of: %s}}}"
    )
    identifier = "applyset-JJ6wU7EunXeYTMNKwIvQmNNbaeP4gA7KSC3Dn_QaRhI-v1"
    before = "\n---\n".join(member % (name, identifier) for name in ("a", "b"))
    _, text = plan(tmp_path, before, member % ("a", identifier))
    assert "secret/b -n default" in text.partition("Left behind")[2]


@pytest.mark.parametrize(
    "options",
    [
        ("--prune",),
        ("--prune", "--all", "-l", "a=b"),
        ("--applyset", "x"),
        ("--prune", "--all", "--server-side"),
    ],
)
def test_pruning_needs_what_kubectl_needs(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CONFIG % "a")
    done = CliRunner().invoke(command, ["-f", str(tmp_path / "a.yaml"), *options], standalone_mode=False)
    assert done.exception is not None


def test_risks_come_first_and_lists_are_folded(tmp_path: Path) -> None:
    _, text = plan(
        tmp_path, workload(1, "replicas: 9"), workload(2, "replicas: 9"), "--assume", "*/web:2=never-ready"
    )
    assert text.index("Risks:") < text.index("~ deployment.apps/web")
    _, text = plan(tmp_path, workload(1, "replicas: 9"), workload(2, "replicas: 9"))
    assert "scaled up web-" in text
    assert "0 -> 9 in " in text
    assert "9 pods created: 3 on node-1, 3 on node-2, 3 on node-3" in text
    assert "Scaled up replica set" not in text
    _, unfolded = plan(tmp_path, workload(1, "replicas: 9"), workload(2, "replicas: 9"), "-v")
    assert unfolded.count("Scaled up replica set") > 2
    assert "9 pods created: web-" in unfolded


def test_changes_that_do_the_same_are_told_together(tmp_path: Path) -> None:
    before, after = (
        "\n---\n".join((CONFIG % f"c{n}").replace("a: b", f"a: {v}") for n in range(20)) for v in "xz"
    )
    _, text = plan(tmp_path, before, after)
    assert "20 to change" in text
    assert text.count('~ data[a]: "x" -> "z"') == 2
    assert "~ 18 more ConfigMap objects: the same update (c2, c3, c4, ...); -v shows them" in text
    assert plan(tmp_path, before, after, "-v")[1].count('~ data[a]: "x" -> "z"') == 20
    other = after.replace("{name: c7,", "{name: c7, annotations: {own: change},")
    assert '{"own": "change"}' in plan(tmp_path, before, other)[1]


def test_many_risks_of_a_kind_are_counted(tmp_path: Path) -> None:
    service = "{apiVersion: v1, kind: Service, metadata: {name: s%s}, spec: {ports: [{port: 80}], selector: {a: b}}}"
    _, text = plan(tmp_path, "", "\n---\n".join(service % n for n in range(9)))
    assert text.count("PLN003 no-endpoints") == 3
    assert "PLN003 no-endpoints  and 7 more objects (-v lists them)" in text


SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: db}, immutable: true, stringData: {password: %s, user: same}}"


@pytest.mark.parametrize(
    "output", [(), ("-v",), ("-o", "json"), ("-o", "markdown"), ("-o", "sarif"), ("--replace",)]
)
def test_a_refused_secret_shows_no_value(output: tuple[str, ...], tmp_path: Path) -> None:
    values = ("first-planted-value", "other-planted-value")
    _, text = plan(tmp_path, *(SECRET % value for value in values), *output)
    assert "immutable" in text
    for value in values:
        assert value not in text
        assert base64.b64encode(value.encode()).decode() not in text


def test_a_secret_whose_annotation_cannot_be_read_shows_no_value(tmp_path: Path) -> None:
    broken = """{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: default,
      uid: a, annotations: {kubectl.kubernetes.io/last-applied-configuration: "{first-planted-value"}},
      data: {password: Zmlyc3QtcGxhbnRlZC12YWx1ZQ==}}]}"""
    code, text = plan(tmp_path, broken, SECRET % "other-planted-value")
    for value in ("first-planted-value", "other-planted-value", "Zmlyc3QtcGxhbnRlZC12YWx1ZQ"):
        assert value not in text
    assert code in (0, 2)


def cluster_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> str:
    """What is left behind of two objects that were applied to a stored state with these options."""
    from kplan.cli.group import cli

    monkeypatch.chdir(tmp_path)
    both = tmp_path / "all" / "all.yaml"
    both.parent.mkdir()
    both.write_text("\n---\n".join([CONFIG % "kept", CONFIG % "gone"]))
    runner = CliRunner()
    assert runner.invoke(cli, ["apply", "-f", "all", *options], catch_exceptions=False).exit_code == 0
    both.write_text(CONFIG % "kept")
    return runner.invoke(cli, ["plan", "-f", "all", *options], catch_exceptions=False).stdout


@pytest.mark.parametrize("options", [(), ("--server-side",), ("--server-side", "--field-manager", "ci")])
def test_what_was_applied_and_is_no_longer_named_is_left_behind_whoever_applied_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    assert (
        "configmap/gone -n default" in cluster_of(tmp_path, monkeypatch, *options).partition("Left behind")[2]
    )


def test_what_another_manager_applied_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster_of(tmp_path, monkeypatch, "--server-side", "--field-manager", "operator")
    again = CliRunner().invoke(
        command, ["-f", "all", "--server-side", "--force-conflicts"], standalone_mode=False
    )
    assert "Left behind" not in again.stdout


NODE = (
    "{apiVersion: v1, kind: Node, metadata: {name: %s}, status: {capacity: {cpu: 4, memory: 8Gi, pods: 110}}}"
)


def test_nodes_of_the_state_are_missed_where_the_manifests_name_nodes_and_not_elsewhere(
    tmp_path: Path,
) -> None:
    before = "\n---\n".join([NODE % "one", NODE % "two", CONFIG % "old"])
    _, text = plan(tmp_path, before, CONFIG % "kept")
    left = text.partition("Left behind")[2]
    assert "configmap/old -n default" in left
    assert "node/" not in left
    _, text = plan(tmp_path, before, "\n---\n".join([CONFIG % "kept", NODE % "two"]))
    assert "node/one" in text.partition("Left behind")[2]
