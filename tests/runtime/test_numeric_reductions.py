"""Reductions, accumulations, quantiles and the NaN-aware forms, against NumPy."""

from __future__ import annotations

import warnings

import numpy
import pytest
import tensorflow as tf
from differential import check
from numeric_samples import DTYPES, arrays, check_all

import np2tf_runtime as np

PLAIN = [
    "sum",
    "prod",
    "mean",
    "std",
    "var",
    "max",
    "min",
    "any",
    "all",
    "argmax",
    "argmin",
    "average",
    "median",
    "amax",
    "amin",
]
NAN_AWARE = ["nansum", "nanprod", "nanmean", "nanstd", "nanvar", "nanmax", "nanmin", "nanmedian"]
SCANS = ["cumsum", "cumprod", "nancumsum", "nancumprod", "cumulative_sum", "cumulative_prod"]
METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear",
    "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
)  # fmt: skip
TOLERANT = {"float16": 4e-3, "float32": 2e-5, "complex64": 2e-5}


def near(dtype):
    return {"rtol": TOLERANT.get(dtype, 1e-12), "atol": TOLERANT.get(dtype, 1e-12)}


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_shapes_and_axes(dtype):
    given = arrays(dtype, largest=4 if dtype in ("int8", "uint8", "float16") else 9)
    names = ["s", "v", "t"] + (["vn", "tn"] if dtype[0] in "fc" else [])
    questions = [
        f"np.{function}({name}{keywords})"
        for function in PLAIN + NAN_AWARE
        for name in names
        for keywords in ("", ", axis=0", ", axis=-1")
    ]
    questions += [
        f"np.{function}({name}, axis={axis})" for function in SCANS for name in names for axis in (None, 0, -1)
    ]
    questions += [
        f"np.{function}(z{keywords})" for function in PLAIN + NAN_AWARE for keywords in ("", ", axis=0", ", axis=1")
    ]
    questions += [f"np.nanarg{which}({name}, axis=0)" for which in ("max", "min") for name in names]
    if dtype != "bool":
        questions += ["np.ptp(v)", "np.ptp(t, axis=1)", "np.ptp(t, axis=0, keepdims=True)", "np.ptp(z)"]
    check_all(questions, **near(dtype), **given)


@pytest.mark.parametrize("dtype", ["bool", "int32", "float32", "float64", "complex128"])
def test_keywords(dtype):
    given = {
        **arrays(dtype),
        "where": numpy.array([[True, False, True, True]] * 3),
        "nowhere": numpy.zeros((3, 4), bool),
    }
    keywords = (
        "axis=(0, 2)", "axis=()", "axis=None", "axis=(1,)", "axis=5", "axis=(0, 0)", "axis=1.5", "keepdims=True",
        "axis=1, keepdims=True", "axis=(-1, 0), keepdims=True",
    )  # fmt: skip
    questions = [f"np.{function}(t, {keyword})" for function in PLAIN + NAN_AWARE for keyword in keywords]
    for function in ("sum", "prod", "max", "min", "nansum", "nanprod", "nanmax", "nanmin"):
        questions += [
            f"np.{function}(m, initial=1)",
            f"np.{function}(m, axis=0, initial=2, keepdims=True)",
            f"np.{function}(m, axis=1, where=where, initial=2)",
            f"np.{function}(m, where=nowhere, initial=0)",
            f"np.{function}(m, where=where)",
            f"np.{function}(z, initial=7)",
            f"np.{function}(z, axis=0, initial=7)",
        ]
    for function in ("mean", "std", "var", "any", "all", "nanmean", "nanvar", "nanstd"):
        questions += [f"np.{function}(m, where=where)", f"np.{function}(m, axis=0, where=where, keepdims=True)"]
    for function in ("std", "var", "nanstd", "nanvar"):
        questions += [
            f"np.{function}({name}, {keyword})"
            for name in ("m", "mn")
            for keyword in ("ddof=1", "ddof=2, axis=0", "correction=1", "ddof=1, correction=1", "ddof=3, axis=0",
            "ddof=0.5",
                            "axis=0, mean=np.mean(m, axis=0, keepdims=True)")
        ]  # fmt: skip
    questions += [f"np.{function}(t, dtype='c16')" for function in ("sum", "prod", "mean", "cumsum")]
    questions += ["np.argmax(m, axis=1, keepdims=True)", "np.argmin(m, keepdims=True)"]
    check_all(questions, **near(dtype), **given)


@pytest.mark.parametrize("method", METHODS)
def test_quantile_methods(method):
    given = {name: arrays("float64")[name] for name in ("v", "m", "vn", "tn", "z")}
    given |= {"i": arrays("int64")["v"], "f": arrays("float32")["v"], "u": arrays("uint8")["v"]}
    questions = []
    for function, scale in (("percentile", 100), ("quantile", 1)):
        for q in (
            ".5 * {0}",
            "[0, .25 * {0}, .995 * {0}, {0}]",
            "[[.1 * {0}, .2 * {0}], [.3 * {0}, .4 * {0}]]",
            "{0}",
            "1.5 * {0}",
        ):
            q = q.format(scale)
            questions += [f"np.{function}({name}, {q}, method={method!r})" for name in ("v", "i", "f", "u", "vn", "m")]
            questions += [f"np.{function}(m, {q}, axis=0, method={method!r})"]
            questions += [f"np.{function}(tn, {q}, axis=(0, 2), keepdims=True, method={method!r})"]
            questions += [
                f"np.nan{function}(tn, {q}, axis=1, method={method!r})",
                f"np.nan{function}(vn, {q}, method={method!r})",
            ]
    check_all(questions, rtol=2e-6, atol=1e-12, **given)


def test_quantiles_of_other_kinds():
    given = {
        "c": numpy.ones(3, complex),
        "h": arrays("float16")["v"],
        "f": arrays("float32")["v"],
        "v": arrays("float64")["v"],
    }
    check_all(
        [
            "np.quantile(c, .5)", "np.quantile(h, .5)", "np.quantile(f, [.5, .25])",
            "np.quantile(v, .5, method='none')",
            "np.quantile(v, .5, weights=np.arange(4) + 1, method='inverted_cdf')", "np.quantile(v, .5, weights=v)",
            "np.quantile(v, -1)", "np.quantile(v, [])", "np.percentile([], 50)", "np.median([])", "np.median(c)",
            "np.quantile(np.array([True, False]), .3)", "np.nanquantile(np.full((2, 3), np.nan), .5, axis=0)",
        ],
        rtol=2e-3, **given,
    )  # fmt: skip


def test_special_values():
    given = {
        "inf": numpy.array([1, numpy.inf, numpy.nan, numpy.inf]),
        "nan": numpy.full((2, 3), numpy.nan),
        "pairs": numpy.array([1 + 2j, 1 + 3j, 0 + 9j, 1 + 1j]),
        "bytes": numpy.array([200, 100], "u1"),
        "half": numpy.full(5000, 100, "f2"),
    }
    functions = [
        "max",
        "min",
        "argmax",
        "argmin",
        "nanmax",
        "nanmin",
        "nanargmax",
        "nanargmin",
        "median",
        "nanmedian",
        "nanmean",
        "sum",
        "nansum",
    ]
    questions = [
        f"np.{function}({name}{axis})" for function in functions for name in ("inf", "nan") for axis in ("", ", axis=0")
    ]
    questions += [f"np.{function}(pairs)" for function in ("max", "min", "argmax", "argmin")]
    questions += ["np.sum(bytes)", "np.sum(bytes, dtype='u1')", "np.mean(half)", "np.var(half)", "np.sum(half)"]
    questions += [
        "np.sum([1, 2], initial=1.5)", "np.sum([True, True], dtype=bool)", "np.prod([True, False], dtype=bool)",
        "np.sum(5)",
        "np.sum(5, axis=0)", "np.sum(5, axis=1)", "np.mean(5, axis=0)", "np.cumsum(5)", "np.cumsum(5, axis=1)",
        "np.max([])",
        "np.argmax([])", "np.argmin(np.zeros((0, 3)), axis=1)", "np.argmax(np.zeros((0, 3)), axis=0)", "np.any([])",
        "np.all([])",
        "np.mean([])", "np.std([1, 2, 3], ddof=3)", "np.var([1])", "np.sum(np.ones(3), where=[1, 0, 1])",
        "np.sum(np.ones(3), where=np.ones((2, 3), bool))", "np.cumulative_sum([1, 2, 3], include_initial=True)",
        "np.cumulative_prod([[1, 2, 3]], axis=1, include_initial=True)", "np.cumulative_sum([[1, 2, 3]])",
    ]  # fmt: skip
    check_all(questions, **given)


def test_average():
    given = arrays("float64")
    check_all(
        [
            "np.average(m, weights=n.T)", "np.average([[1, 2], [3, 4]], axis=0, weights=[1, 2])",
            "np.average(m, weights=[1, 2])",
            "np.average(m, axis=1, weights=v, returned=True)", "np.average(m, returned=True)", "np.average([])",
            "np.average(m, axis=0, returned=True, keepdims=True)", "np.average(v, weights=[0, 0, 0, 0])",
            "np.average(t, axis=(2, 0), weights=np.arange(8.).reshape(4, 2))", "np.average(t, axis=1, weights=v)",
        ],
        **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: np.mean([]), "Mean of empty slice"),
        (lambda: np.median([]), "Mean of empty slice"),
        (lambda: np.var([1.0], ddof=1), "Degrees of freedom"),
        (lambda: np.nanmax([numpy.nan]), "All-NaN"),
        (lambda: np.nanmean([numpy.nan]), "Mean of empty slice"),
        (lambda: np.nanmedian([numpy.nan]), "All-NaN"),
        (lambda: np.nanstd([numpy.nan]), "Degrees of freedom"),
    ],
)
def test_warnings_as_numpy(call, message):
    with pytest.warns(RuntimeWarning, match=message):
        call()


def test_out_is_refused():
    for function in (np.sum, np.mean, np.max, np.median, np.nansum, np.std):
        with pytest.raises(np.UnsupportedFeatureError, match="NT604"):
            function(np.ones(3), out=np.zeros(()))
    with pytest.raises(np.UnsupportedFeatureError, match="NT604"):
        np.cumsum(np.ones(3), out=np.zeros(3))
    with pytest.raises(np.UnsupportedFeatureError, match="NT604"):
        np.argmax(np.ones(3), out=np.zeros((), int))


def test_results_are_new_objects():
    x = np.asarray([1.0, 2.0])
    scalar = np.asarray(1.0)
    assert np.cumsum(x) is not x
    assert np.sum(scalar) is not scalar
    assert np.max(x, axis=()) is not x


def test_nan_survives_in_compiled_extremes():
    x = tf.constant([1.0, numpy.nan, 3.0])
    for function in (np.max, np.min, np.median):
        assert numpy.isnan(tf.function(function, jit_compile=True)(x).numpy())
    assert tf.function(np.argmax, jit_compile=True)(x).numpy() == 1


def test_no_warning_without_reason():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.mean([1, 2])
        np.nanmean([1, numpy.nan])
        check("np.nanmax(x)", x=numpy.array([1, numpy.nan]))


def test_the_middle_of_an_odd_number_is_not_doubled():
    """(1e308 + 1e308) / 2 would be infinite."""
    x = numpy.full(4001, 1.5e308)
    m = numpy.array([[1e308, numpy.nan, 1e308, 1e308], [1.0, 2.0, 3.0, numpy.nan]])
    for traced in (lambda f: f, np.jit):
        medians = traced(lambda x, m: (np.median(x), np.nanmedian(m, axis=1), np.median(x[:4000] / 2)))
        for have, want in zip(medians(np.array(x), np.array(m)), (1.5e308, [1e308, 2.0], 0.75e308), strict=True):
            numpy.testing.assert_array_equal(have, want)


@pytest.mark.parametrize("length", [5, 300])
def test_scans_begin_with_the_first_element(length: int) -> None:
    for function in ("cumsum", "cumulative_sum", "add.accumulate"):
        check(f"np.signbit(np.{function}(x))", x=numpy.full(length, -0.0))
    for dtype in ("complex64", "complex128"):
        infinite = numpy.full(length, complex(numpy.inf, 0), dtype)
        for function in ("cumprod", "cumulative_prod", "multiply.accumulate"):
            check(f"np.{function}(x)[0].imag", x=infinite)
        assert tf.function(np.cumprod)(np.array(infinite))[0].numpy() == infinite[0]


def test_what_keepdims_may_be() -> None:
    x = numpy.arange(12.0).reshape(3, 4)
    for function in ("sum", "mean", "var", "max", "any", "nanmin", "average", "median", "argmax", "count_nonzero",
                     "linalg.norm", "add.reduce"):  # fmt: skip
        for given in (None, 1.0, numpy.True_, 2):
            check("eval('np.' + f)(x, axis=0, keepdims=k)", x=x, f=function, k=given)


def test_products_that_overflow_on_the_way() -> None:
    x = numpy.arange(600.0).reshape(20, 30)
    with numpy.errstate(all="ignore"):
        for question in (
            "np.prod(x)",
            "np.prod(x, axis=1)",
            "np.prod(x + 0j, keepdims=True)",
            "np.nanprod(x)",
            "np.multiply.reduce(x, axis=None)",
        ):
            check(question, x=x)
