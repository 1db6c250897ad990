"""Every function over the fourteen dtypes; then the same calls traced as a graph and compiled by XLA."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf
from differential import DTYPES, check_all, sample

import np2tf_runtime as np

STATIC = """
np.array(x)
np.asarray(x, dtype='f4')
np.copy(x)
np.zeros_like(x)
np.ones_like(x)
np.full_like(x, 1)
np.empty_like(x)*0
np.diag(x)
np.diag(x, 1)
np.diagflat(x)
np.tril(x)
np.triu(x, 1)
np.vander(x, 3)
np.meshgrid(x, x)
np.ascontiguousarray(x)
np.reshape(x, (-1, 1))
np.ravel(x)
np.transpose(x)
np.squeeze(x)
np.expand_dims(x, 0)
np.atleast_2d(x)
np.atleast_3d(x)
np.concatenate([x, x])
np.stack([x, x], 1)
np.vstack([x, x])
np.hstack([x, x])
np.column_stack([x, x])
np.dstack([x, x])
np.block([[x, x]])
np.split(x, [2])
np.array_split(x, 3)
np.tile(x, 2)
np.tile(x, (2, 2))
np.repeat(x, 2)
np.roll(x, 2)
np.flip(x)
np.append(x, x)
np.append(x, 1)
np.insert(x, 1, 1)
np.delete(x, 1)
np.broadcast_to(x, (2, 7))
np.broadcast_arrays(x, x[:, None])
np.pad(x, 2)
np.pad(x, 2, mode='edge')
np.pad(x, 3, mode='reflect')
np.pad(x, 3, mode='symmetric', reflect_type='even')
np.pad(x, 3, mode='wrap')
np.pad(x, (2, 3), mode='maximum')
np.pad(x, (2, 3), mode='minimum')
np.pad(x, 2, constant_values=1)
np.take(x, [0, -1])
np.take_along_axis(x, np.argsort(x, kind='stable'), 0)
np.where(x, x, 0)
np.where(x!=0, x, 1)
np.select([x!=0], [x], 1)
np.choose([0, 1], [x[:2], x[2:4]])
np.real(x)
np.imag(x)
np.angle(x)
np.iscomplex(x)
np.isreal(x)
np.iscomplexobj(x)
np.isclose(x, x)
np.isclose(x, 1)
np.isclose(x, x+1)
np.allclose(x, x)
np.array_equal(x, x)
np.array_equal(x, x[:2])
np.array_equiv(x, x)
np.clip(x, 0, 1)
np.clip(x, x, x)
np.clip(x, None, 1)
np.round(x)
np.round(x, 1)
np.fix(x)
np.nan_to_num(x)
np.sinc(x)
np.isposinf(x)
np.isneginf(x)
np.unwrap(x)
np.interp(x, [0, 1, 2], [3, 4, 5])
np.interp([0.5], [0, 1, 2], x[:3])
np.sort(x)
np.argsort(x, kind='stable')
np.lexsort((x, ))
np.searchsorted(np.sort(x), x)
np.searchsorted(np.sort(x), x, side='right')
np.searchsorted(np.sort(x), 1)
np.sort_complex(x)
np.count_nonzero(x)
np.digitize(x, [0, 1, 2])
np.digitize([0.5, 1], np.sort(x))
np.isin(x, [0, 1])
np.isin(x, x[:4])
np.ediff1d(x)
np.r_[x, x]
np.r_[x, 0]
np.c_[x, x]
np.linspace(x[0], x[1], 4)
np.full((2, 7), x)
np.arange(x[1])
np.lib.stride_tricks.sliding_window_view(x, 3)
np.apply_along_axis(np.sort, 0, x)
np.trace(x[:4].reshape(2, 2))
np.diagonal(x[:4].reshape(2, 2))
np.rot90(x[:6].reshape(2, 3))
np.swapaxes(x[:6].reshape(2, 3), 0, 1)
np.moveaxis(x[:6].reshape(2, 3), 0, 1)
np.fliplr(x[:6].reshape(2, 3))
np.vectorize(lambda v:v+v)(x)
np.full(3, x[1])
np.logspace(x[0], x[1], 3)
np.geomspace(x[1], x[1]+x[1], 3)
np.astype(x, 'f8')
np.astype(x, 'i4')
np.astype(x, bool)
np.pad(x, 3, mode='reflect', reflect_type='odd')
np.pad(x, (2, 3), mode='mean')
np.pad(x, (2, 3), mode='linear_ramp')
np.pad(x, (2, 3), mode='median')
"""

DYNAMIC = """
np.resize(x, 10)
np.trim_zeros(x)
np.where(x)
np.extract(x!=0, x)
np.compress(x!=0, x)
np.real_if_close(x)
np.i0(x)
np.nonzero(x)
np.flatnonzero(x)
np.argwhere(x)
np.partition(x, 2)[2]
np.unique(x)
np.unique(x, return_index=True, return_inverse=True, return_counts=True)
np.unique(x.reshape(7, 1), axis=0)
np.union1d(x, x)
np.intersect1d(x, x[:4])
np.intersect1d(x, x[:4], return_indices=True)
np.setdiff1d(x, x[:4])
np.setxor1d(x, x[:4])
np.unique_counts(x)
np.piecewise(x, [x!=0], [lambda v:v+v])
"""


QUESTIONS = (STATIC + DYNAMIC).replace("\n\n", "\n").strip().split("\n")
ABSOLUTE = {"float16": 1e-3, "float64": 1e-9, "complex128": 1e-9}


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype(dtype: str) -> None:
    check_all(QUESTIONS, x=sample(dtype), atol=ABSOLUTE.get(dtype, 1e-6))


@pytest.mark.parametrize("shape", [(0,), (1,), (0, 3), (2, 3), (2, 1, 3), ()], ids=str)
def test_every_shape(shape: tuple[int, ...]) -> None:
    check_all(SHAPES, x=sample("float64", shape), atol=1e-12)


SHAPES = """np.array(x)|np.zeros_like(x)|np.ravel(x)|np.transpose(x)|np.squeeze(x)|np.expand_dims(x, -1)
np.atleast_1d(x)|np.atleast_2d(x)
np.atleast_3d(x)|np.concatenate([x, x])|np.concatenate([x, x], axis=None)|np.stack([x, x], -1)|np.vstack([x, x])
np.hstack([x, x])
np.dstack([x, x])|np.column_stack([x, x])|np.tile(x, 2)|np.tile(x, (2, 1, 2))|np.repeat(x, 2)|np.roll(x, 1)
np.flip(x)|np.append(x, 1)
np.sort(x)|np.sort(x, axis=None)|np.argsort(x, kind='stable')|np.nonzero(x)|np.argwhere(x)|np.flatnonzero(x)
np.count_nonzero(x)
np.unique(x)|np.isin(x, [0, 1])|np.searchsorted([0., 1.], x)|np.digitize(x, [0., 1.])|np.clip(x, 0, 1)
np.round(x, 1)|np.where(x > 0, x, 0)
np.isclose(x, x)|np.allclose(x, x)|np.array_equal(x, x)|np.pad(x, 1)|np.take(x, [0])|np.take(x, 0)|np.diag(x)
np.tril(x)|np.triu(x)
np.nan_to_num(x)|np.interp(x, [0, 1], [2, 3])|np.array_split(x, 2)|np.split(x, 1)|np.delete(x, 0)
np.insert(x, 0, 1)|np.resize(x, (2, 2))
np.fliplr(x)|np.flipud(x)|np.rot90(x)|np.swapaxes(x, 0, 1)|np.diagonal(x)|np.trace(x)
np.broadcast_to(x, (2, 2, 1, 3))|np.meshgrid(x, x)
np.extract(x > 0, x)|np.lexsort((x,))|np.ediff1d(x)|np.unwrap(x)|np.angle(x)|np.sinc(x)|np.linspace(x, x, 3)
np.union1d(x, x)|np.fix(x)
np.unique(x, axis=0)|np.unique(x, return_inverse=True)
np.take_along_axis(x, np.argsort(x, axis=-1, kind='stable'), -1)|np.size(x)
np.pad(x, 1, mode='edge')|np.pad(x, 1, mode='reflect')|np.moveaxis(x, 0, -1)|np.rollaxis(x, -1)
np.repeat(x, 2, axis=-1)|np.indices(x.shape)
np.apply_along_axis(np.sort, 0, x)|np.full_like(x, 2)|np.vander(x, 2)|np.r_[x, x]|np.c_[x, x]|np.block([x, x])
np.ix_(x)""".replace("\n", "|").split("|")


def outputs(module, questions, x):
    return [tf.nest.flatten(eval(question, {"np": module, "x": x})) for question in questions]


@pytest.mark.parametrize("compiled", [False, True], ids=["graph", "xla"])
def test_traced_gives_what_eager_gives(compiled: bool) -> None:
    questions = [question for question in STATIC.strip().split("\n") if "np.i0(" not in question]
    x = np.asarray(sample("float64"))
    want = outputs(np, questions, x)
    have = tf.function(lambda x: outputs(np, questions, x), jit_compile=compiled, autograph=False)(x)
    for question, left, right in zip(questions, want, have, strict=True):
        for a, b in zip(left, right, strict=True):
            numpy.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-12, err_msg=question)


def test_numbers_of_results_that_depend_on_values_are_traced() -> None:
    questions = [
        question
        for question in DYNAMIC.strip().split("\n")
        if "trim_zeros" not in question and "real_if_close" not in question
    ]
    x = np.asarray(sample("float64"))
    want = outputs(np, questions, x)
    have = tf.function(lambda x: outputs(np, questions, x), autograph=False)(x)
    for question, left, right in zip(questions, want, have, strict=True):
        for a, b in zip(left, right, strict=True):
            numpy.testing.assert_allclose(b, a, rtol=1e-9, err_msg=question)


@pytest.mark.parametrize("question", ["np.unique(x)", "np.flatnonzero(x)", "np.intersect1d(x, x)"])
def test_xla_refuses_what_it_would_get_wrong(question: str) -> None:
    with pytest.raises((tf.errors.InvalidArgumentError, tf.errors.UnimplementedError, ValueError)):
        tf.function(lambda x: eval(question, {"np": np, "x": x}), jit_compile=True, autograph=False)(np.arange(5.0))


DIFFERENTIABLE = """np.concatenate([x, x * x])|np.stack([x, x])|np.where(x > 0, x * x, x)|np.clip(x, -1, 1) * x
np.pad(x, 2, mode='reflect') * 2
np.pad(x, 2, mode='edge')|np.pad(x, 2, mode='linear_ramp')|np.sort(x) * np.arange(7)
np.interp(x, [-9, 0, 9], [3, 4, 7])|np.take(x, [1, 1, 2])
np.tile(x, 3)|np.repeat(x, 2)|np.roll(x, 2) * x|np.flip(x) * x|np.diag(x) @ x|np.tril(np.stack([x, x]))|np.sinc(x)
np.nan_to_num(x) ** 2|np.vander(x, 3)
np.linspace(x, x * x, 5)|np.insert(x, 1, x[0])|np.delete(x, 1)|np.meshgrid(x, x)[0] * x|np.broadcast_to(x, (3, 7))
np.trace(np.diag(x) * x)|np.unwrap(x)
np.apply_along_axis(np.sum, 0, x)|np.piecewise(x, [x > 0], [lambda v: v * v, lambda v: -v])
np.select([x > 0], [x * x], x)|np.choose([0, 1], [x[:2], x[2:4]])
np.take_along_axis(x, np.argsort(x), 0) * np.arange(7)|np.unique(x)|np.reshape(x, (7, 1)) * x|np.r_[x, x] ** 2
np.extract(x > 0, x)|np.i0(x)|np.resize(x, 9)
np.lib.stride_tricks.sliding_window_view(x, 3) ** 2|np.geomspace(np.abs(x) + 1, np.abs(x) + 3, 4)
np.moveaxis(x[None], 0, 1)|np.full((2, 7), x)""".replace("\n", "|").split("|")


def test_gradients_are_those_of_finite_differences() -> None:
    at = numpy.array([0.3, -1.2, 2.5, 0.9, -0.4, 1.7, -2.1])
    wrong = []
    for question in DIFFERENTIABLE:
        weights = numpy.cos(numpy.arange(1000.0))

        def value(x, question=question, weights=weights):
            y = np.ravel(eval(question, {"np": np, "x": x}))
            return np.sum(y * weights[: y.shape[0]])

        x = tf.constant(at)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = value(x)
        found = tape.gradient(y, x)
        steps = 1e-6 * numpy.eye(7)
        want = numpy.array(
            [(float(value(tf.constant(at + step))) - float(value(tf.constant(at - step)))) / 2e-6 for step in steps]
        )
        if not isinstance(found, tf.Tensor) or not numpy.allclose(found, want, rtol=1e-5, atol=1e-6):
            wrong.append((question, found, want))
    assert wrong == []
