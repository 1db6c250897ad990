"""dot, inner, outer, tensordot, einsum and kron, against NumPy."""

from __future__ import annotations

import pytest
from numeric_samples import KINDS, arrays, check_all

import np2tf_runtime as np

PAIRS = ("vv", "mn", "mm", "mv", "vn", "tv", "tu", "sv", "ss", "tw", "vu", "qq", "wq", "qw", "zw", "qz", "mt")
EINSUMS = (
    ("ij,jk", "mn"), ("ij,jk->ki", "mn"), ("ii", "q"), ("ii->i", "q"), ("ij->ji", "m"), ("ij->", "m"), ("i,i", "vv"),
    ("i,j", "vw"),
    ("i,i->i", "vv"), ("...j,jk", "tn"), ("ij...,jk...->ik...", "mn"), ("b...,b...", "tt"), ("tij,tjk->tik", "tu"),
    ("iij->j", "q"),
    ("...", "m"), ("...ii->...i", "q"), ("ij,jk,kl->il", "mnm"), ("ij,ij,ij->", "mmm"), ("i,j,k->ijk", "vwv"),
    ("ijk->kji", "t"),
    ("ba", "m"), ("ij,j", "mv"), ("ij,k->ij", "mw"), ("i->", "v"), ("", "s"), (",i", "sv"), ("i", "m"), ("iji", "t"),
    ("ij->ii", "q"),
    ("ij->k", "q"), ("i...->i", "t"), ("i$", "v"), ("ii,jj", "qq"), ("ii,ij->j", "qq"), ("ij,jk", "mm"), ("aB,Bc",
    "mn"),
)  # fmt: skip


@pytest.mark.parametrize("dtype", KINDS)
def test_products(dtype):
    near = {"float16": 5e-3, "float32": 1e-5, "complex64": 1e-5}.get(dtype, 1e-12)
    questions = [
        f"np.{name}({x}, {y})" for name in ("dot", "inner", "vdot", "outer", "tensordot", "kron") for x, y in PAIRS
    ]
    questions += [
        f"np.tensordot(t, {rest})"
        for rest in (
            "u, axes=([1, 2], [2, 1])",
            "u, 0",
            "v, axes=(2, 0)",
            "m, axes=2",
            "m, ([-1], [-1])",
            "m, ([0], [0])",
        )
    ]
    questions += [f"np.einsum({text!r}, {', '.join(operands)})" for text, operands in EINSUMS]
    check_all(questions, rtol=near, atol=near, **arrays(dtype))


def test_einsum_forms():
    given = {**arrays("float64"), "i": arrays("int64")["m"], "f": arrays("float32")["n"]}
    check_all(
        [
            "np.einsum(m, [0, 1], n, [1, 2], [0, 2])", "np.einsum(m, [0, 1], n, [1, 2])",
            "np.einsum(m, [..., 1], [1, ...])",
            "np.einsum('ij,ij->ij', m, np.ones((3, 1)))", "np.einsum('ij,ij', m, np.ones((3, 1)))",
            "np.einsum('ij,jk')",
            "np.einsum('i,ij->j', np.ones(1), m)", "np.einsum('ij,jk', i, f)", "np.einsum('ij,jk', i, n, dtype='f4')",
            "np.einsum('ij,jk,kl,lm', m, n, m, n, optimize=True)", "np.einsum('ij', m, m)", "np.einsum('ijk', m)",
            "np.einsum('ij,jk,kl->il', m, n, m, optimize=['einsum_path', (1, 2), (0, 1)])",
            "np.einsum('ij,jk,kl->il', m, n, m, optimize=['einsum_path', (0, 1, 2)])",
            "np.einsum('ij,jk,kl->il', m, n, m, optimize='optimal')",
            "np.einsum('...ij,...jk->...ik', t, np.ones((5, 1, 4, 2)))", "np.einsum('i j , j k -> i k', m, n)",
            "np.einsum_path('ij,jk,kl', m, n, m)",
        ],
        rtol=1e-6, **given,
    )  # fmt: skip


def test_mixed_arguments():
    given = {
        "i": arrays("int64")["m"],
        "f": arrays("float32")["n"],
        "c": arrays("complex128")["m"],
        "x": arrays("float64")["m"],
    }
    check_all(
        ["np.dot(i, f)", "np.dot(i, 2.5)", "np.dot([1, 2], [3, 4])", "np.outer([1, 2], [3., 4])", "np.vdot(c, x)",
        "np.inner([1, 2], 3)",
         "np.kron([1, 2], [[1], [2]])", "np.dot([], [])", "np.dot(np.ones((3, 0)), np.ones((0, 2)))"],
        **given,
    )  # fmt: skip


def test_out_is_refused():
    with pytest.raises(np.UnsupportedFeatureError, match="NT604"):
        np.dot([1], [2], out=np.zeros((), int))
    with pytest.raises(np.UnsupportedFeatureError, match="NT604"):
        np.einsum("i->", [1], out=np.zeros(()))
