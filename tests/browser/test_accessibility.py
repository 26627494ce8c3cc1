"""What everybody needs to read the page: names, roles, order, contrast, calm."""

from typing import TYPE_CHECKING

import pytest

from browser.pages import crowd_page

if TYPE_CHECKING:
    from browser.pages import Open, Opened

UNNAMED = """() => [...document.querySelectorAll('button, input, a, [role=button], [role=img], [role=tree], svg[role]')].filter(one => {
  const label = one.getAttribute('aria-label') || one.closest('label')?.textContent || one.textContent;
  return !label.trim();
}).map(one => one.outerHTML.slice(0, 120))"""

PROBLEMS = """() => {
  const found = [];
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  if (new Set(ids).size !== ids.length) found.push('an id twice');
  for (const one of document.querySelectorAll('[aria-labelledby]'))
    if (!document.getElementById(one.getAttribute('aria-labelledby'))) found.push('labelled by nothing');
  if (!document.documentElement.lang) found.push('no language');
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  const levels = [...document.querySelectorAll('main h1, main h2, main h3')].map(one => Number(one.tagName[1]));
  levels.forEach((level, place) => { if (level > (levels[place - 1] ?? 0) + 1) found.push(`heading ${level} too deep`); });
  for (const one of document.querySelectorAll('[role=treeitem]'))
    if (!one.closest('[role=tree]') || !one.hasAttribute('aria-level')) found.push('a tree item outside a tree');
  for (const one of document.querySelectorAll('canvas'))
    if (one.getAttribute('aria-hidden') !== 'true') found.push('a canvas that says nothing');
  for (const one of document.querySelectorAll('ul.rows > *, ul.nodes > *, ul.legend > *'))
    if (one.tagName !== 'LI') found.push('a list of something else');
  return found;
}"""

CONTRAST = """() => {
  const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const card = at.tagName === 'g' && at.querySelector(':scope > rect');
      const ground = card ? getComputedStyle(card).fill : getComputedStyle(at).backgroundColor;
      const parts = numbers(ground);
      if (ground.startsWith('rgb') && (parts.length < 4 || parts[3] > 0.5) && parts.length) return parts;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const one = text.parentElement;
    if (!text.data.trim() || /SCRIPT|STYLE|NOSCRIPT|TITLE/i.test(one.tagName) || !one.getClientRects().length) continue;
    const style = getComputedStyle(one);
    const ink = numbers(one.namespaceURI.endsWith('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${text.data.trim().slice(0, 40)}`);
  }
  return [...new Set(low)];
}"""


def test_everything_that_can_be_used_has_a_name_and_every_part_its_place(crowded: "Opened") -> None:
    assert crowded.page.evaluate(UNNAMED) == []
    assert crowded.page.evaluate(PROBLEMS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_themes(scheme: str, opened: "Open") -> None:
    found = opened(crowd_page(50), color_scheme=scheme)
    found.page.get_by_role("treeitem").nth(1).click()
    found.page.locator("#cluster li.node.none canvas").click(position={"x": 4, "y": 4})
    assert found.page.evaluate("document.documentElement.dataset.theme") == scheme
    assert found.page.evaluate(CONTRAST) == []


def test_the_theme_is_the_systems_until_the_reader_chooses(opened: "Open") -> None:
    found = opened(crowd_page(50), color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = found.page.evaluate(ground)
    button = found.page.get_by_role("button", name="Dark")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert found.page.evaluate(ground) != dark
    assert found.page.evaluate("document.documentElement.dataset.theme") == "light"


def test_the_way_by_tab_is_short_and_begins_with_the_skip_link(crowded: "Opened") -> None:
    page = crowded.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    stops = []
    for _ in range(4):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("document.activeElement.getAttribute('role') || document.activeElement.textContent")
        )
    assert stops == ["treeitem", "Before", "◀", "Play"]


def test_nothing_moves_by_itself_for_those_who_asked_for_calm(opened: "Open") -> None:
    style = "getComputedStyle(document.documentElement).scrollBehavior"
    moving = "document.getAnimations().length"
    calm = opened(crowd_page(50), reduced_motion="reduce")
    assert calm.page.evaluate(style) == "auto"
    assert calm.page.evaluate("getComputedStyle(document.querySelector('#theme')).transitionDuration") == "0s"
    assert calm.page.evaluate(moving) == 0
    assert opened(crowd_page(50), reduced_motion="no-preference").page.evaluate(style) == "smooth"


def test_page_is_readable_on_a_phone(opened: "Open") -> None:
    found = opened(crowd_page(50), viewport={"width": 390, "height": 800})
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert found.page.get_by_role("tree").is_visible()
