"""The tables of `docs/numpy-suite.md`, from the reports of runs of NumPy's own tests.

    python tools/numpy_suite_table.py unmodified=a.json converted=b.json     pass rate per file, and reasons of the last

Reports are those of pytest-json-report. Tests that NumPy itself skips are left out.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_FILE = re.compile(r"(\w+)/tests/(test_\w+)\.py::")

_EVENTS = "floating-point warnings and errors, which TensorFlow doesn't give, and deprecations"
# What a failure's message contains, and the reason in words; the first that fits.
REASONS = (
    ("the argument out of", "`out=` where the converter leaves it: inside an expression, or of an unknown function"),
    ("object does not support item assignment", "an assignment to an element that the converter marks"),
    (r"\.at \[NT604\]", "`ufunc.at` where the converter leaves it"),
    (r"tensors are immutable|\[NT604\]: write x = |immutable \[NT", "a mutator where the converter leaves it"),
    (r"assigning to x\.", "an assignment to an attribute (`x.real = ...`, `x.flat = ...`)"),
    (r"the dtype (float128|complex256|float\d+|complex\d+) ", "extended precision: there is no such tensor"),
    (r"arrays of Python objects|\[NT504\]", "arrays of Python objects asked for (`dtype=object`)"),
    (r"\[NT502\]", "structured dtypes"),
    (r"\[NT510\]", "arrays of strings or bytes asked for"),
    (r"\[NT509\]", "dates and times"),
    (r"\[NT503\]", "the same memory read in another way, or another byte order"),
    (r"\[NT50[157]\]", "strides, flags, np.matrix"),
    (r"\[NT513\]|subclass", "subclasses of ndarray"),
    (r"Tensor\(\) takes no arguments", "`np.ndarray(shape)` as a constructor"),
    (r"is not? np\.|is np\.|singleton|type\(.*(ndarray|float64|int_)", "the identity or the exact type of a result"),
    (
        (
            r"== 'cpu'|__array_namespace__|text_signature|ArrayType|lapack_lite|must be array|must be numpy.ufunc"
            r"|_rational|_resolve_dtypes_and_context|getrefcount|object __array__ method"
            r"|'float' object has no attribute 'dtype'"
        ),
        "NumPy's C code, and names of its devices",
    ),
    ("Timeout", "more than 60 seconds: a loop over elements, each a call of TensorFlow"),
    ("MemoryError", "an array that NumPy keeps as strides and TensorFlow as memory"),
    (r"DID NOT WARN|FloatingPointError not raised|did not raise fpe|FloatingPointError: ", _EVENTS),
    (r"^KeyError: <ufunc", "the harness: tables of tests keyed by NumPy's own functions"),
    (r"_check_neg_zero", "the sign of a sum of negative zeros"),
    (r"Regex pattern did not match|does not match", "the wording of a message"),
    (r"DID NOT RAISE|not raised", "what NumPy refuses is accepted"),
    (r"^AssertionError\s*$|^assert array\(", "an assertion that says nothing: flags, identities, exact types"),
    (r"Arrays are not (almost )?equal|Not equal|not equal", "other values"),
)  # fmt: skip


def outcomes(report: Mapping[str, Any]) -> Iterable[tuple[str, bool, str]]:
    """File, whether it passed, and what it said, of every test that ran."""
    for test in report["tests"]:
        found = _FILE.search(test["nodeid"])
        if found and test["outcome"] in ("passed", "failed", "error"):
            stage = test.get("call") or test.get("setup") or {}
            said = stage.get("crash", {}).get("message") or str(stage.get("longrepr", ""))[-300:]
            yield f"{found[1]}/{found[2]}", test["outcome"] == "passed", said


def reason(said: str) -> str:
    """The reason of a failure in words."""
    return next((words for pattern, words in REASONS if re.search(pattern, said)), "other")


def main(arguments: list[str]) -> int:
    """Print both tables, in Markdown."""
    runs = {name: list(outcomes(json.loads(Path(path).read_text()))) for name, _, path in
            (argument.partition("=") for argument in arguments)}  # fmt: skip
    print("| file | " + " | ".join(runs) + " |\n|---|" + "---|" * len(runs))
    tables: dict[str, dict[str, list[bool]]] = {name: defaultdict(list) for name in runs}
    for name, tests in runs.items():
        for file, passed, _ in tests:
            tables[name][file].append(passed)
            tables[name]["**all**"].append(passed)
    files = sorted({file for table in tables.values() for file in table}, key=lambda file: (file == "**all**", file))
    for file in files:
        print(f"| {file} | " + " | ".join(_share(tables[name].get(file, [])) for name in runs) + " |")
    why = Counter(reason(said) for _, passed, said in runs[[*runs][-1]] if not passed)
    print("\n| failures | reason |\n|---|---|")
    for words, number in why.most_common():
        print(f"| {number} | {words} |")
    return 0


def _share(passed: list[bool]) -> str:
    return f"{sum(passed)} of {len(passed)}, {100 * sum(passed) / len(passed):.0f} %" if passed else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
