"""The documentation: the tutorial's transcript is what the command prints, and the site builds without a warning."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from np2tf.convert import convert
from np2tf.result import Options

ROOT = Path(__file__).parents[2]


def test_the_tutorial_shows_what_is_converted() -> None:
    text = (ROOT / "docs" / "index.md").read_text()
    source = re.search(r"`heat.py`:\n\n```python\n(.*?)```", text, re.DOTALL)
    shown = re.search(r"```diff\n(.*?)```", text, re.DOTALL)
    assert source is not None
    assert shown is not None
    new = convert({"heat.py": source[1].encode()}, Options(jit=True)).files[0].output.decode()
    lines = shown[1].splitlines()
    before = [line[1:].rstrip() for line in lines if not line.startswith("+")]
    after = [line[1:].rstrip() for line in lines if not line.startswith("-")]
    assert "\n".join(before) in source[1]
    assert "\n".join(after) in new


@pytest.mark.skipif(find_spec("mkdocs") is None, reason="mkdocs is not installed: pip install '.[docs]'")
def test_the_site_builds(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "NT103: " in (tmp_path / "diagnostics" / "NT103" / "index.html").read_text()
    assert "--baseline" in (tmp_path / "commands" / "check" / "index.html").read_text()
