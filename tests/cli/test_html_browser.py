"""The HTML page as a browser renders it: wide and narrow, light and dark, by keyboard, and without a complaint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser

from np2tf.cli import main

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which is not installed here")

SOURCE = """\
import numpy as np


def walk(n, history=[]):
    '''A long line in a text, that is wider than a narrow screen: ''' + "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
    x = np.zeros(2)
    for i in range(n):
        history.append(x)
        x[0] = i  # a comment
    return history


a = np.zeros(3)
held = {}
held.setdefault("a", a.view())
a[0] = 1
""" + "".join(f"n{k} = {k}\n" for k in range(200))

#: The contrast of every text that is shown with what is behind it: [ratio, text] for those below WCAG's AA.
FAINT = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data };
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, k) => {
    const v = c[k] / 255; return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4) }, 0);
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] == 255) return c } return rgb(getComputedStyle(document.documentElement).colorScheme == "dark" ?
    "black" : "white") };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility()) continue;
    seen++;
    const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push([ratio, node.data.trim().slice(0, 40), e.outerHTML.slice(0, 120)]);
  }
  return [seen, found];
})()
"""
#: Elements that reach out of the window on the right, where nothing cuts them off.
WIDE = """
[...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && e.getClientRects().length
  && Math.max(...[...e.getClientRects()].map(r => r.right)) > document.documentElement.clientWidth + 0.5
  && !e.closest(".tile, .package")).map(e => e.outerHTML.slice(0, 100))
"""
LINE = "(() => { const r = document.querySelector(':target').firstElementChild.getBoundingClientRect(); return %s })()"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("report")
    (directory / "pkg").mkdir()
    (directory / "pkg" / "a module.py").write_text(SOURCE)
    (directory / "pkg" / "b.py").write_text("import numpy as np\n\nx = np.zeros(2)\nx[0] = 1\n")
    (directory / "broken.py").write_text("import numpy\nx = (\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        assert main(["report", ".", "--html", "page.html", "-q"]) == 0
    return directory / "page.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize("width", [320, 420, 900, 1280, 2200])
def test_nothing_is_cut_off_at_the_right(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width=width)
    assert browser.run(WIDE) == []
    assert browser.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_browser_has_no_complaint_and_asks_for_nothing_else(browser: Browser, page: Path) -> None:
    browser.open(page, width=1280)
    assert browser.run("document.styleSheets[0].cssRules.length") > 50
    assert browser.complaints() == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [400, 1280])
def test_all_text_can_be_told_from_what_is_behind_it(browser: Browser, page: Path, width: int, dark: bool) -> None:
    browser.open(page, width=width, dark=dark)
    browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")
    red, green, blue = browser.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (max(red, green, blue) < 64) == dark
    seen, faint = browser.run(FAINT)
    assert seen > 400
    assert faint == []


def test_an_anchor_shows_its_line_and_marks_it(browser: Browser, page: Path) -> None:
    browser.open(page, width=1280, height=600, at="#pkg/a%20module.py%3A16")
    assert browser.run("document.querySelector(':target').children[1].textContent") == "a[0] = 1"
    top = browser.run(LINE % "r.top")
    below = browser.run(
        "Math.max(...[...document.querySelectorAll('header, .file > h3')]"
        ".map(e => e.getBoundingClientRect()).filter(r => r.top < 60).map(r => r.bottom))"
    )
    assert below <= top < 600  # not behind what stays on top
    assert browser.run("getComputedStyle(document.querySelector(':target > td')).boxShadow") != "none"


def test_every_link_leads_to_an_element(browser: Browser, page: Path) -> None:
    browser.open(page, width=1280)
    hrefs = browser.run("[...document.links].map(a => a.getAttribute('href'))")
    assert len(hrefs) > 20
    for href in dict.fromkeys(hrefs):
        browser.run(f"location.hash = {href!r}")
        assert browser.run("document.querySelectorAll(':target').length") == 1, href


def test_sides_stand_beside_each_other_or_one_above_the_other(browser: Browser, page: Path) -> None:
    script = """(() => { const r = [...document.querySelectorAll("tr.c")].find(r => r.querySelector(".old")
      && r.querySelector(".new")); return [".old", ".new"].map(s => r.querySelector(s).getBoundingClientRect())
      .map(r => [r.left, r.top]) })()"""
    browser.open(page, width=1280)
    old, new = browser.run(script)
    assert old[1] == new[1]
    assert old[0] + 300 < new[0]
    browser.open(page, width=400)
    old, new = browser.run(script)
    assert old[0] == new[0]
    assert old[1] < new[1]


def test_the_keyboard_reaches_findings_and_steps_from_one_to_the_next(browser: Browser, page: Path) -> None:
    browser.open(page, width=1280)
    browser.press("Tab")
    assert browser.run("document.activeElement.textContent") == "Skip to what is left to do"
    assert browser.run("document.activeElement.getBoundingClientRect().left") >= 0
    browser.press("Enter")
    assert browser.run("location.hash") == "#marks"
    browser.press("Tab")
    assert browser.run("document.activeElement.textContent").startswith("NT")
    assert browser.run("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    browser.open(page, width=1280, at="#broken.py%3A2")
    for _ in range(10):
        browser.press("Tab")
        if browser.run("document.activeElement.ariaLabel") == "The place after":
            break
    browser.press("Enter")
    assert browser.run("document.querySelector(':target').children[1].textContent").strip().startswith("x[0] = i")


def test_tiles_lie_beside_each_other_and_fill_the_map(browser: Browser, page: Path) -> None:
    browser.open(page, width=1280)
    areas = browser.run("[...document.querySelectorAll('.map > .package')].map(e => e.offsetWidth * e.offsetHeight)")
    whole = browser.run("(() => { const m = document.querySelector('.map'); return m.clientWidth * m.clientHeight })()")
    assert 0.98 * whole < sum(areas) < 1.02 * whole
