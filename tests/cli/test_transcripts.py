"""What the README and the documentation show of terminals is what the commands print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from cli_helpers import ROOT, Runner, python

from np2tf.convert import convert
from np2tf.result import Options

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: A paragraph that begins with a file's name and ends in a colon, and the file.
_FILE = re.compile(r"^`([\w/]+\.py)`(?:[^\n]+\n)*?[^\n]*:\n\n```python\n(.*?)```", re.DOTALL | re.MULTILINE)
_CONSOLE = re.compile(r"^```console\n(.*?)```(?:\n\n```diff\n(.*?)```)?", re.DOTALL | re.MULTILINE)
#: Commands that run the program, in processes of their own, on TensorFlow; the others run in this one.
_RUNNING = ("run", "verify")


class Shown(NamedTuple):
    """A command, and what a page shows of what it prints."""

    page: str
    arguments: list[str]
    output: str


def shown(page: Path) -> list[Shown]:
    """The commands of np2tf that a page shows with what they print."""
    found = []
    for block in _CONSOLE.finditer(page.read_text()):
        for part in re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            words = command.partition(" #")[0].split()
            if words[0] == "np2tf" and output.strip():
                found.append(Shown(page.name, words[1:], output))
    return found


def write_files(page: Path, directory: Path) -> None:
    """Write the files that a page shows."""
    for name, text in _FILE.findall(page.read_text()):
        (directory / name).write_text(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_transcripts(run: Runner, here: Path, page: Path) -> None:
    write_files(page, here)
    for one in shown(page):
        if one.arguments[0] in _RUNNING:
            done = python("-m", "np2tf", *one.arguments, cwd=here)
            printed = done.stdout.decode()  # TensorFlow writes about the machine to standard error
        else:
            ended = run(*one.arguments)
            printed = ended.out + ended.err
        assert printed == one.output, one.arguments


def test_what_is_shown_is_found() -> None:
    commands = [one.arguments for page in PAGES for one in shown(page)]
    assert len(commands) >= 8
    assert {"check", "convert", "run", "verify"} <= {arguments[0] for arguments in commands}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_diffs_are_what_the_converter_makes(page: Path) -> None:
    text = page.read_text()
    sources = dict(_FILE.findall(text))
    for diff in re.findall(r"^```diff\n(.*?)```", text, re.DOTALL | re.MULTILINE):
        lines = diff.splitlines()
        before, after = (
            "\n".join(line[1:].rstrip() for line in lines if not line.startswith(sign)) for sign in ("+", "-")
        )
        of = next((source for source in sources.values() if before in source), None)
        source = of or f"import numpy as np\n\n{before}\n"
        jit = "@np.jit" in after
        (file,) = convert({"a.py": source.encode()}, Options(jit=jit)).files
        assert after in file.output.decode(), diff
