"""Statements that are taken apart: what is found in them is reported where it was written."""

from __future__ import annotations

import json

import pytest

from np2tf.convert import convert
from np2tf.result import Options
from np2tf.source import Source, Span
from np2tf.unfolding import Site, Surroundings, unfold

STEP = """\
import numpy as np


def step(x):
    x -= 1
    return float(x.sum())


"""
LOOP = (
    STEP
    + """\
def run(x):
    n = 0
    while step(x) > 0:
        n += 1
    return n


x = np.full(2, 9.0)
run(x)
"""
)
STRIDES = """\
np.lib.stride_tricks.as_strided(x, (1,), (8,))
"""


def unfolded(text: str, call: str, around: Surroundings = Surroundings()) -> str:  # noqa: B008 - frozen
    """The text with the statement around a call taken apart."""
    source = Source("main.py", text.encode())
    start = source.text.index(call)
    return unfold(source, [Site(Span(start, start + len(call)))], around).text


def one(text: str | bytes, options: Options = Options()):  # noqa: B008 - frozen
    data = text if isinstance(text, bytes) else text.encode()
    (result,) = convert({"main.py": data}, options).files
    return result


def test_what_stands_below_is_reported_where_it_was_written() -> None:
    result = one(LOOP + STRIDES)
    assert b"while True:" in result.output
    (found,) = (d for d in result.diagnostics if d.severity == "error")
    lines = (LOOP + STRIDES).splitlines()
    assert (found.code, lines[found.line - 1]) == ("NT501", STRIDES.rstrip())
    assert found.statement.startswith("np.lib.stride_tricks")
    calls = [lines[made.line - 1].strip() for made in result.rewrites if made.rule == "threaded_call"]
    assert sorted(calls) == ["run(x)", "while step(x) > 0:"]


@pytest.mark.parametrize("encode", [str.encode, lambda text: text.replace("\n", "\r\n").encode("utf-8-sig")])
def test_what_is_copied_is_a_copy_of_what_was_written(encode) -> None:
    result = one(encode(LOOP.replace("    ", "\t")))
    source, output = Source("main.py", encode(LOOP.replace("    ", "\t"))), Source("main.py", result.output)
    starts = [*(origin.start for origin in result.origins), len(output.text)]
    copied = 0
    for origin, end in zip(result.origins, starts[1:], strict=True):
        if origin.copied:
            copied += end - origin.start
            assert output.text[origin.start : end] == source.text[slice(*origin.source)]
    assert copied > len(source.text) / 2
    assert "\twhile True:" in output.text
    assert output.text.count("\r") == source.text.count("\r") + 3 * ("\r" in source.text)


def test_other_lines_that_a_message_names_are_those_that_were_written() -> None:
    text = LOOP + "import elsewhere\nkeep = elsewhere.keep\nkeep(x)\nx[0] = 2\n"
    result = one(text)
    named = [(d.line, d.named_lines()) for d in result.diagnostics if d.named_lines()]
    assert b"while True:" in result.output
    lines = text.splitlines()
    assert [(lines[line - 1], *(lines[other - 1] for other in others)) for line, others in named] == [
        ("x[0] = 2", "keep(x)")
    ]


def test_what_would_not_be_converted_either_is_left_as_it_was_written() -> None:
    text = LOOP.replace("run(x)\n", "try:\n    run(x)\nfinally:\n    print(x)\n")
    assert "\n    while step(x) > 0:\n        n += 1\n" in one(text).output.decode()


def test_comments_are_kept_or_nothing_is_done() -> None:
    text = "if (a  # one\n        and f(x)):  # two\n    pass\n"
    assert unfolded(text, "f(x)") == text
    text = "while a and f(x):  # one\n    # two\n    pass  # three\n"
    assert unfolded(text, "f(x)").count("#") == 3


def test_who_says_himself_what_is_true_is_asked_once() -> None:
    text = "if a or f(x):\n    pass\n"
    assert "if _value:" in unfolded(text, "f(x)")
    assert unfolded(text, "f(x)", Surroundings(own_truth=True)) == text


def test_names_that_calls_bind_anew_are_read_in_time() -> None:
    assert unfolded("y = n + (a and f(x))\n", "f(x)") == "_value = a\nif _value:\n    _value = f(x)\ny = n + _value\n"
    assert unfolded("y = n + (a and f(x))\n", "f(x)", Surroundings(frozenset({"n"}))).startswith("_value2 = n\n")


def test_a_name_is_bound_step_by_step_only_where_nobody_sees_it() -> None:
    for text in ("try:\n    y = a and f(x)\nfinally:\n    print(y)\n", "y = a and f(x)\ndef g(): return y\n"):
        assert "y = _value" in unfolded(text, "f(x)")
    assert "_value" not in unfolded("def g(a, x):\n    y = a and f(x)\n    return y\n", "f(x)")


def test_a_cell_shows_what_it_showed() -> None:
    cells = [STEP, "x = np.full(2, 9.0)\nstep(x) if x[0] > 1 else 2", "x[0] and step(x)\nx"]
    notebook = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "id": f"c{k}", "metadata": {}, "outputs": [], "source": cell}
            for k, cell in enumerate(cells)
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (result,) = convert({"main.ipynb": json.dumps(notebook).encode()}).files
    assert "NT203" in {d.code for d in result.diagnostics}
    assert json.loads(result.output)["cells"][1]["source"] == cells[1]
