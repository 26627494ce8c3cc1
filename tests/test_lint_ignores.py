"""What users silence: comments, annotations, other tools' suppressions, and the comments that kplan writes."""

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.lint.selection import LintOptions

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostPID: true
  hostNetwork: true
  containers:
  - name: a
    image: b
"""


def rules(tmp_path, text, **options):
    (tmp_path / "a.yaml").write_text(text)
    found = pipeline.lint(pipeline.load([str(tmp_path / "a.yaml")]), LintOptions(**options)).findings
    return [one.rule for one in found]


def annotated(*pairs, text=POD):
    lines = "".join(f'    {name}: "{value}"\n' for name, value in pairs)
    return text.replace("  name: web\n", f"  name: web\n  annotations:\n{lines}")


def test_comment_above_the_first_key_is_about_the_object_only(tmp_path):
    text = f"# kplan: ignore[IMG] pinned by the platform\n{POD}---\n{POD.replace('web', 'other')}"
    assert rules(tmp_path, text, select=("IMG001", "SUP")) == ["IMG001"]
    assert rules(tmp_path, f"---\n# kplan: ignore[IMG]\n\n# more\n{POD}", select=("IMG001",)) == []


def test_comment_above_an_item_of_a_list_is_about_this_item(tmp_path):
    items = [
        f"- apiVersion: v1\n  kind: Pod\n  metadata: {{name: {name}}}\n  spec: {{containers: [{{name: a, image: b}}]}}\n"
        for name in ("one", "two")
    ]
    head = "apiVersion: v1\nkind: List\nitems:\n"
    assert rules(tmp_path, f"{head}# kplan: ignore[IMG001]\n{''.join(items)}", select=("IMG001", "SUP")) == [
        "IMG001"
    ]
    assert rules(
        tmp_path, f"{head}{items[0]}# kplan: ignore[IMG001]\n{items[1]}", select=("IMG001", "SUP")
    ) == ["IMG001"]
    assert rules(tmp_path, f"# kplan: ignore[IMG001]\n{head}{''.join(items)}", select=("IMG001", "SUP")) == []


def test_comment_elsewhere_is_about_its_line_only(tmp_path):
    text = POD.replace("  hostPID", "  # kplan: ignore[SEC006]\n  hostPID")
    assert rules(tmp_path, text, select=("SEC006", "SUP")) == ["SEC006"]


def test_comment_for_a_file_is_about_all_of_it(tmp_path):
    text = f"{POD}---\n{POD.replace('web', 'other')}# kplan: ignore-file[IMG001]\n"
    assert rules(tmp_path, text, select=("IMG001", "SUP")) == []


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("IMG001", ["SEC006", "SEC006"]),
        ("img, SEC006 until May", []),
        ("[SEC]: known", ["IMG001"]),
        ("ALL", []),
    ],
)
def test_annotation_is_about_the_object(tmp_path, value, left):
    text = annotated(("kplan.dev/ignore", value))
    assert sorted(rules(tmp_path, text, select=("IMG001", "SEC006", "SUP"))) == left
    assert len(rules(tmp_path, text, select=("IMG001", "SEC006"), suppress=False)) == 3


NOT_READ = "the comment is not written as kplan reads it, so it ignores nothing"


@pytest.mark.parametrize(
    ("text", "messages", "hint"),
    [
        (POD.replace("kind: Pod", "kind: Pod # kplan: ignore[SEX006]"), ["no rule has a code that begins with 'SEX006'"], "did you mean 'SEC006'?"),
        (annotated(("kplan.dev/ignore", "XYZ")), ["no rule has a code that begins with 'XYZ'"], "see 'kplan rules' for all of them"),
        (POD.replace("image: b", "image: b # kplan: ignore IMG001"), ["without brackets everything is suppressed, not only IMG001"], "write ignore[IMG001]"),
        (POD.replace("image: b", "image: b # kplan: disable[IMG001]"), ["there is no comment '# kplan: disable'"], "write '# kplan: ignore[CODE] reason'"),
        (POD.replace("image: b", "image: b # kplan: ignore for now"), [], ""),
        (POD.replace("image: b", "image: b # kplan: ignore [IMG001]"), ["without brackets everything is suppressed, not only IMG001"], "write ignore[IMG001]"),
        (POD.replace("image: b", "image: b # kplan: ignore[]"), ["empty brackets suppress everything"], "write ignore[CODE], or ignore without brackets"),
        (POD.replace("image: b", "image: b # kplan: ignore[IMG001 SEC006]"), ["no rule has a code that begins with 'IMG001 SEC006'"], "write commas between codes"),
        *((POD.replace("image: b", f"image: b # {one}"), [NOT_READ], "write '# kplan: ignore[CODE] reason'") for one in (
            "kplan: ignroe[IMG001]", "kplan: ignore(IMG001)", "kplan: ignore[IMG001", "kplan ignore[IMG001]", "Kplan: ignore[IMG001]",
            "KPLAN:IGNORE IMG001", "kplan; ignore[IMG001]", "kplan: ignore=IMG001", "kplan: suppress", "kplan ignore IMG001",
        )),
        *((POD.replace("image: b", f"image: b # {one}"), [], "") for one in ("kplan ignores this", "kplan: see the wiki", "made by kplan: see #12", "kplanner: ignore[IMG001]", "kplan finds this alright")),
        (annotated(("kplan.dev/ignore", "")), ["kplan.dev/ignore holds no codes, so it ignores nothing"], "write codes with commas between them, or ALL"),
        (annotated(("kplan.dev/ignore", "IMG001; SEC006")), ["SEC006 is taken for a part of the reason"], "write commas between codes"),
        (annotated(("kplan.dev/ignores", "IMG001")), ["there is no annotation 'kplan.dev/ignores'"], "write kplan.dev/ignore"),
        (annotated(("kplan.io/ignore", "IMG001")), ["there is no annotation 'kplan.io/ignore'"], "write kplan.dev/ignore"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_warning(tmp_path, text, messages, hint):
    (tmp_path / "a.yaml").write_text(text)
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("SUP002",)))
    assert [one.message for one in report.findings] == messages
    assert [(one.severity, one.help) for one in report.findings] == [("warning", hint)] * len(messages)


def test_annotation_that_silences_nothing_is_named_at_its_place(tmp_path):
    (tmp_path / "a.yaml").write_text(annotated(("kplan.dev/ignore", "SEC001, IMG001")))
    (found,) = pipeline.lint(
        pipeline.load([str(tmp_path)]), LintOptions(select=("SUP", "IMG001", "SEC001"))
    ).findings
    assert (found.rule, found.message, found.location.line) == (
        "SUP001",
        "the suppression of SEC001 matches no finding",
        6,
    )


@pytest.mark.parametrize(
    ("pairs", "tool", "left"),
    [
        ([("ignore-check.kube-linter.io/latest-tag", "why")], "kube-linter", ["SEC006", "SEC006"]),
        ([("ignore-check.kube-linter.io/host-pid", "why")], "kube-linter", ["IMG001", "SEC006"]),
        ([("kube-linter.io/ignore-all", "why")], "kube-linter", []),
        ([("kube-score/ignore", "container-image-tag, pod-probes")], "kube-score", ["SEC006", "SEC006"]),
        ([("polaris.fairwinds.com/tagNotSpecified-exempt", "true")], "polaris", ["SEC006", "SEC006"]),
        ([("polaris.fairwinds.com/tagNotSpecified-exempt", "false")], "polaris", ["IMG001", "SEC006", "SEC006"]),
        ([("polaris.fairwinds.com/hostPIDSet-exempt", "true")], "polaris", ["IMG001", "SEC006"]),
        ([("polaris.fairwinds.com/exempt", "true")], "polaris", []),
        ([("checkov.io/skip1", "CKV_K8S_14=mirrored"), ("checkov.io/skip2", "CKV_K8S_17")], "checkov", ["SEC006"]),
        ([("datree.skip/CONTAINERS_INCORRECT_HOSTPID_VALUE_TRUE", "why")], "datree", ["IMG001", "SEC006"]),
    ],
)  # fmt: skip
def test_annotations_of_other_tools_count_on_request(tmp_path, pairs, tool, left):
    text = annotated(*pairs)
    chosen = ("IMG001", "SEC006", "SUP")
    assert sorted(rules(tmp_path, text, select=chosen, honor=(tool,))) == left
    assert len(rules(tmp_path, text, select=chosen)) == 3


def test_comment_of_checkov_is_about_the_object_around_it(tmp_path):
    text = f"{POD.replace('image: b', 'image: b # checkov:skip=CKV_K8S_14:mirrored')}---\n{POD.replace('web', 'x')}"
    assert rules(tmp_path, text, select=("IMG001",), honor=("checkov",)) == ["IMG001"]
    assert rules(tmp_path, text, select=("IMG001",)) == ["IMG001", "IMG001"]


def test_annotation_on_the_pod_template_counts_too(tmp_path):
    text = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: a}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}, annotations: {kube-score/ignore: container-image-tag}}
    spec: {containers: [{name: a, image: b}]}
"""
    assert rules(tmp_path, text, select=("IMG001",), honor=("kube-score",)) == []


def test_honored_tools_come_from_the_configuration(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(annotated(("kube-linter.io/ignore-all", "why")))
    (tmp_path / ".kplan.yaml").write_text("lint: {honor: [kube-linter], select: IMG001}\n")
    assert run(["lint"]) == 0
    (tmp_path / ".kplan.yaml").write_text("lint: {honor: [kubelinter], select: IMG001}\n")
    assert run(["lint"]) == 2
    assert "lint.honor" in capsys.readouterr().err


TRICKY = """\
# kept
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web   # don't touch
  labels: {note: don't}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: a
        image: "nginx:
          latest"
        tty: true
      - {name: b, image: 'it''s'}
      - name: c
        image: >-
          c
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_written_comments_silence_everything_and_change_nothing_else(tmp_path, capsys, ends):
    path = tmp_path / "a.yaml"
    before = TRICKY.replace("\n", ends).encode()
    path.write_bytes(before)
    assert run(["lint", "--isolated", str(path)]) != 0
    assert run(["lint", "--isolated", "--preset", "strict", "--add-ignores", str(path)]) == 0
    after = path.read_bytes()
    assert run(["lint", "--isolated", "--preset", "strict", str(path)]) == 0
    assert "No problems found" in capsys.readouterr().out.splitlines()[-1]
    lines = [line for line in after.decode().split("\n") if not line.strip().startswith("# kplan:")]
    bare = [
        line.partition("  # kplan: ignore")[0] + ("\r" if line.endswith("\r") else "")
        if "# kplan:" in line
        else line
        for line in lines
    ]
    assert "\n".join(bare).encode() == before
    assert run(["lint", "--isolated", "--preset", "strict", "--add-ignores", str(path)]) == 0
    assert path.read_bytes() == after


def test_codes_join_the_comment_that_is_there(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(POD.replace("hostPID: true", "hostPID: true  # kplan: ignore[SEC006] needed"))
    run(["lint", "--isolated", "--select", "SEC006", "--add-ignores", str(path)])
    text = path.read_text()
    assert "hostPID: true  # kplan: ignore[SEC006] needed\n" in text
    assert "hostNetwork: true  # kplan: ignore[SEC006]\n" in text


def test_json_keeps_its_findings(tmp_path, capsys):
    path = tmp_path / "a.json"
    path.write_text(
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},\n"spec": {"containers": [{"name": "a", "image": "b"}]}}\n'
    )
    before = path.read_bytes()
    assert run(["lint", "--isolated", "--select", "IMG001", "--add-ignores", str(path)]) == 1
    assert path.read_bytes() == before
    assert "ignored 0 findings in 0 files" in capsys.readouterr().err


def test_files_are_written_only_where_something_is_found(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\n")
    stamp = path.stat().st_mtime_ns
    assert run(["lint", "--isolated", "--add-ignores", str(path)]) == 0
    assert path.stat().st_mtime_ns == stamp
    assert [one.name for one in tmp_path.iterdir()] == ["a.yaml"]


def test_comments_in_the_files_of_a_kustomization_count(tmp_path):
    (tmp_path / "kustomization.yaml").write_text("namePrefix: x-\nresources: [a.yaml]\n")

    def built():
        return pipeline.lint(pipeline.build(str(tmp_path)), LintOptions(select=("IMG001", "SUP"))).findings

    (tmp_path / "a.yaml").write_text(POD)
    assert [one.rule for one in built()] == ["IMG001"]
    (tmp_path / "a.yaml").write_text(f"# kplan: ignore[IMG001]\n{POD}")
    assert built() == ()
    (tmp_path / "a.yaml").write_text(annotated(("kplan.dev/ignore", "IMG001")))
    assert built() == ()


@pytest.mark.parametrize("head", ["text: |", "text: >-", '"text": |2-', "text: !!str | # as it is"])
def test_what_looks_like_a_comment_in_a_text_is_none(tmp_path, head):
    inner = "    # kplan: ignore-file\n    # kplan: ignore[IMG001] of another manifest\n    kind: Pod  # kplan: ignore[NONE]\n"
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  {head}\n{inner}---\n{POD}"
    assert rules(tmp_path, text, select=("IMG001", "SUP")) == ["IMG001"]
    beside = text.replace("---\n", "  more: b  # kplan: ignore[SEC030]\n---\n")
    assert rules(tmp_path, beside, select=("IMG001", "SEC030", "SUP")) == ["SUP001", "IMG001"]


def test_a_damaged_state_that_nobody_asked_for_stops_no_lint(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / ".kplan").mkdir()
    (tmp_path / ".kplan" / "state.db").write_bytes(b"no database at all")
    monkeypatch.chdir(tmp_path)
    assert run(["lint", "--no-cache", "--select", "SEC006", "-o", "concise"]) == 1
    told = capsys.readouterr()
    assert "SEC006" in told.out
    assert told.err.count("warning: cannot read the state") == 1
    assert run(["lint", "--select", "SEC006", "--state", ".kplan/state.db"]) == 2
    assert "cannot read the state" in capsys.readouterr().err


def test_annotation_in_a_pod_template_is_named(tmp_path):
    text = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: a}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}, annotations: {kplan.dev/ignore: IMG001}}
    spec: {containers: [{name: a, image: b}]}
"""
    assert sorted(rules(tmp_path, text, select=("IMG001", "SUP"))) == ["IMG001", "SUP002"]
