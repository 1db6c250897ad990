"""The documentation that `np2tf explain` and `np2tf rules` show: a page per code, and the docstring of every rule.

Rules are read, not imported: their docstrings must not cost an import of libcst.
"""

from __future__ import annotations

from typing import NamedTuple

from np2tf.diagnostics import CODES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast


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
    assert data is not None
    return data.decode("utf-8")


def page(code: str) -> str:
    """The page of a code, in Markdown. Raises KeyError if there is no such code."""
    return _data(f"pages/{CODES[code].code}.md")


def sections(code: str) -> dict[str, str]:
    """The parts of a code's page below its title, by their headings.

    >>> list(sections("NT103"))
    ['What was found', 'Why a plain rewrite would be wrong', 'What to do instead', 'Example']
    """
    _, *parts = page(code).split("\n## ")
    return {heading: text.strip() for heading, _, text in (part.partition("\n") for part in parts)}


def rules() -> list[Rule]:
    """All rules, in the order in which they are tried."""
    import ast

    found = []
    for name in _names(ast.parse(_data("rules/__init__.py"))):
        module = name.rpartition(".")[2]
        text = ast.get_docstring(ast.parse(_data(f"rules/{module}.py"))) or ""
        found.append(Rule(module, text))
    return found


def _names(module: ast.Module) -> tuple[str, ...]:
    """The value of `RULES = (...)`, without running anything."""
    import ast

    for node in module.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "RULES":
                return tuple(ast.literal_eval(node.value))
    raise AssertionError("np2tf/rules/__init__.py has no RULES")
