"""Products of arrays: dot, inner, outer, tensordot, einsum and kron, for every dtype that NumPy multiplies.

Integers wrap as NumPy's do, bool is "or of ands", float16 is summed in float32. `out=` is refused (NT604).
"""

from __future__ import annotations

import functools
import math
import operator
import string

import numpy as _np
import tensorflow as tf

from . import _base, _hoisting, _symbolic
from ._base import (
    as_tensor,
    cast,
    device,
    dtype_of,
    from_host,
    host,
    host_function,
    no_out,
    np_dtype,
    on_cpu,
    promote,
    recording,
    result_dtype,
    static_shape,
    tf_dtype,
)
from ._creation import check_order
from ._reductions import _reduce_sum
from ._ufuncs import _matmul

__all__ = ["dot", "einsum", "einsum_path", "inner", "kron", "outer", "tensordot", "vdot"]

_raw = tf.raw_ops


def _multiply(x, y):
    return tf.logical_and(x, y) if x.dtype is tf.bool else _raw.Mul(x=x, y=y)


def _matrix_product(x, y):
    if x.dtype is tf.float16:
        return cast(_matmul(cast(x, tf.float32), cast(y, tf.float32)), tf.float16)
    return _matmul(x, y)


def _vector_product(x, y):
    """The sum of products of two vectors of one dtype: one pass, and no matrix kernel to start."""
    if static_shape(x) != static_shape(y) and None not in static_shape(x) + static_shape(y):
        raise ValueError(
            f"shapes {static_shape(x)} and {static_shape(y)} not aligned: {static_shape(x)[0]} (dim "
            f"0) != {static_shape(y)[0]} (dim 0)"
        )
    if on_cpu(x, y) and not recording():
        return from_host(_np.dot(host(x), host(y)))
    if None in static_shape(x) + static_shape(y):
        _symbolic.expect(tf.equal(tf.size(x), tf.size(y)), "vectors that are not aligned")
    if x.dtype is tf.float16:
        return cast(_vector_product(cast(x, tf.float32), cast(y, tf.float32)), tf.float16)
    return _reduce_sum(_multiply(x, y), (0,), False)


def _contract(x, y, x_axes, y_axes):
    """Sum over pairs of axes; what is left of `x` comes first."""
    x_shape, y_shape = static_shape(x), static_shape(y)
    x_kept = [axis for axis in range(len(x_shape)) if axis not in x_axes]
    y_kept = [axis for axis in range(len(y_shape)) if axis not in y_axes]
    if len(x_shape) == 1 == len(y_shape) and x_axes:
        return _vector_product(x, y)
    left = _as_matrix(x, [x_kept, list(x_axes)])
    right = _as_matrix(y, [list(y_axes), y_kept])
    result = _matrix_product(left, right)
    if len(x_kept) == 1 == len(y_kept):
        return result
    lengths = [_length(x, axis) for axis in x_kept] + [_length(y, axis) for axis in y_kept]
    return _base.reshape(result, lengths)


def _length(x, axis):
    length = static_shape(x)[axis]
    return tf.shape(x)[axis] if length is None else length


def _as_matrix(x, groups):
    order = groups[0] + groups[1]
    if order != list(range(len(order))):
        x = _base.transpose(x, order)
    if len(groups[0]) == 1 == len(groups[1]):
        return x
    shape = static_shape(x)
    split = len(groups[0])
    if None in shape:
        dynamic = tf.shape(x)
        return _base.reshape(x, tf.stack([tf.reduce_prod(dynamic[:split]), tf.reduce_prod(dynamic[split:])]))
    return _base.reshape(x, [math.prod(shape[:split]), math.prod(shape[split:])])


def _not_aligned(x, y, x_axis, y_axis):
    left, right = static_shape(x), static_shape(y)
    if None not in (left[x_axis], right[y_axis]) and left[x_axis] != right[y_axis]:
        raise ValueError(
            f"shapes {left} and {right} not aligned: {left[x_axis]} (dim {x_axis}) != {right[y_axis]} (dim {y_axis})"
        )


@device
def dot(a, b, out=None):
    """Dot product: the last axis of `a` with the last but one (or only) of `b`; with a 0-d array the ordinary product.

    The dtype is the common one. ValueError where lengths differ.
    """
    no_out(out, "dot")
    x, y = promote(as_tensor(a), as_tensor(b))  # Python numbers are not weak here
    x_ndim, y_ndim = len(static_shape(x)), len(static_shape(y))
    if x_ndim == 0 or y_ndim == 0:
        return _multiply(x, y)
    y_axis = max(y_ndim - 2, 0)
    _not_aligned(x, y, x_ndim - 1, y_axis)
    if x_ndim == 2 == y_ndim:
        return _matrix_product(x, y)
    hoisted = _hoisting.product(x, y) if _symbolic.trace.lines else None
    if hoisted is not None:
        return hoisted
    if x_ndim == 2 and y_ndim == 1:
        return tf.squeeze(_matrix_product(x, tf.expand_dims(y, 1)), 1)
    return _contract(x, y, [x_ndim - 1], [y_axis])


@device
def vdot(a, b, /):
    """Dot product of the flat arrays, the first conjugated: 0-d."""
    x, y = promote(as_tensor(a), as_tensor(b))  # Python numbers are not weak here
    x, y = _base.reshape(x, [-1]), _base.reshape(y, [-1])
    if static_shape(x) != static_shape(y):
        raise ValueError("cannot reshape array: vdot needs arrays of the same size")
    return _vector_product(tf.math.conj(x) if x.dtype.is_complex else x, y)


@device
def inner(a, b, /):
    """Sum over the last axes of both; with a 0-d array the ordinary product."""
    x, y = promote(as_tensor(a), as_tensor(b))  # Python numbers are not weak here
    x_ndim, y_ndim = len(static_shape(x)), len(static_shape(y))
    if x_ndim == 0 or y_ndim == 0:
        return _multiply(x, y)
    _not_aligned(x, y, x_ndim - 1, y_ndim - 1)
    return _contract(x, y, [x_ndim - 1], [y_ndim - 1])


@device
def outer(a, b, out=None):
    """All products of the elements of two flat arrays: a matrix."""
    no_out(out, "outer")
    x, y = promote(as_tensor(a), as_tensor(b))  # Python numbers are not weak here
    return _multiply(_base.reshape(x, [-1, 1]), _base.reshape(y, [1, -1]))


def _tensordot_axes(axes):
    """The axes of the first and of the second array, possibly negative."""
    try:
        first, second = axes
    except TypeError:
        count = operator.index(axes)
        return list(range(-count, 0)), list(range(count))
    first = [operator.index(axis) for axis in first] if hasattr(first, "__len__") else [operator.index(first)]
    second = [operator.index(axis) for axis in second] if hasattr(second, "__len__") else [operator.index(second)]
    return first, second


@device
def tensordot(a, b, axes=2):
    """Sum over pairs of axes: an int (the last of `a` with the first of `b`) or two sequences.

    ValueError for a mismatch.
    """
    x, y = promote(as_tensor(a), as_tensor(b))  # Python numbers are not weak here
    x_shape, y_shape = static_shape(x), static_shape(y)
    first, second = _tensordot_axes(axes)
    if len(first) != len(second):
        raise ValueError("shape-mismatch for sum")
    for left, right in zip(first, second, strict=False):
        if x_shape[left] != y_shape[right] and None not in (x_shape[left], y_shape[right]):
            raise ValueError("shape-mismatch for sum")
    return _contract(x, y, [axis % len(x_shape) for axis in first], [axis % len(y_shape) for axis in second])


@device
def kron(a, b):
    """Kronecker product; the array of fewer dimensions gets axes of length 1 in front."""
    x, y = promote(as_tensor(a), as_tensor(b))  # Python numbers are not weak here
    x_shape = tuple(_length(x, axis) for axis in range(len(static_shape(x))))
    y_shape = tuple(_length(y, axis) for axis in range(len(static_shape(y))))
    ndim = max(len(x_shape), len(y_shape))
    if ndim == 0:
        return _multiply(x, y)
    x_shape = (1,) * (ndim - len(x_shape)) + x_shape
    y_shape = (1,) * (ndim - len(y_shape)) + y_shape
    # All products as a matrix, then the axes of the two interleaved: broadcasting would need twice the dimensions.
    pairs = _base.reshape(_multiply(_base.reshape(x, [-1, 1]), _base.reshape(y, [1, -1])), [*x_shape, *y_shape])
    order = [axis for pair in zip(range(ndim), range(ndim, 2 * ndim), strict=False) for axis in pair]
    return _base.reshape(_base.transpose(pairs, order), [m * n for m, n in zip(x_shape, y_shape, strict=False)])


# -----------------------------------------------------------------------------------------------------------------
# einsum

_LETTERS = frozenset(string.ascii_letters)


def _subscript(text):
    """The labels of one operand; Ellipsis stands for `...`."""
    labels, place = [], 0
    while place < len(text):
        if text.startswith("...", place):
            if Ellipsis in labels:
                raise ValueError("einstein sum subscripts string contains more than one ellipsis in an operand")
            labels.append(Ellipsis)
            place += 3
        elif text[place] in _LETTERS:
            labels.append(text[place])
            place += 1
        else:
            raise ValueError(
                f"invalid subscript '{text[place]}' in einstein sum subscripts string, subscripts must be letters"
            )
    return labels


def _sublist(labels):
    letters = string.ascii_uppercase + string.ascii_lowercase
    found = []
    for label in labels:
        if label is Ellipsis:
            found.append(label)
            continue
        label = int(label) if not isinstance(label, (str, float)) else label
        if not isinstance(label, int):
            raise TypeError("each subscript must be either an integer or an ellipsis")
        if not 0 <= label < 52:
            raise ValueError("subscript is not within the valid range [0, 52)")
        found.append(letters[label])
    return found


def _parse(operands):
    """Labels of each operand, labels of the output (None if implicit), and the operands."""
    if not operands:
        raise ValueError(
            "must specify the einstein sum subscripts string and at least one operand, or at least one operand and "
            "its corresponding subscripts list"
        )
    if isinstance(operands[0], str):
        text, arrays = operands[0].replace(" ", ""), list(operands[1:])
        inputs, arrow, output = text.partition("->")
        if "-" in inputs or ">" in inputs:
            raise ValueError("einstein sum subscript string does not contain proper '->' output specified")
        labels = [_subscript(part) for part in inputs.split(",")]
        target = _subscript(output) if arrow else None
    else:
        pairs = list(operands)
        target = _sublist(pairs.pop()) if len(pairs) % 2 else None
        arrays, labels = pairs[::2], [_sublist(part) for part in pairs[1::2]]
    if len(labels) > len(arrays):
        raise ValueError("fewer operands provided than specified in the einstein sum subscripts string")
    if len(labels) < len(arrays):
        raise ValueError("more operands provided to einstein sum function than specified in the subscripts string")
    return labels, target, arrays


def _expand(labels, target, ndims):
    """Replace each ellipsis by labels (ints, counted from the right) for the axes it stands for."""
    widest, expanded = 0, []
    for one, ndim in zip(labels, ndims, strict=False):
        named = len(one) - (Ellipsis in one)
        hidden = ndim - named
        if hidden < 0:
            raise ValueError("einstein sum subscripts string contains too many subscripts for operand")
        if Ellipsis not in one:
            if hidden:
                raise ValueError(
                    "operand has more dimensions than subscripts given in einstein sum, but no '...' "
                    "ellipsis provided to "
                    "broadcast the extra dimensions."
                )
            expanded.append(one)
            continue
        widest = max(widest, hidden)
        place = one.index(Ellipsis)
        expanded.append([*one[:place], *range(-hidden, 0), *one[place + 1 :]])
    ellipsis = list(range(-widest, 0))
    if target is None:
        flat = [label for one in expanded for label in one if isinstance(label, str)]
        return expanded, ellipsis + sorted(label for label in set(flat) if flat.count(label) == 1)
    if Ellipsis in target:
        place = target.index(Ellipsis)
        target = [*target[:place], *ellipsis, *target[place + 1 :]]
    elif ellipsis:
        raise ValueError("output subscripts must contain an ellipsis ('...') when operands broadcast dimensions by one")
    known = {label for one in expanded for label in one}
    for label in target:
        if label not in known and isinstance(label, str):
            raise ValueError(
                f"einstein sum subscripts string included output subscript '{label}' which never appeared in an input"
            )
        if target.count(label) > 1:
            raise ValueError(f"einstein sum subscripts string includes output subscript '{label}' multiple times")
    return expanded, target


def _drop_broadcast(arrays, labels):
    """Take out axes of length 1 that stand beside longer ones of the same label; check the lengths."""
    _symbolic.need_lengths("np.einsum", *arrays)
    lengths = {}
    for x, one in zip(arrays, labels, strict=False):
        seen = {}
        for label, length in zip(one, static_shape(x), strict=False):
            if seen.setdefault(label, length) != length:
                raise ValueError(
                    f"dimensions in operand for collapsing index '{label}' don't match ({seen[label]} != {length})"
                )
            if lengths.get(label, 1) == 1:
                lengths[label] = length
            elif length not in (1, None, lengths[label]) and lengths[label] is not None:
                raise ValueError(
                    "operands could not be broadcast together with remapped shapes [original->remapped]: "
                    f"axis '{label}' has lengths {lengths[label]} and {length}"
                )
    dropped, kept = [], []
    for x, one in zip(arrays, labels, strict=False):
        shape = static_shape(x)
        narrow = [axis for axis, label in enumerate(one) if shape[axis] == 1 and lengths[label] != 1]
        dropped.append(tf.squeeze(x, narrow) if narrow else x)
        kept.append([label for axis, label in enumerate(one) if axis not in narrow])
    return dropped, kept


def _einsum_kernel(arrays, labels, target):
    """One TensorFlow einsum of one or two operands."""
    names = {}
    for label in [label for one in [*labels, target] for label in one]:
        names.setdefault(label, string.ascii_letters[len(names)])
    terms = ["".join(names[label] for label in one) for one in [*labels, target]]
    return _raw.Einsum(inputs=arrays, equation=",".join(terms[:-1]) + "->" + terms[-1])


@functools.lru_cache(maxsize=512)
def _path(equation, shapes, optimize):
    dummies = [_np.broadcast_to(_np.float64(0), shape) for shape in shapes]
    return _np.einsum_path(equation, *dummies, optimize=optimize)[0][1:]


def _contraction_order(arrays, labels, target, optimize):
    if len(arrays) < 3:
        return [tuple(range(len(arrays)))]
    if isinstance(optimize, (list, tuple)) and optimize and optimize[0] == "einsum_path":
        return [tuple(step) for step in optimize[1:]]
    names = {}
    for label in [label for one in [*labels, target] for label in one]:
        names.setdefault(label, string.ascii_letters[len(names)])
    terms = ["".join(names[label] for label in one) for one in [*labels, target]]
    shapes = tuple(static_shape(x) for x in arrays)
    if any(None in shape for shape in shapes):
        return [(0, 1)] * (len(arrays) - 1)
    method = optimize if isinstance(optimize, str) else "greedy"
    return _path(",".join(terms[:-1]) + "->" + terms[-1], shapes, method)


def _fold(arrays, labels, target, optimize):
    arrays, labels = list(arrays), list(labels)
    for step in _contraction_order(arrays, labels, target, optimize):
        places = sorted(step, reverse=True)
        taken = [(arrays.pop(place), labels.pop(place)) for place in places][::-1]
        while len(taken) > 1:
            (x, x_labels), (y, y_labels) = taken.pop(0), taken.pop(0)
            needed = set(target).union(*labels, *(one for _, one in taken))
            left = list(dict.fromkeys(label for label in [*x_labels, *y_labels] if label in needed))
            if not taken and not arrays:
                left = target
            taken.insert(0, (_einsum_kernel([x, y], [x_labels, y_labels], left), left))
        arrays.append(taken[0][0])
        labels.append(taken[0][1])
    return arrays[0] if labels[0] is target else _einsum_kernel(arrays, labels, target)


def _computed_in(dtype):
    """The dtype that TensorFlow's einsum computes in, so that the result wraps as NumPy's."""
    if dtype in (tf.float32, tf.float64, tf.complex64, tf.complex128, tf.int32, tf.int64):
        return dtype
    if dtype is tf.float16:
        return tf.float32
    return tf.int32 if dtype is tf.bool else tf.int64


@device
def einsum(*operands, out=None, optimize=False, dtype=None, order="K", casting="safe"):
    """Einstein summation in all of NumPy's forms: implicit and explicit output, ellipsis, repeated indices, axes of
    length 1 that broadcast, subscripts as lists, any number of operands.

    The dtype is the common one unless given. Three and more operands are contracted in pairs, by a greedy path unless
    `optimize` gives another. ValueError for subscripts that don't fit, TypeError for a cast that `casting` forbids.
    """
    no_out(out, "einsum")
    check_order(order)
    if casting not in ("no", "equiv", "safe", "same_kind", "unsafe"):
        raise ValueError(f"casting must be one of 'no', 'equiv', 'safe', 'same_kind', or 'unsafe' (got {casting!r})")
    labels, target, arrays = _parse(operands)
    arrays = [as_tensor(x) for x in arrays]
    labels, target = _expand(labels, target, [len(static_shape(x)) for x in arrays])
    common = result_dtype(*arrays) if dtype is None else np_dtype(dtype)
    for x in arrays:
        if not _np.can_cast(dtype_of(x), common, casting):
            raise TypeError(
                f"Iterator operand required casting from {dtype_of(x)} to {common} according to the rule {casting!r}"
            )
    result_type = tf_dtype(common)
    inside = _computed_in(result_type)
    arrays = [cast(x, inside) for x in arrays]
    arrays, labels = _drop_broadcast(arrays, labels)
    return cast(_fold(arrays, labels, target, optimize), result_type)


einsum_path = host_function("numpy.einsum_path", reason="it computes with shapes only, and returns a list and a text")
