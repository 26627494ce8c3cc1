"""``lint --fix``, ``--unsafe-fixes`` and ``--diff``: what is written, shown and left alone."""

import json
import stat

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.lint.selection import LintOptions

POD = """\
# why it is here
apiVersion: v1
kind: Pod   # a pod
metadata:
  name: web
  labels: {version: 1.0}
spec:
  serviceAccount: web # old
  containers:
  - name: web
    image: "nginx:1.2"
"""
SAFE = POD.replace("1.0", '"1.0"').replace("serviceAccount:", "serviceAccountName:")


@pytest.fixture
def kplan(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = run(("lint", *arguments))
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def given(text):
    """The objects of a text on standard input."""
    from kplan.inputs.request import Request
    from kplan.manifest.loader import STDIN

    return pipeline.load(Request((STDIN,), stdin=lambda _: text.encode()))


def fixed(text, *, unsafe=False, cluster=(), **options):
    """A text as fixing leaves it."""
    from kplan.manifest.loader import STDIN_NAME

    data = text.encode()
    found = pipeline.fix(
        given(text), LintOptions(**options), read=lambda _: data, unsafe=unsafe, cluster=cluster
    )
    return found.files[STDIN_NAME][1].data.decode() if found.files else text


def test_safe_fixes_are_written_and_nothing_else_changes(kplan, tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_text(POD)
    path.chmod(0o640)
    code, out, _ = kplan("--fix", "pod.yaml")
    assert path.read_text() == SAFE
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert code == 1
    assert "Fixed 2 findings:\n- pod.yaml:\n    1 x CTR003 (deprecated-service-account)\n" in out
    assert "No safe fixes; 4 fixable with --fix --unsafe-fixes." in out


def test_a_second_run_does_not_touch_the_file(kplan, tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_text(POD)
    kplan("--fix", "--unsafe-fixes", "pod.yaml")
    before = path.stat()
    kplan("--fix", "--unsafe-fixes", "pod.yaml")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_fix_that_is_refused_in_one_file_keeps_none_from_another(kplan, tmp_path):
    """Both files have fixes that do not go together: those of the second go one by one, that of the first never."""
    (tmp_path / "a.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {Ports: many}\n"
    )
    annotated = "  annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}\n"
    (tmp_path / "b.yaml").write_text(POD.replace("  labels: {version: 1.0}\n", annotated))
    kplan("--fix", "--unsafe-fixes", "--select", "ALL", ".")
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert "ndots" in first["b.yaml"]
    assert "Ports: many" in first["a.yaml"]
    kplan("--fix", "--unsafe-fixes", "--select", "ALL", ".")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == first


SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: %d
  maxReplicas: %d
"""


@pytest.mark.parametrize(("least", "most", "after"), [(1, 2, 1), (1, 3, 2), (2, 3, 2), (2, 4, 3)])
def test_an_autoscaler_keeps_something_to_choose_from(least, most, after):
    text = fixed(SCALER % (least, most), unsafe=True, select=("AVL009" if least == 1 else "AVL010",))
    assert text == SCALER % (after, most)


def test_pods_are_spread_by_the_selector_as_it_is():
    text = fixed(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n"
        "  selector:\n    matchExpressions:\n    - {key: app, operator: In, values: [web]}\n"
        "  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - {name: a, image: 'b:1'}\n",
        unsafe=True,
        select=("AVL005",),
    )
    assert "      topologySpreadConstraints:\n" in text
    assert text.count("matchExpressions") == 2


def test_capabilities_are_dropped_once():
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: a\n    image: b:1\n    securityContext: {capabilities: {drop: [%s]}}\n"
    assert "drop: [NET_RAW, ALL]" in fixed(pod % "NET_RAW, all", unsafe=True, select=("PSS002",))
    assert "drop: [NET_RAW, ALL]" in fixed(pod % "NET_RAW", unsafe=True, select=("PSS002",))


def test_fixes_are_counted(kplan, tmp_path):
    (tmp_path / "pod.yaml").write_text(POD)
    assert "2 fixable with --fix, 4 more with --unsafe-fixes.\n" in kplan("pod.yaml")[1]
    assert "6 fixable with --fix.\n" in kplan("pod.yaml", "--unsafe-fixes")[1]


def test_a_diff_changes_nothing_and_fails_where_there_is_one(kplan, tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_text(POD)
    code, out, err = kplan("--diff", "pod.yaml")
    assert (code, err) == (1, "Would fix 2 findings. 4 more with --unsafe-fixes.\n")
    assert out.startswith("--- pod.yaml\n+++ pod.yaml\n@@ -3,9 +3,9 @@\n")
    assert '+  labels: {version: "1.0"}\n' in out
    assert path.read_text() == POD
    path.write_text(SAFE)
    assert kplan("--diff", "pod.yaml") == (0, "", "Nothing to fix. 4 more with --unsafe-fixes.\n")


def test_a_diff_keeps_the_line_ends_of_windows_so_that_patch_finds_the_lines(kplan, tmp_path):
    (tmp_path / "pod.yaml").write_bytes(POD.replace("\n", "\r\n").encode())
    shown = kplan("--diff", "pod.yaml")[1].split("\n")
    assert '+  labels: {version: "1.0"}\r' in shown
    assert all(line.endswith("\r") for line in shown[3:-1])


def test_a_secret_with_the_line_ends_of_windows_does_not_show_in_a_diff(kplan, tmp_path):
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a, labels: {a: 1}}\nstringData:\n  pin: 4711\n  c: |\n    hunter2\n"
    (tmp_path / "a.yaml").write_bytes(text.replace("\n", "\r\n").encode())
    out = kplan("--diff", "a.yaml", "-o", "text")[1]
    assert '+metadata: {name: a, labels: {a: "1"}}\r\n stringData:\r\n' in out
    assert "4711" not in out
    assert "hunter2" not in out


def test_fixed_standard_input_is_printed(kplan, monkeypatch, tmp_path):
    (tmp_path / "pod.yaml").write_text(POD)
    with (tmp_path / "pod.yaml").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        code, out, err = kplan("--fix", "-")
    assert (code, out) == (1, SAFE)
    assert "Fixed 2 findings:\n- STDIN:\n" in err


def test_the_configuration_asks_for_fixes(kplan, tmp_path):
    (tmp_path / ".kplan.yaml").write_text("lint: {fix: true, unsafe-fixes: true}\n")
    (tmp_path / "pod.yaml").write_text(POD)
    kplan("pod.yaml")
    assert "runAsNonRoot: true" in (tmp_path / "pod.yaml").read_text()


def test_a_link_is_followed_only_within_the_folder(kplan, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text(POD)
    (tmp_path / "real.yaml").write_text(POD)
    (tmp_path / "in.yaml").symlink_to("real.yaml")
    (tmp_path / "out.yaml").symlink_to(outside)
    _, _, err = kplan("--fix", "in.yaml", "out.yaml")
    assert outside.read_text() == POD
    assert "out.yaml is a link to" in err
    assert (tmp_path / "real.yaml").read_text() == SAFE
    assert (tmp_path / "in.yaml").is_symlink()


@pytest.mark.parametrize(
    ("encode", "decode"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), lambda data: data.removeprefix(b"\xef\xbb\xbf").decode()),
        (lambda text: b"\xff\xfe" + text.encode("utf-16-le"), lambda data: data[2:].decode("utf-16-le")),
        (lambda text: text.replace("\n", "\r\n").encode(), lambda data: data.decode().replace("\r\n", "\n")),
    ],
    ids=["byte order mark", "UTF-16", "Windows' line ends"],
)  # fmt: skip
def test_bytes_stay_as_they_are_written(kplan, tmp_path, encode, decode):
    path = tmp_path / "pod.yaml"
    path.write_bytes(encode(POD))
    kplan("--fix", "--unsafe-fixes", "pod.yaml")
    text = decode(path.read_bytes())
    assert path.read_bytes() == encode(text)
    assert text.startswith(SAFE)
    assert "runAsNonRoot" in text


def test_a_file_that_is_not_utf8_stays(kplan, tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_bytes(POD.encode() + b"# \xff\n")
    kplan("--fix", "pod.yaml")
    assert path.read_bytes() == POD.encode() + b"# \xff\n"


def test_secrets_do_not_show_in_a_diff(kplan, tmp_path):
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a, labels: {a: 1}}\nstringData:\n  pin: 4711\n  other: hunter2-xx\n"
    (tmp_path / "a.yaml").write_text(text)
    out = kplan("--diff", "a.yaml", "-o", "text")[1]
    assert '-metadata: {name: a, labels: {a: 1}}\n+metadata: {name: a, labels: {a: "1"}}\n' in out
    assert "4711" not in out
    assert "hunter2" not in out


def test_items_of_a_list_and_other_documents():
    text = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: a}
  data: {a: 1}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: b}
  data: {b: yes}
---
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"c": 3}}
"""
    expected = (
        text.replace("{a: 1}", '{a: "1"}').replace("{b: yes}", '{b: "yes"}').replace('"c": 3', '"c": "3"')
    )
    assert fixed(text) == expected


def test_what_an_anchor_shares_is_not_fixed():
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {b: &x 1, c: *x}}\n"
    assert fixed(text) == text


def test_several_fixes_of_one_mapping_go_together():
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: 'b:1'}\n"
    )
    after = fixed(text, unsafe=True, select=("SEC002", "SEC004", "SEC011"))
    assert after == text.replace(
        "'b:1'}",
        "'b:1', securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}}",
    )


INGRESS = """\
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: a}
spec:
  backend:  # the rest
    serviceName: web
    servicePort: http
  rules:
  - http:
      paths:
      - path: /
        backend:
          serviceName: web
          servicePort: 80
"""


def test_a_removed_version_is_converted_with_its_fields():
    assert fixed(INGRESS) == INGRESS
    assert (
        fixed(INGRESS, unsafe=True)
        == """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a}
spec:
  defaultBackend:
    service:
      name: web
      port:
        name: http
  rules:
  - http:
      paths:
      - path: /
        backend:
          service:
            name: web
            port:
              number: 80
        pathType: ImplementationSpecific
"""
    )


def test_a_fix_that_makes_an_error_is_taken_back_and_the_others_stay(kplan, tmp_path):
    """Renamed as the finding suggests, the field would have a value of the wrong type."""
    text = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  serviceAccount: web
  hostnetwork: {}
  containers: [{name: a, image: 'b:1'}]
"""
    after = fixed(text, unsafe=True, select=("API", "CTR"))
    assert after == text.replace("serviceAccount:", "serviceAccountName:")
    (tmp_path / "pod.yaml").write_text(text)
    out = kplan("--fix", "--unsafe-fixes", "--select", "API,CTR", "pod.yaml")[1]
    assert "unknown field 'spec.hostnetwork'" in out
    assert "fixable" not in out


def test_what_the_server_accepts_it_accepts_afterwards_whatever_is_selected():
    """A name that two ports share would be refused, and the rule that would say so is not asked."""
    text = """\
apiVersion: batch/v1
kind: Job
metadata: {name: a}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: a, image: b, securityContext: {privileged: true}}]
"""
    assert fixed(text, unsafe=True, select=("SEC002",)) == text


def test_values_that_were_plainly_meant():
    text = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  hostNetwork: "false"
  terminationGracePeriodSeconds: "30"
  containers:
  - name: a
    image: b:1
    resources: {limits: {memory: 1 GB, cpu: 500 m}}
"""
    found = pipeline.lint(given(text), LintOptions(select=("API003",))).findings
    advice = {one.help for one in found}
    assert {"write it without quotes", "write it as 1G"} <= advice
    after = text.replace('"false"', "false").replace('"30"', "30")
    assert fixed(text, select=("API",)) == after
    assert fixed(text, select=("API",), unsafe=True) == after.replace("1 GB", "1G").replace("500 m", "500m")


def test_no_file_is_left_beside(kplan, tmp_path):
    (tmp_path / "pod.yaml").write_text(POD)
    kplan("--fix", "pod.yaml")
    assert [one.name for one in tmp_path.iterdir()] == ["pod.yaml"]


def replaced(text, found):
    """A text with changes made whose columns count characters or, where it is bytes, bytes."""
    newline = "\n" if isinstance(text, str) else b"\n"
    for line, column, end_line, end_column, new in sorted(found, reverse=True):
        lines = text.split(newline)
        start = len(newline.join(lines[: line - 1])) + (line > 1) + column - 1
        end = len(newline.join(lines[: end_line - 1])) + (end_line > 1) + end_column - 1
        text = text[:start] + (new if isinstance(text, str) else new.encode()) + text[end:]
    return text


@pytest.mark.parametrize("name", ["json", "sarif", "rdjson"])
def test_formats_carry_changes_that_come_to_the_same(kplan, tmp_path, name):
    (tmp_path / "pod.yaml").write_text(POD)
    document = json.loads(kplan("pod.yaml", "--select", "NAM002,CTR003", "-o", name)[1])
    assert replaced(POD if name != "rdjson" else POD.encode(), list(changes(name, document))) in (
        SAFE,
        SAFE.encode(),
    )


def test_columns_count_characters_and_bytes(kplan, tmp_path):
    text = POD.replace("labels: {", "annotations: {w\u00fcrze: 1, b: '\U0001f680'}\n  labels: {").replace(
        "labels: {", "labels: {a: '\U0001f680', "
    )
    (tmp_path / "pod.yaml").write_text(text)
    for name, given in (("sarif", text), ("rdjson", text.encode())):
        document = json.loads(kplan("pod.yaml", "--select", "NAM002", "-o", name)[1])
        after = replaced(given, list(changes(name, document)))
        assert after in (text.replace("1.0", '"1.0"'), text.replace("1.0", '"1.0"').encode())


def changes(name, document):
    """Every change that a document of a format carries."""
    if name == "json":
        for one in document["findings"]:
            for change in one["fix"]["replacements"] if "fix" in one else ():
                yield tuple(change[key] for key in ("line", "column", "end_line", "end_column", "text"))
    elif name == "sarif":
        for result in document["runs"][0]["results"]:
            for change in (
                result["fixes"][0]["artifactChanges"][0]["replacements"] if "fixes" in result else ()
            ):
                region = change["deletedRegion"]
                places = (region[key] for key in ("startLine", "startColumn", "endLine", "endColumn"))
                yield (*places, change["insertedContent"]["text"])
    else:
        for one in document["diagnostics"]:
            for change in one.get("suggestions", ()):
                start, end = change["range"]["start"], change["range"]["end"]
                yield start["line"], start["column"], end["line"], end["column"], change["text"]


def test_json_lists_what_was_fixed(kplan, tmp_path):
    (tmp_path / "pod.yaml").write_text(POD)
    document = json.loads(kplan("--fix", "pod.yaml", "-o", "json")[1])
    assert [one["rule"] for one in document["fixed"]] == ["NAM002", "CTR003"]
    assert document["rules"]["CTR003"]["name"] == "deprecated-service-account"


def pod(spec):
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n{spec}"


CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: a
  annotations:
    a: b
    volume.beta.kubernetes.io/storage-class: fast
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
"""
ANSWERED = {
    "a label of nodes": (
        pod("  nodeSelector: {beta.kubernetes.io/os: linux}\n  containers: [{name: a, image: b}]\n"),
        "{beta.kubernetes.io/os:", "{kubernetes.io/os:", False,
    ),
    "a label of nodes in an expression": (
        pod(
            "  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
            "[{matchExpressions: [{key: beta.kubernetes.io/arch, operator: Exists}]}]}}}\n"
            "  containers: [{name: a, image: b}]\n"
        ),
        "key: beta.kubernetes.io/arch", "key: kubernetes.io/arch", False,
    ),
    "thousandths of bytes": (
        pod("  containers: [{name: a, image: b, resources: {limits: {memory: 512m}}}]\n"),
        "512m", "512M", True,
    ),
    "a value in another case": (
        pod("  restartPolicy: always\n  containers: [{name: a, image: b}]\n"), "always", "Always", False,
    ),
    "a value that is misspelt": (
        pod("  restartPolicy: OnFailur\n  containers: [{name: a, image: b}]\n"), "OnFailur", "OnFailure", True,
    ),
    "a key that stands twice": (
        pod("  restartPolicy: Never # one\n  containers: [{name: a, image: b}]\n  restartPolicy: Always\n"),
        "  restartPolicy: Never # one\n", "", True,
    ),
    "a claim's class": (
        CLAIM,
        "    volume.beta.kubernetes.io/storage-class: fast\n", "", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "unsafe"), ANSWERED.values(), ids=ANSWERED)
def test_what_the_server_says_is_fixed_where_that_is_obvious(text, old, new, unsafe):
    selected = {"select": ("API", "YAML")}
    expected = text.replace(old, new)
    if "class" in old:
        expected += "  storageClassName: fast\n"
    assert fixed(text, unsafe=True, **selected) == expected
    assert fixed(text, **selected) == (text if unsafe else expected)


IGNORING = pod(
    "  # kplan: ignore[IMG001] as it was\n"
    "  hostPID: true  # kplan: ignore[SEC006] an agent\n"
    "  hostIPC: false  # kplan: ignore[SEC006,IMG001]\n"
    "  containers: [{name: a, image: 'b:1'}]  # kplan: ignore[SEC] whatever\n"
)


def test_suppressions_that_match_nothing_are_removed():
    """Those that also name what did not run, or prefixes of it, may still be needed."""
    expected = IGNORING.replace("  # kplan: ignore[IMG001] as it was\n", "")
    expected = expected.replace("false  # kplan: ignore[SEC006,IMG001]", "false")
    assert fixed(IGNORING, select=("SEC006", "IMG", "SUP")) == expected
    assert fixed(IGNORING, select=("SEC006", "SUP")) == IGNORING
    above = f"# the web\n# kplan: ignore[IMG001]\n{IGNORING}"
    assert fixed(above, select=("SEC006", "IMG", "SUP")) == f"# the web\n{expected}"
    assert fixed(IGNORING.replace("\n", "\r\n"), select=("SEC006", "IMG", "SUP")) == expected.replace(
        "\n", "\r\n"
    )


def test_a_workload_without_a_selector_is_converted_with_one():
    text = """\
apiVersion: apps/v1beta2
kind: Deployment
metadata: {name: a}
spec:
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: a, image: 'b:1'}]}
"""
    after = text.replace("v1beta2", "v1") + "  selector:\n    matchLabels:\n      app: a\n"
    assert fixed(text, select=("API",)) == text
    assert fixed(text, select=("API",), unsafe=True) == after


def test_profile_takes_the_place_of_the_annotation_that_contradicts_it():
    pod = POD.replace(
        "metadata:\n", "metadata:\n  annotations:\n    seccomp.security.alpha.kubernetes.io/pod: unconfined\n"
    )
    text = fixed(pod, unsafe=True, select=("SEC010",))
    assert "unconfined" not in text
    assert "  securityContext:\n    seccompProfile:\n      type: RuntimeDefault\n" in text


def test_requests_are_written_where_the_configuration_gives_amounts():
    assert fixed(POD, unsafe=True, select=("RES001",)) == POD
    text = fixed(
        POD, unsafe=True, select=("RES001",), settings={"RES001.amounts": {"cpu": "50m", "memory": "64Mi"}}
    )
    assert text == POD + "    resources:\n      requests:\n        cpu: 50m\n        memory: 64Mi\n"


def test_digest_that_is_given_or_runs_in_the_state_is_written():
    digest = "sha256:" + "ab" * 32
    assert fixed(POD, unsafe=True, select=("IMG004",)) == POD
    text = fixed(POD, unsafe=True, select=("IMG004",), settings={"IMG004.digests": (f"nginx:1.2@{digest}",)})
    assert text == POD.replace('"nginx:1.2"', f'"nginx:1.2@{digest}"')
    running = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "old"},
        "spec": {"containers": [{"name": "a", "image": "nginx:1.2"}]},
        "status": {"containerStatuses": [{"name": "a", "image": "nginx:1.2", "imageID": f"docker.io/library/nginx@{digest}"}]},
    }  # fmt: skip
    assert fixed(POD, unsafe=True, select=("IMG004",), cluster=[running]) == text
    other = {
        **running,
        "metadata": {"name": "new"},
        "status": {"containerStatuses": [{"name": "a", "imageID": "nginx@sha256:" + "cd" * 32}]},
    }
    assert fixed(POD, unsafe=True, select=("IMG004",), cluster=[running, other]) == POD
