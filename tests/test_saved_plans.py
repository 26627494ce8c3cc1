"""A plan in a file: shown again in every format, applied as it was planned, refused where the state has moved."""

import base64
import json
import shutil
from pathlib import Path

import pytest

import running
from kplan import __version__
from kplan.render.formats import showing
from kplan.report import Part
from running import Kplan, Ran

ROOT = Path(__file__).parents[1]
SCENARIOS = sorted((ROOT / "fixtures" / "plans").iterdir())
FORMATS = [one for one in showing([Part.PLAN, Part.FINDINGS]) if one != "html"]
"""A page shows the cluster as well, which no saved plan holds."""
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: db, labels: {app: web}}
stringData: {password: planted-value}
"""


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kplan:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(WEB)

    return running.kplan


def image(folder: Path, text: str) -> None:
    (folder / "web.yaml").write_text(WEB.replace("web:1", text))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_a_saved_plan_is_shown_as_it_was(scenario: Path, kplan: Kplan, tmp_path: Path) -> None:
    shutil.copytree(scenario, tmp_path / "case")
    assumed = ("--scenario", "case/scenario.yaml") if (scenario / "scenario.yaml").exists() else ()
    more = (scenario / "options.txt").read_text().split() if (scenario / "options.txt").exists() else []
    line = ("plan", "-f", "case/manifests", "--state", "case/prior", *assumed, *more)
    named = [part for name in FORMATS for part in ("-o", f"{name}=then.{name}")]
    planned = kplan(*line, *named, "--out", "plan.json")
    shown = kplan("show", "plan.json", *(one.replace("=then.", "=now.") for one in named))
    assert shown.code == planned.code
    for name in FORMATS:
        assert (tmp_path / f"now.{name}").read_text() == (tmp_path / f"then.{name}").read_text()


def test_remarks_and_other_files_are_shown_again(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "values.yaml").write_text("replicas: 3\n")
    (tmp_path / "deploy" / "old.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b, a: c}\n"
    )
    versions = ("--kubernetes-version", "1.36", "--kubernetes-version", "1.30")
    planned = kplan("plan", "-f", "deploy", *versions, "-o", "json", "--out", "plan.json")
    shown = kplan("show", "plan.json", "-o", "json")
    assert json.loads(shown.out) == json.loads(planned.out)
    assert json.loads(shown.out)["kubernetes"] == ["1.36", "1.30"]


def test_the_gate_asks_a_saved_plan_anew(kplan: Kplan) -> None:
    assert kplan("plan", "-f", "web.yaml", "--out", "plan.json").code == 0
    assert kplan("show", "plan.json").code == 0
    assert kplan("show", "plan.json", "--detailed-exitcode").code == 1
    assert kplan("show", "plan.json", "--fail-on", "deletes").code == 0
    assert kplan("show", "plan.json", "--fail-on", "creates").code == 1
    assert kplan("show", "plan.json", "--fail-on", "sometimes").code == 2


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b'{"format_version": "2.0"}', b'{"format_version": "1.1", "summary": 3}',
        b'{"format_version": "1.1", "summary": {}, "basis": {"state": 1}}', b"[" * 100_000, WEB.encode(),
        b'{"format_version": "1.1", "summary": {}, "changes": [{"change": {"action": "explode"}}]}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["show", "apply"])
def test_what_is_no_plan_is_refused_in_one_line(
    command: str, content: bytes, kplan: Kplan, tmp_path: Path
) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    ran = kplan(command, "plan.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: plan.json: not a plan")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["show", "apply"])
@pytest.mark.parametrize("seal", ["kept", "gone"])
def test_a_plan_that_somebody_changed_is_refused(
    command: str, seal: str, kplan: Kplan, tmp_path: Path
) -> None:
    kplan("plan", "-f", "web.yaml", "--out", "plan.json")
    file = tmp_path / "plan.json"
    saved = json.loads(file.read_text())
    manifest = saved["basis"]["application"]["requests"][0]["manifest"]
    manifest["spec"]["template"]["spec"]["containers"][0]["image"] = "other.example.com/web:1"
    if seal == "gone":
        del saved["seal"]
    file.write_text(json.dumps(saved, indent=2))
    ran = kplan(command, "plan.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: plan.json: not a plan as kplan wrote it")


def test_a_plan_is_applied_as_it_was_planned(kplan: Kplan, tmp_path: Path) -> None:
    kplan("apply", "-f", "web.yaml")
    image(tmp_path, "web:2")
    kplan("plan", "-f", "web.yaml", "--out", "plan.json")
    image(tmp_path, "web:3")
    assert kplan("apply", "plan.json") == Ran(0, "deployment.apps/web configured\n", "")
    shown = kplan("get", "deployment", "web", "-o", "yaml").out
    assert "registry.example.com/web:2" in shown
    assert kplan("snapshot", "list").out.splitlines()[-1].endswith("apply plan.json")
    assert kplan("diff", "-f", "web.yaml").out.count("image: ") == 2


def test_a_plan_keeps_how_it_is_applied(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(f"{WEB}---\n{SECRET.replace('app: web', 'app: db')}")
    flags = ("-l", "app=web", "--server-side", "--field-manager", "team", "-n", "default")
    kplan("plan", "-f", "web.yaml", *flags, "--out", "plan.json")
    assert kplan("apply", "plan.json").out == "deployment.apps/web serverside-applied\n"
    shown = kplan("get", "deployment", "web", "-o", "yaml", "--show-managed-fields").out
    assert "manager: team" in shown


def test_a_plan_is_refused_where_the_state_has_moved(kplan: Kplan, tmp_path: Path) -> None:
    kplan("apply", "-f", "web.yaml")
    image(tmp_path, "web:2")
    kplan("plan", "-f", "web.yaml", "--out", "plan.json")
    (tmp_path / "other.yaml").write_text(SECRET)
    kplan("apply", "-f", "other.yaml")
    ran = kplan("apply", "plan.json")
    assert (ran.code, ran.out) == (2, "")
    assert (
        "the state has moved since the plan was made: revision 2, not 1 (secret/db -n default added)"
        in ran.err
    )
    kplan("delete", "secret", "db", "--commit")
    kplan("scale", "deployment/web", "--replicas", "3", "--commit")
    assert "deployment.apps/web -n default changed" in kplan("apply", "plan.json").err


def test_a_plan_is_applied_where_the_state_moved_back(kplan: Kplan, tmp_path: Path) -> None:
    kplan("apply", "-f", "web.yaml")
    image(tmp_path, "web:2")
    kplan("plan", "-f", "web.yaml", "--out", "plan.json")
    assert (
        kplan("apply", "plan.json", "--dry-run=server").out
        == "deployment.apps/web configured (server dry run)\n"
    )
    assert kplan("apply", "plan.json").code == 0


def test_a_replacement_is_applied_as_one(kplan: Kplan, tmp_path: Path) -> None:
    kplan("apply", "-f", "web.yaml")
    (tmp_path / "web.yaml").write_text(WEB.replace("app: web", "app: shop"))
    assert "field is immutable" in kplan("apply", "-f", "web.yaml").err
    kplan("plan", "-f", "web.yaml", "--replace", "--out", "plan.json")
    assert '"action": "replace"' in (tmp_path / "plan.json").read_text()
    assert kplan("apply", "plan.json").out == (
        'deployment.apps "web" deleted from default namespace\ndeployment.apps/web created\n'
    )
    assert kplan("diff", "-f", "web.yaml").code == 0


def test_what_is_pruned_is_deleted(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(WEB.replace("name: web, labels", "name: old, labels"))
    kplan("apply", "-f", "web.yaml", "-f", "old.yaml")
    kplan("plan", "-f", "web.yaml", "--prune", "-l", "app=web", "--out", "plan.json")
    assert kplan("apply", "plan.json", "--dry-run=server").out.splitlines()[-1] == (
        'deployment.apps "old" deleted from default namespace (server dry run)'
    )
    assert kplan("apply", "plan.json").out == (
        'deployment.apps/web unchanged\ndeployment.apps "old" deleted from default namespace\n'
    )
    assert kplan("get", "deployments", "-o", "name").out == "deployment.apps/web\n"


def test_a_plan_of_another_state_is_refused(kplan: Kplan) -> None:
    kplan("plan", "-f", "web.yaml", "--state", "nodes:1x4cpu,8Gi", "--out", "plan.json")
    ran = kplan("apply", "plan.json")
    assert ran.code == 2
    assert "the plan was made on another state (an empty cluster of nodes:1x4cpu,8Gi" in ran.err
    assert kplan("show", "plan.json").code == 0


def test_a_plan_holds_no_secret_and_reads_it_again(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "db.yaml").write_text(SECRET)
    kplan("plan", "-f", "db.yaml", "-f", "web.yaml", "--out", "plan.json")
    text = (tmp_path / "plan.json").read_text()
    assert "planted-value" not in text
    assert base64.b64encode(b"planted-value").decode() not in text
    assert kplan("apply", "plan.json").out == "secret/db created\ndeployment.apps/web created\n"
    assert kplan("diff", "-f", "db.yaml").code == 0
    image(tmp_path, "web:2")
    kplan("plan", "-f", "db.yaml", "-f", "web.yaml", "--out", "plan.json")
    (tmp_path / "db.yaml").unlink()
    assert kplan("apply", "plan.json").out == "deployment.apps/web configured\n"


def test_a_plan_is_refused_where_its_secret_is_another(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "db.yaml").write_text(SECRET)
    kplan("plan", "-f", "db.yaml", "--out", "plan.json")
    (tmp_path / "db.yaml").write_text(SECRET.replace("planted", "other"))
    ran = kplan("apply", "plan.json")
    assert ran.code == 2
    assert "secret/db in db.yaml is not as it was when the plan was made" in ran.err
    (tmp_path / "db.yaml").unlink()
    assert "cannot read secret/db from db.yaml again" in kplan("apply", "plan.json").err
    assert not (tmp_path / ".kplan").exists()


def test_a_plan_of_an_older_kplan_is_shown_and_not_applied(kplan: Kplan, tmp_path: Path) -> None:
    shutil.copy(SCENARIOS[0] / "expected" / "plan.json", tmp_path / "plan.json")
    assert kplan("show", "plan.json").code in (0, 2)
    ran = kplan("apply", "plan.json")
    assert ran.code == 2
    assert "does not hold what it applies" in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("plan.json", "-n", "shop"), "--namespace cannot be given with a plan"),
        (("plan.json", "other.json"), "more than one plan"),
        (("web.yaml",), "web.yaml is not a plan (manifests are applied with -f web.yaml)"),
        (("plan.json", "-f", "web.yaml"), "unexpected args: [plan.json]"),
        (("nope.json",), "nope.json: error yaml006: cannot be read: no such file or directory"),
    ],
)
def test_what_cannot_be_given_with_a_plan(words: tuple[str, ...], message: str, kplan: Kplan) -> None:
    kplan("plan", "-f", "web.yaml", "--out", "plan.json")
    ran = kplan("apply", *words)
    assert ran.code == 2
    assert message.lower() in ran.err.lower()


def test_apply_takes_the_flags_of_kubectl(kplan: Kplan, tmp_path: Path) -> None:
    assert kplan("apply", "-f=web.yaml", "-o=name").out == "deployment.apps/web\n"
    assert kplan("apply", "-fweb.yaml", "-o", "jsonpath={.spec.replicas}").out == "2"
    (tmp_path / "db.yaml").write_text(SECRET)
    assert "cGxhbnRlZC12YWx1ZQ==" not in kplan("apply", "-f", "db.yaml", "-o", "yaml").out
    pruned = kplan("apply", "-f", "web.yaml", "--prune", "-l", "app=web")
    assert "secret/db pruned" in pruned.out
    assert kplan("get", "secrets").out == ""


def test_apply_says_what_is_refused_at_its_place_and_stores_the_rest(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(f"{SECRET.replace('name: db', 'name: Db_')}---\n{WEB}")
    ran = kplan("apply", "-f", "web.yaml")
    assert (ran.code, ran.out) == (2, "deployment.apps/web created\n")
    assert "web.yaml:3:" in ran.err
    assert "Error from server" not in ran.err


def test_apply_follows_the_configuration(kplan: Kplan, tmp_path: Path) -> None:
    settings = "inputs: [{path: web.yaml}]\nnamespace: kube-public\napply: {server-side: true, field-manager: team}\n"
    (tmp_path / ".kplan.yaml").write_text(settings)
    assert kplan("apply").out == "deployment.apps/web serverside-applied\n"
    assert kplan("apply", "--server-side=false", "-n", "default").out == "deployment.apps/web created\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("kind: Pod\n", "not a plan: no JSON at line 1, column 1"),
        ("{}", "not a plan that was saved with --out"),
        (
            '{"format_version": "2.0", "kplan_version": "9.1", "changes": []}',
            f"not a plan that this kplan reads: format 2.0 of kplan 9.1, and kplan {__version__} reads format 1",
        ),
    ],
)
def test_what_is_no_plan_is_told_by_what_it_is(content: str, says: str, kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(content)
    assert f"error: plan.json: {says}" in kplan("show", "plan.json").err


@pytest.mark.parametrize("name", ["", "-"])
def test_a_plan_is_saved_in_a_file_only(name: str, kplan: Kplan) -> None:
    ran = kplan("plan", "-f", "web.yaml", "--out", name)
    assert ran.code == 2
    assert f"--out needs the name of a file, not '{name}'" in ran.err
    assert not Path("-").exists()
