"""Names for an attribute's array, where a call changes it.

    w = k.x
    k.step()            k.step()
                        w = k.x

A method that changes `self.x` in place binds it to a new tensor, and a caller's own name for it would go on showing the
old one. Sound iff nothing that the call may run leaves another array in the attribute, the name is the caller's alone,
and the statement reads it at no other place; else the change is diagnosed where it is made (NT302).
"""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from np2tf.edits import Template, Transaction
from np2tf.facts import Update
from np2tf.writing import Context

NAME = "shown_attribute"


def rewrite(statement: cst.CSTNode, updates: Mapping[str, Update], context: Context) -> Transaction:
    """A statement that calls what changes these attributes."""
    texts: list[Template] = [(context.source.span(statement),)]
    for slot, update in updates.items():
        before, after = context.followers(update)
        same = "".join(f"{name} = " for name in update.same)
        texts = [*before, *texts, *([(same + slot,)] if same else []), *after]
    if context.displays(statement):
        name = context.name("_result")
        k = next(k for k, text in enumerate(texts) if text == (context.source.span(statement),))
        texts[k] = (f"{name} = ", *texts[k])
        texts.append((name,))
    edits = context.statements(statement, texts)
    return Transaction(NAME, context.source.span(statement).start, edits, constructs=0)
