"""Decorated functions may be run any number of times, or once for all: they do nothing but compute their result.

Under the stand-in, `jit` runs a function twice at each call, and remembers what came out for which arguments. A print,
a change of a list or an attribute, a random number would show; something read that has changed since would show, too.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import fixture
import soundness
import standin
from np2tf.convert import convert
from np2tf.diagnostics import CODES
from np2tf.explain import page
from np2tf.result import Options

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))
JIT_CODES = sorted(code for code in CODES if code.startswith("NT7"))


def tell(value):
    """A value as something that can be compared: equal for equal arrays; None for what is not traced."""
    if isinstance(value, (standin.Array, np.ndarray, np.generic)):
        array = np.asarray(value)
        return (array.dtype.str, array.shape, array.tobytes())
    if isinstance(value, (list, tuple)):
        parts = tuple(tell(item) for item in value)
        return None if None in parts else (type(value).__name__, parts)
    return (type(value).__name__, repr(value)) if isinstance(value, (int, float, complex, str, type(None))) else None


def twice(function):
    """The function, run twice; the same arguments give the same result, whenever they come."""
    seen = {}

    @functools.wraps(function)
    def call(*args, **kwargs):
        key = tell([*args, *kwargs.items()])
        result = function(*args, **kwargs)
        if not any(isinstance(arg, list) for arg in (*args, *kwargs.values())):
            again = tell(function(*args, **kwargs))
            assert again == tell(result), f"{function.__name__} gives something else the second time"
            if key is not None:  # of an object, nothing is known but what it gives
                assert seen.setdefault(key, again) == again, f"{function.__name__} depends on more than its arguments"
        return result

    return call


@pytest.fixture(autouse=True)
def run_twice(monkeypatch):
    monkeypatch.setattr(standin.runtime, "jit", twice)


@pytest.mark.parametrize("case", fixture.load_all(), ids=lambda case: case.name)
def test_fixtures_show_the_same(case):
    soundness.assert_sound(case.sources, options=replace(case.options, jit=True))


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.name != "demo.py"], ids=lambda path: path.stem)
def test_an_example_prints_the_same(path):
    outcome = soundness.run_both(path.read_text(encoding="utf-8"), options=Options(jit=True))
    assert outcome.verdict is soundness.Verdict.CLEAN, outcome.explain()
    assert ".jit\n" in outcome.converted[soundness.ENTRY]


def test_the_check_itself_sees_what_is_lost():
    calls = []

    def counting(x):
        calls.append(x)
        return len(calls)

    with pytest.raises(AssertionError, match="the second time"):
        twice(counting)(np.ones(2))
    factor = [1.0]
    scaled = twice(lambda x: x * factor[0])
    scaled(np.ones(2))
    factor[0] = 2.0
    with pytest.raises(AssertionError, match="depends on more"):
        scaled(np.ones(2))


def test_nothing_is_said_or_decorated_without_the_option():
    source = b"import numpy as np\n\n\ndef f(x):\n    print(x)\n    return np.sqrt(x) + 1\n"
    assert convert({"a.py": source}).files[0].diagnostics == ()
    assert b"jit" not in convert({"a.py": source.replace(b"    print(x)\n", b"")}).files[0].output


@pytest.mark.parametrize("code", JIT_CODES)
def test_the_examples_of_a_page_are_about_its_code(code):
    before, after = (
        convert({"a.py": example.encode()}, Options(jit=True)).files[0]
        for example in re.findall(r"^```python\n(.*?)^```", page(code), re.MULTILINE | re.DOTALL)
    )
    assert code in {d.code for d in before.diagnostics}
    assert code not in {d.code for d in after.diagnostics}


def test_notes_do_not_fail_a_check():
    assert {CODES[code].severity for code in JIT_CODES} == {"note"}


def test_an_import_stands_above_the_decorator_of_the_first_function():
    files = {
        "kernel.py": b"def relax(a):\n    a[1:] = a[:-1] * 2\n    a[0] = 1\n",
        "main.py": b"import numpy as np\nfrom kernel import relax\na = np.ones(3)\nrelax(a)\n",
    }
    kernel = convert(files, Options(jit=True)).files[0].output.decode()
    assert kernel.startswith("import np2tf_runtime as np\n@np.jit\ndef relax(a):\n")
