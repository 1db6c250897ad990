"""The codes np2tf speaks in, their severities and one-line titles; the pages of `np2tf explain` lie in `pages/`.

A code is never reused. A retired one keeps its row (`retired=True`) and its page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Code:
    """One row of the table: what `np2tf explain --all` lists."""

    code: str
    title: str
    severity: Severity


_ROWS: tuple[tuple[str, Severity, str], ...] = (
    ("NT001", "error", "the file can't be parsed"),
    ("NT002", "error", "the file can't be decoded"),
    ("NT003", "error", "the file can't be read"),
    ("NT004", "warning", "a suppression that silences nothing"),
    ("NT005", "warning", "a symbolic link out of the given paths"),
    ("NT009", "error", "internal error: the conversion did not pass its checks and was withheld"),
    ("NT101", "error", "another name may hold the same array and can't be brought up to date"),
    ("NT102", "error", "it can't be decided whether this changes an array, or whose"),
    ("NT103", "error", "a view is written through that has no inverse"),
    ("NT104", "error", "a live view can't be rebuilt, because what selected it has changed"),
    ("NT105", "error", "the array has escaped to a holder that can't be brought up to date"),
    ("NT106", "error", "the target of the write is not a name, attribute or element"),
    ("NT107", "error", "the write goes to a temporary copy"),
    ("NT201", "error", "a parameter is changed, and not every caller is known"),
    ("NT202", "error", "two arguments of a call overlap, and one of them is changed"),
    ("NT203", "error", "a call that changes its argument stands where it can't be taken apart"),
    ("NT204", "error", "a call that changes its argument may be interrupted by an exception"),
    ("NT205", "error", "a default argument is changed"),
    ("NT301", "error", "elements of a container may be the same array"),
    ("NT302", "error", "an attribute's array has holders that aren't known"),
    ("NT303", "error", "the place that holds the array can't be assigned"),
    ("NT401", "error", "an array changes while a generator or coroutine is suspended"),
    ("NT402", "error", "an enclosing function's array is changed"),
    ("NT403", "error", "a module's array is changed where importers hold it"),
    ("NT404", "error", "an array is changed in a thread, while others may change it"),
    ("NT501", "error", "stride tricks"),
    ("NT502", "error", "structured dtypes and record arrays"),
    ("NT503", "error", "reinterpreted memory"),
    ("NT504", "error", "object dtype"),
    ("NT505", "error", "the writeable flag and other array flags"),
    ("NT506", "warning", "Fortran order, identity in memory and strides"),
    ("NT507", "error", "np.matrix"),
    ("NT508", "error", "masked arrays"),
    ("NT509", "error", "dates and times"),
    ("NT510", "error", "strings in arrays"),
    ("NT511", "error", "memory maps, ctypes and the C API"),
    ("NT512", "error", "names or attributes reached by computed strings"),
    ("NT513", "error", "a subclass of ndarray, or the array protocols"),
    ("NT601", "error", "no such name in NumPy 2 or the runtime"),
    ("NT602", "note", "renamed in NumPy 2"),
    ("NT603", "note", "runs on the host"),
    ("NT604", "error", "an argument the runtime does not support"),
    ("NT605", "note", "stays NumPy"),
    ("NT606", "error", "a star import that can't be resolved"),
    ("NT701", "note", "not compiled: it does something besides computing"),
    ("NT702", "note", "not compiled: it changes what outlives the call"),
    ("NT703", "note", "not compiled: it draws random numbers or asks the clock"),
    ("NT704", "note", "not compiled: it raises or catches exceptions by values"),
    ("NT705", "note", "not compiled: it is a generator or coroutine"),
    ("NT706", "note", "not compiled: it calls what can't be compiled"),
    ("NT707", "note", "not compiled: it needs values on the host"),
    ("NT708", "note", "compiled without XLA: a shape depends on values"),
    ("NT709", "note", "not compiled: it reads what may change between calls"),
    ("NT710", "note", "not compiled: the function's form"),
    ("NT711", "note", "not compiled: it tells arrays apart by identity"),
    ("NT712", "note", "not compiled: something in it is left to be done by hand"),
    ("NT901", "note", "the signature of a public function changed"),
    ("NT902", "note", "converted on an assumption about code outside the project"),
)

NAMED_LINE = re.compile(r" on line (\d+)")  # how a message names another place in the file

CODES: dict[str, Code] = {code: Code(code, title, severity) for code, severity, title in _ROWS}


@dataclass(frozen=True)
class Diagnostic:
    """One finding, at a place in the input. Lines count from 1, columns from 0, in characters.

    `function` and `statement` say what it is in, in words that stay the same when lines move: see `identity`.
    """

    code: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    help: str = ""
    severity: Severity = "error"
    function: str = ""
    statement: str = ""

    @classmethod
    def at(cls, code: str, span: tuple[int, int, int, int], message: str, help: str = "") -> Diagnostic:
        """A diagnostic with the severity of its code."""
        return cls(code, *span, message=message, help=help, severity=CODES[code].severity)

    def named_lines(self) -> list[int]:
        """The other lines that the message names.

        >>> Diagnostic("NT105", 7, 0, 7, 1, "`f(...)` got it on line 3").named_lines()
        [3]
        """
        return [int(line) for line in NAMED_LINE.findall(self.message)]
