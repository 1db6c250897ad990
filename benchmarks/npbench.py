"""NPBench converted automatically, beside NumPy and NPBench's hand-written JAX and Numba.

    python benchmarks/npbench.py CHECKOUT [--size S|M] [--kernels a,b] [--repeat N] [--peers numpy,jax,numba]

CHECKOUT is a checkout of github.com/spcl/npbench; nothing of it is part of np2tf. Each kernel's NumPy version is
converted by `np2tf convert --jit`, as it is. For each kernel every framework runs in a process of its own; the
processes take turns, one call each, so that a machine that slows down slows all of them. A call's arguments are copied
(NumPy, Numba) or put on the device (np2tf, JAX) before the clock runs, as NPBench does.

Columns: the median of NumPy's times; how many times faster the others are; what the first call costs (it compiles);
whether the results agree with NumPy's within NPBench's tolerance; the rung np2tf ended on. `--json` has the rest.
JAX and Numba may live in another interpreter: `--peer-python`.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
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
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VARIANTS = {"numpy": ("numpy",), "np2tf": ("np2tf",), "jax": ("jax",), "numba": ("numba_n", "numba_np")}
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
        self.framework, self.info = framework, info
        if framework == "np2tf":
            sys.path.insert(0, str(converted))
            import np2tf_runtime  # noqa: F401 - before the converted modules: makes tensors arrays

            self.call = importlib.import_module(f"driver_{info['module_name']}").run
        else:
            folder = checkout / "npbench" / "benchmarks" / info["relative_path"]
            if framework == "jax":
                import jax

                jax.config.update("jax_enable_x64", True)
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
    first, result, given = implementation.timed(data)
    out.write_bytes(pickle.dumps(implementation.outputs(result, given)))
    answers.write(json.dumps({"first": first, **_rung(implementation)}) + "\n")
    for _ in sys.stdin:
        seconds, _, _ = implementation.timed(data)
        answers.write(json.dumps({"seconds": seconds}) + "\n")


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


def convert(info: dict[str, Any], checkout: Path, folder: Path) -> tuple[bool, str]:
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
    command = [sys.executable, "-m", "np2tf", "convert", str(source), "--jit", "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(), timeout=120)
    return done.returncode == 0, done.stdout + done.stderr


def _environment() -> dict[str, str]:
    paths = [str(ROOT), str(ROOT / "runtime"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}


class Child:
    """One framework's process for one kernel."""

    def __init__(self, framework: str, name: str, options: argparse.Namespace, folder: Path) -> None:
        self.framework, self.out = framework, folder / f"{framework}.pickle"
        python = options.peer_python if framework.startswith(("jax", "numba")) else sys.executable
        self.errors = (folder / f"{framework}.err").open("w+")
        self.process = subprocess.Popen(
            [python, __file__, str(options.checkout), "--child", framework, name, options.size,
             str(folder / "converted"), str(self.out)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=_environment(),
        )  # fmt: skip
        self.times: list[float] = []
        self.first: float | None = None
        self.rung = self.reason = self.problem = ""

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

    def start(self, timeout: float) -> None:
        """Wait for the first call."""
        answer = self.answer(timeout)
        if answer:
            self.first, self.rung, self.reason = answer["first"], answer["rung"], answer["reason"]

    def time(self, timeout: float) -> None:
        """One timed call."""
        if self.problem:
            return
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(b"go\n")
            self.process.stdin.flush()
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


def measure(name: str, info: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """All frameworks on one kernel."""
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "converted").mkdir()
        converted, said = convert(info, options.checkout, folder / "work")
        (folder / "converted").rmdir()
        if (folder / "work" / "converted").exists():
            (folder / "work" / "converted").rename(folder / "converted")
        frameworks = [variant for peer in ("np2tf", *options.peers) for variant in VARIANTS[peer]]
        children = [Child(framework, name, options, folder) for framework in dict.fromkeys(["numpy", *frameworks])]
        for one in children:
            one.start(options.timeout)
        for _ in range(options.repeat):
            for one in children:
                one.time(options.timeout)
        reference = children[0].outputs()
        for one in children:
            rows[one.framework] = {
                "seconds": statistics.median(one.times) if one.times else None,
                "times": one.times,
                "first": one.first,
                "rung": one.rung,
                "reason": one.reason,
                "agrees": agrees(info, reference, one.outputs()),
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


def show(results: dict[str, Any], peers: list[str]) -> None:
    """The table, and the geometric means over the kernels that both sides ran."""
    columns = ["np2tf", *(peer for peer in peers if peer != "numpy")]
    print(
        f"{'kernel':26}{'numpy ms':>10}" + "".join(f"{c:>9}{'first s':>9}" for c in columns) + "  agrees  rung  problem"
    )
    for name, rows in results.items():
        print(_row(name, rows, columns), flush=True)
    print()
    for column in columns:
        ratios = [_ratio(rows, column) for rows in results.values()]
        known = [ratio for ratio in ratios if ratio]
        slower = [name for name, rows in results.items() if (_ratio(rows, column) or 1) < 1]
        print(
            f"{column}: {len(known)} of {len(results)} kernels, geometric mean {mean(known):.2f} times numpy's speed",
            end="",
        )
        print(f"; slower than numpy: {', '.join(slower)}" if slower else "")
        if column != "np2tf":
            shared = [
                _ratio(rows, "np2tf") / _ratio(rows, column)
                for rows in results.values()
                if _ratio(rows, column) and _ratio(rows, "np2tf")
            ]
            print(f"    np2tf on the {len(shared)} they share: {mean(shared):.2f} times {column}'s speed")


def _ratio(rows: dict[str, Any], peer: str) -> float | None:
    found, reference = best(rows, peer), rows["numpy"]["seconds"]
    return reference / found["seconds"] if found and reference else None


def _row(name: str, rows: dict[str, Any], columns: list[str]) -> str:
    reference = rows["numpy"]["seconds"]
    line = f"{name:26}{1000 * reference if reference else math.nan:10.3f}"
    for column in columns:
        found, ratio = best(rows, column), _ratio(rows, column)
        line += f"{ratio:9.2f}{found['first']:9.2f}" if found and ratio else f"{'-':>9}{'-':>9}"
    own = rows["np2tf"]
    said = {True: "yes", False: "NO", None: "-"}[own["agrees"]]
    return f"{line}  {said:6}  {own['rung']:5} {(own['problem'] or own['reason'])[:70]}"


def main() -> None:
    """Measure, print the table, and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--size", default="S", choices=("S", "M", "L", "paper"))
    parser.add_argument("--kernels", default="", help="names, with commas between them; all by default")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--peers", default="numpy", help="of numpy, jax, numba, with commas between them")
    parser.add_argument("--peer-python", default=sys.executable, help="the interpreter that has JAX and Numba")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds for one call, the first included")
    parser.add_argument("--json", type=Path, help="where to write all that was measured")
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
    results: dict[str, Any] = {}
    for number, name in enumerate(chosen, 1):
        results[name] = measure(name, known[name], options)
        print(f"{number}/{len(chosen)} {name}", file=sys.stderr, flush=True)
        if options.json:
            options.json.write_text(json.dumps({"size": options.size, "kernels": results}, indent=1))
    show(results, options.peers)


if __name__ == "__main__":
    main()
