"""What to do about a refusal, where kubectl has another way."""

from pathlib import Path

from click.testing import CliRunner

from kplan.cli.commands.plan import command

_DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: policies.shop.example.com%s}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: policies, singular: policy, kind: Policy}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, description: %s}}}
"""
_POLICY = "{apiVersion: shop.example.com/v1, kind: Policy, metadata: {name: mine, namespace: default}}"
_NOTHING = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}"
_HELP = "kubectl apply --server-side keeps none, and kplan plan --server-side shows what follows"


def plan(folder: Path, before: str, after: str, *options: str) -> str:
    for name, text in (("before", before), ("after", after)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "all.yaml").write_text(text)
    arguments = ["-f", str(folder / "after"), "--state", str(folder / "before"), *options]
    return CliRunner().invoke(command, arguments, standalone_mode=False).stdout


def test_a_manifest_that_does_not_fit_in_an_annotation_is_to_be_applied_by_the_server(tmp_path: Path) -> None:
    large = _DEFINITION % ("", "x" * 270_000)
    text = plan(tmp_path, _NOTHING, large)
    assert "metadata.annotations: Too long: may not be more than 262144 bytes" in text
    assert _HELP in text
    text = plan(tmp_path, _NOTHING, large, "--server-side")
    assert "+ customresourcedefinition.apiextensions.k8s.io/policies.shop.example.com" in text


def test_annotations_that_are_too_long_by_themselves_are_too_long_for_the_server_as_well(
    tmp_path: Path,
) -> None:
    text = plan(tmp_path, _NOTHING, _DEFINITION % (f", annotations: {{a: {'x' * 270_000}}}", "x"))
    assert "metadata.annotations: Too long" in text
    assert _HELP not in text


def test_an_object_of_a_refused_definition_is_told_so(tmp_path: Path) -> None:
    given = f"{_DEFINITION % ('', 'x' * 270_000)}\n---\n{_POLICY}"
    text = plan(tmp_path, _NOTHING, given)
    assert (
        "has no CustomResourceDefinition that defines Policy in shop.example.com/v1: the API server refuses policies.shop"
        in text
    )
    text = plan(tmp_path, _NOTHING, _POLICY)
    assert "has no CustomResourceDefinition that defines Policy in shop.example.com/v1\n" in text


def test_who_has_no_namespace_is_told_to_make_it(tmp_path: Path) -> None:
    given = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}"
    text = plan(tmp_path, _NOTHING, given)
    assert 'help: put a Namespace named "shop" first, or name a --state that has it' in text


def test_objects_of_one_missing_namespace_are_told_together(tmp_path: Path) -> None:
    given = "\n---\n".join(
        f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, namespace: {namespace}}}}}"
        for name, namespace in (("a", "shop"), ("b", "other"), *((f"c{n}", "shop") for n in range(6)))
    )
    text = plan(tmp_path, _NOTHING, given)
    together, alone, *_ = text.partition("! ")[2].split("\n\n")
    first, objects, help_ = together.splitlines()
    assert first == "7 objects  refused: the namespace shop does not exist"
    assert objects.strip().startswith("configmap/a (")
    assert objects.endswith(" and 2 more (-v lists them)")
    assert help_.strip() == 'help: put a Namespace named "shop" first, or name a --state that has it'
    assert text.count("! ") == 2
    assert alone.startswith("! configmap/b -n other  refused")


def test_an_object_whose_name_is_generated_is_to_be_created(tmp_path: Path) -> None:
    nameless = "{apiVersion: v1, kind: ConfigMap, metadata: {%s}}"
    text = plan(tmp_path, _NOTHING, nameless % "generateName: c-")
    assert "! configmap/c-* -n default  refused" in text
    assert "help: give it a name (metadata.name), or make it with kubectl create -f " in text
    unnamed = plan(tmp_path, _NOTHING, nameless % "labels: {a: b}")
    assert "help: give it a name (metadata.name)\n" in unnamed


_RULE = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]
  validations: [{expression: "size(object.data) <= %d"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few}
spec: {policyName: few, validationActions: [Deny]}
---
"""
_TWO = "{apiVersion: v1, kind: ConfigMap, metadata: {name: two}, data: {a: b, c: d}}"
_SOON = "takes effect about a second later, so that kubectl apply may still accept this object"


def test_a_policy_that_comes_with_what_it_refuses_may_come_too_late(tmp_path: Path) -> None:
    text = plan(tmp_path, _NOTHING, _RULE % 1 + _TWO)
    assert "denied request" in text
    assert _SOON in text
    assert _SOON in plan(tmp_path, _RULE % 2, _RULE % 1 + _TWO)


def test_a_policy_that_is_there_already_refuses_for_certain(tmp_path: Path) -> None:
    for applied in (_TWO, _RULE % 1 + _TWO):
        text = plan(tmp_path, _RULE % 1, applied)
        assert "denied request" in text
        assert _SOON not in text


def test_a_default_that_is_refused_has_to_be_given_another_value(tmp_path: Path) -> None:
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  minReadySeconds: %d\n"
        "  selector: {matchLabels: {app: web}}\n"
        "  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}\n"
    )
    text = plan(tmp_path, deployment % 1, deployment % 1200)
    assert "progressDeadlineSeconds is not in the manifest and 600 by default: give it another value" in text
    assert "null" not in text
