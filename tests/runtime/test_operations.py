"""What `np.jit` adds to graphs is what TensorFlow itself would add, and what it refuses TensorFlow refuses."""

from __future__ import annotations

import re

import numpy
import pytest
import tensorflow as tf
from tensorflow.python.framework import op_def_library
from tensorflow.python.framework.func_graph import FuncGraph

import np2tf_runtime as np
from np2tf_runtime import _operations, _symbolic
from np2tf_runtime._jit import only


def graph_of(make, helper, monkeypatch):
    """The graph that a function of two matrices and an integer makes, by TensorFlow's helper or the runtime's."""
    monkeypatch.setattr(op_def_library, "_apply_op_helper", helper)
    graph = FuncGraph("made")
    with graph.as_default(), _symbolic.tracing(True), _symbolic.failures():
        x, y = (tf.compat.v1.placeholder(tf.float64, (4, 6), name) for name in "xy")
        n = tf.compat.v1.placeholder(tf.int32, (), "n")
        make(x, y, n)
    return graph.as_graph_def()


def plain(graph):
    """The operations of a graph, and what the functions consist of that it calls. TensorFlow numbers those through all
    of the process, and names their arguments after the scope they are first asked for in: there names are left out.
    """
    text = re.sub(r"\w+_(true|false|body|cond)_\d+", r"\1", "".join(map(str, graph.node)))
    functions = [
        sorted((node.op, len(node.input), sorted((key, str(value)) for key, value in node.attr.items()))
               for node in function.node_def)
        for function in graph.library.function
    ]  # fmt: skip
    return text, sorted(functions)


OUTSIDE = tf.constant(numpy.arange(24.0).reshape(4, 6))
PROGRAMS = {
    "elementwise": lambda x, y, n: np.sqrt(x * y + x) / (y - 1.0) ** 2 > x,
    "slices": lambda x, y, n: (x[1:-1, ::2], x[..., None], y[n], np.reshape(x, (6, 4)), x.T),
    "stacked": lambda x, y, n: (tf.stack([n, n]), tf.concat([x, y], 1), np.concatenate((x, y))),
    "reduced": lambda x, y, n: (np.sum(x, axis=0), np.max(y), np.mean(x, axis=1, keepdims=True)),
    "names": lambda x, y, n: (tf.add(x, y, name="sum"), tf.raw_ops.Mul(x=x, y=y, name="sum"), tf.raw_ops.Neg(x=x)),
    "scopes": lambda x, y, n: [tf.name_scope("outer").__enter__(), tf.raw_ops.Neg(x=x), tf.reduce_sum(x)],
    "casts": lambda x, y, n: (tf.cast(n, tf.float64) * x, np.astype(x, np.int32), tf.argmax(x, 1, tf.int32)),
    "captured": lambda x, y, n: (x @ tf.transpose(OUTSIDE), OUTSIDE + x, tf.where(x > OUTSIDE, x, y)),
    "branches": lambda x, y, n: tf.cond(n > 0, lambda: x + y, lambda: x - OUTSIDE),
    "loops": lambda x, y, n: tf.while_loop(lambda i, _: i < n, lambda i, z: (i + 1, z * y), [0, x]),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_graph_is_as_tensorflow_makes_it(name, monkeypatch):
    """Names, attributes, inputs, and the functions that it calls."""
    theirs, ours = (graph_of(PROGRAMS[name], one, monkeypatch) for one in (_operations._theirs, _operations._apply))
    assert len(theirs.node) > 3
    assert plain(ours) == plain(theirs)


REFUSED = {
    "dtypes": lambda x, y, n: tf.raw_ops.Mul(x=x, y=n),
    "not_allowed": lambda x, y, n: tf.raw_ops.BitwiseAnd(x=x, y=y),
    "shapes": lambda x, y, n: tf.raw_ops.MatMul(a=x, b=y),
    "too_few": lambda x, y, n: tf.raw_ops.ConcatV2(values=[x], axis=n),
    "attribute": lambda x, y, n: tf.raw_ops.MatMul(a=x, b=tf.transpose(y), transpose_a="yes"),
    "unknown": lambda x, y, n: op_def_library._apply_op_helper("Neg", x=x, z=y),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_are_tensorflows(name, monkeypatch):
    """The class of the error, and what it says."""
    said = []
    for helper in (_operations._theirs, _operations._apply):
        with pytest.raises(Exception) as error:  # noqa: PT011 - whichever TensorFlow raises
            graph_of(REFUSED[name], helper, monkeypatch)
        said.append((type(error.value), str(error.value)))
    assert said[0] == said[1]


def test_python_operands_are_converted(monkeypatch):
    """What is no tensor yet is left to TensorFlow."""
    theirs, ours = (
        graph_of(lambda x, y, n: tf.raw_ops.Mul(x=x, y=2.0), one, monkeypatch)
        for one in (_operations._theirs, _operations._apply)
    )
    assert ours.node == theirs.node


def test_state_keeps_its_order_in_loops():
    """A loop that reads a variable after it has changed it, twice in a turn."""
    held = tf.Variable(1.0, dtype=tf.float64)

    def changed(x):
        total = x[0] * 0
        for i in range(x.shape[0]):
            held.assign_add(x[i])
            total = total * 2 + held.read_value()
            held.assign(held.read_value() * 3)
        return total

    x = np.array([1.0, 2.0, 5.0, 7.0, 11.0, 13.0])
    held.assign(1.0)
    want, left = float(changed(x)), float(held)
    for rung in ("xla", "graph"):
        held.assign(1.0)
        with only(rung):
            assert float(np.jit(changed)(x)) == want
        assert float(held) == left
