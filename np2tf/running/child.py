"""One of the two processes of `np2tf verify`: `python -m np2tf.running.child PLAN`."""

from __future__ import annotations

import ast
import functools
import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from np2tf.edits import Origin
from np2tf.running.cells import Cell
from np2tf.running.gather import Program
from np2tf.running.hook import Hook
from np2tf.running.launch import launch
from np2tf.running.points import instrument
from np2tf.running.record import TOLERANCES, Comparer, Recorder, Writer
from np2tf.running.units import Unit
from np2tf.source import Span


def plan_of(program: Program, units: dict[str, Unit]) -> dict[str, Any]:
    """What a process has to know of a program, as JSON can hold it."""
    return {
        "program": {**program._asdict(), "excluded": sorted(program.excluded)},
        "units": [
            {
                "path": unit.path,
                "source": unit.source.decode("latin-1"),
                "output": unit.output.decode("latin-1"),
                "origins": [(o.start, *o.source, o.copied) for o in unit.origins],
                "failure": unit.failure,
                "cells": unit.cells,
            }
            for unit in units.values()
        ],
    }


def _unit(entry: dict[str, Any]) -> Unit:
    origins = tuple(Origin(start, Span(first, last), copied) for start, first, last, copied in entry["origins"])
    source, output = entry["source"].encode("latin-1"), entry["output"].encode("latin-1")
    cells = tuple(Cell(*cell) for cell in entry["cells"])
    return Unit(entry["path"], source, output, origins, failure=entry["failure"], cells=cells)


class _Original(Hook):
    """Runs the program as it is."""

    def unit(self, path: str) -> Unit | None:
        """The unit of a file of the program: others run as they are."""
        return self.units.get(os.path.realpath(path))


def tolerances(given: dict[str, list[float | None]], dtype: str) -> tuple[float, float]:
    """The tolerances of a dtype: what was asked for, or what its precision allows."""
    usual = TOLERANCES.get(dtype, (0.0, 0.0))
    asked = given.get(dtype, given.get("", [None, None]))
    if dtype not in TOLERANCES:
        return usual
    return (usual[0] if asked[0] is None else asked[0], usual[1] if asked[1] is None else asked[1])


def _write_memory() -> None:
    """Have `np.empty` give zeros: what nobody has written to memory differs from run to run, and says nothing."""
    np = importlib.import_module("numpy")

    def written(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def make(*args: Any, **kwargs: Any) -> Any:
            array = function(*args, **kwargs)
            if array.dtype.kind in "biufc":
                array.fill(0)
            return array

        return make

    for name in ("empty", "empty_like"):
        setattr(np, name, written(getattr(np, name)))


def main(path: str) -> None:
    """Run one side of the plan in the file."""
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    program = Program(**{**plan["program"], "excluded": frozenset(plan["program"]["excluded"])})
    units = {entry["path"]: _unit(entry) for entry in plan["units"]}
    original = plan["side"] == "original"

    def change(unit: Unit, tree: ast.Module) -> ast.Module:
        made = instrument(unit)
        if isinstance(recorder, Comparer):
            recorder.verdict["left_out"] += made.left_out
        return made.original if original else made.converted

    recorder: Recorder
    if original:
        recorder = Writer(plan["records"], plan["most"])
    else:
        given = plan["tolerances"]
        recorder = Comparer(plan["records"], plan["verdict"], plan["most"], lambda dtype: tolerances(given, dtype))
    recorder.install()
    _write_memory()
    launch(program, (_Original if original else Hook)(program, units, change), plan["arguments"])


if __name__ == "__main__":
    main(sys.argv[1])
