"""The build whose analysis is compiled: it is made, and converts as the modules that it is made of do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cli_helpers import ROOT, subprocess_environment

pytestmark = pytest.mark.skipif(
    shutil.which(os.environ.get("CC", "cc")) is None or sys.platform == "win32", reason="there is no C compiler"
)
TESTS = ["test_fixtures.py", "test_unfolding.py", "test_deep_source.py", "test_layout.py", "test_generated.py"]


def wheel(target: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Make a wheel, with what is installed: no network is needed."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", target, ROOT]
    variables = subprocess_environment() | environment
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the compiled package."""
    here = tmp_path_factory.mktemp("compiled")
    done = wheel(here, NP2TF_COMPILED="1")
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = here.glob("*.whl")
    assert "none-any" not in made.name
    with zipfile.ZipFile(made) as archive:
        archive.extractall(here / "site")
    return here / "site"


def environment(compiled: Path) -> dict[str, str]:
    """An environment in which the compiled package is found first, and pytest knows nothing of the one around it."""
    kept = {name: value for name, value in subprocess_environment().items() if not name.startswith("PYTEST_")}
    return kept | {"PYTHONPATH": os.fspath(compiled)}


def test_says_that_it_is_compiled(compiled: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "np2tf", "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(compiled), capture_output=True, text=True, check=True)
    assert done.stdout.endswith(" (compiled)\n")


def test_converts_as_the_modules_do(compiled: Path, tmp_path: Path) -> None:
    places = [os.fspath(ROOT / "tests" / "converter" / name) for name in TESTS]
    command = [Path(sys.executable).with_name("pytest"), "-q", "-x", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-k", "not shows_the_same", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT, *places],
        cwd=tmp_path, env=environment(compiled), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout


def test_nothing_is_compiled_unless_it_is_asked_for(tmp_path: Path) -> None:
    done = wheel(tmp_path)
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("*.whl")
    assert made.name.endswith("-py3-none-any.whl")


def test_what_the_compiler_says_is_told(tmp_path: Path) -> None:
    done = wheel(tmp_path, NP2TF_COMPILED="1", CC="false")
    assert done.returncode != 0
    assert "the analysis can't be compiled (is there a C compiler?)" in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.whl"))
