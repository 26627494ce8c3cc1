"""Folders are built as kubectl kustomize builds them."""

import pytest

from kplan.kustomize import KustomizeError, build

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
      - {name: app, image: "shop:1", envFrom: [{configMapRef: {name: prices}}]}
"""


def written(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


@pytest.fixture
def overlay(tmp_path):
    base = "resources: [shop.yaml]\nconfigMapGenerator: [{name: prices, literals: [tea=3]}]\n"
    top = (
        "resources: [../base]\nnamePrefix: uat-\nnamespace: uat\nimages: [{name: shop, newTag: v2}]\n"
        "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: shop}, spec: {replicas: 4}}'}]\n"
    )
    files = {"base/kustomization.yaml": base, "base/shop.yaml": WEB, "uat/kustomization.yaml": top}
    written(tmp_path, files)
    return tmp_path


def test_an_overlay_renames_patches_and_follows_references(overlay):
    prices, shop = (item.value for item in build(str(overlay / "uat")).resources)
    container = shop["spec"]["template"]["spec"]["containers"][0]
    assert prices["metadata"]["name"].startswith("uat-prices-")
    assert container["envFrom"] == [{"configMapRef": {"name": prices["metadata"]["name"]}}]
    assert container["image"] == "shop:v2"
    assert shop["spec"]["replicas"] == 4
    assert shop["metadata"] == {"name": "uat-shop", "namespace": "uat"}


def test_an_object_knows_its_file_and_the_overlays_that_led_there(overlay):
    origin = build(str(overlay / "uat")).resources[1].origin
    assert (origin.path, origin.line) == (str(overlay / "base/shop.yaml"), 1)
    assert origin.through == (
        str(overlay / "base/kustomization.yaml"), str(overlay / "uat/kustomization.yaml"),
    )  # fmt: skip


def test_the_hash_of_an_empty_map_is_upstreams(tmp_path):
    written(tmp_path, {"kustomization.yaml": "configMapGenerator: [{name: none}]"})
    assert build(str(tmp_path)).resources[0].name == "none-6ct58987ht"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("namespace: n", "invalid Kustomization: json: cannot unmarshal bool into Go struct field Kustomization.namespace of type string"),
        ("resource: []", 'invalid Kustomization: json: unknown field "resource"'),
        ("", "kustomization.yaml is empty"),
        ("patches: [{patch: '- {op: remove, path: /a}'}]", 'must specify a target for JSON patch [patch: "- {op: remove, path: /a}"]'),
    ],
)  # fmt: skip
def test_refusals_are_in_kustomizes_words(tmp_path, text, words):
    written(tmp_path, {"kustomization.yaml": text})
    with pytest.raises(KustomizeError) as caught:
        build(str(tmp_path))
    assert str(caught.value) == words


def test_files_outside_the_root_are_refused(tmp_path):
    written(tmp_path, {"a/kustomization.yaml": "configMapGenerator: [{name: x, files: [../f]}]", "f": "1"})
    with pytest.raises(KustomizeError, match=r"security; file '.*/f' is not in or below"):
        build(str(tmp_path / "a"))
    assert build(str(tmp_path / "a"), restricted=False).resources[0].value["data"] == {"f": "1"}
