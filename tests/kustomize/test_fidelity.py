"""What kustomize does that nobody would expect, and overlays depend on."""

from pathlib import Path
from typing import Any

import pytest

from kplan.kustomize import KustomizeError, build

_DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {x: 1}}}\n"


def _built(root: Path, files: dict[str, str], folder: str = "") -> list[dict[str, Any]]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return [item.value for item in build(str(root / folder)).resources]


def _patched(root: Path, base: str, patch: str) -> dict[str, Any]:
    files = {
        "kustomization.yaml": "resources: [b.yaml]\npatches: [{path: p.yaml}]\n",
        "b.yaml": base,
        "p.yaml": patch,
    }
    return _built(root, files)[0]


@pytest.mark.parametrize(
    "overlay",
    [
        "labels: [{pairs: {app: other}}]\n",
        "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, labels: {app: other}}}'}]\n",
    ],
)
def test_a_label_that_a_base_added_in_several_places_is_one(tmp_path: Path, overlay: str) -> None:
    files = {
        "base/d.yaml": _DEPLOYMENT,
        "base/kustomization.yaml": "resources: [d.yaml]\ncommonLabels: {app: first}\n",
        "top/kustomization.yaml": f"resources: [../base]\n{overlay}",
    }
    (built,) = _built(tmp_path, files, "top")
    assert built["metadata"]["labels"] == {"app": "other"}
    assert built["spec"]["selector"]["matchLabels"] == {"app": "other"}
    assert built["spec"]["template"]["metadata"]["labels"] == {"app": "other"}


def test_a_json_patch_changes_a_shared_label_in_one_place(tmp_path: Path) -> None:
    files = {
        "base/d.yaml": _DEPLOYMENT,
        "base/kustomization.yaml": "resources: [d.yaml]\ncommonLabels: {app: first}\n",
        "top/kustomization.yaml": (
            "resources: [../base]\npatches:\n- target: {kind: Deployment}\n"
            "  patch: '- {op: replace, path: /metadata/labels/app, value: other}'\n"
        ),
    }
    (built,) = _built(tmp_path, files, "top")
    assert built["spec"]["selector"]["matchLabels"] == {"app": "first"}


def test_a_patch_takes_repeated_items_away_that_it_does_not_name(tmp_path: Path) -> None:
    base = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes: [{name: v, emptyDir: {}}, {name: v, configMap: {name: c}}]
  containers: []
"""
    patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\n"
    assert _patched(tmp_path, base, patch)["spec"]["volumes"] == [{"name": "v", "configMap": {"name": "c"}}]


def test_ports_agree_where_a_protocol_is_missing(tmp_path: Path) -> None:
    base = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 1, targetPort: 5}]}\n"
    patch = base.replace("{port: 1, targetPort: 5}", "{port: 1, protocol: UDP, name: a}, {port: 2}")
    assert _patched(tmp_path, base, patch)["spec"]["ports"] == [{"port": 2}, {"port": 1, "targetPort": 5}]


def test_a_merge_drops_fields_that_were_left_blank(tmp_path: Path) -> None:
    base = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  affinity:\n    a:\n    b: null\n"
    patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {c: 1}\n"
    assert _patched(tmp_path, base, patch)["spec"] == {"affinity": {"b": None}, "c": 1}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("data: {a: .inf}", '"data":map[string]interface {}{"a":+Inf}'),
        (
            "data: {d: 2021-03-04, i: -.inf, l: [x, ~]}",
            '{"d":time.Date(2021, time.March, 4, 0, 0, 0, 0, time.UTC), "i":-Inf',
        ),
    ],
)
def test_a_number_that_json_has_not_is_refused(tmp_path: Path, field: str, words: str) -> None:
    files = {
        "kustomization.yaml": "resources: [a.yaml]\n",
        "a.yaml": f"apiVersion: v1\nkind: A\nmetadata: {{name: a}}\n{field}\n",
    }
    with pytest.raises(KustomizeError) as refused:
        _built(tmp_path, files)
    assert words in str(refused.value)
    assert "json: unsupported value: " in str(refused.value)


def test_a_label_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": "resources: [d.yaml]\nlabels: [{pairs: {'1': x, b: why}}]\n",
        "d.yaml": _DEPLOYMENT,
    }
    with pytest.raises(KustomizeError, match=r'map\[interface {}\]interface {}{"b":"why", 1:"x"}'):
        _built(tmp_path, files)


def test_a_replacement_reaches_into_texts(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": (
            "resources: [a.yaml]\nreplacements:\n- sourceValue: new.example\n  targets:\n"
            "  - {select: {kind: ConfigMap}, fieldPaths: ['data.config\\.json.server.host', data.yaml.host]}\n"
        ),
        "a.yaml": (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
            '  config.json: \'{"server": {"port": 1, "host": "old"}}\'\n  yaml: |\n    host: old\n    port: 2\n'
        ),
    }
    (built,) = _built(tmp_path, files)
    assert built["data"] == {
        "config.json": '{"server":{"host":"new.example","port":1}}',
        "yaml": "host: new.example\nport: 2",
    }


def test_a_value_is_added_to_paths(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": "resources: [d.yaml]\ntransformers: [t.yaml]\n",
        "d.yaml": _DEPLOYMENT.replace("x: 1", "hostPath: /a/b"),
        "t.yaml": (
            "apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: t}\nvalue: new\n"
            "targets: [{fieldPath: spec/template/spec/hostPath, filePathPosition: 2}]\n"
        ),
    }
    (built,) = _built(tmp_path, files)
    assert built["spec"]["template"]["spec"]["hostPath"] == "/a/new/b"


def test_objects_say_where_they_come_from(tmp_path: Path) -> None:
    files = {
        "base/d.yaml": _DEPLOYMENT,
        "base/kustomization.yaml": "resources: [d.yaml]\nnameSuffix: -x\n",
        "top/kustomization.yaml": (
            "resources: [../base]\nnamespace: live\nbuildMetadata: [originAnnotations, transformerAnnotations]\n"
        ),
    }
    (built,) = _built(tmp_path, files, "top")
    assert built["metadata"]["annotations"] == {
        "config.kubernetes.io/origin": "path: ../base/d.yaml\n",
        "alpha.config.kubernetes.io/transformations": (
            "- configuredIn: ../base/kustomization.yaml\n  configuredBy:\n    apiVersion: builtin\n"
            "    kind: SuffixTransformer\n"
            "- configuredIn: kustomization.yaml\n  configuredBy:\n    apiVersion: builtin\n"
            "    kind: NamespaceTransformer\n"
        ),
    }


def test_types_of_a_file_say_how_lists_are_merged(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": (
            "resources: [a.yaml]\nopenapi: {path: types.yaml}\npatches:\n- patch: |-\n"
            "    {apiVersion: example.org/v2, kind: Box, metadata: {name: b}, spec: {items: [{k: x, n: 9}, {k: z}]}}\n"
        ),
        "a.yaml": "apiVersion: example.org/v2\nkind: Box\nmetadata: {name: b}\nspec: {items: [{k: x, n: 1, m: 2}, {k: y}]}\n",
        "types.yaml": """\
definitions:
  Box:
    x-kubernetes-group-version-kind: [{group: example.org, version: v2, kind: Box}]
    properties: {spec: {$ref: '#/definitions/Spec'}}
  Spec:
    properties:
      inner: {$ref: '#/definitions/Spec'}
      items: {type: array, items: {}, x-kubernetes-patch-strategy: merge, x-kubernetes-patch-merge-key: k}
""",
    }
    (built,) = _built(tmp_path, files)
    assert built["spec"]["items"] == [{"k": "x", "n": 9, "m": 2}, {"k": "z"}, {"k": "y"}]
