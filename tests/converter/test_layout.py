"""Where nodes stand by the table is where they stand by LibCST's own methods."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst import matchers

from np2tf.codegen import generate
from np2tf.convert import convert
from np2tf.layout import lay_out
from np2tf.source import Source, SourceError

ROOT = Path(__file__).resolve().parents[2]
RARE = """\
#!/usr/bin/env python

# between
async def f(a, /, b: int = 1, *, c=2, **k) -> "r":  # after

    async with (a as b, c,): pass
    async for x in await y: yield
    else: return
    # in the block
  # after the block
def g(*args: int, d): yield from args; return (yield d),
@ d (1)
# between decorators
@e

class C ( B, metaclass = M ) :
\tx: int
\ty : int = lambda : 0 ; z = lambda *a, b = 1, **c : (a)
del (a), b [ 1 ]; global q, r
nonlocal s
try: pass
except* (E, F) as e: raise X from e
try :
    pass
except E:
    raise
except (F) as e: pass
else: pass
finally:
    assert (a), "b"
match (a) :  # of
    # the first
  case 1 | ( -2 ) | None if b : pass
  case [ a, * b, * _ , ] | (c, *_) as d :
     match a, :
      case b.c: pass
      case (_): pass
      # of the inner one
  case {"a" : 1, ** r , } | {}: pass
  case C ( ) | D(a, b = 1, c = (2 as e),): pass
  case _: pass
  # of the outer one
if a: pass
elif (not a): pass
else:
    if b: pass
while ( a ) : break
else: continue
from . import (a as b, c,)
from .. d import *
import a . b as c, d
f(*a, **b, c = 1)(x)[..., a : b : c, :, *d] @= - + ~ (yield)
[*a, 1, (2,), ()]; {**a, "b": 1}; {1, *b}; {k: v for k, v in a if b if c for d in e}
{x for x in y}; (x async for x in y); [x for x in y]
f"a{b!r:>{c}}d{e = }" "x" 'y'
x = y = (z := 1) if a is not b not in c != d else 1j
a <<= b or c and not d; a . b = ( \\
    c)
with (
    a
): pass
x = ((
    # in parentheses
    1.
))
"""


TEXTS = [RARE, RARE.rstrip(), RARE.replace("\n", "\r\n"), "", "# only"]
TEXTS += [path.read_text() for path in sorted((ROOT / "np2tf").glob("[a-e]*.py"))]


@pytest.mark.parametrize("text", TEXTS)
def test_stands_where_libcst_says(text):
    module = cst.parse_module(text)
    spans, written = generate(module)
    found = lay_out(module)
    if found is None:
        assert matchers.findall(module, matchers.TypeParameters())
        return
    assert found == ({node: span for node, span in spans.items() if node in found[0]}, written)
    stack = [module]
    while stack:
        node = stack.pop()
        assert id(node) in found[0] or isinstance(node, cst.SimpleWhitespace)
        stack += node.children


def test_what_is_not_in_the_table_is_left_to_libcst():
    text = "def f[T](x: T): y = (x)\n"
    read = Source("a.py", text.encode())
    assert lay_out(read.tree) is None
    assert [read.text[slice(*read.span(node))] for node in read.every(cst.Assign)] == ["y = (x)"]
    assert [read.text[slice(*read.bare(node.value))] for node in read.every(cst.Assign)] == ["x"]


def test_only_what_libcst_parses_goes_unvalidated(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(cst.Name, "_validate", lambda node: pytest.fail("a name that was parsed is valid"))
        Source("a.py", b"x = y\n")
    with pytest.raises(SourceError):
        Source("a.py", b"x = (\n")
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")


@pytest.mark.parametrize("begin", ["", "\f\n"], ids=["plain", "form feed"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_last_line_may_have_no_line_break(newline, begin):
    """What encloses it ends with the text, and what is put behind a function's end stands there."""
    text = f"{begin}import numpy as np\ndef f(a, k):\n    for i in k:\n        if i:\n            a += 1"
    text = text.replace("\n", newline)
    found = Source("m.py", text.encode())
    assert max(found.span(node).end for node in found.every(cst.FunctionDef)) == len(text)
    (file,) = convert({"m.py": text.encode()}).files
    (whole,) = convert({"m.py": (text + newline).encode()}).files
    assert file.output + newline.encode() == whole.output
    assert file.output.endswith(f"{newline}    return a".encode())
