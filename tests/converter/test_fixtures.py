"""Every fixture becomes what it says, with the diagnostics it says, and shows the same on both sides."""

from __future__ import annotations

import pytest

import fixture
import soundness
from np2tf.convert import convert

CASES = fixture.load_all()


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request):
    return request.param


def test_becomes_what_it_says(case):
    assert case.expected is not None, f"{case.name} has no `# output` part: run tests/converter/update_fixtures.py"
    result = case.convert()
    assert {file.path: file.output.decode() for file in result.files} == case.expected
    assert fixture.found_codes(result) == case.codes


def test_leaves_an_answer(case):
    if any("scipy" in source for source in case.sources.values()):
        pytest.importorskip("scipy", reason="SciPy is no dependency; it is run where it is installed")
    original = soundness.observe(case.sources)
    assert original.error is None, original.trace
    assert original.out is not None, "a fixture leaves its answer in `out`"


def test_shows_the_same(case):
    soundness.assert_sound(case.sources, options=case.options)


def test_converting_again_changes_nothing(case):
    once = {file.path: file.output for file in case.convert().files}
    twice = {file.path: file.output for file in convert(once, case.options).files}
    assert twice == once


def test_line_breaks_are_those_of_the_file(case):
    """Windows's here, and none at the end: what is put behind the last statement stands there all the same."""
    assert case.expected is not None
    sources = {path: text.rstrip("\n").replace("\n", "\r\n").encode() for path, text in case.sources.items()}
    found = {file.path: file.output.decode() for file in convert(sources, case.options).files}
    expected = {path: text.rstrip("\n").replace("\n", "\r\n") for path, text in case.expected.items()}
    assert {path: text.rstrip("\r\n") for path, text in found.items()} == expected
