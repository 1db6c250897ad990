"""Whole programs: the examples before and after conversion, start-up stated; and how time and memory grow with size.

    python benchmarks/programs.py [--repeat N] [--only programs|growth]
    python benchmarks/programs.py [--repeat N] SCRIPT...

First table: wall and CPU seconds of `python example.py`, of its conversion, and of its conversion with `--jit`, the
first time and again, when what was compiled is there; each a process of its own, in turns; below it what merely
importing NumPy and the runtime costs. Second table: for functions of three examples, and for a loop over items,
milliseconds of a later call, seconds of the first one, and the megabytes by which the process grew.

With scripts, each that stands by itself: wall and CPU seconds of it and of its conversion with `--jit`. Matplotlib is
replaced by one that does nothing: what it takes to draw a picture is the same for both.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
PROGRAMS = ("heat_equation", "image_filter", "kmeans", "neural_network", "option_pricing")
VARIANTS = ("numpy", "np2tf", "np2tf --jit")
AGAIN = "again"  # the same with what the first run has compiled
# Of an example: what is made before the clock runs, what is timed, the sizes.
GROWTH: dict[str, tuple[str, str, str, tuple[int, ...]]] = {
    "100 steps of heat": (
        "heat_equation",
        "u, h = m.initial_plate(n), m.SIZE / (n - 1)",
        "m.diffuse(u, h, 0.2 * h**2 / m.ALPHA, 100)",
        (40, 160, 640),
    ),
    "edges of an image": (
        "image_filter",
        "image = m.np.asarray(random.random((n, n)))",
        "m.sobel(image)",
        (128, 512, 2048),
    ),
    "nearest of 8 centres": (
        "kmeans",
        "k, p = m.KMeans(8), m.np.asarray(random.random((n, 4))); k.centres = m.np.asarray(random.random((8, 4)))",
        "k.predict(p)",
        (1_000, 16_000, 256_000),
    ),
    "items one by one": (
        "smoothing",
        "values = m.np.asarray(random.random(n))",
        "m.smooth(values, 0.9)",
        (1_000, 10_000, 100_000),
    ),
}
SMOOTHING = """import numpy as np


def smooth(values, rate):
    x = np.zeros(len(values))
    for i in range(1, len(values)):
        x[i] = rate * x[i - 1] + (1 - rate) * values[i]
    return x
"""


DRAWING_NOTHING = """class Nothing:
    def __getattr__(self, name):
        return self

    def __setattr__(self, name, value):
        pass

    def __call__(self, *args, **kwargs):
        return self

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter((self, self))


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Nothing()
"""


class ProcessError(Exception):
    """A process that ended with an error: what it was, and what it said."""


def environment(folders: tuple[Path, ...], compiled: Path | None) -> dict[str, str]:
    paths = [*map(str, folders), str(ROOT), str(ROOT / "runtime"), *filter(None, [os.environ.get("PYTHONPATH")])]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TF_CPP_MIN_LOG_LEVEL": "3"}
    found["NP2TF_COMPILATION_CACHE"] = "0" if compiled is None else str(compiled)
    found.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules are kept, as they are by default
    return found


def process(*arguments: str, paths: tuple[Path, ...] = (), compiled: Path | None = None) -> tuple[float, float, str]:
    """Wall and CPU seconds of one process, and what it printed. Python looks for modules in `paths` first.

    What XLA compiles is kept in `compiled`, or not at all.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    found = environment(paths, compiled)
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, env=found)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise ProcessError(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def folders(place: Path) -> dict[str, Path]:
    """Where the programs of each variant are."""
    found = {"numpy": place / "numpy"}
    shutil.copytree(EXAMPLES, found["numpy"])
    (found["numpy"] / "smoothing.py").write_text(SMOOTHING, encoding="utf-8")
    for variant, options in (("np2tf", []), ("np2tf --jit", ["--jit"])):
        found[variant] = place / ("jit" if options else "plain")
        process("-m", "np2tf", "convert", str(found["numpy"]), *options, "--output", str(found[variant]))
    return found


def programs(found: dict[str, Path], place: Path, repeat: int) -> None:
    """The first table."""
    imports = {"numpy": "import numpy", "np2tf": "import np2tf_runtime"}
    print(f"{'wall s (CPU s)':20}" + "".join(f"{variant:>18}" for variant in (*VARIANTS, AGAIN)) + "  same text")
    for statement in imports.values():
        process("-c", statement)  # which compiles the modules, where nobody has
    for name in PROGRAMS:
        in_turns(name, 20, {variant: found[variant] / f"{name}.py" for variant in VARIANTS}, place, repeat)
    started = {name: [process("-c", statement)[:2] for _ in range(repeat)] for name, statement in imports.items()}
    print(f"{'of which start-up':20}{_medians(started['numpy']):>18}{_medians(started['np2tf']):>18}\n")


def in_turns(
    name: str, width: int, scripts: dict[str, Path], place: Path, repeat: int, paths: tuple[Path, ...] = ()
) -> None:
    """One row of a table: the variants of a program, and the compiled one again."""
    times: dict[str, list[tuple[float, float]]] = {variant: [] for variant in (*scripts, AGAIN)}
    texts = {}
    for turn in range(repeat):
        compiled = place / "compiled" / f"{name}-{turn}"
        for variant in times:
            script = scripts[VARIANTS[-1] if variant == AGAIN else variant]
            wall, cpu, texts[variant] = process(str(script), paths=paths, compiled=compiled)
            times[variant].append((wall, cpu))
    cells = "".join(f"{_medians(row):>18}" for row in times.values())
    print(f"{name:{width}}{cells}  {'yes' if len(set(texts.values())) == 1 else 'NO'}", flush=True)


def _medians(times: list[tuple[float, float]]) -> str:
    wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
    return f"{wall:.2f} ({cpu:.2f})"


def scripts(paths: list[Path], place: Path, repeat: int) -> None:
    """The table of other scripts."""
    silent = place / "silent"
    (silent / "matplotlib").mkdir(parents=True)
    for module in ("__init__", "pyplot"):
        (silent / "matplotlib" / f"{module}.py").write_text(DRAWING_NOTHING, encoding="utf-8")
    variants = (VARIANTS[0], VARIANTS[-1])
    print(f"{'wall s (CPU s)':24}" + "".join(f"{variant:>18}" for variant in (*variants, AGAIN)) + "  same text")
    for path in paths:
        before, after = place / "before" / path.name, place / "after" / path.stem
        before.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, before)
        try:
            process("-m", "np2tf", "convert", str(before), "--jit", "--exit-zero", "--output", str(after))
            row = dict(zip(variants, (before, after / path.name), strict=True))
            in_turns(path.stem, 24, row, place, repeat, (silent,))
        except ProcessError as error:
            print(f"{path.stem:24}{str(error).strip().splitlines()[-1]}", flush=True)


def growth(found: dict[str, Path], repeat: int) -> None:
    """The second table."""
    print(f"{'':22}{'size':>8}" + "".join(f"{v:>14}{'first':>8}{'MB':>6}" for v in VARIANTS))
    for title, (_, _, _, sizes) in GROWTH.items():
        for size in sizes:
            line = f"{title:22}{size:8}"
            for variant in VARIANTS:
                _, _, text = process(__file__, "--child", str(found[variant]), title, str(size), str(repeat))
                row = json.loads(text.splitlines()[-1])
                line += f"{1000 * row['later']:11.2f} ms{row['first']:8.2f}{row['grew']:6.0f}"
            print(line, flush=True)


def child(folder: str, title: str, size: int, repeat: int) -> None:
    """Time one function for one size, and print what was found as JSON."""
    example, setup, call, _ = GROWTH[title]
    sys.path.insert(0, folder)
    import importlib

    module = importlib.import_module(example)
    import numpy as np

    names: dict[str, Any] = {"m": module, "n": size, "random": np.random.default_rng(0)}
    exec(setup, names)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(repeat + 1):
        start = time.perf_counter()
        exec(call, names)
        times.append(time.perf_counter() - start)
    grew = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"first": times[0], "later": statistics.median(times[1:]), "grew": grew}))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("scripts", nargs="*", type=Path, metavar="SCRIPT", help="instead of the examples")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=("programs", "growth"))
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        folder, title, size, repeat = options.child
        child(folder, title, int(size), int(repeat))
        return
    with tempfile.TemporaryDirectory() as place:
        if options.scripts:
            scripts(options.scripts, Path(place), options.repeat)
            return
        try:
            found = folders(Path(place))
            if options.only != "growth":
                programs(found, Path(place), options.repeat)
            if options.only != "programs":
                growth(found, options.repeat)
        except ProcessError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
