"""Programs of shapes that once took the analysis a time that grew faster than they do, or did not end at all.

Counted are the evaluations of expressions, or the calls of functions, Python's own included: those don't depend on the
machine.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest

from np2tf.analysis.expressions import Expressions
from np2tf.convert import convert
from np2tf.result import Options

HEAD = "import numpy as np\n\n\n"


def nested_calls(n: int) -> str:
    """Calls of what nobody knows, one in another."""
    text = "x"
    for k in range(n):
        text = f"o.m{k}(g({text}))"
    return f"{HEAD}def f(x, o, g):\n    y = {text}\n    y[0] = 1\n    return y\n"


def chain(n: int, *, backwards: bool) -> str:
    """Functions of which each hands its argument to the next; the last one changes it."""
    defs = [f"def f{k}(x):\n    f{k + 1}(x)\n\n\n" for k in range(n)] + [f"def f{n}(x):\n    x[0] = 1\n\n\n"]
    return HEAD + "".join(defs[::-1] if backwards else defs) + "a = np.zeros(3)\nf0(a)\nprint(a)\n"


def forwards(n: int) -> str:
    return chain(n, backwards=False)


def backwards(n: int) -> str:
    return chain(n, backwards=True)


def classes(n: int) -> str:
    """Classes of one form, whose methods call each other."""
    one = (
        "class C{0}:\n    def __init__(self):\n        self.w = np.zeros(3)\n\n"
        "    def step(self, g):\n        self.w[0] += g(self)\n        return self.last()\n\n"
        "    def last(self):\n        return self.w[-1]\n\n\n"
    )
    return HEAD + "".join(one.format(k) for k in range(n)) + "".join(f"print(C{k}().step(len))\n" for k in range(n))


def inherited(n: int) -> str:
    """Classes of which each inherits from the one before it, and calls its method."""
    made = "class C0:\n    def __init__(self):\n        self.w = np.zeros(3)\n\n"
    first = f"{made}    def step(self):\n        self.w[0] += 1\n"
    one = "\n\nclass C{0}(C{1}):\n    def step(self):\n        super().step()\n        self.w[1] += 1\n"
    rest = "".join(one.format(k, k - 1) for k in range(1, n))
    return f"{HEAD}{first}{rest}\n\nc = C{n - 1}()\nc.step()\nprint(c.w)\n"


def siblings(n: int) -> str:
    """Classes that inherit from one, and override its method."""
    return re.sub(r"\(C\d+\):", "(C0):", inherited(n))


def module_names(n: int) -> str:
    """Arrays of the module."""
    return HEAD + "".join(f"a{k} = np.zeros({k})\na{k}[0] = 1\n" for k in range(n))


def protected(n: int) -> str:
    """A long `try`."""
    body = "".join(f"        y{k} = g({k}) + x\n        x[{k}] = y{k}[0]\n" for k in range(n))
    return f"{HEAD}def f(g):\n    x = np.zeros(9)\n    try:\n{body}    finally:\n        print(x)\n    return x\n"


def seen_by(n: int) -> str:
    """Views that are written to and not needed any more."""
    body = "".join(f"    v{k} = x[{k}:]\n    v{k} += 1\n" for k in range(n))
    return f"{HEAD}def f():\n    x = np.zeros(100)\n{body}    return x\n"


def attributes(n: int) -> str:
    """An object of many attributes, which have new arrays, and names that may be it."""
    made = "".join(f"        self.w{k} = np.zeros(3)\n" for k in range(n))
    kept = "".join(f"        KEPT.append(self.w{k})\n" for k in range(n))
    methods = f"    def __init__(self):\n{made}\n    def renew(self):\n{made}\n    def keep(self):\n{kept}\n\n"
    told = "def describe(c):\n    return [{'id': c}]\n\n\n"
    body = "    for one in describe(c):\n        print(one)\n    for word, text in describe(c):\n        print(word)\n"
    used = f"def show():\n    c = C()\n    c.renew()\n{body}    c.w0[0] = 1\n    return c.w0\n\n\nprint(show())\n"
    return f"{HEAD}KEPT = []\n\n\nclass C:\n{methods}{told}{used}"


def calls(text: str) -> int:
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    threading.setprofile(note)  # the conversion has a thread of its own
    try:
        (file,) = convert({"a.py": text.encode()}, Options(check_only=True)).files
    finally:
        threading.setprofile(None)
    assert file.status in {"converted", "marked"}, file.diagnostics
    return count


def evaluations(text: str) -> int:
    count = 0
    ev = Expressions.ev

    def counted(self: Expressions, *args: object) -> object:
        nonlocal count
        count += 1
        return ev(self, *args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Expressions, "ev", counted)
        (file,) = convert({"a.py": text.encode()}, Options(check_only=True)).files
    assert file.status != "failed", file.diagnostics
    return count


@pytest.mark.parametrize("program", [nested_calls, forwards, backwards, classes])
def test_twice_the_program_takes_twice_the_work(program: Callable[[int], str]) -> None:
    few, many = evaluations(program(30)), evaluations(program(60))
    assert many < 2.2 * few


@pytest.mark.parametrize("program", [inherited, siblings, module_names, protected, seen_by, attributes])
def test_twice_the_program_takes_twice_the_calls(program: Callable[[int], str]) -> None:
    calls(program(2))  # what is imported is imported
    few, many = calls(program(30)), calls(program(60))
    assert few > 10_000
    assert many < 2.5 * few


def test_a_change_at_the_end_of_a_long_chain_of_calls_reaches_its_beginning() -> None:
    for text in (forwards(60), backwards(60)):
        (file,) = convert({"a.py": text.encode()}).files
        assert b"\na = f0(a)\n" in file.output
        assert file.output.count(b"return x") == 61


def attributes(n: int) -> str:
    """An object whose attributes are what something unknown makes of it, perhaps itself."""
    bound = "".join(f"        x.a{k}, x.b{k} = maker.make{k}(x)\n" for k in range(n))
    return f"{HEAD}def f(x, maker):\n    for _ in range(3):\n{bound}    return x\n"


def test_an_object_may_be_its_own_attribute() -> None:
    few, many = calls(attributes(2)), calls(attributes(4))
    assert many < 20 * few  # the square of their relations, and not attributes of attributes of attributes


def operators(n: int, method: str, gives: str) -> str:
    """Functions that ask something unknown for items, and a class at the end with a method that may be asked so."""
    one = "def f{0}(x, y):\n    for z in x[{0}]:\n        y = y + z[x]\n    return np.sum(y)\n\n\n"
    last = f"class Asked:\n    def {method}(self, key):\n        self.key = key\n        {gives} key\n"
    return HEAD + "".join(one.format(k) for k in range(n)) + last


@pytest.mark.parametrize(("method", "gives"), [("__getitem__", "return"), ("ask", "yield")])
def test_what_runs_without_being_called_concerns_few_functions(method: str, gives: str) -> None:
    assert evaluations(operators(30, method, gives)) < 1.2 * evaluations(operators(30, "ask", "return"))
