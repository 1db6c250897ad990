"""Programs nobody wrote by hand convert soundly, or say why not. By the thousand: `python tests/generator.py`."""

from __future__ import annotations

import random
from functools import partial

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import generator
import moments
import several
import soundness
from writer import PROFILES, write

CHUNK = 50


@pytest.mark.parametrize("first", range(0, 250, CHUNK))
@pytest.mark.parametrize("profile", ["locals", "holders"])
def test_programs_of_many_seeds(profile, first):
    for seed in range(first, first + CHUNK):
        program = write(random.Random(seed), profile)
        if program is not None:
            outcome = soundness.run_both(program)
            assert outcome.verdict.sound, f"seed {seed}\n{outcome.explain()}"


def test_programs_of_several_modules():
    for seed in range(CHUNK):
        program = several.write(random.Random(seed))
        if program is not None:
            outcome = soundness.run_both(several.split(program))
            assert outcome.verdict.sound, f"seed {seed}\n{outcome.explain()}"


@pytest.mark.parametrize("profile", moments.PROFILES)
def test_programs_about_when_things_happen(profile):
    for seed in range(2 * CHUNK):
        program = moments.write(random.Random(seed), profile)
        if program is not None:
            outcome = soundness.run_both(program)
            assert outcome.verdict.sound, f"seed {seed}\n{outcome.explain()}"


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_programs_that_hypothesis_draws(rng):
    program = write(rng)
    assume(program is not None)
    soundness.assert_sound(program)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_seed_is_a_program(profile):
    seeds = range(20)
    first = [write(random.Random(seed), profile) for seed in seeds]
    assert first == [write(random.Random(seed), profile) for seed in seeds]
    assert sum(program is not None for program in first) > 12


def test_a_finding_is_shrunk_to_the_lines_it_needs():
    def naive(files, options):
        return _Naive(files)

    program = (
        "import numpy as np\nobs = []\nx = np.zeros(3)\nfor i in range(2):\n    obs.append(i)\n    if i:\n"
        "        y = x\nz = np.ones(2)\nx += 1\nout = (\n    obs,\n    x,\n    y,\n    z,\n)\n"
    )
    small = generator.shrink(program, soundness.Verdict.SILENT, partial(soundness.run_both, convert=naive))
    assert small == "import numpy as np\nx = np.zeros(3)\ny = x\nx += 1\nout = (\n    y,\n)\n"


class _Naive:
    """A converter that changes the import and nothing else."""

    def __init__(self, files):
        self.files = [_NaiveFile(path, data.replace(b"numpy as", b"np2tf_runtime as")) for path, data in files.items()]


class _NaiveFile:
    diagnostics = ()

    def __init__(self, path, output):
        self.path, self.output = path, output
