"""The machine's own Chromium, and pages of reports opened in it; without one, these tests say how to have it."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.pages import Open, Opened, as_html, crowd_page
from kplan.report import Report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LEFT_OUT = "the html page was not opened in a browser"
NO_BROWSER = f"{LEFT_OUT}: install chromium, or set KPLAN_BROWSER to one, and run make test again"
NO_PLAYWRIGHT = f"{LEFT_OUT}: install the extra 'test', which has playwright"


def found_browser() -> str | None:
    """The path of a browser on this machine; never one that Playwright downloads."""
    chosen = os.environ.get("KPLAN_BROWSER")
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


def reason() -> str:
    """Why no page can be opened; empty where one can, or where it has to be."""
    if os.environ.get("KPLAN_REQUIRE_BROWSER"):
        return ""
    if found_browser() is None:
        return NO_BROWSER
    return "" if importlib.util.find_spec("playwright") else NO_PLAYWRIGHT


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser, one test stands for all of them, so that one line says what was left out."""
    mine = [item for item in items if Path(__file__).parent in item.path.parents]
    if mine and (why := reason()):
        mine[0].add_marker(pytest.mark.skip(reason=f"{len(mine)} tests: {why}"))
        config.hook.pytest_deselected(items=mine[1:])
        items[:] = [item for item in items if item not in mine[1:]]


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    path = found_browser()
    assert path, NO_BROWSER
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield started
        started.close()


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    """Opens a report; anything that a context takes may be given, such as ``color_scheme``."""
    contexts = []

    def open_report(report: Report | str, **more: Any) -> Opened:
        html = report if isinstance(report, str) else as_html(report)
        file = tmp_path / "report.html"
        file.write_text(html, encoding="utf-8", errors="replace")
        context = browser.new_context(
            **{"viewport": {"width": 1400, "height": 900}, "color_scheme": "light", **more}
        )
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.goto(file.as_uri())
        return found

    yield open_report
    for context in contexts:
        context.close()


@pytest.fixture(params=[50, 5_000], ids=["50 pods", "5,000 pods"])
def pods(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def crowded(opened: Open, pods: int) -> Opened:
    return opened(crowd_page(pods))
