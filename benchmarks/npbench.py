"""NPBench converted automatically, beside NumPy and NPBench's hand-written JAX and Numba.

    python benchmarks/npbench.py CHECKOUT [--size S|M] [--kernels a,b] [--peers numpy,jax,numba] [--json FILE] [--svg F]

CHECKOUT is a checkout of github.com/spcl/npbench; nothing of it is part of np2tf. Each kernel's NumPy version is
converted by `np2tf convert --jit`, as it is (without `--jit` under `--eager`, which asks whether it agrees at all). For
each kernel every framework runs in a process of its own; they make their first calls, which compile, one after the
other, and then take turns, one call each, so that a machine that slows down slows all of them. A call's arguments are
copied (NumPy, Numba) or put on the device (np2tf, JAX) before the clock runs, as NPBench does.
A timed call follows an untimed one at once: on a virtual machine, memory that was idle for some seconds comes back from
the host page by page, and 15 ms become 600.

Columns: the median of NumPy's times; how many times faster the others are; what the first call costs beyond a later
one (it compiles); whether the results agree with NumPy's within NPBench's tolerance, and in dtype; the rung np2tf ended
on. With `--json` the run can be taken up again: kernels that the file has are not measured once more (`--fresh` does).
JAX and Numba may live in another interpreter: `--peer-python`. Numba compiles for longer than all else takes together;
with `--numba-cache DIR` it keeps what it compiled for the next run, of another size say, and its compile times, which
mean nothing then, are left out. `--device gpu` asks for a GPU and says so where there is none; by default each
framework takes what it finds, and the device is named. With `--jobs N`, on a machine with cores to spare, N kernels are
converted and their processes started at the same time; calls are still made for one kernel at a time.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import copy
import functools
import importlib
import json
import math
import os
import pickle
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VARIANTS = {"numpy": ("numpy",), "np2tf": ("np2tf",), "jax": ("jax",), "numba": ("numba_n", "numba_np")}
SETTINGS = ("size", "peers", "device", "eager")
"""What a kept run must have in common with this one."""
DRIVER = """from {module} import {function}


def run({parameters}):
    result = {function}({parameters})
    return [result{outputs}]
"""


def kernels(checkout: Path) -> dict[str, dict[str, Any]]:
    """What NPBench says of each kernel."""
    found = {path.stem: json.loads(path.read_text())["benchmark"] for path in (checkout / "bench_info").glob("*.json")}
    return dict(sorted(found.items()))


# ------------------------------------------------------------------------------------------------- in a child's process


def arguments(info: dict[str, Any], size: str, checkout: Path) -> dict[str, Any]:
    """The arguments of a kernel, made by NPBench's own initialization."""
    data = dict(info["parameters"][size])
    init = info.get("init")
    if init:
        package = f"npbench.benchmarks.{info['relative_path'].replace('/', '.')}"
        sys.path.insert(0, str(checkout))
        # The package's own __init__ would import every framework.
        made = _load(checkout / f"{package.replace('.', '/')}/{info['module_name']}.py", "initialization")
        values = getattr(made, init["func_name"])(*(data[name] for name in init["input_args"]))
        names = init["output_args"]
        data.update(zip(names, values if len(names) > 1 else [values], strict=True))
    return {name: data[name] for name in info["input_args"]}


def _load(path: Path, name: str) -> Any:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Implementation:
    """One framework's version of a kernel: how its arguments are made, called, waited for and read back."""

    def __init__(self, framework: str, info: dict[str, Any], checkout: Path, converted: Path) -> None:
        self.framework, self.info, self.device = framework, info, "CPU"
        if framework == "np2tf":
            sys.path.insert(0, str(converted))
            import tensorflow as tf

            import np2tf_runtime  # noqa: F401 - before the converted modules: makes tensors arrays

            self.device = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
            self.call = importlib.import_module(f"driver_{info['module_name']}").run
        else:
            folder = checkout / "npbench" / "benchmarks" / info["relative_path"]
            if framework == "jax":
                import jax

                jax.config.update("jax_enable_x64", True)
                self.device = jax.default_backend().upper()
            elif framework.startswith("numba") and "NUMBA_CACHE_DIR" in os.environ:
                import numba

                numba.jit = functools.partial(numba.jit, cache=True)
            sys.path.insert(0, str(folder))
            self.call = getattr(importlib.import_module(f"{info['module_name']}_{framework}"), info["func_name"])

    def prepared(self, data: dict[str, Any]) -> list[Any]:
        """The arguments of one call."""
        if self.framework in ("np2tf", "jax"):
            if self.framework == "np2tf":
                import np2tf_runtime

                make = np2tf_runtime.asarray
            else:
                import jax.numpy

                make = jax.numpy.array
            return [make(x) if name in self.info["array_args"] else x for name, x in data.items()]
        return [copy.deepcopy(x) if name in self.info["array_args"] else x for name, x in data.items()]

    def timed(self, data: dict[str, Any]) -> tuple[float, Any, list[Any]]:
        """Seconds, result and arguments of one call."""
        given = self.prepared(data)
        start = time.perf_counter()
        result = self.call(*given)
        if self.framework == "jax":
            import jax

            result = jax.block_until_ready(result)
        elif self.framework == "np2tf" and self.device == "GPU":
            import tensorflow as tf

            tf.test.experimental.sync_devices()
        return time.perf_counter() - start, result, given

    def outputs(self, result: Any, given: list[Any]) -> list[Any]:
        """What NPBench compares: the results, then the arguments that the kernel changes, as host arrays."""
        import numpy as np

        names = list(self.info["input_args"])
        if self.framework == "np2tf":
            made = result[0] if isinstance(result, tuple) else result
            result, changed = made[0], list(made[1:])
        elif self.framework == "jax":
            changed = []  # functional: what it changes is among its results
        else:
            changed = [given[names.index(name)] for name in self.info["output_args"]]
        results = [] if result is None else list(result) if isinstance(result, (tuple, list)) else [result]
        return [np.array(x) for x in [*results, *changed]]


def child(framework: str, name: str, size: str, checkout: Path, converted: Path, out: Path) -> None:
    """Serve timed calls: each line of standard input asks for one; answers are lines of JSON."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what kernels print is no answer
    info = kernels(checkout)[name]
    data = arguments(info, size, checkout)
    implementation = Implementation(framework, info, checkout, converted)
    answers.write(json.dumps({"device": implementation.device}) + "\n")
    for number, _ in enumerate(sys.stdin):
        seconds, result, given = implementation.timed(data)
        if number:
            del result, given  # as a program would that calls again and again
            seconds = implementation.timed(data)[0]
            answers.write(json.dumps({"seconds": seconds}) + "\n")
            continue
        out.write_bytes(pickle.dumps(implementation.outputs(result, given)))
        answers.write(json.dumps({"first": seconds, **_rung(implementation)}) + "\n")


def _rung(implementation: Implementation) -> dict[str, str]:
    """Where the functions decorated with np.jit ended ("xla", "graph", "eager"), and why not higher."""
    if implementation.framework != "np2tf":
        return {"rung": "", "reason": ""}
    modules = [sys.modules[f"{start}{implementation.info['module_name']}{end}"]
               for start, end in (("driver_", ""), ("", "_numpy"))]  # fmt: skip
    jitted = {id(found): found for module in modules for found in vars(module).values() if hasattr(found, "rungs")}
    rungs = sorted({rung for found in jitted.values() for rung in found.rungs()})
    reasons = [reason for found in jitted.values() for reason in found.reasons() if reason]
    return {"rung": ",".join(rungs) or "plain", "reason": "; ".join(map(str, reasons))[:500]}


# ----------------------------------------------------------------------------------------------------------- the parent


def convert(info: dict[str, Any], checkout: Path, folder: Path, eager: bool) -> tuple[bool, str]:
    """Convert a kernel and a function that calls it; whether all of it converted, and what was reported."""
    source, output = folder / "source", folder / "converted"
    source.mkdir(parents=True)
    module = f"{info['module_name']}_numpy"
    original = checkout / "npbench" / "benchmarks" / info["relative_path"] / f"{module}.py"
    (source / f"{module}.py").write_bytes(original.read_bytes())
    driver = DRIVER.format(
        module=module,
        function=info["func_name"],
        parameters=", ".join(info["input_args"]),
        outputs="".join(f", {name}" for name in info["output_args"]),
    )
    (source / f"driver_{info['module_name']}.py").write_text(driver)
    command = [sys.executable, "-m", "np2tf", "convert", str(source), "--output", str(output)]
    command += [] if eager else ["--jit"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(), timeout=120)
    return done.returncode == 0, done.stdout + done.stderr


def _environment(device: str = "auto", numba_cache: Path | None = None) -> dict[str, str]:
    paths = [str(ROOT), str(ROOT / "runtime"), *filter(None, [os.environ.get("PYTHONPATH")])]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TF_CPP_MIN_LOG_LEVEL": "3"}
    found["NP2TF_COMPILATION_CACHE"] = "0"  # what compiling costs is measured
    found.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules are kept, as they are by default
    if device == "cpu":
        found.update(CUDA_VISIBLE_DEVICES="", JAX_PLATFORMS="cpu")
    else:  # several processes share a GPU's memory
        found.update(TF_FORCE_GPU_ALLOW_GROWTH="true", XLA_PYTHON_CLIENT_PREALLOCATE="false")
    if numba_cache:
        found["NUMBA_CACHE_DIR"] = str(numba_cache.resolve())
    return found


class Child:
    """One framework's process for one kernel."""

    def __init__(self, framework: str, name: str, options: argparse.Namespace, folder: Path) -> None:
        self.framework, self.out = framework, folder / f"{framework}.pickle"
        python = options.peer_python if framework.startswith(("jax", "numba")) else sys.executable
        self.errors = (folder / f"{framework}.err").open("w+")
        self.process = subprocess.Popen(
            [python, __file__, str(options.checkout), "--child", framework, name, options.size,
             str(folder / "converted"), str(self.out)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
            env=_environment(options.device, options.numba_cache),
        )  # fmt: skip
        self.times: list[float] = []
        self.first: float | None = None
        self.rung = self.reason = self.problem = self.device = ""

    def answer(self, timeout: float) -> dict[str, Any] | None:
        """The next answer; None after an error or the timeout, which ends the process."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        line = self.process.stdout.readline() if ready else b""
        if line:
            return json.loads(line)
        self.problem = self.problem or (self._last_error() if ready else f"no answer after {timeout:.0f} s")
        self.close()
        return None

    def await_ready(self, timeout: float) -> None:
        """Wait until everything is imported and the arguments are made."""
        answer = self.answer(timeout)
        if answer:
            self.device = answer["device"]

    def ask(self) -> None:
        """Ask for a call."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.process.stdin.write(b"go\n")
            self.process.stdin.flush()

    def started(self, timeout: float) -> None:
        """Wait for the first call, which was asked for."""
        answer = None if self.problem else self.answer(timeout)
        if answer:
            self.first, self.rung, self.reason = answer["first"], answer["rung"], answer["reason"]

    def time(self, timeout: float) -> None:
        """One timed call."""
        if self.problem:
            return
        self.ask()
        answer = self.answer(timeout)
        if answer:
            self.times.append(answer["seconds"])

    def _last_error(self) -> str:
        self.process.wait()
        self.errors.seek(0)
        lines = [line.strip() for line in self.errors.read().splitlines() if line.strip()]
        return lines[-1][:300] if lines else f"ended with {self.process.returncode}"

    def close(self) -> None:
        """End the process."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def outputs(self) -> list[Any] | None:
        return pickle.loads(self.out.read_bytes()) if self.out.exists() else None


def agrees(info: dict[str, Any], want: list[Any] | None, got: list[Any] | None) -> bool | None:
    """Whether results agree as NPBench asks; None where there is nothing to compare."""
    import numpy as np

    if want is None or got is None:
        return None
    # Hand-written functional variants return what NumPy's changes in place, and not always all of it.
    for reference, value in zip(want[-len(got) :], got, strict=False):
        if np.shape(reference) != np.shape(value):
            return False
        if np.allclose(reference, value, rtol=info.get("rtol", 1e-5), atol=info.get("atol", 1e-8), equal_nan=True):
            continue
        error = np.linalg.norm(np.subtract(reference, value)) / np.linalg.norm(reference)
        if not error < info.get("norm_error", 1e-5):
            return False
    return True


def same_dtypes(want: list[Any] | None, got: list[Any] | None) -> bool | None:
    """Whether the results have NumPy's dtypes; None where there is nothing to compare."""
    if want is None or got is None:
        return None
    return all(a.dtype == b.dtype for a, b in zip(want[-len(got) :], got, strict=False))


def measure(name: str, info: dict[str, Any], options: argparse.Namespace, clock: threading.Lock) -> dict[str, Any]:
    """All frameworks on one kernel; calls are made by who holds the clock."""
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "converted").mkdir()
        converted, said = convert(info, options.checkout, folder / "work", options.eager)
        (folder / "converted").rmdir()
        if (folder / "work" / "converted").exists():
            (folder / "work" / "converted").rename(folder / "converted")
        frameworks = [variant for peer in ("np2tf", *options.peers) for variant in VARIANTS[peer]]
        children = [Child(framework, name, options, folder) for framework in dict.fromkeys(["numpy", *frameworks])]
        for one in children:
            one.await_ready(5 * options.timeout)  # a busy machine imports slowly
        with clock:
            for variants in VARIANTS.values():
                # Numba's two variants, compiled on one thread each, at the same time.
                group = [one for one in children if one.framework in variants]
                for one in group:
                    one.ask()
                for one in group:
                    one.started(options.timeout)
            begin = time.monotonic()
            for turn in range(options.repeat):
                if turn and time.monotonic() - begin > options.limit:
                    break
                for one in children:
                    one.time(options.timeout)
        reference = children[0].outputs()
        for one in children:
            rows[one.framework] = {
                "seconds": statistics.median(one.times) if one.times else None,
                "times": one.times,
                "first": None if options.numba_cache and one.framework.startswith("numba") else one.first,
                "rung": one.rung,
                "reason": one.reason,
                "agrees": agrees(info, reference, one.outputs()),
                "same_dtypes": same_dtypes(reference, one.outputs()),
                "device": one.device,
                "problem": one.problem,
            }
            one.close()
    rows["np2tf"]["converted"] = converted
    rows["np2tf"]["said"] = said
    return rows


def best(rows: dict[str, Any], peer: str) -> dict[str, Any] | None:
    """The fastest variant of a peer that gave a time."""
    timed = [rows[variant] for variant in VARIANTS[peer] if rows.get(variant, {}).get("seconds")]
    return min(timed, key=lambda row: row["seconds"]) if timed else None


def mean(ratios: list[float]) -> float:
    """The geometric mean."""
    return math.exp(statistics.fmean(map(math.log, ratios))) if ratios else math.nan


def compiling(row: dict[str, Any] | None) -> float | None:
    """What the first call costs beyond a later one."""
    return max(row["first"] - row["seconds"], 0.0) if row and row["first"] and row["seconds"] else None


def show(results: dict[str, Any], peers: list[str]) -> None:
    """The table, and the geometric means over the kernels that both sides ran."""
    columns = ["np2tf", *(peer for peer in peers if peer != "numpy")]
    print(
        f"{'kernel':26}{'numpy ms':>10}"
        + "".join(f"{c:>9}{'compile s':>10}" for c in columns)
        + "  agrees  rung  problem"
    )
    for name, rows in results.items():
        print(_row(name, rows, columns), flush=True)
    print()
    for column in columns:
        ratios = {name: _ratio(rows, column) for name, rows in results.items()}
        known = {name: ratio for name, ratio in ratios.items() if ratio}
        slower = [name for name, ratio in known.items() if ratio < 1]
        devices = {row["device"] for rows in results.values() if (row := best(rows, column))}
        print(f"{column} ({', '.join(sorted(devices))}): {len(known)} of {len(results)} kernels, geometric mean "
              f"{mean(list(known.values())):.2f} times numpy's speed; "
              f"slower than numpy: {', '.join(slower) or 'none'}")  # fmt: skip
        if column != "np2tf":
            _show_shared(results, column)


def _show_shared(results: dict[str, Any], peer: str) -> None:
    shared = {name: own / theirs for name, rows in results.items()
              if (own := _ratio(rows, "np2tf")) and (theirs := _ratio(rows, peer))}  # fmt: skip
    print(f"    np2tf on the {len(shared)} that both ran: {mean(list(shared.values())):.2f} times {peer}'s speed")
    pairs = [(compiling(best(rows, "np2tf")), compiling(best(rows, peer))) for rows in results.values()]
    ratios = [own / theirs for own, theirs in pairs if own and theirs]
    if ratios:
        print(f"    np2tf compiles in {mean(ratios):.2f} times {peer}'s time")


_GROUPS = (("over 10", 10.0), ("3 to 10", 3.0), ("1 to 3", 1.0), ("slower", 0.0))


def markdown(results: dict[str, Any]) -> str:
    """The kernels by how many times NumPy's speed they have, as the table in docs/speed.md."""
    ratios = {name: ratio for name, rows in results.items() if (ratio := _ratio(rows, "np2tf"))}
    lines = ["| | kernels, with how many times NumPy's speed |", "|---|---|"]
    upper = math.inf
    for title, lower in _GROUPS:
        inside = sorted(((r, name) for name, r in ratios.items() if lower <= r < upper), reverse=True)
        lines.append(f"| {title} | {', '.join(f'{name} {r:.{1 if r >= 1 else 2}f}' for r, name in inside) or 'none'} |")
        upper = lower
    return "\n".join(lines) + "\n"


# The colours are told apart without seeing red and green; shape tells them apart in print.
_SERIES = {"np2tf": ("#0072b2", "circle"), "jax": ("#e69f00", "square"), "numba": ("#cc79a7", "diamond")}
_STYLE = (
    "text{font:12px sans-serif;fill:#333}.grid{stroke:#ccc}.one{stroke:#333}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.one{stroke:#ddd}}"
)


def plot(results: dict[str, Any], peers: list[str], size: str) -> str:
    """A picture of the ratios, as SVG: a row for each kernel, on a logarithmic scale, NumPy at 1."""
    columns = ["np2tf", *(peer for peer in peers if peer != "numpy")]
    ratios = {name: {c: _ratio(rows, c) for c in columns} for name, rows in results.items()}
    names = sorted(ratios, key=lambda name: ratios[name]["np2tf"] or 0, reverse=True)
    known = [ratio for row in ratios.values() for ratio in row.values() if ratio]
    low = math.floor(math.log10(min([*known, 0.1])))
    high = math.ceil(math.log10(max([*known, 10])))
    left, top, step, width = 190, 50, 17, 560
    place = lambda ratio: left + width * (math.log10(ratio) - low) / (high - low)  # noqa: E731
    bottom = top + step * len(names)
    made = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 30} {bottom + 30}">',
            f"<style>{_STYLE}</style>",
            f'<text x="{left}" y="18">NPBench, size {size}: times NumPy\'s speed</text>']  # fmt: skip
    for number, column in enumerate(columns):
        x = left + 90 * number
        made += [_mark(column, x + 5, 34), f'<text x="{x + 14}" y="38">{column}</text>']
    for power in range(low, high + 1):
        x, kind = place(10.0**power), "one" if power == 0 else "grid"
        made += [f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>',
                 f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{10.0**power:g}</text>']  # fmt: skip
    for number, name in enumerate(names):
        y = top + step * (number + 0.5)
        made.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{name}</text>')
        made += [_mark(c, place(ratio), y) for c in reversed(columns) if (ratio := ratios[name][c])]
    return "\n".join([*made, "</svg>", ""])


def _mark(series: str, x: float, y: float) -> str:
    colour, shape = _SERIES[series]
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if shape == "diamond" else ""
    return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" fill="{colour}"{turn}/>'


def _ratio(rows: dict[str, Any], peer: str) -> float | None:
    found, reference = best(rows, peer), rows["numpy"]["seconds"]
    return reference / found["seconds"] if found and reference else None


def _row(name: str, rows: dict[str, Any], columns: list[str]) -> str:
    reference = rows["numpy"]["seconds"]
    line = f"{name:26}{1000 * reference if reference else math.nan:10.3f}"
    for column in columns:
        found, ratio = best(rows, column), _ratio(rows, column)
        first = compiling(found)
        line += f"{ratio:9.2f}" if ratio else f"{'-':>9}"
        line += f"{first:10.2f}" if first is not None else f"{'-':>10}"
    own = rows["np2tf"]
    said = {True: "yes", False: "NO", None: "-"}[own["agrees"]]
    if own["agrees"] and own["same_dtypes"] is False:
        said = "dtype"
    return f"{line}  {said:6}  {own['rung']:5} {(own['problem'] or own['reason'])[:70]}"


def main() -> None:
    """Measure, print the table, and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--size", default="S", choices=("S", "M", "L", "paper"))
    parser.add_argument("--kernels", default="", help="names, with commas between them; all by default")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--peers", default="numpy", help="of numpy, jax, numba, with commas between them")
    parser.add_argument("--peer-python", default=sys.executable, help="the interpreter that has JAX and Numba")
    parser.add_argument("--numba-cache", type=Path, help="where Numba keeps what it compiled, for the next run")
    parser.add_argument("--eager", action="store_true", help="convert without --jit")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for one call, the first included")
    parser.add_argument("--limit", type=float, default=6.0, help="seconds after which a kernel's calls aren't repeated")
    parser.add_argument("--jobs", type=int, default=1, help="kernels that are converted and started at a time")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "gpu"))
    parser.add_argument("--json", type=Path, help="where what is measured is kept, kernel by kernel")
    parser.add_argument("--fresh", action="store_true", help="measure again what the file has")
    parser.add_argument("--markdown", type=Path, help="where to write the table of docs/speed.md")
    parser.add_argument("--svg", type=Path, help="where to draw the ratios")
    parser.add_argument("--child", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.checkout = options.checkout.resolve()
    if options.child:
        framework, name, size, converted, out = options.child
        child(framework, name, size, options.checkout, Path(converted), Path(out))
        return
    known = kernels(options.checkout)
    if not known:
        parser.error(f"{options.checkout} is no checkout of NPBench: it has no bench_info/*.json")
    chosen = [name for name in options.kernels.split(",") if name] or list(known)
    for name in chosen:
        if name not in known:
            parser.error(f"NPBench has no kernel {name}; it has {', '.join(known)}")
    options.peers = [peer for peer in options.peers.split(",") if peer]
    unknown = sorted(set(options.peers) - set(VARIANTS))
    if unknown:
        parser.error(f"unknown peer {unknown[0]}; there are {', '.join(VARIANTS)}")
    if options.device == "gpu" and not has_gpu():
        parser.error("TensorFlow finds no GPU here: leave --device out, and all runs on the CPU")
    results = kept(options)
    clock = threading.Lock()
    pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
    try:
        measured = {pool.submit(measure, name, known[name], options, clock): name
                    for name in chosen if name not in results}  # fmt: skip
        for number, done in enumerate(concurrent.futures.as_completed(measured), 1):
            results[measured[done]] = done.result()
            if options.json:
                write(options, results)
            print(f"{number}/{len(measured)} {measured[done]}", file=sys.stderr, flush=True)
    finally:
        pool.shutdown(cancel_futures=True)  # after an error, too: kernels not yet begun are left
    results = {name: results[name] for name in chosen}
    show(results, options.peers)
    if options.markdown:
        options.markdown.write_text(markdown(results))
    if options.svg:
        options.svg.write_text(plot(results, options.peers, options.size))


def has_gpu() -> bool:
    """Whether TensorFlow finds a GPU."""
    source = "import sys, tensorflow as tf; sys.exit(not tf.config.list_physical_devices('GPU'))"
    return subprocess.run([sys.executable, "-c", source], capture_output=True, check=False).returncode == 0


def kept(options: argparse.Namespace) -> dict[str, Any]:
    """The kernels that an earlier run with the same settings measured."""
    if options.fresh or not options.json or not options.json.exists():
        return {}
    found = json.loads(options.json.read_text())
    same = all(found.get(setting) == getattr(options, setting) for setting in SETTINGS)
    return found["kernels"] if same else {}


def write(options: argparse.Namespace, results: dict[str, Any]) -> None:
    """Keep what was measured; a run that ends in the middle leaves the old file or the new one."""
    found = {**{setting: getattr(options, setting) for setting in SETTINGS}, "kernels": results}
    beside = options.json.with_name(options.json.name + ".part")
    beside.write_text(json.dumps(found, indent=1))
    beside.replace(options.json)


if __name__ == "__main__":
    main()
