"""Mistakes that other linters make, each with input that shows it: kplan makes none of them."""

import copy
import io

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.lint.presets import Preset
from kplan.lint.selection import LintOptions


def linted(tmp_path, *select, **files):
    """What is found in files (``a__b`` is a file b in a folder a)."""
    for name, text in files.items():
        path = tmp_path / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    options = LintOptions(select=select) if select else LintOptions(preset=Preset.STRICT)
    return pipeline.lint(pipeline.load([str(tmp_path)]), options).findings


def codes(tmp_path, *select, **files):
    return [one.rule for one in linted(tmp_path, *select, **files)]


def deployment(
    labels="{app: web}", selector="{matchLabels: {app: web}}", namespace="", replicas=3, image="b:1", more=""
):
    where = f", namespace: {namespace}" if namespace else ""
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web{where}}}
spec:
  replicas: {replicas}
  selector: {selector}
  template:
    metadata: {{labels: {labels}}}
    spec: {{containers: [{{name: a, image: '{image}'{more}}}]}}
"""


def service(selector="selector: {app: web}, ", namespace=""):
    where = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: web{where}}}\nspec: {{{selector}ports: [{{port: 80}}]}}\n"


def budget(spec, namespace=""):
    where = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web{where}}}\nspec: {{{spec}}}\n"


SELECTOR = "selector: {matchLabels: {app: web}}"


def policy(selector, namespace=""):
    where = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: web{where}}}\n"
        f"spec: {{podSelector: {selector}}}\n"
    )


def test_folders_beside_each_other_are_one_input(tmp_path):
    assert not codes(tmp_path, "LBL", svc__web=service(), deploy__web=deployment())


@pytest.mark.parametrize(
    "use",
    [
        ", env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: k}}}]",
        ", envFrom: [{secretRef: {name: s}}]",
        ", envFrom: [{configMapRef: {name: s}}]",
    ],
)
def test_a_secret_of_that_name_in_another_namespace_is_not_the_one(tmp_path, use):
    here, elsewhere = (
        "".join(
            f"---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: s, namespace: {where}}}\ndata: {{k: eA==}}\n"
            for kind in ("Secret", "ConfigMap")
        )
        for where in ("shop", "other")
    )
    text = deployment(namespace="shop", more=use)
    assert len(codes(tmp_path, "REF", web=text + elsewhere)) == 1
    assert not codes(tmp_path, "REF", web=text + here)


def test_a_volume_refers_to_a_secret_as_well(tmp_path):
    text = deployment().replace("}]}\n", "}], volumes: [{name: v, secret: {secretName: s}}]}\n")
    assert codes(tmp_path, "REF", web=text) == ["REF002"]


def test_a_budget_selects_the_labels_of_pods_not_those_of_the_selector(tmp_path):
    text = deployment(labels="{app: web, tier: front}", selector="{matchLabels: {app: web}}")
    assert codes(
        tmp_path,
        "AVL002",
        web=text + "---\n" + budget("minAvailable: 3, selector: {matchLabels: {tier: front}}"),
    )


def test_a_deployment_may_select_by_expressions(tmp_path):
    text = deployment(selector="{matchExpressions: [{key: app, operator: In, values: [web]}]}")
    found = codes(
        tmp_path,
        "AVL002",
        "LBL",
        web=text + "---\n" + budget("minAvailable: 3, selector: {matchLabels: {app: web}}"),
    )
    assert found == ["AVL002"]


def test_one_replica_is_one_replica(tmp_path):
    blocking = budget("minAvailable: 1, selector: {matchLabels: {app: web}}")
    assert codes(tmp_path, "AVL002", web=deployment(replicas=1) + "---\n" + blocking) == ["AVL002"]


def test_a_service_without_a_selector_is_served_by_others(tmp_path):
    endpoints = "---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets: [{addresses: [{ip: 10.0.0.1}]}]\n"
    assert not codes(tmp_path, "LBL", web=service("") + endpoints + "---\n" + deployment())


def test_linting_changes_no_object(tmp_path):
    (tmp_path / "a.yaml").write_text(service() + "---\n" + deployment() + "---\n" + budget("minAvailable: 1"))
    loaded = pipeline.load([str(tmp_path)])
    before = copy.deepcopy([one.value for one in loaded.objects])
    pipeline.lint(loaded, LintOptions(select=("ALL",)))
    assert [one.value for one in loaded.objects] == before


@pytest.mark.parametrize(
    ("labels", "selector", "namespace", "protected"),
    [
        ("{app: web, tier: front}", "{matchLabels: {app: web, tier: back}}", "", False),
        ("{app: web, tier: front}", "{matchLabels: {app: web, tier: front}}", "", True),
        ("{app: web}", "{matchLabels: {app: web}}", "other", False),
        ("{app: web}", "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", "", False),
        ("{app: web}", "{matchExpressions: [{key: app, operator: Exists}]}", "", True),
        ("{app: web}", "{}", "", True),
    ],
)
def test_all_of_a_budgets_selector_has_to_match_in_its_namespace(
    tmp_path, labels, selector, namespace, protected
):
    text = deployment(labels=labels) + "---\n" + budget(f"maxUnavailable: 1, selector: {selector}", namespace)
    assert (codes(tmp_path, "AVL003", web=text) == []) is protected


@pytest.mark.parametrize(
    ("selector", "namespace", "isolated"),
    [
        ("{}", "", True),
        ("{matchLabels: {app: web, tier: front}}", "", True),
        ("{matchLabels: {app: web, tier: back}}", "", False),
        ("{matchLabels: {app: web}}", "other", False),
        ("{matchExpressions: [{key: app, operator: In, values: [other]}]}", "", False),
        ("{matchExpressions: [{key: app, operator: In, values: [web, other]}]}", "", True),
        ("{matchExpressions: [{key: old, operator: DoesNotExist}]}", "", True),
    ],
)
def test_all_of_a_policys_selector_has_to_match_in_its_namespace(tmp_path, selector, namespace, isolated):
    text = deployment(labels="{app: web, tier: front}") + "---\n" + policy(selector, namespace)
    assert (codes(tmp_path, "NET006", web=text) == []) is isolated


def test_an_autoscaler_of_another_namespace_is_not_the_one(tmp_path):
    text = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: other}\n"
        "spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
    )
    assert not codes(tmp_path, "AVL004", web=text + "---\n" + deployment(namespace="shop"))
    assert codes(tmp_path, "AVL004", web=text + "---\n" + deployment(namespace="other"))


@pytest.mark.parametrize(
    ("image", "floats"),
    [
        ("registry:5000/app", True), ("registry:5000/app:latest", True), ("app", True), ("registry:5000/app:1", False),
        ("app@sha256:" + "0" * 64, False), ("registry:5000/app:latest@sha256:" + "0" * 64, False),
    ],
)  # fmt: skip
def test_the_port_of_a_registry_is_no_tag(tmp_path, image, floats):
    assert (codes(tmp_path, "IMG001", web=deployment(image=image)) != []) is floats


@pytest.mark.parametrize("separator", ["---\n", "--- # note\n", "---   \n", "---\r\n"])
def test_every_separator_separates(tmp_path, separator):
    text = separator.join(
        [deployment(image="app"), deployment(image="app").replace("name: web", "name: www")]
    )
    assert len(codes(tmp_path, "IMG001", web=text)) == 2


def test_one_broken_file_hides_no_other(tmp_path):
    assert set(
        codes(tmp_path, "IMG001", "YAML", a="apiVersion: v1\nkind: [\n", b=deployment(image="app"))
    ) == {
        "IMG001",
        "YAML001",
    }


def test_an_unknown_kind_is_told(tmp_path):
    assert codes(tmp_path, "API", web="apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n") == [
        "API007"
    ]


_ISSUER = "apiVersion: cert-manager.io/v1alpha2\nkind: Issuer\nmetadata: {name: a}\nspec: {selfSigned: {}}\n"
_ISSUERS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: issuers.cert-manager.io}
spec:
  group: cert-manager.io
  scope: Namespaced
  names: {plural: issuers, singular: issuer, kind: Issuer}
  versions:
  - {name: v1alpha2, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
"""


def test_a_type_that_its_project_serves_no_longer_is_told_unless_the_input_defines_it(tmp_path):
    (found,) = linted(tmp_path, "API", issuer=_ISSUER)
    assert (found.rule, found.help) == ("API006", "use cert-manager.io/v1")
    assert found.message == "cert-manager.io/v1alpha2 Issuer is no longer served since cert-manager 1.6"
    assert codes(tmp_path, "API006", "API007", issuer=_ISSUER, definition=_ISSUERS) == []


_MADE = {
    "SealedSecret": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\nspec: {encryptedData: {key: AgB}}\n",
    "ExternalSecret": "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: s}\nspec: {data: [{secretKey: key}]}\n",
}


@pytest.mark.parametrize("maker", _MADE)
def test_a_key_that_the_maker_of_a_secret_does_not_name_is_missing(tmp_path, maker):
    for number, (key, expected) in enumerate((("key", []), ("kye", ["REF002"]))):
        variable = f"name: X, valueFrom: {{secretKeyRef: {{name: s, key: {key}}}}}"
        folder = tmp_path / str(number)
        folder.mkdir()
        web = deployment(more=f", env: [{{{variable}}}]")
        found = linted(folder, "REF002", web=web, made=_MADE[maker])
        assert [one.rule for one in found] == expected
        assert all(f"gets no key 'kye' from {maker} 's'" in one.message for one in found)


@pytest.mark.parametrize(
    "more",
    [", dataFrom: [{extract: {key: x}}]}", ", target: {template: {data: {kye: x}}}}", ", target: {creationPolicy: Merge}}"],
)  # fmt: skip
def test_keys_that_come_from_elsewhere_are_not_missing(tmp_path, more):
    variable = "name: X, valueFrom: {secretKeyRef: {name: s, key: kye}}"
    made = _MADE["ExternalSecret"].rstrip()[:-1] + more
    assert codes(tmp_path, "REF002", web=deployment(more=f", env: [{{{variable}}}]"), made=made) == []


def test_no_namespace_is_the_default_one(tmp_path):
    assert not codes(tmp_path, "LBL002", web=service(namespace="default") + "---\n" + deployment())


def test_a_namespace_that_is_given_later_is_no_fault(tmp_path):
    assert not codes(tmp_path, "NAM009", web=deployment())
    assert codes(tmp_path, "NAM009", web=deployment(namespace="default")) == ["NAM009"]


def test_broken_standard_input_fails(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"apiVersion: v1\nkind: [\n")))
    assert run(["lint", "-"]) != 0
    assert "YAML001" in capsys.readouterr().out


def test_a_bad_field_hides_nothing_else_of_its_object(tmp_path):
    text = deployment(
        image="app", more=", ports: [{containerPort: http}], securityContext: {privileged: true}"
    )
    assert {"IMG001", "SEC001", "API003"} <= set(codes(tmp_path, web=text))


def test_a_rule_in_cel_is_compiled_once_and_sees_the_objects_once_made(tmp_path, monkeypatch, capsys):
    from kplan import ownrules

    compiled, made = [], []
    monkeypatch.setattr(
        ownrules, "program", lambda *given, real=ownrules.program: compiled.append(1) or real(*given)
    )
    monkeypatch.setattr(
        ownrules, "_values", lambda world, real=ownrules._values: made.append(1) or real(world)
    )
    monkeypatch.chdir(tmp_path)
    rule = "{code: ORG001, kinds: [Deployment.apps], expr: 'objects.size() > 99'}"
    (tmp_path / ".kplan.yaml").write_text(f"lint: {{select: [ORG], rules: [{rule}]}}\n")
    named = [deployment().replace("name: web", f"name: w{number}") for number in range(20)]
    (tmp_path / "all.yaml").write_text("---\n".join(named))
    assert run(["lint", "--no-cache"]) == 1
    assert capsys.readouterr().out.count("ORG001") == 20
    assert len(compiled) <= 2
    assert len(made) == 1


def test_the_work_of_selectors_grows_with_the_objects_and_not_with_their_square(tmp_path, monkeypatch):
    from kplan.lint.subject import SingleObject

    asked = []
    real = SingleObject.selected_by
    monkeypatch.setattr(SingleObject, "selected_by", lambda self, one: asked.append(1) or real(self, one))

    def work(number):
        texts = []
        for one in range(number):
            labels = f"{{app: w{one}}}"
            texts += [
                deployment(labels=labels, selector=f"{{matchLabels: {labels}}}"),
                policy(f"{{matchLabels: {labels}}}"), service(f"selector: {labels}, "), budget(f"minAvailable: 1, selector: {{matchLabels: {labels}}}"),
            ]  # fmt: skip
            texts[-4:] = [text.replace("name: web", f"name: w{one}") for text in texts[-4:]]
        asked.clear()
        linted(tmp_path, "LBL", "NET", "AVL", "REF", all="---\n".join(texts))
        return len(asked)

    few, many = work(20), work(60)
    assert many < 4 * few


def test_a_path_that_is_not_there_hides_no_other(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(deployment(image="app"))
    assert (
        run(["lint", "nowhere.yaml", "web.yaml", "nor-here/", "-o", "concise", "--select", "IMG001,YAML"])
        == 2
    )
    out = capsys.readouterr().out
    assert out.count("YAML006") == 2
    assert "IMG001" in out


def test_fixes_keep_the_order_of_documents_and_invent_no_amounts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = service() + "---\n" + deployment() + "---\n" + budget("selector: {matchLabels: {app: web}}")
    (tmp_path / "one.yaml").write_text(first)
    (tmp_path / "two.yaml").write_text(deployment(image="app").replace("name: web", "name: other"))
    run(["lint", "--fix", "--unsafe-fixes", "--select", "ALL"])
    fixed = (tmp_path / "one.yaml").read_text()
    kinds = [line for line in fixed.splitlines() if line.startswith("kind:")]
    assert kinds == ["kind: Service", "kind: Deployment", "kind: PodDisruptionBudget"]
    other = (tmp_path / "two.yaml").read_text()
    for text in (fixed, other):
        assert "allowPrivilegeEscalation: false" in text
        assert not any(word in text for word in ("TODO", "100m", "128Mi", "cpu"))
    assert "replicas: 3" in other
    assert "image: 'app'" in other


def test_pods_that_operators_make_are_not_missed(tmp_path):
    """What asks for them may stand elsewhere; a label of the team's own is looked for in templates."""
    solver = policy("{matchLabels: {acme.cert-manager.io/http01-solver: 'true'}}")
    assert codes(tmp_path, "LBL004", one=deployment(), two=solver) == []
    own = policy("{matchLabels: {shop.example/part: till}}")
    assert codes(tmp_path, "LBL004", one=deployment(), two=own) == ["LBL004"]


def test_a_budget_over_two_workloads_counts_the_pods_of_both(tmp_path):
    other = deployment(replicas=2).replace("name: web}\nspec", "name: shop}\nspec")
    files = {"one": deployment(replicas=2), "two": other, "budget": budget(f"minAvailable: 4, {SELECTOR}")}
    (found,) = linted(tmp_path, "AVL002", **files)
    assert found.message.endswith(" have 4 replicas")


def test_a_scale_target_that_is_refused_is_reported_once(tmp_path):
    scaler = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {maxReplicas: 5, scaleTargetRef: {kind: Deployment, name: web}}\n"
    )
    assert codes(tmp_path, "API422", "REF005", one=deployment(), two=scaler) == ["API422"]
