"""Products of which each turn of a loop takes one row, column or element: computed before the loop, whole.

`data[:, i] @ data` is row `i` of `data.T @ data`. Turn by turn it is a product of a vector and a matrix, as fast as
memory; at once it is a product of matrices, as fast as the processor. `_traced_index` notes which vectors are rows and
columns, at a counter, of matrices from outside of the loop; `product` is asked by the functions that multiply.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf
from tensorflow.python.framework.ops import get_default_graph
from tensorflow.python.ops.control_flow_v2_func_graphs import WhileBodyFuncGraph

from . import _symbolic
from ._base import EagerTensor, Tensor, static_shape
from ._symbolic import SymbolicInteger

_DTYPES = (tf.float32, tf.float64, tf.complex64, tf.complex128, tf.int32, tf.int64)
_MOST_ELEMENTS = 1 << 26  # of a product that is kept


class Line:
    """A vector that is row (`axis` 0) or column (`axis` 1) `index` of a matrix from outside of the loop."""

    __slots__ = ("axis", "index", "source", "vector")

    def __init__(self, vector: tf.Tensor, source: tf.Tensor, axis: int, index: SymbolicInteger) -> None:
        self.vector, self.source, self.axis, self.index = vector, source, axis, index


def note_line(vector: tf.Tensor, source: tf.Tensor, axis: int, index: Any) -> None:
    """`vector` was read from `source` at `index`, along the other axis whole."""
    if isinstance(source, EagerTensor) or source.graph is get_default_graph():
        return
    if not isinstance(index, SymbolicInteger) or source.dtype not in _DTYPES:
        return
    if len(index.terms) == 1 and set(index.terms.values()) <= {1, -1}:
        _symbolic.trace.lines[id(vector)] = Line(vector, source, axis, index)


def product(a: Any, b: Any) -> tf.Tensor | None:
    """`a @ b` read from a product computed before the loop; None where there is none, or it would cost more.

    Parameters
    ----------
    a, b : tf.Tensor
        Of one dtype; vectors or matrices.
    """
    lines = _symbolic.trace.lines
    if not lines or not isinstance(a, Tensor) or not isinstance(b, Tensor):
        return None
    left, right = lines.get(id(a)), lines.get(id(b))
    if left is None and right is None:
        return None
    # A vector beside a line gives a product of a matrix and a vector, which is no faster at once.
    if any(line is None and x.get_shape().rank != 2 for x, line in ((a, left), (b, right))):
        return None
    sources = [a if left is None else left.source, b if right is None else right.source]
    home = _home(sources)
    found = [line for line in (left, right) if line is not None]
    if home is None or not all(_sweeps(line, home) for line in found):
        return None
    if len(found) == 2 and found[0].index.terms.keys() & found[1].index.terms.keys():
        return None  # elements of the diagonal
    turned = left is not None and left.axis == 1, right is not None and right.axis == 0
    whole = _whole(sources[0], sources[1], turned, home)
    if whole is None:
        return None
    key = (slice(None) if left is None else left.index, slice(None) if right is None else right.index)
    from . import _traced_index

    return _traced_index.getitem(whole, key)


def _ancestors(graph: Any) -> list[Any]:
    """The graphs around, the nearest first."""
    found = []
    while (graph := getattr(graph, "outer_graph", None)) is not None:
        found.append(graph)
    return found


def _home(sources: list[Any]) -> Any:
    """The graph to compute a product of the sources in: outside of at least one loop, and with nothing but loops
    between, so that what is computed there is also wanted.
    """
    here = get_default_graph()
    around = _ancestors(here)
    places = []
    for source in sources:
        if isinstance(source, EagerTensor) or source.graph not in around:
            return None
        places.append(around.index(source.graph))
    nearest = min(places)
    between = [here, *around[:nearest]]
    return around[nearest] if all(isinstance(graph, WhileBodyFuncGraph) for graph in between) else None


def before_the_loop(name: Any, sources: list[tf.Tensor], compute: Callable[[], Any]) -> Any:
    """What `compute` makes of tensors from outside of the loop that is being traced, computed there, and once; None
    where one of them belongs to a turn. It must be cheap, and must not fail: the turns may never want it.
    """
    around = _ancestors(get_default_graph())
    places = [0 if isinstance(x, EagerTensor) else around.index(x.graph) if x.graph in around else -1 for x in sources]
    if not around or not places or min(places) < 0:
        return None
    home = around[min(places)]
    here = [get_default_graph(), *around[: min(places)]]
    if not any(isinstance(graph, WhileBodyFuncGraph) for graph in here):
        return None
    key = (name, *map(id, sources), id(home))
    if key not in _symbolic.trace.products:
        with home.as_default():
            _symbolic.trace.products[key] = (*sources, compute())  # the sources are kept, as above
    return _symbolic.trace.products[key][-1]


def _sweeps(line: Line, home: Any) -> bool:
    """Whether the loops inside of `home` go over most rows (or columns) of the source."""
    (counter,) = line.index.terms
    if isinstance(counter.tensor, EagerTensor) or counter.tensor.graph in (home, *_ancestors(home)):
        return False
    low, high = _symbolic.bounds(line.index)
    length = static_shape(line.source)[line.axis]
    return low is not None and high is not None and length is not None and 2 * (high - low + 1) >= length


def _whole(a: tf.Tensor, b: tf.Tensor, turned: tuple[bool, bool], home: Any) -> tf.Tensor | None:
    shapes = [tuple(reversed(static_shape(x))) if t else static_shape(x) for x, t in zip((a, b), turned, strict=True)]
    if None in (*shapes[0], *shapes[1]) or shapes[0][1] != shapes[1][0]:
        return None  # NumPy's error comes from the product as it is written
    if math.prod((shapes[0][0], shapes[1][1])) > _MOST_ELEMENTS:
        return None
    products = _symbolic.trace.products
    key = id(a), id(b), turned, id(home)
    if key not in products:
        with home.as_default():
            made = tf.matmul(a, b, transpose_a=turned[0], transpose_b=turned[1])
        products[key] = a, b, made  # the operands are kept, so that no others take their identities
    return products[key][2]
