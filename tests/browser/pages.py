"""Reports as pages, and a page in the browser with what it logged and asked for."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from crowd import crowd
from kplan.render.formats import named
from kplan.render.style import PLAIN
from kplan.report import Report

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Opened"]


class Opened:
    """A page in the browser, with what it logged and what it asked for."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))

    def scrub(self, moment: str) -> None:
        """Move the slider as a reader does."""
        slider = self.page.get_by_label("Simulated time")
        slider.focus()
        slider.press({"first": "Home", "last": "End", "next": "ArrowRight"}[moment])

    @property
    def details(self) -> str:
        return self.page.locator("#details").inner_text()


def as_html(report: Report) -> str:
    format_ = named("html")
    assert format_ is not None
    return format_.render(report, PLAIN)


@cache
def crowd_page(pods: int) -> str:
    return as_html(crowd(pods, max(3, pods // 50)))
