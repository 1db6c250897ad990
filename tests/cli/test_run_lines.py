"""Positions: what was copied stands in the source where it was copied from, what is new where it replaces."""

from __future__ import annotations

import ast

import pytest

import fixture
from np2tf.convert import convert
from np2tf.edits import Edit, origins, pieces
from np2tf.running.lines import Map, Text, relocate
from np2tf.running.units import Unit
from np2tf.source import Span

CASES = [case for case in fixture.load_all() if case.expected is not None]


def unit_of(path: str, source: str, **options) -> Unit:  # type: ignore[no-untyped-def]
    (file,) = convert({path: source.encode()}, **options).files
    return Unit(path, source.encode(), file.output, file.origins)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_copied_stands_where_it_was_copied_from(case: fixture.Fixture) -> None:
    for file in case.convert().files:
        source = case.sources[file.path]
        unit = Unit(file.path, source.encode(), file.output, file.origins)
        output = file.output.decode()
        assert "".join(_rebuilt(source, output, file.origins)) == output
        tree, spans = unit.tree()
        compile(tree, file.path, "exec", dont_inherit=True)
        kept = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        assert all(0 <= start <= end <= len(source) for start, end in spans.values())
        lines = [node.lineno for node in kept if node in spans]
        assert all(1 <= line <= source.count("\n") + 1 for line in lines)


def _rebuilt(source, output, parts):  # type: ignore[no-untyped-def]
    if not parts:
        yield source
    for k, part in enumerate(parts):
        end = parts[k + 1].start if k + 1 < len(parts) else len(output)
        yield source[part.source.start : part.source.end] if part.copied else output[part.start : end]


def test_names_keep_their_columns() -> None:
    source = "import numpy as np\ndef f(é):\n    v = é[1:]\n    é[0] = g(é, ñ)\n    return (v,\n      é)\n"
    tree, _ = unit_of("m.py", source).tree()
    names = {(n.lineno, n.col_offset, n.id) for n in ast.walk(tree) if isinstance(n, ast.Name)}
    plain = {(n.lineno, n.col_offset, n.id) for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)}
    assert {name for name in plain if name[2] in ("g", "ñ", "v")} <= names


def test_new_statements_stand_for_the_one_they_follow_from() -> None:
    source = "import numpy as np\nx = np.ones(3)\nv = x[1:]\n\n\nx[\n    0\n] = 2\nprint(x, v)\n"
    tree, _ = unit_of("m.py", source).tree()
    assert [(node.lineno, node.end_lineno) for node in tree.body] == [(1, 1), (2, 2), (3, 3), (6, 8), (6, 8), (9, 9)][
        : len(tree.body)
    ]


def test_statements_that_are_taken_out_of_a_method_stand_where_they_stood() -> None:
    (case,) = [case for case in CASES if case.name == "jit/taken_out_of_methods"]
    source = case.sources[fixture.ENTRY]
    tree, _ = unit_of(fixture.ENTRY, source, options=case.options).tree()
    (taken,) = [node for node in tree.body if getattr(node, "name", "") == "_Body_advance"]
    lines = source.split("\n")
    assert isinstance(taken, ast.FunctionDef)
    loop, count, _ = taken.body
    assert isinstance(loop, ast.For)
    for statement, text in zip(
        (*loop.body, count), ("self.v = self.v -", "self.x = self.x +", "self.t += dt"), strict=True
    ):
        assert lines[statement.lineno - 1].strip().startswith(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_breaks_of_every_kind_count(newline: str) -> None:
    source = newline.join(["import numpy as np", "x = np.ones(3)", "v = x[1:]", "v[0] = 2", "print(x)", "1 / 0", ""])
    unit = unit_of("m.py", source)
    tree, _ = unit.tree()
    assert tree.body[-1].lineno == 6
    assert unit.map.lines()[6] == unit.output.decode().count(newline)


def test_positions_of_nested_edits() -> None:
    text = "x[0] = f(a) + b"
    edits = [Edit(Span(0, 15), ("x = u(x, 0, ", Span(7, 15), ")")), Edit(Span(7, 11), ("g(", Span(9, 10), ")"))]
    parts = list(pieces(text, edits))
    output = "".join(part.text for part in parts)
    places = Map(text, output, origins(parts))
    tree = ast.parse(output)
    spans = relocate(tree, places)
    found = {ast.unparse(node): text[slice(*spans[node])] for node in ast.walk(tree) if isinstance(node, ast.expr)}
    assert found["b"] == "b"
    assert found["a"] == "a"
    assert found["g(a)"] == "f(a)"
    assert found["u(x, 0, g(a) + b)"] == text


def test_columns_past_the_end_of_a_line_are_its_end() -> None:
    text = Text("ab\ncd")
    assert text.offset(1, 9) == 3
    assert text.offset(7, 0) == 3
