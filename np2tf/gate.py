"""What every output must pass before it is written.

It parses; an independent scan of the input finds no store and no reference that is not accounted for; converting it
again changes nothing. A failure is an internal error for that file: the source is kept, and the error says so.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import replace

import libcst as cst

from np2tf.analysis.scopes import BINDING, targets
from np2tf.analysis.tables import ModuleInfo
from np2tf.diagnostics import Diagnostic
from np2tf.outcome import Outcome
from np2tf.result import FileResult
from np2tf.source import SourceError


def check(module: ModuleInfo, text: str, outcome: Outcome) -> str | None:
    """Why an output must not be written, or None. Raises SourceError if the input is not Python to the Python that runs
    this."""
    if text not in module.source.correct and (problem := _syntax_error(text)) is not None:
        own = _syntax_error(module.source.text)
        if own is not None:  # LibCST reads newer Python than the one that runs it
            version = ".".join(map(str, sys.version_info[:2]))
            message = f"can't parse the file: Python {version}, which runs np2tf, says: {own.msg}"
            raise SourceError("NT001", own.lineno or 1, max(0, (own.offset or 1) - 1), message)
        return f"the result does not parse: {problem}"
    module.source.correct.add(text)
    for node in module.every(*BINDING):
        for target in targets(node):
            for place in _places(target, isinstance(node, cst.AugAssign)):
                if place not in outcome.accounted:
                    line = module.source.place(place)[0]
                    return f"the write on line {line} is not accounted for"
    total = len(module.facts.references) + len(module.facts.stores) + len(outcome.beside)
    if sum(outcome.buckets.values()) != total:
        return f"{total} constructs were found, {sum(outcome.buckets.values())} are accounted for"
    return None


def _syntax_error(text: str) -> SyntaxError | None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        return error
    except ValueError as error:
        return SyntaxError(str(error))
    return None


def _places(target: cst.CSTNode, augmented: bool) -> list[cst.CSTNode]:
    """The item stores in a target, and whatever an augmented assignment changes."""
    if isinstance(target, (cst.Tuple, cst.List)):
        return [p for e in target.elements for p in _places(e.value, augmented)]
    if isinstance(target, cst.StarredElement):
        return _places(target.value, augmented)
    return [target] if augmented or isinstance(target, cst.Subscript) else []


def withheld(result: FileResult, data: bytes, why: str) -> FileResult:
    """The result of a file whose conversion did not pass."""
    message = f"internal error, the file is left as it was: {why}"
    found = Diagnostic.at("NT009", (1, 0, 1, 0), message, "please report it")
    return replace(result, status="failed", output=data, rewrites=(), diagnostics=(found, *result.diagnostics))
