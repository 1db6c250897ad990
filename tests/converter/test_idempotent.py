"""What has been converted is not converted again: not by one byte, and what was left to do is still said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

import fixture
from np2tf.convert import convert
from np2tf.result import Options

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))


def errors(result):
    """The codes that are left to do, by file; one line may have had two of a kind, which share a mark."""
    return {(file.path, d.code) for file in result.files for d in file.diagnostics if d.severity == "error"}


def assert_stable(files, options=Options()):  # noqa: B008 - frozen
    once = convert(files, options)
    twice = convert({file.path: file.output for file in once.files}, options)
    assert {file.path: file.output for file in twice.files} == {file.path: file.output for file in once.files}
    assert errors(twice) == errors(once)
    assert not [rewrite for file in twice.files for rewrite in file.rewrites]


@pytest.mark.parametrize("case", fixture.load_all(), ids=lambda case: case.name)
def test_a_fixture_is_converted_once(case):
    assert_stable({path: text.encode() for path, text in case.sources.items()}, case.options)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_converted_once(path):
    assert_stable({path.name: path.read_bytes()})


def test_the_examples_together_are_converted_once():
    assert_stable({path.name: path.read_bytes() for path in EXAMPLES})


def test_strict_is_stable_too():
    assert_stable({path.name: path.read_bytes() for path in EXAMPLES}, Options(strict=True))
