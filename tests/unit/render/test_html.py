"""The page without a browser: what is inlined, what is escaped, and what the picture is made of."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crowd import crowd
from kplan import pipeline
from kplan.render.formats import named
from kplan.render.html import cluster_map as maps
from kplan.render.html.cluster_map import Step, cluster_map
from kplan.render.html.data import data_of
from kplan.render.html.happenings import happenings
from kplan.render.html.moments import Moments
from kplan.render.html.page import SCRIPTS, STYLES, asset, bundle, embedded
from kplan.render.html.relations import graph, touched
from kplan.render.html.states import State
from kplan.render.style import PLAIN
from kplan.report import Report
from kplan.simulation.clock import SECOND, START

ASSETS = Path(maps.__file__).parent / "assets"


def html(report: Report) -> str:
    found = named("html")
    assert found is not None
    return found.render(report, PLAIN)


def data_in(page: str) -> Any:
    return json.loads(page.partition('id="data">')[2].partition("</script>")[0])


def test_every_asset_is_inlined_once() -> None:
    assert {path.name for path in ASSETS.iterdir()} == {*STYLES, *SCRIPTS, "page.html"}
    assert len(STYLES) + len(SCRIPTS) + 1 == len({*STYLES, *SCRIPTS, "page.html"})


def test_modules_import_only_what_comes_before_them_and_exports() -> None:
    for place, name in enumerate(SCRIPTS):
        for names, module in re.findall(r'^import \{ (.*) \} from "\./(.*)";$', asset(name), re.MULTILINE):
            assert module in SCRIPTS[:place], f"{name} imports {module}"
            exported = set(re.findall(r"^export (?:function|const) (\w+)", asset(module), re.MULTILINE))
            assert set(names.split(", ")) <= exported
            for one in names.split(", "):
                uses = re.findall(rf"\b{one}\b", re.sub(r"^import .*\n", "", asset(name), flags=re.MULTILINE))
                assert uses, f"{name} imports {one} for nothing"


def test_one_name_is_one_thing_in_the_bundle() -> None:
    script = bundle()
    assert "import " not in script
    assert "export " not in script
    declared = re.findall(r"^(?:function|const|let) (\w+)", script, re.MULTILINE)
    assert len(declared) == len(set(declared))


def test_nothing_reads_text_as_markup_or_asks_a_network() -> None:
    for name in SCRIPTS:
        forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttp|WebSocket|import\("
        assert not re.search(forbidden, asset(name)), name
    for name in STYLES:
        assert not re.search(r"url\(|@import", asset(name)), name
    assert not re.search(r"(?:src|href)=\"(?!#)", asset("page.html"))


def test_modules_are_small() -> None:
    assert max(asset(name).count("\n") for name in SCRIPTS) < 260


def test_the_policy_knows_exactly_the_inlined_script_and_style(lint_report: Report) -> None:
    page = html(lint_report)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    for element, directive in (("style", "style-src"), ('script type="module"', "script-src")):
        text = page.partition(f"<{element}>")[2].partition(f"</{element.split()[0]}>")[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "default-src 'none'" in policy[1]


def test_data_cannot_leave_its_element() -> None:
    value = {"a": "</script><!-- & \u2028 ü \U0001f680"}
    text = embedded(value)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == value


def test_awkward_findings_are_all_in_the_data(awkward_report: Report) -> None:
    found = data_in(html(awkward_report))
    assert [one["message"] for one in found["findings"]] == [one.message for one in awkward_report.findings]


def test_values_of_secrets_are_not_in_the_page(tmp_path: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: %s}\n"
    pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b, envFrom: [{secretRef: {name: db}}]}]}\n"
    (tmp_path / "new.yaml").write_text(secret % "second-planted-value" + pod)
    (tmp_path / "old.yaml").write_text(secret % "first-planted-value")
    state = pipeline.open_state(str(tmp_path / "old.yaml"), tmp_path)
    page = html(pipeline.plan(pipeline.load([str(tmp_path / "new.yaml")]), state))
    for value in (b"first-planted-value", b"second-planted-value"):
        assert value.decode() not in page
        assert base64.b64encode(value).decode() not in page
    assert ["Pod", "reads", "Secret"] in edges(data_in(page))


def edges(data: Any) -> list[list[str]]:
    objects = data["graph"]["objects"]
    return [
        [objects[source][1], verb, objects[target][1]] for source, verb, target in data["graph"]["relations"]
    ]


def test_pods_are_followed_from_before_to_after() -> None:
    outcome = crowd(20, 3).outcome
    assert outcome is not None
    moments = Moments.of(outcome.started, (entry.when for entry in outcome.timeline))
    found = cluster_map(outcome, moments)
    by_name = {pod.name: pod for pod in found.pods}
    old, new, last = by_name["web-old-0"], by_name["web-new-0"], by_name["web-new-9"]
    at = {seconds: number for number, seconds in enumerate(moments.seconds, 1)}
    assert old.steps == (
        Step(0, State.READY, "node-0"), Step(at[1.1], State.TERMINATING, "node-0"), Step(at[2.1], State.GONE, "node-0"),
    )  # fmt: skip
    assert new.steps == (Step(at[0.1], State.STARTING, "node-0"), Step(at[1.1], State.READY, "node-0"))
    assert last.steps == (Step(at[1.0], State.PENDING),)
    assert last.reason == "0/3 nodes are available: 3 Insufficient cpu."
    assert (new.owner, new.cpu, new.memory) == ("deployment.apps/web -n shop", 100, 64 << 20)
    assert [node.name for node in found.nodes] == ["node-0", "node-1", "node-2"]
    assert len(found.pods) == 20


def test_nodes_stand_in_the_order_of_their_numbers() -> None:
    outcome = crowd(4, 12).outcome
    assert outcome is not None
    found = cluster_map(outcome, Moments.of(outcome.started, ()))
    assert [node.name for node in found.nodes] == [f"node-{one}" for one in range(12)]


def test_a_slider_holds_any_length_of_time() -> None:
    few = Moments.of(START, [START, START + 1, START + 3 * SECOND])
    assert few.seconds == [0, 0.001, 3]
    assert [few.number(START), few.number(START + 1), few.number(START + 3 * SECOND)] == [1, 2, 3]
    for span in (SECOND // 10, SECOND, 60 * SECOND):
        instants = [START + one * span for one in range(5_000)]
        many = Moments.of(START, instants)
        assert len(many.seconds) <= 600
        numbers = [many.number(when) for when in instants]
        assert numbers == sorted(numbers)
        assert numbers[-1] == len(many.seconds)


def test_what_is_said_alike_is_folded(plan_of: Callable[[str], Report]) -> None:
    outcome = plan_of("quota-stops-a-rollout").outcome
    assert outcome is not None
    moments = Moments.of(outcome.started, (entry.when for entry in outcome.timeline))
    told = list(happenings(outcome, moments))
    assert not [one for one in told if one.reason in ("Scheduled", "Pulled", "Started")]
    refused = [one for one in told if "exceeded quota" in one.message]
    assert {one.type for one in refused} == {"Warning"}
    assert len(told) < sum(1 for entry in outcome.timeline)


def test_relations_lead_from_and_to_what_changes(tmp_path: Path) -> None:
    root = Path(__file__).parents[3] / "fixtures" / "manifests" / "shop"
    report = pipeline.plan(pipeline.load([str(root)]), pipeline.open_state("nodes:3x4cpu,8Gi", tmp_path))
    found = edges(data_of(report))
    for edge in (
        ["Service", "selects", "Deployment"], ["Deployment", "owns", "ReplicaSet"], ["Deployment", "reads", "ConfigMap"],
        ["PodDisruptionBudget", "protects", "Deployment"], ["StatefulSet", "is named by", "Service"],
    ):  # fmt: skip
        assert edge in found, edge


def test_what_is_named_and_not_there_is_in_the_graph_as_missing(tmp_path: Path) -> None:
    text = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: gone}}\n"
    (tmp_path / "a.yaml").write_text(text)
    outcome = pipeline.plan(
        pipeline.load([str(tmp_path)]), pipeline.open_state("nodes:1x1cpu,1Gi", tmp_path)
    ).outcome
    assert outcome is not None
    found = graph(outcome, touched(outcome))
    assert [(one.key.name, one.found) for one in found.objects if one.key.kind == "Deployment"] == [
        ("gone", False)
    ]
    assert [one.verb for one in found.relations] == ["scales"]


def test_many_pods_make_a_page_that_can_be_sent() -> None:
    assert len(html(crowd(5_000, 100)).encode()) < 2_000_000


def test_a_report_without_a_simulation_has_no_picture(lint_report: Report) -> None:
    found = data_in(html(lint_report))
    assert {"findings", "rules", "command"} <= set(found)
    assert not {"cluster", "graph", "plan", "moments"} & set(found)


def test_the_page_of_a_saved_plan_says_that_it_has_no_map(
    lint_report: Report, plan_of: Callable[[str], Report]
) -> None:
    made = plan_of("pods-that-do-not-fit-stay-pending")
    saved = data_in(html(made._replace(outcome=None)))
    assert "no map of the cluster" in saved["remark"]
    assert "cluster" not in saved
    assert all("remark" not in data_in(html(one)) for one in (made, lint_report))


@pytest.mark.parametrize("name", ["pods-that-do-not-fit-stay-pending", "refused-object-leaves-the-rest"])
def test_every_change_has_its_diff_and_not_the_whole_object(
    name: str, plan_of: Callable[[str], Report]
) -> None:
    for one in data_in(html(plan_of(name)))["plan"]["changes"]:
        assert not {"before", "after"} & set(one["change"])
        assert bool(one["change"]["diff"]) is (one["change"]["action"] not in ("no-op", "refused"))


def test_the_page_holds_no_control_characters(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "p\\u0007\\u001b[31mx"}\n'
    )
    report = pipeline.lint(pipeline.load([str(tmp_path / "a.yaml")]))
    assert any("\x1b" in one.message + one.object for one in report.findings)
    assert not set("\x1b\x07\x9b") & set(html(report))
