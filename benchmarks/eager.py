"""What one eager call costs: the runtime beside the raw TensorFlow op, `tf.experimental.numpy`, NumPy and jax.numpy.

    python benchmarks/eager.py [--seconds 0.1] [--only TEXT] [--json FILE]

The most used functions, operators, methods and ways of indexing, by how often they stand in 32 packages that use NumPy.
Each contender runs in a process of its own (the runtime changes tensors for the whole process), and they take turns
case by case; a figure is the best of many short loops. All arrays are float64, 3 x 3 (small) and 300 x 300 (middle).
Microseconds are the machine's, the ratios are the result. "raw" is one TensorFlow operation with everything it needs
ready-made, or the few that the function takes; a dash: the contender has no such function, or isn't installed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SIZES = {"small": 3, "middle": 300}
CONTENDERS = ("np2tf", "raw", "tnp", "numpy", "jax")
# The name; the expression in NumPy's terms; the raw operations. x, y: n x n; u, w: n; p: positive; m: a mask of x; k: n
# indices; i: 1; z: 0-d; xx: 1 x n x n. How others spell it, where that differs: SPELT.
CASES = (
    ("x * y", "x * y", "math.mul(x, y)"),
    ("x * 2.0", "x * 2.0", "math.mul(x, two)"),
    ("2.0 * x", "2.0 * x", "math.mul(two, x)"),
    ("x - y", "x - y", "math.sub(x, y)"),
    ("x + y", "x + y", "math.add_v2(x, y)"),
    ("x + u", "x + u", "math.add_v2(x, u)"),
    ("x / y", "x / y", "math.real_div(x, y)"),
    ("-x", "-x", "math.neg(x)"),
    ("x ** 2", "x ** 2", "math.square(x)"),
    ("x @ y", "x @ y", "math.mat_mul(x, y)"),
    ("x > y", "x > y", "math.greater(x, y)"),
    ("x > 0", "x > 0", "math.greater(x, zero)"),
    ("m & m", "m & m", "math.logical_and(m, m)"),
    ("array([...])", "np.array([1.0, 2.0, 3.0])", "tf.constant([1.0, 2.0, 3.0], tf.float64)"),
    ("asarray(x)", "np.asarray(x)", None),
    ("zeros((n, n))", "np.zeros((n, n))", "arrays.fill(shape, zero)"),
    ("ones(n)", "np.ones(n)", "arrays.fill(length, one)"),
    ("zeros_like(x)", "np.zeros_like(x)", "arrays.zeros_like(x)"),
    ("arange(n)", "np.arange(n)", "math._range(int_zero, int_n, int_one)"),
    ("linspace(0, 1, n)", "np.linspace(0, 1, n)", "math.lin_space(zero, one, int_n)"),
    ("eye(n)", "np.eye(n)", "arrays.matrix_diag(arrays.fill(length, one))"),
    ("x.shape", "x.shape", "x._shape_tuple()"),
    ("len(x)", "len(x)", "x._shape_tuple()[0]"),
    ("x.T", "x.T", "arrays.transpose(x, swapped)"),
    ("x[i]", "x[i]", "arrays.strided_slice(x, one_v, two_v, one_v, shrink_axis_mask=1)"),
    ("x[i, i]", "x[i, i]", "arrays.strided_slice(x, ones, twos, ones, shrink_axis_mask=3)"),
    ("x[1:-1]", "x[1:-1]", "arrays.strided_slice(x, one_v, last, one_v)"),
    ("x[:, i]", "x[:, i]", "arrays.strided_slice(x, ones, twos, ones, 1, 1, shrink_axis_mask=2)"),
    ("x[:, None]", "x[:, None]", "arrays.expand_dims(x, int_one)"),
    ("x[k]", "x[k]", "arrays.gather_v2(x, k, axis)"),
    ("x[m]", "x[m]", "arrays.gather_nd(x, arrays.where(m))"),
    ("x[i] = u", "np.tensor_scatter_update(x, i, u)", "arrays.tensor_scatter_update(x, position, u_row)"),
    ("x[i, i] = 2.0", "np.tensor_scatter_update(x, (i, i), 2.0)", "arrays.tensor_scatter_update(x, place, two_v_f)"),
    ("x[1:-1] = 2.0", "np.tensor_scatter_update(x, np.s_[1:-1], 2.0)",
     "arrays.tensor_strided_slice_update(x, one_v, last, one_v, inner)"),
    ("x[m] = 2.0", "np.tensor_scatter_update(x, m, 2.0)", "math.select_v2(m, two, x)"),
    ("x += y", "np.functional.iadd(x, y)", "math.add_v2(x, y)"),
    ("float(z)", "float(z)", "z._numpy()"),
    ("bool(z > 1)", "bool(z > 1)", "math.greater(z, one)._numpy()"),
    ("for row in x", "[None for row in x]", "arrays.unpack(x, n)"),
    ("sqrt(p)", "np.sqrt(p)", "math.sqrt(p)"),
    ("abs(x)", "np.abs(x)", "math._abs(x)"),
    ("exp(x)", "np.exp(x)", "math.exp(x)"),
    ("log(p)", "np.log(p)", "math.log(p)"),
    ("sin(x)", "np.sin(x)", "math.sin(x)"),
    ("isnan(x)", "np.isnan(x)", "math.is_nan(x)"),
    ("maximum(x, y)", "np.maximum(x, y)", "math.maximum(x, y)"),
    ("where(m, x, y)", "np.where(m, x, y)", "math.select_v2(m, x, y)"),
    ("clip(x, 0, 1)", "np.clip(x, 0, 1)", "math.minimum(math.maximum(x, zero), one)"),
    ("dot(u, w)", "np.dot(u, w)", "math.mat_mul(u_row, w_column)"),
    ("dot(x, u)", "np.dot(x, u)", "math.mat_mul(x, w_column)"),
    ("sum(x)", "np.sum(x)", "math._sum(x, both)"),
    ("x.sum(axis=0)", "x.sum(axis=0)", "math._sum(x, axis)"),
    ("mean(x, axis=0)", "np.mean(x, axis=0)", "math.mean(x, axis)"),
    ("max(x)", "np.max(x)", "math._max(x, both)"),
    ("any(m)", "np.any(m)", "math._any(m, both)"),
    ("argmax(u)", "np.argmax(u)", "math.arg_max(u, axis)"),
    ("cumsum(u)", "np.cumsum(u)", "math.cumsum(u, axis)"),
    ("x.reshape(-1)", "x.reshape(-1)", "arrays.reshape(x, minus)"),
    ("x.astype(float32)", 'x.astype("float32")', "math.cast(x, tf.float32)"),
    ("concatenate((x, y))", "np.concatenate((x, y))", "arrays.concat_v2([x, y], axis)"),
    ("stack((u, w))", "np.stack((u, w))", "arrays.pack([u, w], 0)"),
    ("vstack((u, w))", "np.vstack((u, w))", "arrays.pack([u, w], 0)"),
    ("squeeze(x[None])", "np.squeeze(xx)", "arrays.squeeze(xx, [0])"),
    ("atleast_1d(x)", "np.atleast_1d(x)", None),
    ("diag(u)", "np.diag(u)", "arrays.matrix_diag(u)"),
    ("outer(u, w)", "np.outer(u, w)", "math.mul(u_column, w)"),
    ("linalg.norm(u)", "np.linalg.norm(u)", "math.sqrt(math._sum(math.square(u), axis))"),
    ("linalg.inv(x)", "np.linalg.inv(x)", "linalg.matrix_inverse(x)"),
    ("sort(u)", "np.sort(u)", "math.neg(nn.top_kv2(math.neg(u), small_n)[0])"),
    ("allclose(x, y)", "np.allclose(x, y)",
     "math._all(math.less_equal(math._abs(math.sub(x, y)), math.add_v2(math.mul(math._abs(y), one), one)), both)"),
)  # fmt: skip
# How others write it, by contender; None: it has no such function.
SPELT: dict[tuple[str, str], str | None] = {
    ("x[i] = u", "numpy"): "x.__setitem__(i, u)",
    ("x[i, i] = 2.0", "numpy"): "x.__setitem__((i, i), 2.0)",
    ("x[1:-1] = 2.0", "numpy"): "x.__setitem__(slice(1, -1), 2.0)",
    ("x[m] = 2.0", "numpy"): "x.__setitem__(m, 2.0)",
    ("x += y", "numpy"): "x.__iadd__(y)",
    ("x[i] = u", "jax"): "x.at[i].set(u)",
    ("x[i, i] = 2.0", "jax"): "x.at[i, i].set(2.0)",
    ("x[1:-1] = 2.0", "jax"): "x.at[1:-1].set(2.0)",
    ("x[m] = 2.0", "jax"): "x.at[m].set(2.0)",
    ("x += y", "jax"): "x + y",
    ("x[i] = u", "tnp"): None,
    ("x[i, i] = 2.0", "tnp"): None,
    ("x[1:-1] = 2.0", "tnp"): None,
    ("x[m] = 2.0", "tnp"): None,
    ("x += y", "tnp"): "x + y",
}


# ------------------------------------------------------------------------------------------------------- one contender


def names(contender: str, n: int) -> dict[str, Any]:
    """What the expressions of a contender may use."""
    import numpy

    if contender in ("np2tf", "raw"):
        import np2tf_runtime as np

        make: Any = np.array
    elif contender == "tnp":
        import tensorflow as tf

        tf.experimental.numpy.experimental_enable_numpy_behavior()
        np = tf.experimental.numpy
        make = tf.constant
    elif contender == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
        import jax.numpy as np

        make = np.asarray
    else:
        np, make = numpy, numpy.array
    rng = numpy.random.default_rng(0)
    x, y = rng.standard_normal((2, n, n))
    values = {
        "x": x, "y": y, "u": x[0], "w": y[0], "p": abs(x) + 1, "m": x > 0, "k": numpy.arange(n) % 3, "z": x[0, 0],
        "xx": x[None],
    }  # fmt: skip
    found = {"np": np, "n": n, "i": 1, **{name: make(value) for name, value in values.items()}}
    if contender == "raw":
        import tensorflow as tf
        from tensorflow.python.ops import gen_array_ops, gen_linalg_ops, gen_math_ops, gen_nn_ops

        found |= {"tf": tf, "arrays": gen_array_ops, "math": gen_math_ops, "linalg": gen_linalg_ops, "nn": gen_nn_ops}
        floats = {"zero": 0.0, "one": 1.0, "two": 2.0, "two_v_f": [2.0]}
        integers = {
            "shape": [n, n], "length": [n], "int_zero": 0, "int_n": n, "int_one": 1, "one_v": [1], "two_v": [2],
            "ones": [1, 1], "twos": [2, 2], "last": [n - 1], "minus": [-1], "position": [[1]], "place": [[1, 1]],
            "swapped": [1, 0],
        }  # fmt: skip
        found |= {name: tf.constant(value, tf.float64) for name, value in floats.items()}
        found |= {name: tf.constant(value, tf.int64) for name, value in integers.items()}
        found |= {"axis": tf.constant(0), "both": tf.constant([0, 1]), "small_n": tf.constant(n, tf.int32)}
        found |= {"u_row": found["x"][:1], "w_column": found["y"][0][:, None], "u_column": found["u"][:, None]}
        found["inner"] = tf.fill((n - 2, n), found["two"])
    return found


def best(call: Any, seconds: float) -> float:
    """Microseconds of a call: the best of many loops of about half a millisecond."""
    clock = time.perf_counter
    call()
    started = clock()
    call()
    loops = range(max(1, min(1000, math.ceil(5e-4 / max(clock() - started, 1e-7)))))
    least, end = math.inf, clock() + seconds
    while clock() < end:
        started = clock()
        for _ in loops:
            call()
        least = min(least, (clock() - started) / len(loops))
    return 1e6 * least


def work(contender: str, seconds: float) -> None:
    """Answer each (size, case) on standard input by a number, or by what went wrong."""
    known = {size: names(contender, n) for size, n in SIZES.items()}
    cases = {case[0]: case for case in CASES}
    print("ready", flush=True)
    for line in sys.stdin:
        size, label = json.loads(line)
        text = cases[label][2] if contender == "raw" else SPELT.get((label, contender), cases[label][1])
        answer: Any = None
        if text is not None:
            if contender == "jax" and size == "middle":
                text = f"block({text})"
            names_here = {**known[size]}
            if contender == "jax":
                names_here["block"] = sys.modules["jax"].block_until_ready
            try:
                answer = best(eval(f"lambda: {text}", names_here), seconds)
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"[:200]
        print(json.dumps(answer), flush=True)


# ---------------------------------------------------------------------------------------------------------- all of them


def start(contender: str, seconds: float) -> Any:
    """The process of a contender once it is ready; None if it can't be had."""
    command = [sys.executable, os.fspath(Path(__file__)), "--worker", contender, "--seconds", str(seconds)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    if process.stdout.readline() != "ready\n":
        process.wait()
        return None
    return process


def ask(process: Any, size: str, label: str) -> Any:
    if process is None:
        return None
    process.stdin.write(json.dumps([size, label]) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def _cell(value: Any, width: int, digits: int) -> str:
    return f"{value:{width}.{digits}f}" if isinstance(value, float) else f"{'-':>{width}}"


def report(size: str, rows: dict[str, dict[str, Any]]) -> None:
    """A table for one size: microseconds, then how many times the others' cost the runtime's is."""
    n = SIZES[size]
    print(f"\n{size}: {n} x {n}; microseconds, and np2tf's cost in multiples of the others'")
    others = CONTENDERS[1:]
    print(f"{'':22}" + "".join(f"{c:>9}" for c in CONTENDERS) + " |" + "".join(f"{'/' + c:>9}" for c in others))
    ratios: dict[str, list[float]] = {other: [] for other in others}
    for label, row in rows.items():
        own = row["np2tf"]
        line = "".join(_cell(row[c], 9, 1) for c in CONTENDERS) + " |"
        for other in others:
            ratio = own / row[other] if isinstance(own, float) and isinstance(row[other], float) else None
            if ratio is not None:
                ratios[other].append(ratio)
            line += _cell(ratio, 9, 2)
        print(f"{label:22}{line}")
    print(f"{'geometric mean':22}{'':45} |" + "".join(_cell(mean(ratios[other]), 9, 2) for other in others))
    slower = [label for label, row in rows.items() if isinstance(row["tnp"], float) and row["np2tf"] > row["tnp"]]
    print(f"slower than tf.experimental.numpy: {', '.join(slower) or 'none'}")
    double = [r for r in ratios["raw"] if r > 2]
    print(f"more than twice the raw operations: {len(double)} of {len(ratios['raw'])}")


def main() -> None:
    """Measure, and print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=0.1, help="how long each call is measured")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--without", default="", help="contenders to leave out, separated by commas")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.worker, given.seconds)
        return
    left_out = given.without.split(",")
    processes = {c: None if c in left_out else start(c, given.seconds) for c in CONTENDERS}
    figures: dict[str, dict[str, dict[str, Any]]] = {}
    for size in SIZES:
        rows = figures[size] = {}
        for label, *_ in CASES:
            if given.only in label:
                rows[label] = {c: ask(processes[c], size, label) for c in CONTENDERS}
        report(size, rows)
    wrong = {
        (label, c): value for rows in figures.values() for label, row in rows.items() for c, value in row.items()
        if isinstance(value, str) and "no attribute" not in value
    }  # fmt: skip
    for (label, contender), message in wrong.items():
        print(f"{contender} can't do {label}: {message}", file=sys.stderr)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))
    for process in processes.values():
        if process is not None:
            process.stdin.close()
            process.wait()


if __name__ == "__main__":
    main()
