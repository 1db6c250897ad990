"""What `np2tf check` costs on a code base: anew, from the cache, and on two files as pre-commit runs it.

    python benchmarks/check.py [PATH] [ROUNDS]

Without a PATH, on 200 modules made of the examples. Seconds of CPU (user and system) of whole processes, which take
turns, so that a machine that slows down slows all of them; the last column is the one to compare between machines.
"parse" is LibCST's parsing of all files that name NumPy, and the writing of their code: less can't be done. The np2tf
that is installed is measured, or else these files.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = 200
PARSE = """
import sys, libcst
for path in sys.argv[1:]:
    try:
        libcst.parse_module(open(path, "rb").read()).code
    except Exception:
        pass
"""


def project(top: Path) -> Path:
    """A package of 200 modules: the examples again and again, each importing the one before it."""
    package = top / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    examples = sorted(path for path in (ROOT / "examples").glob("*.py") if path.name != "demo.py")
    for number in range(MODULES - 1):
        text = examples[number % len(examples)].read_text(encoding="utf-8")
        before = f"from package import module_{number - 1}  # noqa: F401\n" if number else ""
        (package / f"module_{number}.py").write_text(text + before, encoding="utf-8")
    return package


def cpu(arguments: list[str], cache: Path) -> float:
    """The CPU seconds of one process, children included."""
    environment = {**os.environ, "NP2TF_CACHE_DIR": str(cache)}
    if find_spec("np2tf") is None:
        environment["PYTHONPATH"] = str(ROOT)
    environment["PYTHONPYCACHEPREFIX"] = str(cache.parent / "compiled")  # as after an installation
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory() as directory:
        top = Path(directory)
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else project(top)
        rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
        files = sorted(path.rglob("*.py"))
        numpy = [str(file) for file in files if b"numpy" in file.read_bytes()]
        if not numpy:
            sys.exit(f"no file below {path} names numpy")
        lines = sum(Path(file).read_bytes().count(b"\n") for file in numpy)
        two = [numpy[len(numpy) // 3], numpy[2 * len(numpy) // 3]]
        check = ["-m", "np2tf", "check", "--quiet"]
        cache = top / "cache"
        cases = {
            "python -c pass": ["-c", "pass"],
            "parse": ["-c", PARSE, *numpy],
            "check, nothing kept yet": [*check, str(path)],
            "check, nothing has changed": [*check, str(path)],
            "check, two files": [*check, *two],
            "check, the same two again": [*check, *two],
        }
        times: dict[str, list[float]] = {name: [] for name in cases}
        cpu(cases["check, two files"], cache)  # compiles the modules
        for _ in range(rounds):
            shutil.rmtree(cache, ignore_errors=True)
            for name, arguments in cases.items():
                times[name].append(cpu(arguments, cache))
    parse = statistics.median(times["parse"])
    print(f"{len(files)} files, {len(numpy)} with numpy, {lines} lines in those; median of {rounds}, CPU seconds")
    for name, spent in times.items():
        print(f"{name:32}{statistics.median(spent):8.2f}   times parse {statistics.median(spent) / parse:7.3f}")


if __name__ == "__main__":
    main()
