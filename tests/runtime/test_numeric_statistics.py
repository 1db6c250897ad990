"""Covariance, histograms, convolution, differences, windows and the legacy polynomials, against NumPy."""

from __future__ import annotations

import numpy
import pytest
from differential import to_tensors
from numeric_samples import KINDS, arrays, check_all

import np2tf_runtime as rt


def near(dtype):
    return {"float16": 4e-3, "float32": 1e-5, "complex64": 1e-5}.get(dtype, 1e-10)


@pytest.mark.parametrize("dtype", KINDS)
def test_statistics(dtype):
    given = {**arrays(dtype), "vi": arrays("int64")["v"], "vf": arrays("float64")["v"], "vc": arrays("complex128")["v"]}
    questions = [
        f"np.{function}({x}{rest})"
        for function in ("cov", "corrcoef")
        for x in "vmn"
        for rest in ("", ", rowvar=False", f", {x}", ", dtype='c16'")
    ]
    questions += [
        f"np.cov(m, {rest})"
        for rest in ("bias=True", "ddof=0", "fweights=[1, 2, 3, 1]", "aweights=[1, .5, 2, 1]", "ddof=1.5",
        "fweights=[1.5, 2, 3, 1]",
                     "fweights=[1, 2, 3, 1], aweights=[1, .5, 2, 1]", "fweights=[1, 2]", "aweights=[-1, 1, 1, 1]")
    ]  # fmt: skip
    for name in "vmt":
        questions += [
            f"np.diff({name}{rest})" for rest in ("", ", n=2", ", axis=0", ", n=0", ", n=-1", ", prepend=0", ", n=9")
        ]
        questions += [f"np.trapezoid({name}{rest})" for rest in ("", ", dx=2", ", axis=0", ", dx=.5")]
    questions += ["np.diff(s)", "np.diff(v, append=vi)", "np.trapezoid(m, vf)", "np.trapezoid(m, m, axis=0)"]
    if dtype != "bool":
        questions += [f"np.cross({a}, {b})" for a, b in ("ww", "qw", "wq", "qq", "vv", "bw")]
        questions += [
            "np.cross(q, q, axis=0)",
            "np.cross(n, n, axisc=0)",
            "np.cross(w[:2], w)",
            "np.cross(w[:2], w[:2])",
        ]
        questions += [
            f"np.gradient({name}{rest})"
            for name in "vmt"
            for rest in (
                "",
                ", 2",
                ", .5",
                ", axis=0",
                ", axis=-1, edge_order=2",
                ", edge_order=2",
                ", axis=(0, 1)",
                ", edge_order=3",
            )
        ]
        questions += ["np.gradient(v, [0, 1, 3, 4.])", "np.gradient(v, [0, 1, 2, 3])", "np.gradient(m, [0, 1, 3], 2.)",
                      "np.gradient(m, [0, 1, 3], [0., 1, 1.5, 3], edge_order=2)", "np.gradient(v, np.float32(2))",
                      "np.gradient(m, 1, 2, 3)", "np.gradient(v, [1, 2])"]  # fmt: skip
    for function in ("convolve", "correlate"):
        questions += [
            f"np.{function}({a}, {b}, {mode!r})"
            for a, b in ("vw", "wv", "vv")
            for mode in ("full", "same", "valid", "none")
        ]
        questions += [f"np.{function}(v, {rest})" for rest in ("2", "[]", "v[:2], mode='same'")]
        questions += [f"np.{function}(v[:2], v, mode='same')", f"np.{function}(m, v)"]
    questions += ["np.bincount(vi, weights=v)", "np.bincount(v)", "np.bincount(v, minlength=20)"]
    questions += [
        f"np.histogram({name}{rest})"
        for name in "vt"
        for rest in ("", ", bins=4", ", bins=[0, 2, 5, 9]", ", bins=3, range=(1, 6)", ", density=True",
        ", bins=[0, 2, 5], density=True",
                     ", bins=[3, 1]", ", bins=0", ", bins='auto'", ", bins=2.5")
    ]  # fmt: skip
    questions += ["np.histogram(v, weights=vf)", "np.histogram(v, weights=vc)",
    "np.histogram(v, bins=[1, 4, 6], weights=vi)",
                  "np.histogram_bin_edges(v)", "np.histogram_bin_edges(v, 'sturges')"]  # fmt: skip
    questions += ["np.polyval(v, w)", "np.polyval([1, 2], m)", "np.polyval(v, 2)"]
    if dtype in ("complex64", "complex128"):
        questions = [question for question in questions if "auto" not in question and "sturges" not in question]
    check_all(questions, rtol=near(dtype), atol=4 * near(dtype), **given)


def test_edges_of_counting():
    check_all(
        [
            "np.bincount([-1, 2])", "np.bincount([])", "np.bincount([], minlength=3)", "np.bincount([[1]])",
            "np.bincount([1.5])",
            "np.bincount(np.array([1.5]))", "np.bincount(3)", "np.bincount([1, 2], weights=[1])",
            "np.bincount([1, 2], minlength=-1)",
            "np.histogram([])", "np.histogram([np.nan, 1])", "np.histogram([1, 1, 1])",
            "np.histogram([1, 2, 3], range=(3, 1))",
            "np.histogram([1, 2, np.nan, 9], bins=[0, 2, 10])", "np.histogram2d([1, 2, 3], [1, 2, 3], bins=2)",
            "np.histogramdd(np.ones((4, 3)), bins=2)", "np.histogram(np.arange(100) / 7., bins=33)",
            "np.histogram(np.linspace(0, 1, 1001), bins=20)", "np.cov([])", "np.corrcoef([1, 2, 3], [3, 2, 1])",
        ]
    )  # fmt: skip


def test_windows_and_legacy_polynomials():
    given = {
        "x": numpy.arange(4.0),
        "y": numpy.array([1, 3, 5, 8.0]),
        "p": numpy.array([2.0, 1, -3]),
        "i": numpy.array([1, 2, 3]),
    }
    check_all(
        [
            "np.hanning(5)", "np.hamming(1)", "np.kaiser(5, 14.)", "np.bartlett(4)", "np.blackman(0)",
            "np.polyfit(x, y, 1)",
            "np.polyfit(x, y, 1, full=True)", "np.polyfit(x, y, 1, cov=True)", "np.roots(p)", "np.poly(p)",
            "np.polyadd(p, x)",
            "np.polysub(p, x)", "np.polymul(p, y)", "np.polydiv(y, p)", "np.polyder(p)", "np.polyint(p)", "np.roots(i)",
            "np.polyval(np.poly1d([1, 2]), x)", "np.trapezoid([1, 2, 3], x=[4, 6, 8])", "np.polyval(i, i)",
        ],
        rtol=1e-9, atol=1e-12, strict=False, **given,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["float32", "float64", "int64"])
@pytest.mark.parametrize("limit", [numpy.float32(4.5), numpy.float64(4.5), numpy.int8(4), 4.5, numpy.bool_(True)])
def test_the_dtype_of_edges_hangs_on_data_and_range(kind, limit):
    x = numpy.array([3, 1, 2, 5], kind)
    for traced in (lambda f: f, rt.jit):
        want = numpy.histogram(x, 3, range=(0, limit))
        have = traced(lambda x, limit: rt.histogram(x, 3, range=(0, limit)))(*to_tensors([x, limit]))
        for left, right in zip(want, have, strict=True):
            assert right.dtype == left.dtype
            numpy.testing.assert_allclose(right, left, rtol=1e-6)


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("name", ["percentile", "nanpercentile", "quantile", "nanquantile"])
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_places_of_quantiles_are_computed_in_their_dtype(name, kind):
    x = numpy.array([3, 1, 2, 5, 9, 4, 7], kind)
    for q in (numpy.float32(0.3), numpy.array([0.3, 0.7], "float32"), numpy.float64(0.3), 0.3):
        for traced in (lambda f: f, rt.jit):
            have = traced(lambda x, q: getattr(rt, name)(x, q))(*to_tensors([x, q]))
            want = getattr(numpy, name)(x, q)
            assert have.dtype == want.dtype
            numpy.testing.assert_allclose(have, want, rtol=1e-15 if kind == "float64" else 1e-6)


def test_complex_quantiles_are_refused():
    for name in ("nanpercentile", "nanquantile", "percentile", "quantile"):
        with pytest.raises(TypeError):
            getattr(rt, name)(rt.arange(3.0), 0.5j)
