"""Every code has a page, and every page's examples are NumPy programs that show the same before and after."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_helpers import ROOT, python

from np2tf.convert import convert
from np2tf.diagnostics import CODES
from np2tf.explain import page
from np2tf.result import Options

HEADINGS = ["What was found", "Why a plain rewrite would be wrong", "What to do instead", "Example"]


def test_each_code_has_a_page_and_each_page_a_code() -> None:
    assert {path.stem for path in (ROOT / "np2tf" / "pages").iterdir()} == set(CODES)


def test_every_code_that_is_spoken_of_is_in_the_table_and_every_row_is_used() -> None:
    spoken: set[str] = set()
    for top in (ROOT / "np2tf", ROOT / "runtime"):
        for path in top.rglob("*.py"):
            if path.name != "diagnostics.py":
                spoken |= {*re.findall(r"\bNT\d{3}\b", path.read_text())}
    assert spoken == set(CODES)
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "np2tf" / "pages").iterdir()]:
        assert {*re.findall(r"\bNT\d{3}\b", path.read_text())} <= set(CODES), path


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_says_all_that_it_should(code: str) -> None:
    text = page(code)
    assert text.startswith(f"# {code}: {CODES[code].title}\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    sections = re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]
    assert all(len(section.strip()) > 40 for section in sections)
    assert text.count("```") % 2 == 0


def examples(code: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page(code), re.MULTILINE | re.DOTALL)


# A file is withheld (NT009) where np2tf has gone wrong: no program is known to do it.
@pytest.mark.parametrize("code", sorted(c for c in CODES if len(examples(c)) == 2 and c != "NT009"))
def test_the_example_is_reported_before_and_not_after(code: str) -> None:
    before, after = (
        convert({"example.py": text.encode()}, Options(jit=code.startswith("NT7"))).files[0].diagnostics
        for text in examples(code)
    )
    assert code in {found.code for found in before}
    assert not [found for found in after if found.code == code or found.severity == "error"]


def test_examples_run_and_show_the_same(tmp_path: Path) -> None:
    """All in one process, since each would pay for NumPy's import."""
    pytest.importorskip("numpy")
    codes = sorted(CODES)
    program = ["import contextlib, io, warnings", "warnings.simplefilter('error')", "shown = {}"]
    program.append("warnings.filterwarnings('ignore', 'the matrix subclass', PendingDeprecationWarning)")
    for code in codes:
        for example in examples(code):
            program.append("with contextlib.redirect_stdout(io.StringIO()) as out:")
            program.append(f"    exec(compile({example!r}, {code!r}, 'exec'), {{'__name__': 'example'}})")
            program.append(f"shown.setdefault({code!r}, []).append(out.getvalue())")
    program.append("bad = {c: s for c, s in shown.items() if len(set(s)) > 1 or not s[0]}")
    program.append("print(len(shown), bad)")
    done = python("-c", "\n".join(program), cwd=tmp_path)
    assert done.stdout.decode().strip() == f"{sum(bool(examples(c)) for c in codes)} {{}}", done.stderr.decode()
