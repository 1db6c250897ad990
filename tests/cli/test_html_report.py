"""The HTML page: whole, without a network, with every link leading somewhere and every text as text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli_helpers import Runner

VOID = {"meta", "br", "col", "link", "img", "hr", "input"}
SOURCE = """\
import numpy as np

x, h = np.zeros(2), []
note = "<b>&amp;</b></script><script>alert(1)</script>"
for i in range(2):
    h.append(x)
    x[0] = i
y = np.ones(3)
y[0] = 2
""" + "".join(f"n{k} = {k}\n" for k in range(40))


class Page(HTMLParser):
    """A page's elements, links and texts; refuses what is not nested well."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [value or "" for attribute, value in self.attributes if attribute == name]


@pytest.fixture
def text(run: Runner, here: Path) -> str:
    (here / "pkg").mkdir()
    (here / "pkg" / "a<b>&'c.py").write_text(SOURCE)
    (here / "clean.py").write_text("import numpy as np\n\nz = np.ones(2)\nz[0] = 3\n")
    (here / "plain.py").write_text("x = 1\n")
    (here / "broken.py").write_text("import numpy\nx = (\n")
    before = {path: path.read_bytes() for path in here.rglob("*.py")}
    done = run("report", ".", "--html", "page.html")
    assert (done.status, done.err) == (0, "")
    assert done.out == "page.html: 4 files; open it in a browser\n"
    assert {path: path.read_bytes() for path in here.rglob("*.py")} == before
    return (here / "page.html").read_text(encoding="utf-8")


def test_it_needs_no_network_and_runs_nothing(text: str) -> None:
    page = Page(text)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not page.values("src")
    assert all(link.startswith("#") for link in page.values("href"))
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_every_link_leads_to_one_place(text: str) -> None:
    page = Page(text)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.values("href")} <= set(ids)


def test_it_follows_light_and_dark_and_the_keyboard(text: str) -> None:
    """What a browser makes of it, test_html_browser.py sees where there is one."""
    assert "color-scheme: light dark" in text
    assert "prefers-color-scheme: dark" in text
    assert '<a class="skip" href="#marks">' in text
    assert ":focus-visible" in text
    assert '<html lang="en">' in text


def test_findings_stand_below_their_lines_and_are_listed_by_code(text: str) -> None:
    page = Page(text)
    row = re.search(r'<tr id="([^"]+%3A7)"[^>]*>.*?</tr>\s*<tr class="found error">.*?</tr>', text, re.DOTALL)
    assert row is not None
    assert row[1] == "pkg/a%3Cb%3E%26%27c.py%3A7"
    assert "x[0] = i" in row[0]
    assert "NT105" in row[0]
    assert page.values("href").count(f"#{row[1]}") == 2  # from its code, and from the place before it
    assert "NT105" in page.values("id")
    assert "NT001" in page.values("id")


def test_sources_are_shown_as_text_beside_their_conversions(text: str) -> None:
    shown = "".join(Page(text).texts)
    assert '"<b>&amp;</b></script><script>alert(1)</script>"' in shown
    assert "a<b>&'c.py" in shown
    assert "y = np.tensor_scatter_update(y, 0, 2)" in shown
    assert "37 lines that stay" in shown
    assert "plain.py" not in shown


def test_a_changed_line_stands_beside_what_it_became_and_says_what_is_new(text: str) -> None:
    row = re.search(r'<tr id="[^"]+%3A9" class="c">.*?</tr>', text)
    assert row is not None
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[0])
    assert [re.sub("<.*?>", "", cell) for cell in cells] == [
        "9",
        "y[0] = 2",
        "10",
        "y = np.tensor_scatter_update(y, 0, 2)",
    ]
    assert "<ins>" in cells[3]
    assert "<del>" in cells[1]


def test_shares_are_told_in_words_and_in_widths(text: str) -> None:
    labels = [label for label in Page(text).values("aria-label") if "converted" in label]
    assert labels[0] == "7 converted, 1 left to do by hand"
    widths = re.findall(r'<span class="bar".*?</span></span>', text)
    for bar in widths:
        assert abs(sum(map(float, re.findall(r"width:([\d.]+)%", bar))) - 100) < 0.1
    assert len(widths) == len(labels) == 5  # of all, of two packages, of two modules


def test_the_map_has_a_tile_for_every_module_with_something_to_convert(text: str) -> None:
    tiles = re.findall(r'<(a|div) class="tile step(\d)" style="([^"]+)" title="([^"]+)"', text)
    assert [(kind, step, said) for kind, step, _, said in tiles] == [
        ("a", "2", "pkg/a&lt;b&gt;&amp;&#x27;c.py: 80 % of 5 constructs"),
        ("a", "0", "clean.py: 100 % of 3 constructs"),
    ]
    for _, _, style, _ in tiles:
        assert style == "left:0.000%;top:0.000%;width:100.000%;height:100.000%"  # each is alone in its package


def test_notebooks_are_shown_by_their_cells(run: Runner, here: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "import numpy as np\nh = []\nx = np.zeros(2)"},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["%time h += [x for _ in h]\n", "x[0] = 1\n"]},
    ]
    (here / "n.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert run("report", "n.ipynb", "--html", "page.html").status == 0
    text = (here / "page.html").read_text()
    page = Page(text)
    shown = "".join(page.texts)
    assert "# cell 2" in shown
    assert "import np2tf_runtime as np" in shown
    assert '<a href="#n.ipynb%3A3%3A2">n.ipynb:3:2</a> <code>x[0] = 1</code>' in text
    assert "n.ipynb%3A3%3A2" in page.values("id")
    assert '"cell_type"' not in shown


def test_a_notebook_that_cannot_be_read_is_shown_as_it_is(run: Runner, here: Path) -> None:
    (here / "n.ipynb").write_text('{"numpy": 1}\n')
    assert run("report", "n.ipynb", "--html", "page.html").status == 0
    shown = "".join(Page((here / "page.html").read_text()).texts)
    assert "NT001" in shown
    assert '{"numpy": 1}' in shown


def test_nothing_left_to_do_is_said(run: Runner, here: Path) -> None:
    (here / "clean.py").write_text("import numpy as np\nz = np.ones(2)\nz[0] = 3\n")
    assert run("report", "clean.py", "--html", "page.html", "-q").out == ""
    text = (here / "page.html").read_text()
    assert "Nothing is left to do by hand." in text
    assert "100 %" in text
    Page(text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "--html", "x.html"], "the page is about files"),
        (["a.py"], "--html"),
        (["a.py", "--html", "a.py"], "Name a file that ends in .html"),
        (["a.py", "--html", "no/x.html"], "is not a directory"),
        (["none.py", "--html", "x.html"], "no such file or directory"),
    ],
)
def test_wrong_usage_writes_nothing(run: Runner, here: Path, arguments: list[str], message: str) -> None:
    (here / "a.py").write_text("import numpy\n")
    done = run("report", *arguments)
    assert done.status == 2
    assert message in " ".join(done.err.split())
    assert sorted(path.name for path in here.iterdir()) == ["a.py"]
