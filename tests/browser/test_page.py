"""The page in a browser, of 50 and of 5,000 pods: what readers see, by mouse and by keyboard."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from browser.pages import as_html, crowd_page
from crowd import crowd, waiting
from kplan import pipeline

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browser.pages import Open, Opened

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_page_opens_without_errors_and_sends_no_requests(crowded: "Opened", pods: int) -> None:
    assert crowded.page.get_by_role("heading", level=1).inner_text() == "1 change, no new risks"
    assert crowded.page.locator("#cluster li.node").count() == max(3, pods // 50) + 1
    crowded.page.get_by_role("button", name="Compare with before").click()
    assert crowded.errors == []
    assert [url.partition(":")[0] for url in crowded.requests] == ["file"]


def focused(page: "Page") -> str:
    """The line of the tree that has the focus, as a screen reader says it."""
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_the_tree_opens_by_keyboard_down_to_a_pod(crowded: "Opened") -> None:
    page = crowded.page
    first = page.get_by_role("treeitem").first
    first.focus()
    page.keyboard.press("ArrowLeft")
    assert first.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowRight")
    assert first.get_attribute("aria-expanded") == "true"
    while "replicaset.apps/web-new" not in focused(page):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    assert focused(page).endswith("on node-0")
    page.keyboard.press("Enter")
    assert re.match(r"pod/web-new-\d+ -n shop\n", crowded.details)
    assert "Because of" in crowded.details
    assert page.locator("[role=treeitem][tabindex='0']").count() == 1


def test_a_slider_moves_pods_through_time(crowded: "Opened", pods: int) -> None:
    page, half = crowded.page, pods // 2
    clock = page.locator(".timeline output")
    node = page.locator("#cluster li.node").nth(1)
    painted = "canvas => canvas.toDataURL()"
    assert f"{half:,} ready · 1 pending" in clock.inner_text()
    after = node.locator("canvas").evaluate(painted)
    crowded.scrub("first")
    assert clock.inner_text() == f"before · {half:,} ready"
    assert page.locator("#cluster li.node").first.is_hidden()
    before = node.locator("canvas").evaluate(painted)
    crowded.scrub("next")
    assert "starting" in clock.inner_text()
    assert node.get_attribute("data-pods") == str(len(range(0, half, max(3, pods // 50))) + 1)
    assert len({before, after, node.locator("canvas").evaluate(painted)}) == 3
    assert (
        page.get_by_label("Simulated time").get_attribute("aria-valuetext").startswith(("0.1 s: ", "1 s: "))
    )


def test_a_click_on_a_pod_shows_why_it_waits(crowded: "Opened", pods: int) -> None:
    crowded.page.locator("#cluster li.node.none canvas").click(position={"x": 4, "y": 4})
    assert f"pod/web-new-{pods // 2 - 1} -n shop" in crowded.details
    assert "Why\n0/3 nodes are available: 3 Insufficient cpu." in crowded.details
    crowded.page.get_by_role("complementary").get_by_role(
        "button", name="deployment.apps/web -n shop"
    ).last.click()
    assert "-    image: web:1" in crowded.details.replace("  image", "    image")
    crowded.page.get_by_role("button", name="node-1", exact=True).click()
    assert "node/node-1" in crowded.details
    assert "web-new-1 ready" in crowded.details


def test_a_search_shows_what_has_the_words_and_says_how_much(crowded: "Opened", pods: int) -> None:
    page = crowded.page
    page.keyboard.press("/")
    page.keyboard.type("web-new-7 nothing-else")
    page.get_by_text("Found 0 risks, 0 changes, 0 pods, 0 objects.").wait_for(state="attached")
    assert page.get_by_role("treeitem").count() == 0
    page.get_by_role("searchbox").fill("web-new-7")
    found = len([one for one in range(pods // 2) if str(one).startswith("7")])
    page.get_by_text(f"1 change, {found} pod{'s' if found > 1 else ''}, 0 objects").wait_for(state="attached")
    page.keyboard.press("Escape")
    page.get_by_text("Everything is shown.").wait_for(state="attached")


def test_thousands_of_pods_that_wait_close_up_and_are_counted(opened: "Open") -> None:
    found = opened(as_html(waiting(3_000)))
    found.scrub("next")
    box = found.page.locator("#cluster li.node.none")
    assert re.fullmatch(r"3,000 pods, the first 1,\d{3} drawn", box.locator(".head span").inner_text())
    box.locator("canvas").click(position={"x": 5, "y": 5})
    assert found.details.startswith("pod/web-new-0 -n shop")


def test_play_runs_to_the_end(opened: "Open") -> None:
    found = opened(crowd_page(50))
    found.page.get_by_role("button", name="Play").click()
    found.page.get_by_role("button", name="Pause").wait_for()
    found.page.get_by_role("button", name="Play").wait_for(timeout=20_000)
    assert found.page.get_by_role("button", name="After").get_attribute("aria-pressed") == "true"


def test_relations_are_walked_with_the_arrow_keys(opened: "Open") -> None:
    shop = pipeline.load([str(FIXTURES / "manifests" / "shop")])
    found = opened(pipeline.plan(shop, pipeline.open_state("nodes:3x4cpu,8Gi", FIXTURES)))
    page = found.page
    page.get_by_role("button", name="deployment.apps/web -n shop, create").focus()
    page.keyboard.press("ArrowRight")
    named = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert named.startswith(("configmap/web-config", "replicaset.apps/web-", "secret/web-session"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    for line in (
        "reads configmap/web-config -n shop",
        "owns replicaset.apps/web-",
        "service/web -n shop selects",
    ):
        assert line in found.details
    page.get_by_text("relations as a table").click()
    assert (
        page.get_by_role("row", name="service/web -n shop selects deployment.apps/web -n shop").count() == 1
    )
    assert found.errors == []


def test_risks_findings_and_refusals_say_why_and_what_to_do(opened: "Open") -> None:
    folder = FIXTURES / "plans" / "pods-that-do-not-fit-stay-pending"
    state = pipeline.open_state(str(folder / "prior"), folder)
    found = opened(pipeline.plan(pipeline.load([str(folder / "manifests")]), state))
    found.page.get_by_role("button", name="PLN001").click()
    assert "PLN001 pending-pods" in found.details
    assert "What to do" in found.details
    lint = opened(pipeline.lint(pipeline.load([str(FIXTURES / "manifests" / "broken")])))
    lint.page.get_by_role("button", name="unknown field 'spec.replica'").click()
    assert "did you mean 'replicas'?" in lint.details
    assert "replica: 3" in lint.details
    assert found.errors == lint.errors == []


def test_effects_without_words_of_their_own_are_shown_as_they_stand(opened: "Open") -> None:
    """A page made by a later kplan may hold effects that this script does not know."""
    html = crowd_page(50).replace(
        '"refusals":[]', '"refusals":[],"quotas":[{"outcome":"failed","reason":"too many"}]', 1
    )
    found = opened(html)
    found.page.get_by_role("treeitem").first.click()
    assert found.page.get_by_text("failed too many").count() == 1
    assert found.errors == []


def test_differences_and_simulations_have_pages_as_well(opened: "Open") -> None:
    shop = pipeline.load([str(FIXTURES / "manifests" / "shop")])
    state = pipeline.open_state("nodes:3x4cpu,8Gi", FIXTURES)
    diff = opened(pipeline.diff(shop, state))
    assert diff.page.get_by_text("apps.v1.Deployment.shop.web").count() == 1
    simulated = opened(pipeline.simulate(shop, state).report)
    assert "5 ready" in simulated.page.locator(".timeline output").inner_text()
    assert diff.errors == simulated.errors == []


def test_on_paper_there_are_no_controls(opened: "Open") -> None:
    found = opened(crowd_page(50))
    found.page.emulate_media(media="print")
    assert found.page.get_by_role("button", name="Before").count() == 0
    assert found.page.locator("aside").is_hidden()
    assert found.page.locator("main").is_visible()


def test_a_reader_without_scripts_has_the_text(opened: "Open") -> None:
    found = opened(crowd_page(50), java_script_enabled=False)
    assert "Plan: 0 to create, 1 to change" in found.page.locator("noscript").inner_text()


def test_the_page_of_a_saved_plan_says_what_it_lacks(opened: "Open") -> None:
    page = opened(crowd(10, 2)._replace(outcome=None)).page
    assert page.get_by_text("kplan plan -o html=FILE").is_visible()
    assert page.locator("#cluster").count() == 0
