"""Docstrings in numpydoc form: what a function returns is entered where it says so, in the author's own words.

>>> text = 'Scale.\\n\\n    Parameters\\n    ----------\\n    x : (N,) ndarray\\n        What is scaled.\\n    '
>>> for at, new in additions(text, ("x",)): print(at == text.index("scaled.") + 7, repr(new))
True '\\n\\n    Returns\\n    -------\\n    x : (N,) ndarray\\n        `x` as it is afterwards.'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_TITLE = re.compile(r"^([ \t]*)(\S[^\n]*?)[ \t]*\n\1-{3,}[ \t]*(?:\n|$)", re.MULTILINE)


class _Section(NamedTuple):
    title: str
    indent: str
    start: int  # of its content
    end: int  # behind its last line that isn't blank


def additions(text: str, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where to insert what, so that the docstring lists these parameters among the results.

    `text` is what stands between the quotes. A docstring in another form gets nothing.
    """
    sections = {section.title: section for section in _sections(text)}
    parameters, returns = sections.get("Parameters"), sections.get("Returns")
    section = returns or parameters
    if section is None:
        return
    entries = "".join(_entry(name, parameters, text, section.indent) for name in names)
    if returns is None:
        rule = f"{section.indent}Returns\n{section.indent}-------"
        yield section.end, f"\n\n{rule}{entries}"
    else:
        yield section.end, entries


def _sections(text: str) -> Iterator[_Section]:
    found = list(_TITLE.finditer(text))
    for k, match in enumerate(found):
        stop = found[k + 1].start() if k + 1 < len(found) else len(text)
        yield _Section(match[2], match[1], match.end(), match.end() + len(text[match.end() : stop].rstrip()))


def _entry(name: str, parameters: _Section | None, text: str, indent: str) -> str:
    kind = "ndarray"
    if parameters is not None:
        pattern = rf"^{re.escape(parameters.indent)}(?:\w+, *)*{re.escape(name)}(?:, *\w+)*[ \t]*:[ \t]*(\S[^\n]*)$"
        match = re.search(pattern, text[parameters.start : parameters.end], re.MULTILINE)
        if match is not None:
            kind = re.sub(r",? *(optional|default\b.*)$", "", match[1].rstrip())
    return f"\n{indent}{name} : {kind}\n{indent}    `{name}` as it is afterwards."
