"""TensorFlow's own machinery keeps working with the runtime imported: graphs, loops, gradients, Keras, SavedModel,
data.
"""

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as np_tf


def test_functions_and_loops():
    @tf.function
    def f(x, n):
        total = tf.zeros_like(x)
        for i in tf.range(n):
            total = total + x * tf.cast(i, x.dtype)
            if tf.reduce_sum(total) > 100:
                break
        return total

    assert f(tf.ones(3), 5).tolist() == [10, 10, 10]


def test_shapes_inside_a_trace():
    seen = []

    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32)])
    def f(x):
        seen.append(x.shape)
        return tf.reshape(x, (-1,)) + tf.zeros(tf.shape(x)[0] * x.shape[1])

    assert f(tf.ones((2, 3))).shape == (6,)
    assert seen[0] == (None, 3)
    assert isinstance(seen[0], tuple)


def test_unknown_rank_is_a_tensor_shape():
    seen = []
    tf.function(lambda x: seen.append(x.shape) or x, input_signature=[tf.TensorSpec(None, tf.float32)])(tf.ones(2))
    assert seen[0].rank is None


def test_unpacking_and_iteration_in_a_trace():
    @tf.function
    def f(x):
        a, b = x
        return a * 2 + b + sum(list(x))

    assert f(tf.constant([1.0, 2.0])) == 7


def test_while_loop_and_tensor_array():
    _, products = tf.while_loop(lambda i, _: i < 4, lambda i, p: (i + 1, p * 2), (0, tf.constant(1)))
    assert products == 16
    array = tf.TensorArray(tf.float32, 3).unstack(tf.constant([1.0, 2.0, 3.0]))
    assert array.stack().tolist() == [1, 2, 3]


def test_gradients_and_hessian():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = np_tf.add.reduce(x**3)
        g = inner.gradient(y, x)
    assert g.tolist() == [3, 12]
    assert outer.jacobian(g, x).tolist() == [[6, 0], [0, 12]]


def test_vectorized_map_and_map_fn():
    x = tf.reshape(tf.range(6.0), (3, 2))
    assert tf.vectorized_map(lambda row: row[0] + np_tf.sin(row[1] * 0), x).tolist() == [0, 2, 4]
    assert tf.map_fn(lambda row: row[::-1], x).tolist() == [[1, 0], [3, 2], [5, 4]]


def test_keras(tmp_path):
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((4,)),
            tf.keras.layers.Dense(3, activation="relu"),
            tf.keras.layers.Dropout(0.1),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    x, y = tf.random.normal((16, 4)), tf.random.normal((16, 1))
    model.fit(x, y, epochs=1, verbose=0)
    assert model.predict(x, verbose=0).shape == (16, 1)
    assert model(x).shape == (16, 1)
    convolution = tf.keras.Sequential(
        [
            tf.keras.layers.Input((8, 8, 1)),
            tf.keras.layers.Conv2D(2, 3),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.GlobalAveragePooling2D(),
        ]
    )
    assert convolution(tf.ones((2, 8, 8, 1))).shape == (2, 2)
    recurrent = tf.keras.Sequential([tf.keras.layers.Input((5, 3)), tf.keras.layers.LSTM(2)])
    assert recurrent(tf.ones((2, 5, 3))).shape == (2, 2)


def test_saved_model(tmp_path):
    class Module(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None,), tf.float64)])
        def __call__(self, x):
            y = np_tf.tensor_scatter_update(x, 0, 5.0)
            return np_tf.functional.iadd(y, np_tf.sin(x))

    tf.saved_model.save(Module(), str(tmp_path / "model"))
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    np.testing.assert_allclose(loaded(tf.constant([1.0, 2.0], tf.float64)), [5 + np.sin(1), 2 + np.sin(2)])


def test_datasets():
    data = tf.data.Dataset.from_tensor_slices(np.arange(6.0)).map(lambda x: x * 2).batch(2)
    assert [batch.tolist() for batch in data] == [[0, 2], [4, 6], [8, 10]]


def test_variables():
    v = tf.Variable([1.0, 2.0])
    assert (tf.constant([1.0, 1.0]) + v).tolist() == [2, 3]
    assert np_tf.add(v, 1).tolist() == [2, 3]
    assert (v + tf.constant([1.0, 1.0])).tolist() == [2, 3]
    v.assign_add([1.0, 1.0])
    optimizer = tf.keras.optimizers.SGD(0.1)
    with tf.GradientTape() as tape:
        loss = np_tf.add.reduce(np_tf.square(v))
    optimizer.apply_gradients([(tape.gradient(loss, v), v)])
    np.testing.assert_allclose(v.numpy(), [1.6, 2.4], rtol=1e-6)


def test_other_kinds_of_tensor():
    assert (tf.constant(["a"]) + tf.constant(["b"]))[0] == b"ab"
    ragged = tf.ragged.constant([[1, 2], [3]])
    assert (ragged + 1).to_list() == [[2, 3], [4]]
    assert (tf.constant(1) + ragged).to_list() == [[2, 3], [4]]
    sparse = tf.sparse.from_dense([[1.0, 0.0]])
    assert tf.sparse.to_dense(sparse * 2.0).tolist() == [[2, 0]]
    assert "a" in str(tf.constant("a"))
    assert (tf.constant(1.0, tf.bfloat16) + tf.constant(2.0, tf.bfloat16)).dtype is tf.bfloat16


@pytest.mark.parametrize("jit", [False, True])
def test_distribution_and_devices(jit):
    with tf.device("/CPU:0"):
        assert tf.function(lambda x: np_tf.exp(x) * 0 + x[0], jit_compile=jit)(tf.ones(2)).tolist() == [1, 1]
    strategy = tf.distribute.MirroredStrategy(["/CPU:0"])
    assert strategy.reduce("SUM", strategy.run(lambda: tf.ones(2) * 2), axis=None).tolist() == [2, 2]


def test_linear_algebra_and_signal_of_tensorflow():
    a = tf.eye(3, dtype=tf.float64) * 2
    assert tf.linalg.inv(a)[0, 0] == 0.5
    assert tf.signal.fft(tf.ones(4, tf.complex64))[0] == 4
    assert tf.image.resize(tf.ones((1, 4, 4, 1)), (2, 2)).shape == (1, 2, 2, 1)
    assert tf.einsum("ij,jk->ik", a, a)[0, 0] == 4
    assert tf.nn.softmax(tf.zeros((2, 4)))[0, 0] == 0.25
    assert tf.random.uniform((2, 3), seed=1).shape == (2, 3)
    assert tf.boolean_mask([1, 2, 3], [True, False, True]).tolist() == [1, 3]
    assert tf.strings.as_string(tf.constant([1, 2]))[0] == b"1"


def test_custom_gradient_and_py_function():
    @tf.custom_gradient
    def f(x):
        return x * 2, lambda up: up * 10

    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    assert tape.gradient(y, x) == 10
    assert tf.numpy_function(lambda v: v + 1, [tf.constant(1.0)], tf.float32) == 2
    assert tf.py_function(lambda v: v + 1, [tf.constant(1.0)], tf.float32) == 2


def test_symbolic_tensors_stay_unhashable_and_have_no_value():
    problems = []

    @tf.function(autograph=False)
    def f(x):
        for attempt in (lambda: hash(x), lambda: bool(x), lambda: np.asarray(x)):
            try:
                attempt()
            except (TypeError, NotImplementedError) as error:
                problems.append(error)
        return x

    f(tf.constant(1))
    assert len(problems) == 3
