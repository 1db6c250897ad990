"""The documentation that `np2tf explain` and `np2tf rules` show: a page per code, and the docstring of every rule.

Rules are read, not imported: their docstrings must not cost an import of libcst.
"""

from __future__ import annotations

from typing import NamedTuple

from np2tf.diagnostics import CODES


class Rule(NamedTuple):
    """A rule's name and its docstring."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """The docstring's first line."""
        return self.text.partition("\n")[0]


def _data(name: str) -> str:
    import pkgutil

    data = pkgutil.get_data("np2tf", name)
    if data is None:
        raise FileNotFoundError(name)
    return data.decode("utf-8")


def page(code: str) -> str:
    """The page of a code, in Markdown. Raises KeyError if there is no such code."""
    return _data(f"pages/{CODES[code].code}.md")


def rules() -> list[Rule]:
    """All rules, in the order in which they are tried."""
    import ast

    found = []
    for name in _names(ast.parse(_data("rules/__init__.py"))):
        module = name.rpartition(".")[2]
        text = ast.get_docstring(ast.parse(_data(f"rules/{module}.py"))) or ""
        found.append(Rule(module, text))
    return found


def _names(tree: object) -> tuple[str, ...]:
    """The value of `RULES = (...)`, without running anything if it is a literal."""
    import ast

    assert isinstance(tree, ast.Module)
    for node in tree.body:
        match node:
            case (
                ast.AnnAssign(target=ast.Name(id="RULES"), value=value)
                | ast.Assign(targets=[ast.Name(id="RULES")], value=value)
            ) if value is not None:
                try:
                    return tuple(ast.literal_eval(value))
                except ValueError:
                    break
    from importlib import import_module

    return tuple(import_module("np2tf.rules").RULES)
