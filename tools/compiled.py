"""Hatch's hook for wheels with a compiled analysis: `NP2TF_COMPILED=1 pip install .`, which needs a C compiler.

mypyc makes C of the modules that pyproject.toml names, and the wheel has both, the modules and what was made of them,
which Python prefers. Nothing is written beside the sources: an editable installation goes on with these. Without the
variable the wheel is one for every platform.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SETUP = """\
from mypyc.build import mypycify
from setuptools import setup

modules = mypycify({arguments}, opt_level="1", debug_level="0", multi_file=True)
setup(name="np2tf", packages=[], py_modules=[], ext_modules=modules)
"""


class CompiledAnalysis(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles what is to be compiled, and puts it into the wheel."""

    def dependencies(self) -> list[str]:
        """What the compilation needs, and nothing where there is none."""
        return ["mypy[mypyc]>=1.18", "setuptools>=77", *self.metadata.core.dependencies] if _is_asked_for() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, if that is wanted."""
        if version == "editable" or not _is_asked_for():
            return
        root = Path(self.root)
        modules = sorted(path for pattern in self.config["modules"] for path in root.glob(pattern))
        self._made = tempfile.TemporaryDirectory(prefix="np2tf-")  # which goes with the process at the latest
        place = Path(self._made.name)
        shutil.copytree(root / "np2tf", place / "np2tf", ignore=shutil.ignore_patterns("__pycache__"))
        arguments = ["--strict", *(path.relative_to(root).as_posix() for path in modules if path.stem != "__init__")]
        (place / "setup.py").write_text(_SETUP.format(arguments=arguments), encoding="utf-8")
        command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace", "--parallel", str(os.cpu_count() or 1)]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"the analysis can't be compiled (is there a C compiler?)\n{done.stdout}\n{done.stderr}")
        for made in [*place.glob("*__mypyc.*"), *place.glob("np2tf/**/*.so"), *place.glob("np2tf/**/*.pyd")]:
            build_data["force_include"][str(made)] = made.relative_to(place).as_posix()
        build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take away what the compilation left."""
        if made := getattr(self, "_made", None):
            made.cleanup()


def _is_asked_for() -> bool:
    return os.environ.get("NP2TF_COMPILED", "") not in {"", "0"}
