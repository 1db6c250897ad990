"""The runtime against NumPy on made arguments: where they differ, and only there, `known_differences.toml` says why."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import questions
from differential import compare

from np2tf_runtime._base import has_gpu

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

KNOWN = tomllib.loads((Path(__file__).parent / "known_differences.toml").read_text(encoding="utf-8"))
ON_GPU = has_gpu()
ENTRIES = {
    (name, entry["kind"]): entry
    for entry in KNOWN["difference"]
    if ON_GPU or entry.get("device") != "gpu"
    for name in entry["names"]
}
GROUPS = 12


@pytest.mark.parametrize("group", range(GROUPS))
def test_generated_questions(group: int) -> None:
    """Every difference is known, and every known one is still there."""
    names = questions.names()[group::GROUPS]
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        for question in questions.questions(name):
            text = question.difference()
            if text is not None:
                found[name, questions.kind(text)].append(f"{question}: {text}")
    new = [f"{name}, {kind} ({len(texts)}): {texts[0]}" for (name, kind), texts in found.items()
           if (name, kind) not in ENTRIES]  # fmt: skip
    gone = [key for key, entry in ENTRIES.items() if key[0] in names and key not in found and "unsteady" not in entry]
    assert not new, "differences that known_differences.toml doesn't know:\n" + "\n".join(new)
    assert ON_GPU or not gone, f"no longer different, take them out of known_differences.toml: {gone}"


@pytest.mark.cpu_only("they are about TensorFlow on the processor")
@pytest.mark.parametrize("entry", KNOWN["question"], ids=lambda entry: entry["text"])
def test_single_questions(entry: dict[str, Any]) -> None:
    x = np.array([0.5, 1.5, 2.0, 3.0], entry["dtype"])
    assert compare(entry["text"], x=x, strict=False) is not None, "no longer different: take it out"


def test_the_file_is_in_order() -> None:
    asked = set(questions.names())
    kinds = {"value", "dtype", "shape", "container", "kind", "length", "refuses", "accepts", "error class"}
    for entry in KNOWN["difference"]:
        assert entry["kind"] in kinds
        assert entry["names"] == sorted(entry["names"])
        assert set(entry["names"]) <= asked
        assert entry["reason"].endswith(".")
    named = [(name, entry["kind"], entry.get("device")) for entry in KNOWN["difference"] for name in entry["names"]]
    assert len(named) == len(set(named))
