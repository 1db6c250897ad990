"""The stand-in is what the soundness tests stand on: rewrites that are right agree under it, naive ones do not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import soundness
import standin


def translated(source: str, by_hand: str) -> soundness.Outcome:
    """Run `source` under NumPy and `by_hand` under the stand-in."""

    def convert(files, options):
        output = f"import np2tf_runtime as np\n{by_hand}"
        file = SimpleNamespace(path=soundness.ENTRY, output=output.encode(), diagnostics=())
        return SimpleNamespace(files=(file,))

    return soundness.run_both(f"import numpy as np\n{source}", convert=convert)


ALIAS = "x = np.zeros(2)\ny = x\nx[0] = 1\nout = (x, y)"
VIEW = "x = np.arange(5.0)\nv = x[1:4]\nv[0] = 7\nout = (x, v)"
DTYPE = "x = np.ones(2, np.float32)\nx += np.ones(2) * 0.5\nout = (x, str(x.dtype))"
HISTORY = "x, out = np.zeros(1), []\nfor i in range(2):\n    x[0] = i\n    out.append(x)"
SWAP = "a = np.arange(4.0).reshape(2, 2)\na[0], a[1] = a[1], a[0]\nout = a"


@pytest.mark.parametrize(
    ("source", "by_hand"),
    [
        ("x = np.zeros(3)\nx[1] = 5\nout = x", "x = np.zeros(3)\nx = np.tensor_scatter_update(x, 1, 5)\nout = x"),
        (ALIAS, "x = np.zeros(2)\ny = x\ny = x = np.tensor_scatter_update(x, 0, 1)\nout = (x, y)"),
        (
            VIEW,
            (
                "x = np.arange(5.0)\nv = x[1:4]\nv = np.tensor_scatter_update(v, 0, 7)\n"
                "x = np.tensor_scatter_update(x, np.s_[1:4], v)\nout = (x, v)"
            ),
        ),
        (
            DTYPE,
            "x = np.ones(2, np.float32)\nx = np.functional.iadd(x, np.ones(2) * 0.5)\nout = (x, str(x.dtype))",
        ),
        (
            SWAP,
            (
                "a = np.arange(4.0).reshape(2, 2)\n_t0, _t1 = a[1], a[0]\na = np.tensor_scatter_update(a, 0, _t0)\n"
                "_t1 = a[0]\na = np.tensor_scatter_update(a, 1, _t1)\nout = a"
            ),
        ),
        (
            "x, i = np.zeros(2), [0, 0, 1]\nnp.add.at(x, i, 1)\nout = x",
            "x, i = np.zeros(2), [0, 0, 1]\nx = np.functional.add_at(x, i, 1)\nout = x",
        ),
        (
            "x, rng = np.arange(5), np.random.default_rng(3)\nrng.shuffle(x)\nout = (x, rng.normal(size=2))",
            (
                "x, rng = np.arange(5), np.random.default_rng(3)\nx = np.functional.shuffle(rng, x)\n"
                "out = (x, rng.normal(size=2))"
            ),
        ),
        (
            "x = np.zeros(3, complex)\nx.real = 2\nout = x",
            "x = np.zeros(3, complex)\nx = np.functional.complex_with(x, real=2)\nout = x",
        ),
    ],
)
def test_a_right_rewrite_agrees(source, by_hand):
    outcome = translated(source, by_hand)
    assert outcome.verdict is soundness.Verdict.CLEAN, outcome.explain()


@pytest.mark.parametrize(
    ("source", "by_hand"),
    [
        (ALIAS, ALIAS.replace("x[0] = 1", "x = np.tensor_scatter_update(x, 0, 1)")),
        (VIEW, VIEW.replace("v[0] = 7", "v = np.tensor_scatter_update(v, 0, 7)")),
        (DTYPE, DTYPE),
        (HISTORY, HISTORY.replace("x[0] = i", "x = np.tensor_scatter_update(x, 0, i)")),
        (
            "x = np.zeros(3)\nv = w = x[1:]\nx[1] = 5\nout = (v, w)",
            "x = np.zeros(3)\nv = w = x[1:]\nx = np.tensor_scatter_update(x, 1, 5)\nv = x[1:]\nw = x[1:]\nout = (v, w)",
        ),
        ("x = np.zeros(2)\ny = np.asarray(x)\nout = (x, y)", "x = np.zeros(2)\ny = x.copy()\nout = (x, y)"),
    ],
)
def test_a_wrong_rewrite_is_seen(source, by_hand):
    outcome = translated(source, by_hand)
    assert outcome.verdict is soundness.Verdict.SILENT, outcome.explain()


def test_identity_that_nobody_asks_for_may_be_what_the_program_can_not_ask():
    source = "import numpy as np\nw = np.zeros((3, 4))[:, ::2]\nv = np.ascontiguousarray(w)\nout = [{'v': v}, w]\n"
    assert soundness.run_both(source).verdict is soundness.Verdict.CLEAN
    asked = soundness.run_both(source + "print(v is w)")
    assert asked.verdict is soundness.Verdict.DIAGNOSED
    assert asked.error_codes == ("NT101",)


@pytest.mark.parametrize(
    "statement",
    [
        "x[0] = 1",
        "x[0] += 1",
        "x.T[0] = 1",
        "x.sort()",
        "x.fill(0)",
        "x.put(0, 1)",
        "x.resize(2)",
        "x.partition(1)",
        "x.flat[0] = 1",
        "x.flat = 1",
        "x.real = 1",
        "x.shape = (3, 1)",
        "x.setflags(write=False)",
        "x.byteswap(True)",
        "np.put(x, 0, 1)",
        "np.copyto(x, 1)",
        "np.place(x, x > 0, 1)",
        "np.putmask(x, x > 0, 1)",
        "np.fill_diagonal(x, 1)",
        "np.put_along_axis(x, x, 1, 0)",
        "np.add.at(x, 0, 1)",
        "np.add(x, x, x)",
        "np.add(x, x, out=x)",
        "x.cumsum(out=x)",
        "np.cumsum(x, 0, None, x)",
        "np.nan_to_num(x, copy=False)",
        "np.median(x, overwrite_input=True)",
        "np.random.shuffle(x)",
        "np.random.default_rng(0).shuffle(x)",
        "np.functional.refuse('+=', x, 1, 'NT102')",
        "import random; random.shuffle(x)",
        "np.asarray(x).__array__()[0] = 1",
        "memoryview(x)[0] = 1",
        "x.view(np.int32)",
        "np.lib.stride_tricks.as_strided(x)",
        "hash(x)",
    ],
)
def test_nothing_changes_an_array_in_silence(statement):
    with pytest.raises((TypeError, AttributeError, ValueError, standin.UnsupportedFeatureError)), standin.install():
        exec(f"import np2tf_runtime as np\nx = np.arange(3.0)\n{statement}", {})


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("np.asarray(x)", True),
        ("np.atleast_1d(x)", True),
        ("x.conj()", True),
        ("x.real", True),
        ("x.squeeze()", True),
        ("x.astype(float, copy=False)", True),
        ("np.broadcast_arrays(x, x + 1)[0]", True),
        ("np.array(x)", False),
        ("np.conj(x)", False),
        ("x[:]", False),
        ("x.T", False),
        ("+x", False),
        ("x.view()", False),
        ("x.reshape(3)", False),
        ("x.copy()", False),
    ],
)
def test_identity_is_numpys(expression, same):
    for module in (np, standin.runtime):
        x = module.arange(3.0)
        assert (eval(expression, {"np": module, "x": x}) is x) is same


def test_lists_dicts_and_host_arrays_are_changed_in_place():
    functional = standin.runtime.functional
    for holder, index in (([1, 2], 0), ({"a": 1}, "a"), (np.zeros(2), 1)):
        assert functional.tensor_scatter_update(holder, index, 9) is holder
        assert holder[index] == 9
    assert functional.refuse("+=", 2, 3, "NT102") == 5
    assert functional.iadd([1], [2]) == [1, 2]


def test_operators_between_hosts_and_tensors_give_tensors():
    x = standin.runtime.arange(3.0)
    for other in (np.ones(3), np.float64(2), 2, [1, 2, 3]):
        assert isinstance(other + x, standin.Array)
        assert isinstance(x * other, standin.Array)
    assert isinstance(x[0], np.float64)
    assert list(x) == [0, 1, 2]


def test_a_project_of_several_files_runs():
    files = {
        "main.py": "from pkg.inner import make\nout = make(2)\nprint(out)",
        "pkg/__init__.py": "",
        "pkg/inner.py": "import numpy as np\ndef make(n):\n    return np.ones(n)",
    }
    outcome = soundness.run_both(files)
    assert outcome.original.stdout == "[1. 1.]\n"
    assert outcome.differences == ()
