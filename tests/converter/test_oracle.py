"""What the analysis claims holds when the original programs run; and the oracle does find what does not hold."""

from __future__ import annotations

import contextlib
import io
import random
from pathlib import Path

import numpy as np
import pytest

import fixture
import oracle
from np2tf.analysis.relations import SAME
from np2tf.analysis.values import array
from writer import PROFILES, write

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))
CHUNK = 40


def run(program: str) -> oracle.Report:
    """Run a program with its claims, as quietly and as repeatably as the soundness tests do."""
    np.random.seed(20)
    with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        return oracle.run(program)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("first", range(0, 200, CHUNK))
def test_claims_hold_in_generated_programs(profile, first):
    for seed in range(first, first + CHUNK):
        program = write(random.Random(seed), profile)
        if program is not None:
            report = run(program)
            assert not report.violations, f"seed {seed}\n{report}"


# What was read of an attribute before the same expression replaced it, or its object's dict took in others, is taken to
# be what the attribute has now: every change of either is marked there. So is what an object gives of its attributes.
REPLACED_BESIDE = {
    "attributes/asked_for_its_state",
    "attributes/new_array_beside_the_old",
    "attributes/put_in_meanwhile",
    "attributes/set_within_an_expression",
}


def alone(case):
    """One file, and nothing in it that NumPy does with memory behind the analysis' back (NT5xx)."""
    behind = any(code.startswith("NT5") for code in case.codes) or case.name in REPLACED_BESIDE
    return list(case.sources) == [fixture.ENTRY] and not behind


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", [case for case in fixture.load_all() if alone(case)], ids=lambda case: case.name)
def test_claims_hold_in_fixtures(case):
    report = run(case.sources[fixture.ENTRY])
    assert not report.violations, str(report)


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.name != "demo.py"], ids=lambda path: path.stem)
def test_claims_hold_in_examples(path):
    report = run(path.read_text(encoding="utf-8"))
    assert report.error is None
    assert not report.violations, str(report)
    assert sum(report.claims.values()) > 1000


def claim(kind, values, fact=None):
    names = dict(zip("xyz", values, strict=False))
    return oracle.holds(oracle.Claim(tuple(names), kind, fact), list(values), names)


def test_a_claim_is_what_it_says():
    x = np.zeros((2, 3))
    assert claim("same", (x, x))
    assert not claim("same", (x, x[:]))
    assert claim("apart", (x[0], x[1]))
    assert not claim("apart", (x, x[1]))
    assert claim("not inside", (x, [x.copy(), {"a": x + 1}]))
    assert not claim("not inside", (x, [x.copy(), {"a": x[1]}]))
    assert claim("same or apart", (x, x.copy()))
    assert not claim("same or apart", (x, x.T))
    assert claim("view", (x, x.T))
    assert not claim("view", (x, x + 1))
    assert claim("rebuilt", (x, x[:, 1:]), "x[:, 1:]")
    assert not claim("rebuilt", (x, x[:, 1:]), "x[:, :2]")
    assert not claim("rebuilt", (x, x[:, 1:]), "nothing")
    assert claim("ndim", (x,), 2)
    assert not claim("ndim", (x,), 1)
    assert claim("order", (x,))
    assert not claim("order", (x.T,))
    assert claim("dtype", (x,), "float64")
    assert not claim("dtype", (x,), "int64")
    assert claim("number", (np.float64(3),), "float")
    assert not claim("number", (x,))
    assert not claim("host", (x,), "list")


PROGRAM = "import numpy as np\nx = np.zeros(3)\ny = x.copy()\nfor i in range(2):\n    z = x[i:]\n"


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        (lambda state: state.relate("x", "y", SAME), "main.py:4: same(x, y)"),
        (lambda state: state.values.update(x=array(2)), "main.py:4: ndim(x) 2"),
        (lambda state: state.values.update(i=array(1)), "main.py:4: array(i)"),
    ],
)
def test_a_mistake_is_found(monkeypatch, mistake, found):
    claims = oracle._claims

    def mistaken(flow, state, lent):
        if "z" in state.values:
            mistake(state)
        return claims(flow, state, lent)

    monkeypatch.setattr(oracle, "_claims", mistaken)
    report = run(PROGRAM)
    assert any(line.startswith(found) for line in report.violations), str(report)


def test_a_check_leaves_the_program_alone():
    report = run(
        '"""Docstring."""\nfrom __future__ import annotations\nimport numpy as np\nclass A:\n'
        "    x = np.zeros(2)\n    def f(self): y = self.x; return y\na = A(); v = a.f()\ndel v\n"
        "if v_is_gone := ('v' not in globals()): w = np.ones(1)\nassert v_is_gone and __doc__ == 'Docstring.'\n"
    )
    assert report.error is None
    assert not report.violations
