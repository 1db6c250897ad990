"""The examples of `docs/together.md`."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "together.md"


@pytest.mark.cpu_only("the page says what the processor gives")
def test_the_examples() -> None:
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 30
    assert not found.failed
