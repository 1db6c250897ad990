"""What it costs to start np2tf: CPU milliseconds (user and system) of whole processes, beside `python -c pass`.

    python benchmarks/startup.py [ROUNDS]

The commands take turns, so that a machine that slows down slows all of them; the column `times python` is the one to
compare between machines. The goals are for a machine on which `python -c pass` takes 12 ms and `import click` 50 ms.
The np2tf that is installed is measured, or else these files.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NP2TF = ["-m", "np2tf"]
COMMANDS: list[tuple[str, list[str], int | None]] = [
    ("python -c pass", ["-c", "pass"], None),
    ("python -c 'import click'", ["-c", "import click"], None),
    ("python -c 'import libcst'", ["-c", "import libcst"], None),
    ("np2tf --version", [*NP2TF, "--version"], None),
    ("np2tf --help", [*NP2TF, "--help"], 100),
    ("np2tf explain NT103", [*NP2TF, "explain", "NT103"], None),
    ("np2tf check, a file without numpy", [*NP2TF, "check", "plain.py"], 80),
    ("np2tf check --no-cache, a small file", [*NP2TF, "check", "--no-cache", "array.py"], 300),
    ("np2tf check, the same from the cache", [*NP2TF, "check", "array.py"], None),
    ("np2tf convert --diff, the same", [*NP2TF, "convert", "--diff", "array.py"], 300),
]


def cpu(arguments: list[str], directory: str) -> float:
    """The CPU milliseconds of one process."""
    # Compiled modules are cached, as after an installation, but not in the checkout.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": os.path.join(directory, "cache")}
    if find_spec("np2tf") is None:
        environment["PYTHONPATH"] = str(ROOT)
    environment["NP2TF_CACHE_DIR"] = os.path.join(directory, "kept")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Measure, and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name, _, _ in COMMANDS}
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "plain.py").write_text("x = [1]\nprint(x)\n")
        Path(directory, "array.py").write_text("import numpy as np\n\nx = np.zeros(3)\nx[0] = 1\nprint(x)\n")
        for number in range(rounds + 1):
            for name, arguments, _ in COMMANDS:
                spent = cpu(arguments, directory)
                if number:  # the first round only warms the caches
                    times[name].append(spent)
    python = statistics.median(times["python -c pass"])
    print(f"median of {rounds}, CPU ms{'':17}median     min  times python    goal")
    for name, _, goal in COMMANDS:
        median = statistics.median(times[name])
        print(f"{name:40}{median:6.0f}  {min(times[name]):6.0f}  {median / python:12.1f}  {goal or '':>6}")


if __name__ == "__main__":
    main()
