"""The examples convert without a hand, and print under the stand-in what they print under NumPy."""

from __future__ import annotations

from pathlib import Path

import pytest

import soundness

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.name != "demo.py"], ids=lambda path: path.stem)
def test_an_example_prints_the_same(path):
    outcome = soundness.run_both(path.read_text(encoding="utf-8"))
    assert outcome.verdict is soundness.Verdict.CLEAN, outcome.explain()
    assert "np2tf_runtime" in outcome.converted[soundness.ENTRY]
    assert len(outcome.original.stdout.splitlines()) > 5
