"""Converted code among TensorFlow's own: exported, traced, differentiated, mapped, distributed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as np_tf


def smooth(a, steps):
    """What a converted function that changes its argument looks like."""
    for _ in range(steps):
        a = np_tf.tensor_scatter_update(a, np_tf.s_[1:-1], (a[:-2] + a[2:]) / 2)
    return a.sum(), a


def smoothed(a, steps):
    a = np.array(a)
    for _ in range(steps):
        a[1:-1] = (a[:-2] + a[2:]) / 2
    return a


@pytest.mark.parametrize("size", [6, None])
@pytest.mark.parametrize("compiled", [False, True])
def test_a_threaded_function_is_exported(tmp_path: Path, size: int | None, compiled: bool) -> None:
    class Module(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([size], tf.float64)])
        def run(self, a):
            return np_tf.jit(lambda a: smooth(a, 3))(a) if compiled else smooth(a, 3)

    tf.saved_model.save(Module(), str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    for n in [6] if size else [6, 9]:
        x = np.linspace(0, 1, n) ** 2
        total, a = loaded.run(x)
        np.testing.assert_allclose(a, smoothed(x, 3))
        np.testing.assert_allclose(total, smoothed(x, 3).sum())


@pytest.mark.parametrize("options", [{}, {"jit_compile": True}, {"reduce_retracing": True}])
def test_traced(options: dict) -> None:
    function = tf.function(lambda a: smooth(a, 3)[1], **options)
    for n in (5, 6, 7):
        x = np.linspace(0, 1, n) ** 2
        np.testing.assert_allclose(function(np_tf.array(x)), smoothed(x, 3))
    assert function.experimental_get_tracing_count() == (2 if "reduce_retracing" in options else 3)


def test_derivatives_through_writes_in_a_loop() -> None:
    x = np_tf.linspace(0.0, 1.0, 6) ** 2
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a = smooth(x, 3)[1]
        with tf.GradientTape() as inner:
            inner.watch(x)
            cubes = smooth(x**3, 2)[0]
        slope = inner.gradient(cubes, x)
    jacobian = tape.jacobian(a, x).numpy()
    columns = [smoothed(e, 3) for e in np.eye(6)]  # it is linear
    np.testing.assert_allclose(jacobian, np.stack(columns, axis=1))
    np.testing.assert_allclose(
        tape.jacobian(slope, x), np.diag(6 * x.numpy()) * slope.numpy() / (3 * x.numpy() ** 2 + 1e-300), atol=1e-12
    )
    with tf.autodiff.ForwardAccumulator(x, np_tf.ones(6)) as forward:
        a = smooth(x, 3)[1]
    np.testing.assert_allclose(forward.jvp(a), jacobian.sum(axis=1))


def test_a_variable_as_the_target_of_an_update() -> None:
    variable = tf.Variable(np_tf.zeros(3))
    assert np_tf.tensor_scatter_update(variable, 1, 5.0) is variable, "it is changed in place, as NumPy's arrays are"
    assert variable.numpy().tolist() == [0, 5, 0]
    variable.assign(np_tf.functional.iadd(np_tf.asarray(variable), 1))
    assert variable.numpy().tolist() == [1, 6, 1]


def test_mapped_in_a_pipeline() -> None:
    data = tf.data.Dataset.from_tensor_slices((np_tf.arange(12.0).reshape(6, 2), np_tf.arange(6)))
    data = data.map(lambda x, y: (np_tf.tensor_scatter_update(x, 0, 0.0) + np_tf.sum(x), y * 2)).batch(3)
    xs, ys = next(iter(data))
    assert xs.tolist() == [[1, 2], [5, 8], [9, 14]]
    assert np_tf.flip(ys).tolist() == [4, 2, 0]


def test_a_layer_and_a_loss() -> None:
    class Centred(tf.keras.layers.Layer):
        def call(self, x):
            y = x - np_tf.mean(x, axis=-1, keepdims=True)
            return np_tf.tensor_scatter_update(y, np_tf.s_[:, 0], 0.0)

    def huber(y, p):
        d = np_tf.abs(y - p)
        return np_tf.mean(np_tf.where(d < 1, d * d / 2, d - 0.5))

    model = tf.keras.Sequential([tf.keras.layers.Input((4,)), Centred(), tf.keras.layers.Dense(1)])
    model.compile("adam", huber)
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("f4")
    history = model.fit(x, x[:, 1:2], epochs=3, verbose=0).history["loss"]
    assert history[-1] < history[0]
    np.testing.assert_allclose(model.predict(np_tf.asarray(x), verbose=0), model(x), rtol=1e-5)


def test_replicas() -> None:
    strategy = tf.distribute.MirroredStrategy(["/CPU:0"])
    with strategy.scope():
        weights = tf.Variable(np_tf.ones(2))

    @tf.function
    def step(x):
        def replica(x):
            x = np_tf.tensor_scatter_update(x, np_tf.s_[:, 0], 1.0)
            with tf.GradientTape() as tape:
                loss = np_tf.sum(x @ weights)
            return tape.gradient(loss, weights)

        return strategy.reduce("SUM", strategy.run(replica, args=(x,)), axis=None)

    assert step(np_tf.arange(8.0).reshape(4, 2)).tolist() == [4, 16]


def test_gradients_of_a_gather_and_tensors_without_gaps_filled() -> None:
    weights = tf.Variable(np_tf.ones((3, 2)))
    with tf.GradientTape() as tape:
        loss = np_tf.sum(tf.gather(weights, [1, 1]))
    gradient = tape.gradient(loss, weights)
    assert isinstance(gradient, tf.IndexedSlices)
    assert np_tf.clip(gradient, 0, 1.5).tolist() == [[0, 0], [1.5, 1.5], [0, 0]]
    for value in (tf.ragged.constant([[1], [2, 3]]), tf.sparse.from_dense([[0, 1]])):
        with pytest.raises(TypeError, match="is no array"):
            np_tf.sum(value)
