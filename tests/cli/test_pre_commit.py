"""The hooks, installed by pre-commit itself from a clone, into an environment of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from cli_helpers import ROOT, commit, git
from test_notebooks import notebook

SOURCE = "import numpy as np\n\n\ndef walk(keep):\n    x = np.zeros(2)\n    keep(x)\n    x[0] = 1\n    return x\n"
HELPER = "import numpy as np\n\n\ndef double(a):\n    a *= 2\n"
CALLER = "import numpy as np\nfrom helper import double\n\nx = np.ones(2)\ndouble(x)\nprint(x)\n"
UNREACHABLE = r"No matching distribution|Could not find a version|name resolution|ConnectionError|Connection refused"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds what this one would, were it committed."""
    if find_spec("pre_commit") is None:
        pytest.skip("pre-commit is not installed")
    top = tmp_path_factory.mktemp("clone") / "np2tf"
    top.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, top)
    for name in ("np2tf", "runtime", "tools"):
        shutil.copytree(ROOT / name, top / name, ignore=shutil.ignore_patterns("__pycache__"))
    commit(top)
    return top


class Hooks:
    """A project with the hooks in its configuration, all of it staged."""

    def __init__(self, top: Path, clone: Path, home: Path) -> None:
        self.top, self.home = top, home
        rev = subprocess.run(["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, check=True, text=True)
        (top / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {clone}\n  rev: {rev.stdout.strip()}\n"
            "  hooks:\n  - id: np2tf-check\n  - id: np2tf-convert\n    stages: [manual]\n"
        )
        git(top, "init", "-q")

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        git(self.top, "add", "-A")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "GIT_"))}
        environment |= {"PRE_COMMIT_HOME": str(self.home), "NO_COLOR": "1", "PRE_COMMIT_COLOR": "never"}
        command = [sys.executable, "-m", "pre_commit", *arguments]
        return subprocess.run(command, cwd=self.top, env=environment, capture_output=True, check=False, text=True)


@pytest.fixture(scope="module")
def installed(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    home, top = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("project")
    hooks = Hooks(top, clone, home)
    done = hooks.pre_commit("install-hooks")
    said = done.stdout + done.stderr
    if done.returncode and re.search(UNREACHABLE, said):
        pytest.skip("the package index can't be reached, so that pre-commit can't install the hooks")
    assert done.returncode == 0, said
    return hooks


def test_the_hooks_install_without_tensorflow_and_numpy(installed: Hooks) -> None:
    names = {path.name for path in installed.home.rglob("site-packages/*")}
    assert {"libcst", "click", "np2tf"} <= names
    assert not {"tensorflow", "numpy", "keras"} & names


def test_check_fails_for_findings_and_says_where(installed: Hooks) -> None:
    for number in range(30):  # more than pre-commit hands to one process, were it not told to
        (installed.top / f"m{number}.py").write_text(f"import numpy as np\n\nx = np.zeros({number + 1})\nx[0] = 1\n")
    assert installed.pre_commit("run", "--all-files").returncode == 0
    (installed.top / "walk.py").write_text(SOURCE)
    done = installed.pre_commit("run", "--all-files")
    assert done.returncode == 1
    assert "walk.py:7:5: NT105 error" in done.stdout
    assert done.stdout.count("31 files: ") == 1, "one process sees all files"
    (installed.top / "walk.ipynb").write_text(notebook(SOURCE))
    done = installed.pre_commit("run", "--files", "walk.ipynb")
    assert "NT105 error: cell 2, line 7: " in done.stdout, "a notebook is looked at on its own, too"
    (installed.top / "pyproject.toml").write_text("[tool.np2tf]\nexclude = ['walk.*']\n")
    assert installed.pre_commit("run", "--all-files").returncode == 0, "excludes hold for files that are named"


def test_convert_takes_the_whole_project(installed: Hooks) -> None:
    (installed.top / "helper.py").write_text(HELPER)
    (installed.top / "caller.py").write_text(CALLER)
    git(installed.top, "add", "-A")
    git(installed.top, "commit", "-q", "-m", "all")
    (installed.top / "helper.py").write_text(HELPER.replace("2", "3"))
    done = installed.pre_commit("run", "--hook-stage", "manual", "np2tf-convert")
    assert done.returncode == 1, "pre-commit takes changed files for a failure"
    assert "files were modified by this hook" in done.stdout
    assert "import np2tf_runtime as np" in (installed.top / "helper.py").read_text()
    assert "x = double(x)" in (installed.top / "caller.py").read_text(), "though this one was not staged"
    again = installed.pre_commit("run", "--hook-stage", "manual", "np2tf-convert")
    assert again.returncode == 0, again.stdout
