"""The values that loops and branches hand on: what kind each one is, and how two kinds become one.

A kind is a tuple whose first entry names it:

* ("tensor", dtype, shape)
* ("number", type): a Python number known when the function runs
* ("static", type, text): a Python number known now
* ("mixed", type, dtype): one or the other, see `_mixed`
* ("object", Held): anything else; it must stay what it is
* ("unbound",) and ("maybe", kind): a name that nothing was assigned to, on all or some ways here
* ("list" | "tuple" | "dict", class, keys, kinds)
* ("selection", dtype, shape, depth, group): `x[mask]` in compiled code, see `_partial`. Those of one group have one
  mask, which is carried with the first of them. A whole array that becomes one in a loop is one with nothing masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from . import _base, _mixed, _symbolic
from ._base import NotCompilableError, Tensor, Weak, as_tensor
from ._mixed import MixedScalar
from ._partial import MaskedSelection

Kind = tuple[Any, ...]
_NUMBERS = (bool, int, float, complex)
_BY_VALUE = (str, bytes, type(None), slice, np.dtype)


class Unbound:
    """What a name holds before anything is assigned to it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Maybe:
    """What a name holds that was assigned to on some of the ways here: `bound` is True on those."""

    __slots__ = ("bound", "value")

    def __init__(self, value: Any, bound: tf.Tensor) -> None:
        self.value, self.bound = value, bound


class Held:
    """A Python object that must stay the same; equal to itself, and to an equal one if it can't be changed."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Held):
            return False
        a, b = self.value, other.value
        return a is b or (type(a) is type(b) and isinstance(a, _BY_VALUE) and bool(a == b))

    __hash__ = None  # type: ignore[assignment]


class Incompatible(NotCompilableError):  # noqa: N818 - also the reason to peel a turn off a loop
    """Two kinds have no common one."""


def _fields(value: Any) -> tuple[str, Any, tuple[Any, ...], Sequence[Any]] | None:
    """(name, class, keys, items) of a plain container."""
    kind = type(value)
    if kind is list:
        return "list", list, (), value
    if isinstance(value, tuple) and (kind is tuple or hasattr(value, "_fields")):
        return "tuple", kind, (), value
    if kind is dict:
        return "dict", dict, tuple(value), list(value.values())
    return None


def kind_of(value: Any) -> Kind:
    """The kind of a value."""
    if isinstance(value, Tensor):
        return "tensor", value.dtype, _base.static_shape(value)
    if isinstance(value, MixedScalar):
        return "mixed", value.kind, value.tensor.dtype
    if isinstance(value, Weak):
        return "number", value.kind
    if type(value) in _NUMBERS:
        return "static", type(value), repr(value)
    if isinstance(value, (np.generic, np.ndarray)) and _base._fits_tensor(value.dtype):
        return "tensor", _base.tf_dtype(value.dtype), np.shape(value)
    if isinstance(value, Unbound):
        return ("unbound",)
    if isinstance(value, Maybe):
        return "maybe", kind_of(value.value)
    fields = _fields(value)
    if fields is not None:
        name, cls, keys, items = fields
        return name, cls, keys, tuple(map(kind_of, items))
    return "object", Held(value)


SCALAR: Kind = "tensor", tf.float64, ()


def moving(kind: Kind, number: bool, element: bool) -> Kind:
    """The kind of a number that is another `number` in each turn of a loop, or becomes an `element` of an array, of
    float64 most likely: an int that counts stays one.
    """
    if kind[0] != "static" or kind[1] is bool or not (number or element):
        return kind
    return join(kind, SCALAR) if element and not (number and kind[1] is int) else ("number", kind[1])


def _describe(kind: Kind) -> str:
    if kind[0] == "tensor":
        return f"an array of dtype {kind[1].name} and shape {kind[2]}"
    if kind[0] in ("number", "static"):
        return f"a Python {kind[1].__name__}"
    if kind[0] == "object":
        return repr(kind[1].value)
    if kind[0] == "selection":
        return f"a selection by a mask from an array of dtype {kind[1].name} and shape {kind[2]}"
    return kind[0]


def join(a: Kind, b: Kind) -> Kind:
    """The kind that holds both. Raises Incompatible."""
    if a == b:
        return a
    first, second = a[0], b[0]
    if "unbound" in (first, second):
        other = b if first == "unbound" else a
        return other if other[0] == "maybe" else ("maybe", other)
    if "maybe" in (first, second):
        return "maybe", join(*(x[1] if x[0] == "maybe" else x for x in (a, b)))
    numbers = ("number", "static")
    if first in numbers and second in numbers and a[1] is b[1]:
        return "number", a[1]
    scalars = (*numbers, "mixed", "tensor")
    if first in scalars and second in scalars:
        return _joined_scalars(a, b)
    if "selection" in (first, second):
        return _joined_selections(a, b)
    if first == second and first in ("list", "tuple", "dict") and a[1:3] == b[1:3] and len(a[3]) == len(b[3]):
        return first, a[1], a[2], tuple(map(join, a[3], b[3]))
    raise Incompatible(f"{_describe(a)} becomes {_describe(b)}")


def _joined_selections(a: Kind, b: Kind) -> Kind:
    """Of the same shape; the group is the pair of both groups, that `join_all` gives a number."""
    depths = {x[3] for x in (a, b) if x[0] == "selection"}
    if {a[0], b[0]} <= {"selection", "tensor"} and a[1:3] == b[1:3] and len(depths) == 1:
        return "selection", *a[1:3], depths.pop(), tuple(x[4] if x[0] == "selection" else "whole" for x in (a, b))
    raise Incompatible(f"{_describe(a)} becomes {_describe(b)}")


def _joined_shapes(a: Kind, b: Kind) -> Kind | None:
    """The kind of arrays of several shapes, as a graph can have them: lengths that differ are known only in the run."""
    if _symbolic.compiled() or a[0] != "tensor" or a[:2] != b[:2] or not a[2] or len(a[2]) != len(b[2]):
        return None
    return "tensor", a[1], tuple(m if m == n else None for m, n in zip(a[2], b[2], strict=True))


def has_unknown_length(kinds: Sequence[Kind]) -> bool:
    """Whether there is an array among them of which a length is known only when the function runs."""
    return any(
        (kind[0] == "tensor" and None in kind[2])
        or (kind[0] == "maybe" and has_unknown_length([kind[1]]))
        or (kind[0] in ("list", "tuple", "dict") and has_unknown_length(kind[3]))
        for kind in kinds
    )


def all_shapes(kinds: Sequence[Kind]) -> list[tf.TensorShape]:
    """The shapes of the tensors of values of these kinds."""
    found: list[tf.TensorShape] = []
    for kind in kinds:
        if kind[0] == "tensor":
            found.append(tf.TensorShape(kind[2]))
        elif kind[0] == "maybe":
            found += [*all_shapes([kind[1]]), tf.TensorShape(())]
        elif kind[0] in ("list", "tuple", "dict"):
            found += all_shapes(kind[3])
        else:
            found += [tf.TensorShape(())] * {"number": 1, "mixed": 2}.get(kind[0], 0)
    return found


def _joined_scalars(a: Kind, b: Kind) -> Kind:
    shapes = _joined_shapes(a, b)
    if shapes is not None:
        return shapes
    if any(x[0] == "tensor" and x[2] != () for x in (a, b)):
        raise Incompatible(f"{_describe(a)} becomes {_describe(b)}")
    kinds = {x[1] for x in (a, b) if x[0] != "tensor"}
    dtypes = {x[2] if x[0] == "mixed" else x[1] for x in (a, b) if x[0] in ("mixed", "tensor")}
    if len(kinds) != 1 or len(dtypes) != 1:
        raise Incompatible(f"{_describe(a)} becomes {_describe(b)}")
    (kind,), (dtype,) = kinds, dtypes
    if not _mixed.can_hold(kind, dtype):
        raise Incompatible(f"{_describe(a)} becomes {_describe(b)}")
    return "mixed", kind, dtype


def leaves(value: Any, kind: Kind) -> list[tf.Tensor]:
    """The tensors that carry `value` as one of `kind`, which holds it."""
    name = kind[0]
    if name in ("static", "object", "unbound"):
        return []
    if name == "tensor":
        return [as_tensor(value)]
    if name == "number":
        return [_symbolic._as(value, kind[1])]
    if name == "mixed":
        return list(_mixed.mixed(value, kind[1], kind[2]))
    if name == "maybe":
        if isinstance(value, Unbound):
            return [*zeros(kind[1]), tf.constant(False)]
        if isinstance(value, Maybe):
            return [*leaves(value.value, kind[1]), value.bound]
        return [*leaves(value, kind[1]), tf.constant(True)]
    items = list(value.values()) if name == "dict" else value
    return [leaf for item, inner in zip(items, kind[3], strict=True) for leaf in leaves(item, inner)]


def zeros(kind: Kind) -> list[tf.Tensor]:
    """Stand-ins for the tensors of a value that is never looked at."""
    name = kind[0]
    if name == "tensor":
        if None in kind[2]:
            raise NotCompilableError("an array of unknown shape on one of two ways")
        return [tf.zeros(kind[2], kind[1])]
    if name == "number":
        return [tf.zeros((), _symbolic._TENSOR_OF[kind[1]])]
    if name == "mixed":
        return [tf.zeros((), kind[2]), tf.constant(False)]
    if name == "maybe":
        return [*zeros(kind[1]), tf.constant(False)]
    if name in ("static", "object", "unbound"):
        return []
    return [leaf for inner in kind[3] for leaf in zeros(inner)]


def rebuild(kind: Kind, tensors: Iterator[tf.Tensor]) -> Any:
    """The value of a kind, from its tensors."""
    name = kind[0]
    if name == "tensor":
        return next(tensors)
    if name == "number":
        tensor = next(tensors)
        return _symbolic.as_integer(tensor) if kind[1] is int else _symbolic.WeakScalar(tensor, kind[1])
    if name == "static":
        return _number(kind[1], kind[2])
    if name == "mixed":
        tensor = next(tensors)
        return MixedScalar(tensor, kind[1], next(tensors))
    if name == "object":
        return kind[1].value
    if name == "unbound":
        return Unbound("")
    if name == "maybe":
        value = rebuild(kind[1], tensors)
        return Maybe(value, next(tensors))
    items = [rebuild(inner, tensors) for inner in kind[3]]
    if name == "dict":
        return dict(zip(kind[2], items, strict=True))
    if name == "list":
        return items
    return kind[1](items) if kind[1] is tuple else kind[1](*items)


def _number(cls: type, text: str) -> Any:
    return text == "True" if cls is bool else cls(text)


def kinds_of(values: Sequence[Any]) -> list[Kind]:
    """The kinds of values that are handed on together: selections by one mask are of one group."""
    masks: list[tf.Tensor] = []
    found = []
    for value in values:
        if not isinstance(value, MaskedSelection):
            found.append(kind_of(value))
            continue
        group = next((n for n, mask in enumerate(masks) if _symbolic.same_tensor(mask, value.chosen)), len(masks))
        masks[group:] = masks[group:] or [value.chosen]
        found.append(("selection", value.dtype, _base.static_shape(value.value), value.depth, group))
    return found


def join_all(a: Sequence[Kind], b: Sequence[Kind]) -> list[Kind]:
    """The kinds that hold both: selections are of one group where they are in both."""
    groups: list[Any] = []
    found = []
    for kind in (join(x, y) for x, y in zip(a, b, strict=True)):
        if kind[0] == "selection":
            if kind[4] not in groups:
                groups.append(kind[4])
            kind = (*kind[:4], groups.index(kind[4]))
        found.append(kind)
    return found


def _leading(kinds: Sequence[Kind]) -> Iterator[tuple[Kind, bool]]:
    """Each kind, with whether the mask of a group of selections is carried with it."""
    groups = set()
    for kind in kinds:
        yield kind, kind[0] == "selection" and kind[4] not in groups
        if kind[0] == "selection":
            groups.add(kind[4])


def whole(value: Any) -> tf.Tensor:
    """The array that carries a selection by a mask, or one that becomes such."""
    return value.value if isinstance(value, MaskedSelection) else as_tensor(value)


def selection_places(kinds: Sequence[Kind]) -> dict[int, int]:
    """Where among the leaves the arrays of selections are, by the position of the value."""
    found, place = {}, 0
    for n, (kind, leads) in enumerate(_leading(kinds)):
        if kind[0] == "selection":
            found[n] = place
        place += 1 + leads if kind[0] == "selection" else len(all_shapes([kind]))
    return found


def all_leaves(values: Sequence[Any], kinds: Sequence[Kind]) -> list[tf.Tensor]:
    """The tensors that carry values as these kinds, which hold them."""
    found = []
    for value, (kind, leads) in zip(values, _leading(kinds), strict=True):
        if kind[0] != "selection":
            found += leaves(value, kind)
            continue
        found.append(whole(value))
        if leads:
            found.append(value.chosen if isinstance(value, MaskedSelection) else tf.ones(kind[2][: kind[3]], tf.bool))
    return found


def all_zeros(kinds: Sequence[Kind]) -> list[tf.Tensor]:
    """Stand-ins for the tensors of values that are never looked at."""
    found = []
    for kind, leads in _leading(kinds):
        if kind[0] != "selection":
            found += zeros(kind)
            continue
        found += [tf.zeros(kind[2], kind[1]), *([tf.zeros(kind[2][: kind[3]], tf.bool)] if leads else [])]
    return found


def rebuild_all(kinds: Sequence[Kind], tensors: Sequence[tf.Tensor]) -> list[Any]:
    """The values of these kinds, from their tensors."""
    following = iter(tensors)
    masks: dict[int, tf.Tensor] = {}
    found = []
    for kind, leads in _leading(kinds):
        if kind[0] != "selection":
            found.append(rebuild(kind, following))
            continue
        value = next(following)
        if leads:
            masks[kind[4]] = next(following)
        found.append(MaskedSelection(value, masks[kind[4]]))
    return found
