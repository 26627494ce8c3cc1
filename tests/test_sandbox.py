"""A cluster that lives in a file: verbs change it, its clock goes on, and commands begin where the one before ended."""

import io
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run

GREETER = """
apiVersion: v1
kind: Pod
metadata: {name: greeter}
spec: {containers: [{name: c, image: hello-world}]}
"""
EVERY_MINUTE = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: minutely}
spec:
  schedule: "* * * * *"
  successfulJobsHistoryLimit: 100
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: hello-world}]}}}}
"""
SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: c, image: httpd}]}}
"""
FRONT = """
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {type: LoadBalancer, selector: {app: shop}, ports: [{port: 80}]}
"""

Type = Callable[..., str]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """Run a command in a folder of its own; the answer is what it prints."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str, manifest: str = "") -> str:
        if manifest:
            Path("given.yaml").write_text(manifest)
            words = (*words, "-f", "given.yaml")
        run(words)
        said = capsys.readouterr()
        return said.out + said.err

    return typed


def test_verbs_change_a_sandbox(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    assert kplan("get", "pods").count("Running") == 2
    assert kplan("scale", "deployment", "shop", "--replicas=5") == "deployment.apps/shop scaled\n"
    assert kplan("get", "pods").count("Running") == 5


def test_a_cluster_of_nodes_has_the_class_that_claims_get(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    assert "standard (default)   rancher.io/local-path   Delete " in kplan("get", "storageclasses")


def test_a_dry_run_leaves_a_sandbox_alone(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    kplan("scale", "deployment", "shop", "--replicas=5", "--dry-run=server")
    assert kplan("get", "pods").count("Running") == 2


def test_over_a_snapshot_a_verb_is_a_question(kplan: Type) -> None:
    kplan("snapshot", "import", "nodes:2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    assert "what-if: nothing stored" in kplan("scale", "deployment", "shop", "--replicas=5")
    assert kplan("get", "pods").count("Running") == 2


def test_a_verb_can_be_looked_at_before_it_is_done(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    kplan("scale", "deployment", "shop", "--replicas=3", "--until", "1s")
    assert kplan("get", "pods").count("ContainerCreating") == 1


@pytest.mark.parametrize(("passed", "restarts"), [("15m", "7"), ("61m", "16")])
def test_a_crash_loop_goes_on_while_time_passes(kplan: Type, passed: str, restarts: str) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", manifest=GREETER)
    kplan("advance", passed)
    assert kplan("get", "pod", "greeter").splitlines()[1].split()[3] == restarts


def test_events_of_a_crash_loop_are_counted(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", manifest=GREETER)
    kplan("advance", "10m")
    lines = kplan("describe", "pod", "greeter").partition("Events:")[2].splitlines()
    assert len([line for line in lines if "Started" in line]) == 1
    assert "(x7 over 10m)" in next(line for line in lines if "Started" in line)
    listed = kplan("get", "events", "--no-headers").splitlines()
    assert len([line for line in listed if "Started" in line]) == 1
    assert len(listed) == len(kplan("get", "events", "-o", "name").splitlines())
    (seen,) = (line for line in kplan("events").splitlines() if "BackOff" in line)
    (same,) = (line for line in listed if "BackOff" in line)
    assert seen.split()[0] == same.split()[0]  # both count from now, not from the last Event


def test_a_cronjob_of_every_minute_runs_sixty_times_an_hour(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", manifest=EVERY_MINUTE)
    kplan("advance", "1h")
    assert len(kplan("get", "jobs", "--no-headers").splitlines()) == 60


def test_years_go_by_where_nothing_happens(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "2x4cpu,8Gi")
    assert kplan("advance", "87600h") == ""
    assert kplan("get", "nodes", "--no-headers").split()[3] == "10y"


def test_a_pod_whose_node_is_removed_after_a_quiet_day_is_collected(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "3x4cpu,8Gi")
    kplan("apply", manifest=SHOP)
    kplan("advance", "24h")
    columns = "custom-columns=N:.metadata.name,ON:.spec.nodeName"
    before = kplan("get", "pods", "-o", columns, "--no-headers")
    name, node = before.splitlines()[0].split()
    kplan("delete", "node", node)
    kplan("advance", "2m")
    after = kplan("get", "pods", "-o", columns, "--no-headers")
    assert name not in after
    assert node not in after
    assert len(after.splitlines()) == 2


def test_the_job_of_the_documentation_says_the_time_and_ends(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    script = "date; echo Hello from the Kubernetes cluster"
    kplan("create", "job", "hello", "--image=busybox", "--", "/bin/sh", "-c", script)
    assert kplan("get", "job", "hello", "--no-headers").split()[1:3] == ["Complete", "1/1"]
    said = kplan("logs", "job/hello").splitlines()
    assert said[0].startswith("Thu Jan  1 00:00:")
    assert said[0].endswith(" UTC 2026")
    assert said[1:] == ["Hello from the Kubernetes cluster"]


@pytest.mark.parametrize("output", ["yaml", "jsonpath={.data.p}", "custom-columns=P:.data.p"])
def test_who_asks_for_a_secret_is_told_how_to_see_it(kplan: Type, output: str) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("create", "secret", "generic", "one", "--from-literal=p=1234")
    said = kplan("get", "secret", "one", "-o", output)
    assert "***" in said
    assert "(--show-secrets shows them)" in said
    shown = kplan("get", "secret", "one", "-o", output, "--show-secrets")
    assert "MTIzNA==" in shown
    assert "kplan:" not in shown


def test_a_pool_stays_with_the_cluster(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi", "--lb-pool", "192.0.2.7-192.0.2.9")
    kplan("apply", manifest=FRONT)
    assert "192.0.2.7" in kplan("get", "service", "front")


def test_info_says_what_a_state_is_and_delete_keeps_snapshots(kplan: Type) -> None:
    kplan("snapshot", "import", "nodes:1x4cpu,8Gi")
    assert "snapshot" in kplan("cluster", "info").splitlines()[0]
    assert "is a snapshot" in kplan("cluster", "delete")
    assert "delete the file yourself" in kplan("cluster", "create")
    Path(".kplan/state.db").unlink()
    kplan("cluster", "create")
    assert "sandbox" in kplan("cluster", "info").splitlines()[0]
    assert "'kplan cluster delete' deletes it" in kplan("cluster", "create")
    kplan("cluster", "delete")
    assert not Path(".kplan/state.db").exists()


KIND = """
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: lab
nodes: [{role: control-plane}, {role: worker}, {role: worker}]
networking: {podSubnet: 10.42.0.0/16, serviceSubnet: 10.43.0.0/16}
"""


@pytest.fixture
def lab(kplan: Type) -> Type:
    """A sandbox made of a kind configuration."""
    Path("lab.yaml").write_text(KIND)
    kplan("cluster", "create", "--config", "lab.yaml")
    return kplan


def test_a_kind_cluster_begins_with_what_kind_brings(lab: Type) -> None:
    pods = lab(
        "get", "pods", "-n", "kube-system", "-o", "custom-columns=N:metadata.name", "--no-headers"
    ).split()
    prefixes = ["coredns-", "coredns-", "etcd-lab-control-plane", "kindnet-", "kindnet-", "kindnet-"]
    assert all(name.startswith(prefix) for name, prefix in zip(pods, prefixes, strict=False))
    assert {"kube-apiserver-lab-control-plane", "kube-scheduler-lab-control-plane"} < set(pods)
    assert lab("get", "pods", "-A", "--field-selector", "status.phase!=Running").startswith("No resources")
    assert "10.43.0.10" in lab("get", "service", "kube-dns", "-n", "kube-system")
    assert "Corefile:" in lab("describe", "configmap", "coredns", "-n", "kube-system")
    assert "lab-worker2" in lab("get", "leases", "-n", "kube-node-lease")
    assert "172.18.0.2:6443" in lab("get", "endpoints", "kubernetes")
    assert "HolderIdentity:  lab-worker" in lab("describe", "node", "lab-worker")
    assert "rancher.io/local-path" in lab("get", "storageclass", "standard")


def test_a_cluster_begins_with_the_roles_and_flows_of_its_api_server(lab: Type) -> None:
    roles = lab("get", "clusterroles", "--no-headers")
    for name in ("admin", "cluster-admin", "edit", "view", "system:node", "system:coredns", "kindnet"):
        assert f"\n{name} " in f"\n{roles}", name
    assert "pods.apps" not in lab("describe", "clusterrole", "view")
    assert "deployments.apps" in lab("describe", "clusterrole", "view")
    assert "system:masters" in lab("describe", "clusterrolebinding", "cluster-admin")
    assert "kubeadm:node-proxier" in lab("get", "clusterrolebindings")
    assert "extension-apiserver-authentication-reader" in lab("get", "roles", "-n", "kube-system")
    flows = lab("get", "flowschemas", "--no-headers").splitlines()
    assert [flow.split()[1] for flow in flows][:2] == ["exempt", "exempt"]
    assert {flow.split()[-1] for flow in flows} == {"False"}
    assert "workload-low" in lab("get", "prioritylevelconfigurations")
    assert "10.43.0.0/16" in lab("get", "servicecidrs")


def test_a_cluster_of_an_older_minor_has_no_kinds_that_came_later(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi", "--kubernetes-version", "1.27")
    assert "cluster-admin" in kplan("get", "clusterroles")
    assert "system:masters" in kplan("describe", "clusterrolebinding", "cluster-admin")


def test_the_service_of_the_api_server_comes_back(lab: Type) -> None:
    lab("delete", "all", "--all")
    assert " 10.43.0.1 " in lab("get", "service", "kubernetes")
    assert "172.18.0.2:6443" in lab("get", "endpoints", "kubernetes")


def test_a_kind_configuration_says_where_addresses_come_from(lab: Type) -> None:
    lab("run", "web", "--image=nginx", "--port=80", "--expose")
    assert " 10.42.1.2 " in lab("get", "pod", "web", "-o", "wide")
    assert " 10.43." in lab("get", "service", "web")
    assert " 10.43.0.1 " in lab("get", "service", "kubernetes")
    assert (
        "v6.yaml:6:25: error API003: 'networking.podSubnet' of a kind cluster configuration must be an IPv4 range"
        in lab("snapshot", "import", _written("v6.yaml", KIND.replace("10.42.0.0/16", "fd00::/56")))
    )


def _written(name: str, text: str) -> str:
    Path(name).write_text(text)
    return name


def test_what_every_node_runs_is_not_drained_unasked(lab: Type) -> None:
    assert (
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/kindnet-"
        in lab("drain", "lab-worker")
    )
    assert "node/lab-worker drained" in lab("drain", "lab-worker", "--ignore-daemonsets")


def test_a_configuration_may_leave_parts_out(kplan: Type) -> None:
    bare = KIND.replace("podSubnet: 10.42.0.0/16", "disableDefaultCNI: true, kubeProxyMode: none")
    kplan("cluster", "create", "--config", _written("bare.yaml", bare))
    found = kplan("get", "daemonsets", "-A")
    assert found.startswith("No resources found")


def test_events_of_an_object_are_listed_as_they_happened(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", manifest=GREETER.replace("hello-world", "nginx"))
    reasons = [line.split()[2] for line in kplan("get", "events", "--no-headers").splitlines()]
    assert reasons == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]


POOLS = """
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: asked, namespace: metallb-system}
spec: {addresses: [198.51.100.0/30], autoAssign: false}
---
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: usual, namespace: metallb-system}
spec: {addresses: [192.0.2.5-192.0.2.5]}
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: {name: all, namespace: metallb-system}
"""


def _balanced(name: str, **annotations: str) -> str:
    told = ", ".join(f"{key.replace('__', '/')}: {value}" for key, value in annotations.items())
    return f"---{FRONT.replace('name: front', f'name: {name}, annotations: {{{told}}}')}"


def test_pools_of_addresses_are_objects(lab: Type) -> None:
    lab("apply", manifest=_balanced("early"))
    assert "<pending>" in lab("get", "service", "early")
    assert lab("get", "events").startswith("No resources found")
    lab("apply", manifest=POOLS)
    assert " 192.0.2.5 " in lab("get", "service", "early")
    lab("apply", manifest=_balanced("late"))
    assert " <pending> " in lab("get", "service", "late")
    assert "no available IPs" in lab("get", "events")
    lab("apply", manifest=_balanced("picky", **{"metallb.io__address-pool": "asked"}))
    assert " 198.51.100.0 " in lab("get", "service", "picky")
    lab("apply", manifest=_balanced("exact", **{"metallb.io__loadBalancerIPs": "198.51.100.2"}))
    assert " 198.51.100.2 " in lab("get", "service", "exact")
    lab("delete", "service", "early")
    assert " 192.0.2.5 " in lab("get", "service", "late")
    assert '["192.0.2.5-192.0.2.5"]' in lab("get", "ipaddresspools", "-n", "metallb-system")


READER = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: blue, key: "1"}
---
apiVersion: v1
kind: Secret
metadata: {name: hidden}
stringData: {password: planted-value}
---
apiVersion: v1
kind: Pod
metadata: {name: reader, labels: {app: reader}}
spec:
  hostname: host-1
  subdomain: front
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "echo first; sleep 400; echo second; sleep 400"]
    env:
    - {name: COLOR, valueFrom: {configMapKeyRef: {name: settings, key: color}}}
    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: hidden, key: password}}}
    - {name: TOLD, value: "$(COLOR) on $(KUBERNETES_SERVICE_PORT)$$"}
    - {name: WHERE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    - {name: PART, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
    envFrom: [{prefix: S_, configMapRef: {name: settings}}]
    resources: {limits: {cpu: 250m}}
    volumeMounts: [{name: files, mountPath: /etc/settings}]
  - {name: side, image: httpd, ports: [{name: web, containerPort: 80}]}
  volumes: [{name: files, configMap: {name: settings}}]
"""


@pytest.fixture
def reader(lab: Type) -> Type:
    """A sandbox with a pod that reads settings."""
    lab("apply", manifest=READER)
    lab("apply", manifest=FRONT)
    return lab


def test_variables_of_a_container_are_those_its_kubelet_makes(reader: Type) -> None:
    found = dict(
        line.partition("=")[::2] for line in reader("exec", "reader", "-c", "main", "--", "env").splitlines()
    )
    expected = {
        "HOSTNAME": "host-1", "COLOR": "blue", "PASSWORD": "***", "TOLD": "blue on 443$", "WHERE": "lab-worker",
        "PART": "250", "S_color": "blue", "KUBERNETES_PORT_443_TCP_ADDR": "10.43.0.1",
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert "FRONT_SERVICE_HOST" not in found, "the Service came after the container"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("cat /etc/resolv.conf", "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.43.0.10\n"),
        ("cat /etc/hosts", "\thost-1.front.default.svc.cluster.local\thost-1\n"),
        ("cat /etc/settings/color", "blue"),
        ("ls /etc/settings", "color\nkey\n"),
        ("hostname -i", "10.42."),
        ("nslookup kubernetes", "Address: 10.43.0.1\n"),
        ("nslookup nobody", "** server can't find nobody: NXDOMAIN"),
        ("curl -s http://front", "Connection refused"),
        ("wget -qO- http://nobody", "wget: bad address 'nobody'"),
        ("sh -c 'printenv COLOR'", "blue\n"),
        ("top", "exec runs nothing here"),
    ],
)  # fmt: skip
def test_commands_that_need_no_container(reader: Type, command: str, says: str) -> None:
    assert says in reader("exec", "-it", "pod/reader", "--", *shlex.split(command))


def test_logs_are_what_a_command_has_printed_by_now(reader: Type) -> None:
    assert reader("logs", "reader").splitlines() == ["first", 'Defaulted container "main" out of: main, side']
    reader("advance", "450s")
    assert reader("logs", "reader", "-c", "main").splitlines() == ["first", "second"]
    assert reader("logs", "reader", "main", "--tail=1") == "second\n"
    assert "previous terminated container" in reader("logs", "reader", "main", "-p")
    reader("advance", "400s")
    assert reader("logs", "reader", "main", "-p").splitlines() == ["first", "second"]
    assert "nothing is known of what reader/side (httpd) prints" in reader("logs", "reader", "-c", "side")
    assert 'pods "nope" not found in namespace "default"' in reader("logs", "nope")


def test_logs_are_what_a_scenario_says(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    scenario = _written("scenario.yaml", "images: [{image: 'http*', prints: 'listening on 80'}]\n")
    kplan("apply", "--scenario", scenario, manifest=SHOP)
    assert kplan("logs", "deployment/shop").splitlines()[0] == "listening on 80"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("pod/reader 8080:web", "Forwarding from 127.0.0.1:8080 -> 80\n"),
        ("reader 81", "declares port 81"),
        ("service/front 8080:80", "timed out waiting"),
        ("nobody 80", 'pods "nobody" not found'),
        ("reader", "list of ports are required"),
    ],
)
def test_ports_that_could_be_forwarded(reader: Type, words: str, says: str) -> None:
    assert says in reader("port-forward", *words.split())


def test_a_pod_of_a_session_goes_with_it(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    said = kplan("run", "once", "--image=hello-world", "-it", "--rm", "--restart=Never")
    assert said.splitlines()[1] == "Hello from Docker!"
    assert 'pod "once" deleted' in said
    assert kplan("get", "pods").startswith("No resources found")


def test_a_session_answers_what_exec_answers(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    session = ("run", "tmp", "--image=busybox", "-it", "--rm", "--restart=Never", "--")
    said = kplan(*session, "nslookup", "kubernetes")
    assert "Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n" in said
    assert said.endswith('pod "tmp" deleted from default namespace\n')
    assert "the request reaches" in kplan(*session, "wget", "-qO-", "http://kube-dns.kube-system:9153")
    assert kplan("get", "nodes", "--no-headers").split()[3].endswith("s")  # nobody sat there for a minute
    assert "kplan: no containers run here, so there is no session" in kplan(*session, "sh")


def test_an_apply_can_be_looked_at_before_it_is_done(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("apply", "--until", "2s", manifest=SHOP)
    assert kplan("get", "pods").count("ContainerCreating") == 2
    kplan("advance", "2s")
    assert kplan("get", "pods").count("Running") == 2


def test_a_watch_shows_what_happens_until_rest(kplan: Type) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    kplan("create", "deployment", "shop", "--image=httpd", "--until", "0s")
    rows = [line.split()[2] for line in kplan("get", "pods", "-w").splitlines()]
    assert rows == ["STATUS", "Pending", "Pending", "ContainerCreating", "Running"]
    types = kplan("get", "rs", "-w", "--output-watch-events")
    assert [line.split()[0] for line in types.splitlines()][:3] == ["EVENT", "ADDED", "MODIFIED"]
    assert kplan("get", "pods").startswith("No resources found"), "nothing of it is stored"
    reasons = [line.split()[2] for line in kplan("get", "events", "-w", "--no-headers").splitlines()]
    expected = [
        "ScalingReplicaSet",
        "SuccessfulCreate",
        "Scheduled",
        "Pulling",
        "Pulled",
        "Created",
        "Started",
    ]
    assert reasons == expected
    assert [line.split()[2] for line in kplan("events", "-w", "--no-headers").splitlines()] == expected
    ready = [line.split()[1] for line in kplan("get", "deployment", "shop", "--watch-only").splitlines()]
    assert (ready[0], ready[-1]) == ("READY", "1/1")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("shop.example.com/", "path / leads to service default/front:80"),
        ("shop.example.com/api/v1", "path /api leads to service default/api:80"),
        ("shop.example.com/apiary", "path / leads to service default/front:80"),
        ("shop.example.com/api/exact", "path /api/exact leads to service default/exact:80"),
        ("nobody.example.com/api", "no Ingress has a rule for the host nobody.example.com and the path /api"),
    ],
)
def test_an_ingress_is_followed_by_host_and_path(kplan: Type, target: str, says: str) -> None:
    kplan("cluster", "create", "--nodes", "1x4cpu,8Gi")
    rules = ("/*=front:80", "/api*=api:80", "/api/exact=exact:80")
    kplan("create", "ingress", "shop", *(f"--rule=shop.example.com{rule}" for rule in rules))
    assert says in kplan("route", "outside", target)


def test_a_deletion_is_asked_about(kplan: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    kplan("cluster", "create")
    kplan("create", "configmap", "kept", "--from-literal=a=b")
    asked = "You are about to delete the following 1 resource(s):\nconfigmap/kept\nDo you want to continue? (y/N): "
    for answer, told in (
        ("", "deletion is cancelled\n"),
        ("y\n", 'configmap "kept" deleted from default namespace\n'),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert kplan("delete", "configmap", "kept", "-i") == asked + told


def test_who_may_not_apply_is_refused(kplan: Type) -> None:
    kplan("cluster", "create")
    refused = kplan("apply", "--as=bob", manifest=GREETER)
    assert 'User "bob" cannot' in refused
    assert kplan("apply", manifest=GREETER) == "pod/greeter created\n"
