"""What kustomize does at the edges of its features, seen by asking kubectl 1.36 to build trees like these."""

import re
from pathlib import Path
from typing import Any

import pytest

from kplan.kustomize import KustomizeError, build

OBJECTS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, annotations: {team: blue}}
data:
  port: "80"
  app.yaml: |
    # what the server reads
    server:
      host:   old   # set by overlays
      ports: [1,
        2]
    names:
        - "a"
        - b
  app.json: '{"b":1,"a":"<x>"}'
---
apiVersion: example.org/v1
kind: Shop
metadata: {name: shop}
spec:
  size: 1
  owner: me
  items: [{name: web, v: 1}, {name: web-two, v: 2}]
"""


def _built(folder: Path, kustomization: str, objects: str = OBJECTS) -> list[dict[str, Any]]:
    (folder / "objects.yaml").write_text(objects)
    (folder / "kustomization.yaml").write_text(f"resources: [objects.yaml]\n{kustomization}")
    return [item.value for item in build(str(folder)).resources]


def _replacing(path: str, value: str, more: str = "") -> str:
    target = f"{{select: {{kind: ConfigMap}}, fieldPaths: ['{path}']{more}}}"
    return f"replacements:\n- sourceValue: {value!r}\n  targets: [{target}]\n"


def test_a_text_in_a_text_keeps_its_order_and_comments(tmp_path: Path) -> None:
    settings, _ = _built(tmp_path, _replacing("data.[app.yaml].server.host", "new"))
    assert settings["data"]["app.yaml"] == (
        '# what the server reads\nserver:\n  host: new # set by overlays\n  ports: [1, 2]\nnames:\n- "a"\n- b'
    )


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("names.0", "it's", '- "it\'s"'),
        ("names.1", "7", '- "7"'),
        ("server.ports.0", "9", "  ports: [9, 2]"),
        ("server.ports.0", "x", "  ports: [!!int x, 2]"),
        ("server.host", "a: b", "  host: 'a: b' # set by overlays"),
        ("server.host", "", '  host: "" # set by overlays'),
    ],
)
def test_a_text_in_a_text_keeps_styles_and_types(tmp_path: Path, path: str, value: str, line: str) -> None:
    settings, _ = _built(tmp_path, _replacing(f"data.[app.yaml].{path}", value))
    assert line in settings["data"]["app.yaml"].splitlines()


def test_json_in_a_text_is_sorted_and_escaped_as_go_does(tmp_path: Path) -> None:
    settings, _ = _built(tmp_path, _replacing("data.[app.json].b", "2"))
    assert settings["data"]["app.json"] == '{"a":"\\u003cx\\u003e","b":2}'


def test_items_are_chosen_by_a_pattern_that_may_fit_a_part(tmp_path: Path) -> None:
    replacement = (
        "replacements:\n- sourceValue: '5'\n  targets:\n  - select: {kind: Shop}\n    fieldPaths: [%s]\n"
    )
    _, shop = _built(tmp_path, replacement % "'spec.items.[name=web].v'")
    assert [item["v"] for item in shop["spec"]["items"]] == [5, 5]
    _, shop = _built(tmp_path, replacement % "'spec.items.[name=web$].v'")
    assert [item["v"] for item in shop["spec"]["items"]] == [5, 2]


@pytest.mark.parametrize("field", ["patches", "patchesJson6902"])
def test_a_patch_adds_to_the_annotations_that_upstream_keeps_names_in(tmp_path: Path, field: str) -> None:
    patch = (
        f"namePrefix: x-\n{field}:\n- target: {{version: v1, kind: Shop, name: shop}}\n"
        "  patch: '- {op: add, path: /metadata/annotations/a, value: b}'\n"
    )
    assert _built(tmp_path, patch)[1]["metadata"] == {"name": "x-shop", "annotations": {"a": "b"}}


def test_annotations_are_texts_as_they_are_written(tmp_path: Path) -> None:
    written = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {a: 1.50, b: 0x1F, c: ~, d: [x], e: 2020-01-02}}\n"
    (only,) = _built(tmp_path, "namePrefix: x-\n", written)
    assert only["metadata"]["annotations"] == {"a": "1.50", "b": "0x1F", "c": "~", "d": "", "e": "2020-01-02"}


def test_a_crd_says_which_fields_name_objects(tmp_path: Path) -> None:
    (tmp_path / "types.yaml").write_text(
        "org.example.Shop:\n  Schema:\n    properties:\n      apiVersion: {}\n      kind: {}\n      metadata: {}\n"
        "      spec: {$ref: org.example.Spec}\n"
        "org.example.Spec:\n  Schema:\n    properties:\n      from:\n"
        "        x-kubernetes-object-ref-api-version: v1\n        x-kubernetes-object-ref-kind: ConfigMap\n"
    )
    objects = OBJECTS.replace("  size: 1", "  from: {name: settings}")
    _, shop = _built(tmp_path, "crds: [types.yaml]\nnamePrefix: x-\n", objects)
    assert shop["spec"]["from"] == {"name": "x-settings"}


@pytest.mark.parametrize(
    ("kustomization", "message"),
    [
        (_replacing("data.port.x", "1"), "wrong node kind: expected MappingNode but got ScalarNode"),
        ("replacements:\n- source: {kind: Shop, fieldPath: spec.items.*.v}\n  targets: [{select: {kind: Shop}}]\n",
         "error looking up replacement source: wildcard is not supported in PathGetter"),
        ("replacements:\n- sourceValue: x\n  targets: [{select: {kind: Shop}, fieldPaths: [spec.size]}]\n",
         "yaml: cannot decode !!str `x` as a !!int"),
        ("replacements:\n- sourceValue: x\n  targets: [{select: {kind: Shop}, fieldPaths: [spec.items.7.v]}]\n",
         "index 7 specified but only 2 elements found"),
        (("images: [{name: a, newTag: b}]\npatches:\n- target: {kind: Shop}\n"
          "  patch: '- {op: add, path: /spec/containers, value: [a]}'\n"),
         "wrong node kind: expected MappingNode but got ScalarNode: node contents:"),
        ("patches:\n- target: {labelSelector: 'a b'}\n  patch: '- {op: remove, path: /spec}'\n",
         "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'"),
        ("patches:\n- target: {kind: Shop}\n  patch: '- {op: remove, path: /metadata/name}'\n",
         "missing metadata.name in object {{example.org/v1 Shop} {{ } map[] map[internal.config.kubernetes.io/"),
        ("commonLabels: {'1': x}\n", "json: unsupported type: map[interface {}]interface {}"),
        ("configMapGenerator: [{name: a, files: ['a=b=c']}]\n", "key name or file path contains '='"),
        ("vars: [{name: V, objref: {kind: Shop, name: shop}}, {name: V}]\n",
         "merging vars [{V Shop.[noVer].[noGrp] {}} {V [noKind].[noVer].[noGrp] {}}]: var 'V' already encountered"),
        ("vars: [{name: V, objref: {kind: Shop, name: shop}}]\n", "cannot be mapped to a field in the set of known"),
        ("sortOptions: {}\n", "the field 'sortOptions.order' must be one of [fifo, legacy]"),
        ("resources: [null]\n", "new root cannot be empty"),
        ("replicas: [{name: a, count: 1.5}]\n", "cannot unmarshal number 1.5 into Go struct field Replica.replicas.count"),
        ("helmCharts: [{chart: a}]\n", 'json: unknown field "chart"'),
    ],
)  # fmt: skip
def test_refusals_are_worded_as_upstream_words_them(tmp_path: Path, kustomization: str, message: str) -> None:
    with pytest.raises(KustomizeError) as caught:
        _built(tmp_path, kustomization)
    assert message in str(caught.value)


VARIABLE = "vars: [{name: SIZE, objref: {kind: Shop, apiVersion: example.org/v1, name: shop}, fieldref: {fieldpath: spec.size}}]\n"


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ("varReference: [{path: spec/owner, kind: Shop, apiGroup: a}]", 'json: unknown field "apiGroup"'),
        ("nameReference: [{kind: Shop, fieldSpecs: [{path: a, from: b}]}]", 'json: unknown field "from"'),
        (
            "varReference: [{path: spec/*, kind: Shop}]",
            "fieldName: *: wildcard is not supported in PathGetter",
        ),
    ],
)
def test_configurations_are_read_strictly(tmp_path: Path, configuration: str, message: str) -> None:
    (tmp_path / "config.yaml").write_text(configuration)
    with pytest.raises(KustomizeError) as caught:
        _built(tmp_path, f"configurations: [config.yaml]\n{VARIABLE}")
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize(
    ("kustomization", "words"),
    [
        (
            "patches: [{target: {kind: Shop}, path: gone.yaml}]",
            "PatchTransformer with config: `\npath: gone.yaml\ntarget:\n  kind: Shop\n`: failed to get",
        ),
        (
            "replacements: [{path: gone.yaml}]",
            "ReplacementTransformer with config: `\nReplacements:\n- path: gone.yaml\n`: ",
        ),
        (
            "patches: [{target: {kind: Shop}, patch: 'token: abc', path: gone.yaml}]",
            "`\npatch: 'token: abc'\npath: gone.yaml\ntarget:\n  kind: Shop\n`: patch and path can't be set at the same time\npatch:",
        ),
        ("patchesStrategicMerge: [p.yaml]", "Transformer with config: `\npaths:\n- p.yaml\n`: evalsymlink"),
        (
            "namespace: shop\nhelmCharts: [{name: x, repo: 'https://x'}]",
            "Generator with config: `\nname: x\nnamespace: shop\nrepo: https://x\n`: must specify --enable-helm",
        ),
    ],
)
def test_settings_that_cannot_be_followed_are_repeated(
    tmp_path: Path, kustomization: str, words: str
) -> None:
    with pytest.raises(KustomizeError) as caught:
        _built(tmp_path, kustomization)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "patch", ["token: abc", "kind: Secret\n    data: {a: abc}", "{op: add, path: /data/a, value: abc}"]
)
def test_credentials_in_settings_are_not_shown(tmp_path: Path, patch: str) -> None:
    with pytest.raises(KustomizeError) as caught:
        _built(tmp_path, f"patches:\n- path: gone.yaml\n  patch: |\n    {patch}\n")
    assert "abc" in str(caught.value)
    assert caught.value.shown.endswith("with config: `***`: patch and path can't be set at the same time")


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ("{apiVersion: v1, metadata: {name: a, labels: {b: c, n: 1}, annotations: {d: }}}",
         "missing kind in object {{v1 } {{a } map[b:c n:1] map[d:]}}"),
        ("{apiVersion: v1, kind: A, metadata: {namespace: x, labels: {b: c}}}",
         "missing metadata.name in object {{v1 A} {{ x} map[b:c] map[]}}"),
        ("{metadata: {labels: {b: c}}}", "missing kind in object {{ } {{ } map[b:c] map[]}}"),
        ("{metadata: {name: }, data: {a: b}}", "missing Resource metadata"),
    ],
)  # fmt: skip
def test_what_an_object_lacks_is_said_with_its_labels(tmp_path: Path, objects: str, words: str) -> None:
    with pytest.raises(KustomizeError, match=re.escape(words)):
        _built(tmp_path, "", objects)


def test_what_can_be_done_about_charts_is_only_shown(tmp_path: Path) -> None:
    with pytest.raises(KustomizeError) as caught:
        _built(tmp_path, "helmCharts: [{name: x}]")
    assert str(caught.value).endswith("must specify --enable-helm")
    assert caught.value.shown.endswith("(kplan runs no helm here: give it the output of helm template)")


MAP = "{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}}}}}\n"
A, B, C = (MAP.format(kind="ConfigMap", name=name) for name in "abc")


def _list_of(*items: str) -> str:
    return f"apiVersion: v1\nkind: List\nitems: [{','.join(items)}]\n"


@pytest.mark.parametrize(
    ("objects", "names"),
    [
        (f"{A}---\n{B}", "ab"),
        (f"---\n---\n{A}---\n---\n---\n--- # c\n{B}---", "ab"),
        (f"# c\n---\n{A}", "a"),
        (f"{A}...\n{B}", "a"),  # one document is read of what lies between two lines of dashes
        (_list_of(A, B), "ab"),
        (_list_of(_list_of(A).replace("\n", ", ").join("{}"), B, "null", "{}"), "ba"),
        (_list_of(MAP.format(kind="ConfigMapList", name="l").replace("}}", f"}}, items: [{A}]}}"), B), "ba"),
        (f"{_list_of(A)}---\n{B}", "ba"),  # items of lists come last, unless the list stands alone
        (f"{_list_of(A)}---\n{MAP.format(kind='PodList', name='l')}---\n{B}", "lba"),
        ("apiVersion: v1\nkind: List\nitems: x\n", ""),
        ("\n---\n\n---", ""),
    ],
)
def test_objects_of_a_text_in_their_order(tmp_path: Path, objects: str, names: str) -> None:
    made = _built(tmp_path, "sortOptions: {order: fifo}", objects)
    assert "".join(item["metadata"]["name"] for item in made) == names


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        (f"{A}---\n# c\nkind: a: b\n", "MalformedYAMLError: yaml: line 2: mapping values are not allowed"),
        (f"{A}---\nkind: ConfigMap\nx: {{a: 1, a: 2}}\n", 'line 2: mapping key "a" already defined at line 2'),
        (f"{A}--- x\n{B}", "invalid document separator: --- x"),
        (f"%YAML 1.2\n---\n{A}", "MalformedYAMLError: yaml: found incompatible YAML document"),
        (f"%YAML 1.1\n---\n{A}", "yaml: line 1: did not find expected <document start>"),
        (f"- {A}", "missing Resource metadata"),
        ("apiVersion: v1\nkind: List\nitems: {a: b}\n", "missing Resource metadata"),
        ("apiVersion: v1\nkind: PodList\nitems: {}\n", "expected array in PodList/items, but found map[string]interface {}"),
        ("apiVersion: v1\nkind: PodList\nitems: 1\n", "expected array in PodList/items, but found int"),
    ],
)  # fmt: skip
def test_texts_that_hold_no_objects(tmp_path: Path, objects: str, words: str) -> None:
    with pytest.raises(KustomizeError, match=re.escape(words)):
        _built(tmp_path, "", objects)


@pytest.mark.parametrize("noun", ["generator", "transformer"])
def test_a_plug_in_is_configured_once(tmp_path: Path, noun: str) -> None:
    config = "'{apiVersion: x/v1, kind: Y, metadata: {name: z}}'"
    with pytest.raises(KustomizeError, match=f"configuring external {noun}: may not add resource"):
        _built(tmp_path, f"{noun}s: [{config}, {config}]")


def test_a_kind_may_be_a_number(tmp_path: Path) -> None:
    assert [
        item["kind"] for item in _built(tmp_path, "", "{apiVersion: v1, kind: 0, metadata: {name: a}}")
    ] == [0]


def test_kustomizes_own_annotations_do_not_stay(tmp_path: Path) -> None:
    own = "config.kubernetes.io/index: '1', internal.config.kubernetes.io/path: a, config.kubernetes.io/origin: b"
    objects = f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, annotations: {{{own}, note: x}}}}}}"
    (made,) = _built(tmp_path, "", objects)
    assert made["metadata"]["annotations"] == {"note": "x"}


@pytest.mark.parametrize(
    ("patch", "labels"),
    [
        ("target: {kind: ConfigMap}", {"app": "null", "b": "", "n": "1", "x": "y"}),
        ("path: p.yaml", {"n": 1, "x": "y"}),
    ],
)
def test_labels_of_a_patch_of_several_are_texts(tmp_path: Path, patch: str, labels: dict[str, Any]) -> None:
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {app: null, b: , n: 1}}}"
    (tmp_path / "p.yaml").write_text(text)
    objects = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {app: web, x: y}}}"
    written = f"  patch: '{text}'" if "target" in patch else ""
    (made,) = _built(tmp_path, f"patches:\n- {patch}\n{written}", objects)
    assert made["metadata"]["labels"] == labels


def test_generators_run_one_after_the_other(tmp_path: Path) -> None:
    with pytest.raises(KustomizeError, match="merging from generator"):
        _built(tmp_path, "configMapGenerator: [{name: none, behavior: merge}, {name: b, files: [gone]}]")
    with pytest.raises(KustomizeError, match="loading generator plugins: failed to load generator: external"):
        _built(
            tmp_path,
            "configMapGenerator: [{name: b, files: [gone]}]\n"
            "generators: ['{apiVersion: x/v1, kind: Y, metadata: {name: z}}']",
        )


def test_all_validators_are_known_before_one_runs(tmp_path: Path) -> None:
    replacing = "apiVersion: builtin, kind: ReplacementTransformer, metadata: {name: r}"
    source = "replacements: [{source: {kind: None, fieldPath: a}, targets: [{select: {kind: Shop}, fieldPaths: [b]}]}]"
    with pytest.raises(KustomizeError, match="unable to load external plugin 'Other'"):
        _built(
            tmp_path,
            f"validators: ['{{{replacing}, {source}}}', '{{apiVersion: x/v1, kind: Other, metadata: {{name: o}}}}']",
        )


def test_an_account_of_a_cloud_is_generated(tmp_path: Path) -> None:
    config = (
        "{{apiVersion: builtin, kind: IAMPolicyGenerator, metadata: {{name: i}}, cloud: {cloud}, "
        "kubernetesService: {{name: k, namespace: n}}, serviceAccount: {{name: g, projectId: p}}}}"
    )
    made = _built(tmp_path, f"generators: ['{config.format(cloud='gke')}']")
    (account,) = (item for item in made if item["kind"] == "ServiceAccount")
    assert account["metadata"] == {
        "annotations": {"iam.gke.io/gcp-service-account": "g@p.iam.gserviceaccount.com"}, "name": "k", "namespace": "n",
    }  # fmt: skip
    with pytest.raises(KustomizeError, match="cloud provider other not supported yet"):
        _built(tmp_path, f"generators: ['{config.format(cloud='other')}']")
    with pytest.raises(KustomizeError, match=r"IAMPolicyGenerator.* not a transformer"):
        _built(tmp_path, f"transformers: ['{config.format(cloud='gke')}']")


def test_an_affix_makes_the_field_that_it_may_make(tmp_path: Path) -> None:
    fields = "fieldSpecs: [{path: spec/mark, kind: Shop, create: true}]"
    config = f"{{apiVersion: builtin, kind: SuffixTransformer, metadata: {{name: s}}, suffix: -x, {fields}}}"
    _, shop = _built(tmp_path, f"transformers: ['{config}']")
    assert shop["spec"]["mark"] == "-x"
    none = "{apiVersion: builtin, kind: PrefixSuffixTransformer, metadata: {name: s}, suffix: -x}"
    with pytest.raises(KustomizeError, match="fails configuration: fieldSpecs is not expected to be nil"):
        _built(tmp_path, f"transformers: ['{none}']")


def test_a_transformer_among_generators_is_configured_first(tmp_path: Path) -> None:
    config = "{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: p}, prefix: x-%s}"
    with pytest.raises(
        KustomizeError, match=r"failed to load generator: plugin .* fails configuration: fieldSpecs"
    ):
        _built(tmp_path, f"generators: ['{config % ''}']")
    with pytest.raises(KustomizeError, match=r"failed to load generator: plugin .* not a generator"):
        _built(tmp_path, f"generators: ['{config % ', fieldSpecs: []'}']")


def test_labels_and_common_labels_are_two_transformers(tmp_path: Path) -> None:
    made = _built(tmp_path, "labels: [{pairs: {a: b}}]\nbuildMetadata: [transformerAnnotations]")
    said = [item["metadata"]["annotations"]["alpha.config.kubernetes.io/transformations"] for item in made]
    assert [text.count("kind: LabelTransformer") for text in said] == [2, 2]


def test_a_list_of_patches_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(KustomizeError, match=r"of type \[\]types.PatchStrategicMerge$"):
        _built(tmp_path, "patchesStrategicMerge: p.yaml")


def test_a_hash_may_be_added_twice(tmp_path: Path) -> None:
    hashed = "transformers: ['{apiVersion: builtin, kind: HashTransformer, metadata: {name: h}}']"
    made = _built(tmp_path, f"configMapGenerator: [{{name: b, literals: [a=1]}}]\n{hashed}")
    assert [item["metadata"]["name"] for item in made if "-" in item["metadata"]["name"]] == [
        "b-h29d89cmmt-h29d89cmmt"
    ]


def test_a_field_of_one_kind_conflicts_with_that_of_all(tmp_path: Path) -> None:
    with pytest.raises(KustomizeError, match=r"^failed to merge labels: conflicting fieldspecs$"):
        _built(tmp_path, "labels: [{pairs: {a: b}, fields: [{path: metadata/labels, kind: ConfigMap}]}]")


@pytest.mark.parametrize("field", ["resources", "components"])
@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("version: v9", "the specified OpenAPI version is not built in"),
        ("path: gone.json", "evalsymlink failure"),
    ],
)
def test_the_schema_of_a_base_is_looked_for_first(
    tmp_path: Path, field: str, schema: str, words: str
) -> None:
    (tmp_path / "k").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "kustomization.yaml").write_text(f"resources: [gone.yaml]\nopenapi: {{{schema}}}")
    (tmp_path / "k" / "kustomization.yaml").write_text(f"{field}: [../b]")
    with pytest.raises(KustomizeError) as caught:
        build(str(tmp_path / "k"))
    assert words in str(caught.value)
    assert "gone.yaml" not in str(caught.value)


def test_a_template_is_no_object(tmp_path: Path) -> None:
    with pytest.raises(KustomizeError, match="missing metadata"):
        _built(tmp_path, "", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!!str 12", "12"),
        ('!!int "3"', 3),
        ("!!binary aGk=", "hi"),
        ("2020-1-2", "2020-01-02T00:00:00Z"),
        ("2020-13-01", "2020-13-01"),
        ("18446744073709551615", 18446744073709551615),
        ("{a, b: c}", {"a": "", "b": "c"}),
    ],
)
def test_scalars_are_read_as_go_reads_them(tmp_path: Path, written: str, value: Any) -> None:
    text = f"apiVersion: example.org/v1\nkind: T\nmetadata: {{name: t}}\nspec: {written}\n"
    assert _built(tmp_path, "namePrefix: x-\n", text)[0]["spec"] == value
