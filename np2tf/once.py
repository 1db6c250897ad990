"""What is computed once of an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Remembers(Protocol):
    """An object that has a place for what is computed of it."""

    lasting: dict[str, Any]


class once(Generic[T_co]):  # noqa: N801 - a decorator, as `property` is
    """A property that is computed when it is first asked for, and kept among what is `lasting` in its object.

    `functools.cached_property` needs objects with a `__dict__`, which those of compiled classes have not: mypyc takes
    it for a plain property, without a word.

    >>> class Text:
    ...     def __init__(self, text: str) -> None:
    ...         self.text, self.lasting = text, {}
    ...     @once
    ...     def words(self) -> list[str]:
    ...         return self.text.split()
    >>> text = Text("for i in x")
    >>> text.words is text.words, text.lasting
    (True, {'words': ['for', 'i', 'in', 'x']})
    """

    def __init__(self, compute: Callable[[Any], T_co]) -> None:
        self._compute, self._name = compute, compute.__name__

    def __get__(self, instance: Remembers, owner: type | None = None) -> T_co:
        lasting = instance.lasting
        if self._name not in lasting:
            lasting[self._name] = self._compute(instance)
        result: T_co = lasting[self._name]
        return result
