"""Options of rules: what a team sets otherwise, with errors that name the place and what was meant."""

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.lint.selection import LintOptions

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: "
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {owner: shop}, annotations: {contact: a@b.example}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: b}]}}
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: [{port: 1}], selector: {a: b}}\n"


def container(text):
    return f"{POD}{{containers: [{{name: a, image: b, {text}}}]}}\n"


def volume(path):
    return (
        f"{POD}{{volumes: [{{name: v, hostPath: {{path: {path}}}}}], containers: [{{name: a, image: b}}]}}\n"
    )


CASES = [
    ("IMG001.tags", ("edge", "*-dev"), f"{POD}{{containers: [{{name: a, image: 'x:2-dev'}}]}}\n", False),
    ("IMG005.registries", ("registry.example.com/*",), f"{POD}{{containers: [{{name: a, image: 'x:2'}}]}}\n", False),
    ("SEC005.allowed", ("SYS_ADMIN",), container("securityContext: {capabilities: {add: [SYS_ADMIN]}}"), True),
    ("SEC005.capabilities", ("CHOWN",), container("securityContext: {capabilities: {add: [CAP_CHOWN]}}"), False),
    ("SEC007.allowed", ("/data/*",), volume("/data/x"), True),
    ("SEC009.names", ("*_PIN",), container("env: [{name: CARD_PIN, value: abcd}]"), False),
    ("SEC015.allowed", (8080,), container("ports: [{containerPort: 80, hostPort: 8080}]"), True),
    ("SEC016.least", 1000, container("securityContext: {runAsUser: 1000, runAsGroup: 1000}"), True),
    ("SEC020.allowed", ("net.core.*",), f"{POD}{{securityContext: {{sysctls: [{{name: net/core/somaxconn, value: '1'}}]}}, containers: []}}\n", True),
    ("SEC022.allowed", ("/sys/fs/cgroup",), volume("/sys/fs/cgroup"), True),
    ("SEC024.allowed", (80,), container("ports: [{containerPort: 80}]"), True),
    ("SEC025.ports", (2222,), container("ports: [{containerPort: 2222}]"), False),
    ("NET004.types", ("LoadBalancer",), SERVICE, True),
    ("RES001.resources", ("memory",), container("resources: {requests: {memory: 1Gi}}"), True),
    ("RES009.limits", {"cpu": "1"}, container("resources: {limits: {cpu: 1500m}}"), False),
    ("NAM007.labels", ("owner", "team"), DEPLOYMENT, False),
    ("NAM008.annotations", ("email", "contact"), DEPLOYMENT, True),
    ("AVL008.least", 4, DEPLOYMENT, False),
    ("AVL010.least", 4, SCALER, False),
    ("AVL019.classes", ("gold",), f"{POD}{{priorityClassName: silver, containers: []}}\n", False),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "text", "silenced"), CASES, ids=[case[0] for case in CASES])
def test_option_changes_what_is_found(tmp_path, key, value, text, silenced):
    (tmp_path / "a.yaml").write_text(text)
    loaded, code = pipeline.load([str(tmp_path)]), key.partition(".")[0]
    default = pipeline.lint(loaded, LintOptions(select=(code,))).findings
    told = pipeline.lint(loaded, LintOptions(select=(code,), settings={key: value})).findings
    found = (len(default), len(told))
    assert (found[0] > found[1]) if silenced else (found[0] < found[1]), found


def test_configuration_tells_rules(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(container("ports: [{containerPort: 2222}]"))
    (tmp_path / ".kplan.yaml").write_text(
        "lint:\n  select: SEC025\n  options:\n    SEC025: {ports: [22, 2222]}\n"
    )
    assert run(["lint", "-o", "concise"]) == 0
    assert "SEC025: container 'a' opens port 2222" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said", "hint"),
    [
        ("SEC025: {port: [1]}", ".kplan.yaml:4:", "did you mean 'ports'?"),
        ("SEC025: {port: [1]}", "SEC025 has no option 'port'", "did you mean 'ports'?"),
        (
            "SEC025: {ports: [x]}",
            "SEC025.ports takes a list of numbers",
            "TCP ports that no container opens.",
        ),
        ("SEC016: {least: many}", "SEC016.least takes a number", ""),
        ("RES009: {limits: {cpu: lots}}", "RES009.limits takes a quantity by resource", ""),
        ("RES009: {limits: [1]}", "RES009.limits takes a quantity by resource", ""),
        ("SEC052: {ports: [1]}", "no rule has the code 'SEC052'", "did you mean"),
        ("SEC001: {ports: [1]}", "SEC001 has no options", "see 'kplan rules SEC001'"),
        ("SEC025: [1]", "lint.options.SEC025", ""),
    ],
)
def test_wrong_options_are_errors_of_the_configuration(tmp_path, monkeypatch, capsys, options, said, hint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(SERVICE)
    (tmp_path / ".kplan.yaml").write_text(f"lint:\n  select: SEC025\n  options:\n    {options}\n")
    assert run(["lint"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert hint in error


def test_rule_tells_its_options(capsys):
    assert run(["rules", "SEC025"]) == 0
    told = capsys.readouterr().out
    assert "Options, under lint.options.SEC025 in the configuration:" in told
    assert "  ports  TCP ports that no container opens.\n    a list of numbers; default [22]" in told
