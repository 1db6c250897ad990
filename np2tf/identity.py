r"""What makes a finding the same finding in another version of the file: the statement and the function that it is in,
never its line. Baselines and the fingerprints of reports are keyed by it.

A finding's key is its path, its code, the enclosing function, the statement (without comments and layout), and which
of the findings with all of these in common it is, counted from the top of the file.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from np2tf.analysis.tables import ModuleInfo
    from np2tf.diagnostics import Diagnostic
    from np2tf.result import FileResult, Result

_LONGEST = 160
# Not `tokenize`: it splits f-strings in some versions of Python, and a key has to be the same in all of them.
_PART = re.compile(
    r"(?P<string>\"{3}.*?\"{3}|'{3}.*?'{3}|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
    r"|(?P<gap>#[^\r\n]*|\\\r?\n|\s+)|(?P<token>\w+|.)",
    re.DOTALL,
)


class Key(NamedTuple):
    """What a finding is known by."""

    path: str
    code: str
    function: str
    statement: str
    occurrence: int


class _Statement(NamedTuple):
    """Where a statement stands, its header, its name if it has one, and which statement is around it (-1: none)."""

    start: int
    end: int
    header: int
    name: str
    around: int


def keyed(files: Iterable[FileResult]) -> Iterator[tuple[FileResult, Diagnostic, Key]]:
    """Every finding of some files with its key; no two keys are the same."""
    for file in files:
        seen: Counter[tuple[str, str, str]] = Counter()
        for found in sorted(file.diagnostics, key=lambda d: (d.line, d.column, d.code)):
            same = found.code, found.function, found.statement
            yield file, found, Key(file.path, *same, seen[same])
            seen[same] += 1


def fingerprints(result: Result) -> Iterator[tuple[FileResult, Diagnostic, str]]:
    """Every finding with a digest of its key."""
    from hashlib import blake2b

    for file, found, key in keyed(result.files):
        text = "\0".join(map(str, key))
        yield file, found, blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def normalised(text: str) -> str:
    r"""A statement without comments and layout; of a long one its beginning and a digest of the rest.

    >>> normalised("x[ 1 ] += f(a,  # why\n    'b c',\n)")
    "x[1]+=f(a,'b c')"
    >>> normalised("return  x if y else 'z'")
    "return x if y else'z'"
    """
    parts: list[str] = []
    word = False
    for match in _PART.finditer(text):
        if match["gap"] is not None:
            continue
        part = match.group()
        is_word = part[0].isalnum() or part[0] == "_"
        if parts and part in {")", "]", "}"} and parts[-1] == ",":
            parts.pop()
        if word and is_word:
            parts.append(" ")
        parts.append(part)
        word = is_word
    found = "".join(parts)
    if len(found) <= _LONGEST:
        return found
    from hashlib import blake2b

    rest = blake2b(found.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{found[:_LONGEST]}... {rest}"


def located(diagnostics: Iterable[Diagnostic], module: ModuleInfo) -> tuple[Diagnostic, ...]:
    """The findings of a module with the function and the statement that each is in, in the order of their places."""
    found = sorted(diagnostics, key=lambda d: (d.line, d.column, d.code))
    if not found:
        return ()
    import libcst as cst

    source = module.source
    statements: list[_Statement] = []
    inside = -1  # the innermost statement that goes on
    whole = (cst.BaseCompoundStatement, cst.SimpleStatementLine, cst.BaseSmallStatement)
    telling = [kind for kind in source.numbers if issubclass(kind, whole)]
    for node in module.every(*telling):  # parents first
        start, end = source.span(node)
        body = getattr(node, "body", None)
        header = source.span(body).start if isinstance(body, cst.BaseSuite) else end
        name = node.name.value if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else ""
        while inside >= 0 and statements[inside].end <= start:
            inside = statements[inside].around
        statements.append(_Statement(start, end, header, name, inside))
        inside = len(statements) - 1
    starts = [statement.start for statement in statements]
    return tuple(_located(one, source.text, source.offset(one.line), starts, statements) for one in found)


def _located(found: Diagnostic, text: str, line: int, starts: list[int], statements: list[_Statement]) -> Diagnostic:
    offset = line + found.column
    while text[offset : offset + 1] in {" ", "\t"}:
        offset += 1
    around: list[_Statement] = []  # the innermost first
    number = bisect.bisect_right(starts, offset) - 1  # the last that begins before is in all that go on there
    while number >= 0:
        if offset < statements[number].end:
            around.append(statements[number])
        number = statements[number].around
    if around:
        start, end = around[0].start, around[0].header
    else:  # a comment
        start = line
        end = text.find("\n", line)
        end = end if end >= 0 else len(text)
    function = ".".join(statement.name for statement in reversed(around) if statement.name)
    return replace(found, function=function, statement=normalised(text[start:end]) or text[start:end].strip())
