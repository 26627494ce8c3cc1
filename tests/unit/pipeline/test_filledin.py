"""Findings about what a kustomization or Flux fills in before anything is applied."""

from pathlib import Path

import pytest

from kplan import pipeline
from kplan.inputs.request import Request
from kplan.lint.selection import LintOptions

_CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: "${APP}", namespace: a}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: "${SIZE:=5Gi}"}}
"""
_WITHOUT_SELECTOR = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
"""
_FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: a}
spec: {interval: 1h, path: ./web, prune: true, sourceRef: {kind: GitRepository, name: flux}%s}
"""
_WRONG = ("API", "NAM001")


def _found(
    root: Path, files: dict[str, str], *, build: bool = True, shows_unknown: bool = False, select: str = ""
) -> list[str]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    loaded = pipeline.load(Request((str(root),), build=build))
    report = pipeline.lint(
        loaded,
        LintOptions(select=(select,) if select else _WRONG, ignore=("API007",), show_unknown=shows_unknown),
    )
    return [f"{one.rule} {one.message}" for one in report.findings]


def test_a_variable_of_flux_is_no_mistake_where_flux_replaces_it(tmp_path: Path) -> None:
    files = {"claim.yaml": _CLAIM, "flux.yaml": _FLUX % ", postBuild: {substitute: {APP: web}}"}
    assert _found(tmp_path, files) == []
    assert _found(tmp_path, files, shows_unknown=True) == [
        "NAM001 '${APP}' is not a valid name (unknown: what ${APP} stands for is not in the input)",
        (
            "API003 spec.resources.requests[storage] is '${SIZE:=5Gi}', not a quantity such as 500m or 1Gi "
            "(unknown: what ${SIZE} stands for is not in the input)"
        ),
    ]


def test_a_variable_in_a_label_is_no_mistake_where_flux_replaces_it(tmp_path: Path) -> None:
    claim = _CLAIM.replace("namespace: a", "namespace: a, labels: {app: 'a ${APP}'}")
    files = {"claim.yaml": claim, "flux.yaml": _FLUX % ", postBuild: {substitute: {APP: web}}"}
    assert _found(tmp_path, files, select="NAM002") == []
    (alone,) = _found(tmp_path, {"flux.yaml": _FLUX % ""}, select="NAM002")
    assert alone.startswith("NAM002 label 'app' is 'a ${APP}': a valid label must be")


@pytest.mark.parametrize("beside", [{}, {"flux.yaml": _FLUX % ""}], ids=["alone", "replaces-nothing"])
def test_a_variable_is_a_mistake_where_nothing_replaces_it(tmp_path: Path, beside: dict[str, str]) -> None:
    found = _found(tmp_path, {"claim.yaml": _CLAIM, **beside})
    assert [one.split()[0] for one in found] == ["NAM001", "API003"]


@pytest.mark.parametrize("build", [True, False])
def test_what_a_resource_lacks_may_come_from_the_kustomization_that_takes_it(
    tmp_path: Path, *, build: bool
) -> None:
    files = {"kustomization.yaml": "resources: [web.yaml, gone.yaml]\n", "web.yaml": _WITHOUT_SELECTOR}
    assert [one for one in _found(tmp_path, files, build=build) if not one.startswith("KUS")] == []
    said = _found(tmp_path, files, build=build, shows_unknown=True)
    assert any("the kustomization that takes the file as a resource may add it" in one for one in said)


@pytest.mark.parametrize(
    ("resources", "codes"), [("[web.yaml, gone.yaml]", ["KUS001"]), ("[web.yaml]", ["REF007"])]
)
def test_a_volume_may_come_from_a_kustomization_that_cannot_be_built(
    tmp_path: Path, resources: str, codes: list[str]
) -> None:
    mounts = "containers: [{name: a, image: 'b:1', volumeMounts: [{name: v, mountPath: /v}]}]"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{mounts}}}\n"
    files = {"kustomization.yaml": f"resources: {resources}\n", "web.yaml": pod}
    assert [one.split()[0] for one in _found(tmp_path, files, select="REF007")] == codes


@pytest.mark.parametrize(
    ("resources", "value", "wrong"),
    [
        ("[claim.yaml, gone.yaml]", "AUTOMATIC_REPLACE", False),
        ("[claim.yaml, gone.yaml]", "5GB", True),
        ("[claim.yaml]", "AUTOMATIC_REPLACE", True),
    ],
)
def test_a_placeholder_may_be_replaced_by_a_kustomization_that_cannot_be_built(
    tmp_path: Path, resources: str, value: str, *, wrong: bool
) -> None:
    claim = _CLAIM.replace('"${APP}"', "a").replace('"${SIZE:=5Gi}"', value)
    files = {"kustomization.yaml": f"resources: {resources}\n", "claim.yaml": claim}
    said = _found(tmp_path, files, select="API003")
    assert any(one.startswith("API003") for one in said) == wrong


def test_a_field_missing_from_a_built_object_is_reported(tmp_path: Path) -> None:
    found = _found(tmp_path, {"kustomization.yaml": "resources: [web.yaml]\n", "web.yaml": _WITHOUT_SELECTOR})
    assert any(one.startswith("API004 missing field 'spec.selector'") for one in found)


def test_a_patch_beside_a_kustomization_that_is_built_is_no_manifest_though_none_names_it(
    tmp_path: Path,
) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
    files = {
        "kustomization.yaml": "resources: [service.yaml]\n#patches: [{path: web_patch.yaml}]\n",
        "service.yaml": service, "web_patch.yaml": _WITHOUT_SELECTOR,
    }  # fmt: skip
    assert _found(tmp_path, files) == []


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: '${CA_B64}'}\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: '${PORT}'}]}\n",
    ],
)
def test_help_says_that_a_value_is_a_placeholder(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    (said,) = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(select=("API",))).findings
    assert (said.rule, said.help.partition(":")[0]) == ("API003", "it stands for another text")


_OF_A_STREAM = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: a}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:latest"}]}
---
apiVersion: image.openshift.io/v1
kind: ImageStream
metadata: {name: web, namespace: %s}
spec: {lookupPolicy: {local: %s}}
"""


@pytest.mark.parametrize(
    ("namespace", "local", "wrong"), [("a", "true", False), ("b", "true", True), ("a", "false", True)]
)
def test_a_pod_may_name_an_image_stream_of_its_namespace(
    tmp_path: Path, namespace: str, local: str, *, wrong: bool
) -> None:
    said = _found(tmp_path, {"all.yaml": _OF_A_STREAM % (namespace, local)}, select="IMG001")
    assert any(one.startswith("IMG001") for one in said) == wrong


@pytest.mark.parametrize(
    ("resources", "name", "wrong"),
    [
        ("[web.yaml, gone.yaml]", "registry:5000/web", False),
        ("[web.yaml, gone.yaml]", "registry:5000/other", True),
        ("[web.yaml]", "registry:5000/other", True),
        ("[web.yaml]", "registry:5000/web", False),
    ],
)
@pytest.mark.parametrize("image", ["registry:5000/web", "registry:5000/web:latest"])
def test_a_kustomization_that_cannot_be_built_names_images_all_the_same(
    tmp_path: Path, resources: str, name: str, image: str, *, wrong: bool
) -> None:
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{image}', imagePullPolicy: IfNotPresent}}]}}\n"
    kustomization = f"resources: {resources}\nimages: [{{name: '{name}', newTag: '1.2'}}]\n"
    files = {"kustomization.yaml": kustomization, "web.yaml": pod}
    said = _found(tmp_path, files, select="IMG")
    assert {one.split()[0] for one in said} & {"IMG001", "IMG002"} == (
        {"IMG001", "IMG002"} if wrong else set()
    )
