"""What docs/ci.md and the workflows tell to run is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cli_helpers import ROOT, Runner

DOCUMENTED = sorted(set(re.findall(r"np2tf check .*?(?= *#|\n)", (ROOT / "docs" / "ci.md").read_text())))


@pytest.mark.parametrize("command", DOCUMENTED)
def test_documented_commands_run(run: Runner, here: Path, command: str) -> None:
    (here / "src").mkdir()
    (here / "src" / "a.py").write_text("import numpy as np\n\nx = np.ones(2)\n")
    (here / "np2tf-baseline.json").write_text('{"version": 1, "findings": {}}')
    words = shlex.split(command.partition(">")[0])
    assert run(*words[1:]).status == 0


def test_the_repository_checks_itself_as_documented(run: Runner) -> None:
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text()
    (command,) = re.findall(r"- run: np2tf (check .*)", workflow)
    arguments = [str(ROOT / word) if (ROOT / word).is_dir() else word for word in command.split()]
    assert run(*arguments).status == 0
    assert "make test" in workflow
