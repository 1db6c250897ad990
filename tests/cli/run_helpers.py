"""What the tests of `np2tf run` and `verify` share: programs in processes of their own, on the stand-in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from cli_helpers import ROOT

_STANDIN = "import standin\n\ninstalled = standin.install()\ninstalled.__enter__()\n"


class Ended(NamedTuple):
    """How a process ended."""

    status: int
    out: str
    err: str


class Place:
    """A directory with programs, the stand-in for their processes, and a cache."""

    def __init__(self, directory: Path) -> None:
        self.work = directory / "work"
        self.cache = directory / "cache"
        site = directory / "site"
        for path in (self.work, site):
            path.mkdir()
        (site / "sitecustomize.py").write_text(_STANDIN)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("NP2TF", "PYTEST"))},
            "PYTHONPATH": os.pathsep.join(map(str, (site, ROOT, ROOT / "tests"))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_CEILING_DIRECTORIES": str(directory),
            "NP2TF_CACHE_DIR": str(self.cache),
        }

    def write(self, **files: str) -> None:
        """Write files: `a__b` stands for `a/b.py`."""
        for name, text in files.items():
            path = self.work / (re.sub("(?<=[a-z])__(?=__init__|__main__|[a-z])", "/", name) + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def python(self, *arguments: str, stdin: str = "", cwd: Path | None = None) -> Ended:
        """What `python` does."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command,
            cwd=cwd or self.work,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def np2tf(self, *arguments: str, stdin: str = "", cwd: Path | None = None) -> Ended:
        """What np2tf does."""
        return self.python("-m", "np2tf", *arguments, stdin=stdin, cwd=cwd)

    def files(self) -> dict[str, bytes]:
        """All files below the working directory."""
        return {str(path): path.read_bytes() for path in sorted(self.work.rglob("*")) if path.is_file()}
