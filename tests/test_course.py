"""What a course about Kubernetes shows at the blackboard, typed in at kplan: the output is the one a cluster gives."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: webserver}
spec:
  replicas: 2
  selector: {matchLabels: {app: webserver}}
  template:
    metadata: {labels: {app: webserver}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.25
        ports: [{name: http, containerPort: 80}, {name: metrics, containerPort: 9113}]
"""
SERVICES = """
apiVersion: v1
kind: Service
metadata: {name: web-port}
spec: {type: NodePort, selector: {app: webserver}, ports: [{port: 80, nodePort: 31111}]}
---
apiVersion: v1
kind: Service
metadata: {name: elsewhere}
spec: {type: ExternalName, externalName: example.org}
---
apiVersion: v1
kind: Service
metadata: {name: both}
spec:
  selector: {app: webserver}
  sessionAffinity: ClientIP
  ports: [{name: http, port: 8080, targetPort: http}, {name: metrics, port: 9000, targetPort: metrics}]
"""
PODS = """
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {tier: front}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {tier: front}}
spec: {containers: [{name: c, image: nginx}]}
"""
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: fluentd}]}
"""
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command in an empty directory of one's own; ``given`` becomes the file m.yaml."""
    monkeypatch.chdir(tmp_path)

    def type_in(command: str, given: str = "") -> tuple[int, str, str]:
        if given:
            Path("m.yaml").write_text(given, encoding="utf-8")
        code = run(command.split())
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return type_in


def test_services_of_every_type(typed: Typed) -> None:
    assert typed("simulate -f m.yaml --commit", WEB + "---" + SERVICES)[0] == 0
    _, table, _ = typed("get services")
    rows = {line.split()[0]: line.split() for line in table.splitlines()[1:]}
    assert rows["web-port"][1] == "NodePort"
    assert rows["web-port"][4] == "80:31111/TCP"
    assert rows["elsewhere"][1:5] == ["ExternalName", "<none>", "example.org", "<none>"]
    assert rows["both"][4] == "8080/TCP,9000/TCP"


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("outside", "node-1:31111", "its port 31111 on node node-1"),
        ("deployment/webserver", "elsewhere:443", "the client goes on to example.org"),
        ("deployment/webserver", "both:9000", ":9113/TCP: open"),
        ("deployment/webserver", "both:8080", "sessionAffinity: ClientIP"),
        ("deployment/webserver", "both.default.svc.cluster.local:8080", ":80/TCP: open"),
    ],
)
def test_ways_to_a_service(typed: Typed, source: str, target: str, says: str) -> None:
    typed("simulate -f m.yaml --commit", WEB + "---" + SERVICES)
    code, shown, _ = typed(f"route {source} {target}")
    assert code == 0
    assert shown.startswith("yes\n")
    assert says in shown


def test_one_of_two_pods_gets_another_label(typed: Typed) -> None:
    typed("simulate -f m.yaml --commit", PODS)
    code, shown, _ = typed(
        "simulate -f m.yaml", PODS.replace("two, labels: {tier: front", "two, labels: {tier: back")
    )
    assert code == 0
    assert shown.splitlines()[:2] == ["pod/one unchanged", "pod/two configured"]


def test_a_node_is_drained_around_a_daemonset(typed: Typed) -> None:
    typed("simulate -f m.yaml --commit", WEB + "---" + AGENT)
    code, _, refused = typed("drain node-1")
    assert code == 1
    assert "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" in refused
    code, shown, warned = typed("drain node-1 --ignore-daemonsets --commit")
    assert code == 0
    assert "node/node-1 drained" in shown
    assert "ignoring DaemonSet-managed Pods: default/agent-" in warned
    where = [line.split()[6] for line in typed("get pods -o wide")[1].splitlines()[1:] if "webserver" in line]
    assert len(where) == 2
    assert "node-1" not in where


@pytest.mark.parametrize(("image", "ends"), [("hello-world", "Complete"), ("broken", "Failed")])
def test_jobs_that_succeed_and_fail(typed: Typed, image: str, ends: str) -> None:
    job = f"""
apiVersion: batch/v1
kind: Job
metadata: {{name: once}}
spec:
  backoffLimit: 1
  template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: {image}}}]}}}}
"""
    assert typed("simulate -f m.yaml --assume broken=fails --commit", job)[0] == 0
    assert typed("get jobs")[1].splitlines()[1].split()[1] == ends


def test_what_exits_under_a_deployment_crash_loops(typed: Typed) -> None:
    typed("simulate -f m.yaml --commit", WEB.replace("nginx:1.25", "hello-world"))
    code, table, _ = typed("get pods")
    assert code == 0
    assert [line.split()[2] for line in table.splitlines()[1:]] == ["CrashLoopBackOff", "CrashLoopBackOff"]


PROBED = """
apiVersion: v1
kind: Pod
metadata: {name: probed}
spec:
  containers:
  - name: c
    image: busybox
    command: [sh, -c, "touch /tmp/ok; sleep 30; rm /tmp/ok; sleep 60; touch /tmp/ok; sleep 600"]
    PROBE: {exec: {command: [COMMAND]}, periodSeconds: 5}
"""


@pytest.mark.parametrize(
    ("probe", "command", "told", "row"),
    [
        ("readinessProbe", "cat, /tmp/ok", "Readiness probe failed: cat: can't open '/tmp/ok': No such file or directory", "0/1 Running 0"),
        ("livenessProbe", "ls, /tmp/ok", "Liveness probe failed: ls: /tmp/ok: No such file or directory", "1/1 Running 1"),
        ("livenessProbe", 'sh, -c, "test -f /tmp/ok"', "Container c failed liveness probe, will be restarted", "1/1 Running 1"),
        ("startupProbe", "cat, /tmp/never", "Container c failed startup probe, will be restarted", "0/1 CrashLoopBackOff 1"),
    ],
)  # fmt: skip
def test_probes_see_the_files_of_a_script(
    typed: Typed, probe: str, command: str, told: str, row: str
) -> None:
    pod = PROBED.replace("PROBE", probe).replace("COMMAND", command)
    shown = typed("simulate -f m.yaml --until 85s --commit", pod)[1]
    assert told in shown
    assert " ".join(typed("get pods")[1].splitlines()[1].split()[1:4]) == row


def test_a_pod_is_ready_again_when_its_file_is_back(typed: Typed) -> None:
    pod = PROBED.replace("PROBE", "readinessProbe").replace("COMMAND", "cat, /tmp/ok")
    ready = {}
    for seconds in (20, 50, 120):
        typed(f"simulate -f m.yaml --until {seconds}s --commit", pod)
        ready[seconds] = typed("get pods")[1].splitlines()[1].split()[1]
        shutil.rmtree(".kplan")
    assert ready == {20: "1/1", 50: "0/1", 120: "1/1"}


def test_a_distribution_without_a_command_ends_at_once(typed: Typed) -> None:
    typed("run box --image=busybox --commit")
    typed("run kept --image=busybox -i --commit")
    rows = [line.split()[:3] for line in typed("get pods")[1].splitlines()[1:]]
    assert rows == [["box", "0/1", "CrashLoopBackOff"], ["kept", "1/1", "Running"]]


def test_pods_of_a_deleted_node_are_replaced(typed: Typed) -> None:
    typed("simulate -f m.yaml --commit", WEB)
    code, shown, _ = typed("delete node/node-1 --commit")
    assert code == 0
    assert 'node "node-1" deleted' in shown
    lines = typed("get pods -o wide")[1].splitlines()[1:]
    assert sorted(line.split()[6] for line in lines) == ["node-2", "node-3"]


def test_a_taint_is_put_as_kubectl_puts_it_and_ages_count_in_the_clusters_time(typed: Typed) -> None:
    typed("simulate -f m.yaml --commit", WEB)
    assert typed("taint nodes node-1 dedicated=db:NoSchedule")[1].startswith("node/node-1 tainted\n")
    assert typed("taint node/node-1")[0] == 2
    ages = {line.split()[4] for line in typed("get pods")[1].splitlines()[1:]}
    assert ages <= {f"{seconds}s" for seconds in range(60)}
