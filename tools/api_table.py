"""Write `np2tf/knowledge/api.py`, the table of what becomes of each NumPy name, from the runtime itself.

The converter imports neither NumPy nor the runtime, so it can't ask them: this script does, and writes the answers
down as data. The runtime's own table (`np2tf_runtime._status`) comes first; what the converter rewrites, refuses or
leaves to NumPy is in `np2tf.knowledge`.

    python tools/api_table.py            writes the file
    python tools/api_table.py --check    exits with 1 if that would change it
"""

from __future__ import annotations

import sys
import textwrap
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "np2tf" / "knowledge" / "api.py"
sys.path[:0] = [str(ROOT), str(ROOT / "runtime")]

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

import np2tf_runtime as runtime  # noqa: E402
from np2tf.diagnostics import CODES  # noqa: E402
from np2tf.knowledge.effects import EFFECTS  # noqa: E402
from np2tf.knowledge.names import KINDS, MENDS, feature, stays  # noqa: E402
from np2tf_runtime import _status  # noqa: E402

Fact = tuple[str, str, str]  # where, code, note

_OWN = "NumPy's own object"
_UFUNC_METHODS = ("accumulate", "at", "outer", "reduce", "reduceat", "resolve_dtypes")
_HEADER = '''"""What becomes of each NumPy name. Written by `tools/api_table.py` from the runtime: don't edit it.

Where a name is computed is one of

===============  ======================================================================================================
``device``       by TensorFlow
``host``         by NumPy on the host: tensors go in as arrays, what comes out is made a tensor
``converter``    nowhere under this name: the converter writes something else in its place
``numpy``        it stays NumPy's own
``unsupported``  nowhere: the converter marks it, and the runtime raises the code
===============  ======================================================================================================

Names are qualified: ``numpy.linalg.inv``, ``ndarray.sort``, ``ufunc.at``, ``numpy.random.Generator.normal``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Api(NamedTuple):
    """What becomes of one name; `note` says why, or what is written instead."""

    where: str
    code: str = ""
    note: str = ""


class Argument(NamedTuple):
    """An argument that the runtime refuses, though it has the function."""

    name: str
    code: str
    mend: str


'''
_FOOTER = """
API: Final[Mapping[str, Api]] = {
    f"{owner}.{name}": Api(where, code, note)
    for where, code, note, owners in _ROWS
    for owner, names in owners.items()
    for name in names.split()
}
"""


def runtime_name(name: str) -> str:
    """A qualified name as `_status` has it."""
    if name.startswith("ndarray."):
        return f"numpy.{name}"
    return name.replace("numpy.lib.scimath.", "numpy.emath.")


def found(root: Any, name: str) -> Any:
    """The object of a dotted name, or None."""
    for part in name.split("."):
        root = getattr(root, part, None)
    return root


def all_names() -> list[str]:
    """Every public name of NumPy that can be used on its own."""
    methods = [f"ndarray.{name}" for name in dir(np.ndarray) if not name.startswith("_")]
    random = [
        f"numpy.random.{owner}.{name}"
        for owner in ("Generator", "RandomState")
        for name in dir(getattr(np.random, owner))
        if not name.startswith("_")
    ]
    public = [name for name, kind in KINDS.items() if kind != "module" and not name.startswith("numpy.core.")]
    old = [name for name in map(_short, _status.names()) if name.startswith("ndarray.") and "__" not in name]
    return sorted({*public, *methods, *random, *old, *(f"ufunc.{name}" for name in _UFUNC_METHODS)})


def _short(name: str) -> str:
    return name.removeprefix("numpy.") if name.startswith("numpy.ndarray.") else name


def fact(name: str) -> Fact:
    """What becomes of one name."""
    known = runtime_name(name)
    status, note = _status.STATUS.get(known), _status.NOTES.get(known, "")
    note = "" if note == _status.HOST_VALUES else note
    code = feature(name)
    if code is not None and CODES[code].severity == "error":
        return "unsupported", code, note if status == "unsupported" else MENDS[code]
    if (why := stays(name)) is not None:
        return "numpy", "", why
    if status is None:
        status, note = _unlisted(name)
    if note == _OWN:
        return "numpy", "", note
    effect = EFFECTS.get(name)
    if status == "unsupported" and effect is not None and effect.mutates:
        return "converter", "", note.removeprefix("tensors are immutable; ")
    return status, code or _status.CODES.get(known, ""), note


def _unlisted(name: str) -> tuple[str, str]:
    """What the runtime makes of a name that is not in its table."""
    local = name.partition(".")[2]
    if name.startswith("ufunc."):
        at = ("unsupported", "write x = np.functional.add_at(x, indices, values)")
        return at if local == "at" else ("device", "")
    owner = np.ndarray if name.startswith("ndarray.") else np
    ours = found(tf.Tensor if owner is np.ndarray else runtime, local)
    if ours is None:
        raise LookupError(f"the runtime neither has {name} nor says why not")
    if isinstance(ours, tf.Tensor):
        return "device", ""
    if name.startswith("numpy.testing."):
        return "host", "NumPy's assertions, which take tensors too"
    if name.startswith("numpy.random."):
        return "host", "NumPy's own stream, drawn on the host"
    if ours is found(owner, local) or ours == found(owner, local):
        return "host", _OWN
    if ours is tf.Tensor:
        return "device", "it is tf.Tensor"
    if name.startswith("numpy.polynomial."):  # the classes, a second time
        return _status.STATUS[f"numpy.polynomial.{name.rpartition('.')[2]}"], _status.NOTES[
            f"numpy.polynomial.{name.rpartition('.')[2]}"
        ]
    return "device", ""


def text() -> str:
    """The module's source."""
    groups: dict[Fact, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in all_names():
        owner, _, last = name.rpartition(".")
        groups[fact(name)][owner].append(last)
    rows = "".join(_row(each, groups[each]) for each in sorted(groups))
    refused = {_short(name): arguments for name, arguments in _status.ARGUMENTS.items()}
    arguments = "".join(_arguments(name, refused[name]) for name in sorted(refused))
    return (
        f"{_HEADER}_ROWS: Final[tuple[tuple[str, str, str, Mapping[str, str]], ...]] = (\n{rows})\n{_FOOTER}\n"
        f"ARGUMENTS: Final[Mapping[str, tuple[Argument, ...]]] = {{\n{arguments}}}\n"
        '"""Arguments that raise, by the name of the function; `out` is not among them: the converter rewrites it."""\n'
    )


def _row(each: Fact, owners: dict[str, list[str]]) -> str:
    lines = [f"    (\n{''.join(_literal(part, 8) for part in each)}        {{\n"]
    for owner in sorted(owners):
        names = " ".join(owners[owner])
        line = f'            "{owner}": "{names}",\n'
        if len(line) > 121:
            pieces = textwrap.wrap(names, 120 - 16 - 3, break_long_words=False, break_on_hyphens=False)
            quoted = "".join(f'                "{piece}{" " if piece is not pieces[-1] else ""}"\n' for piece in pieces)
            line = f'            "{owner}": (\n{quoted}            ),\n'
        lines.append(line)
    return "".join([*lines, "        },\n    ),\n"])


def _literal(value: str, indent: int) -> str:
    quoted = f"'{value}'" if '"' in value and "'" not in value else '"' + value.replace('"', '\\"') + '"'
    return f"{' ' * indent}{quoted},\n"


def _arguments(name: str, arguments: dict[str, tuple[str, str]]) -> str:
    entries = "".join(
        f"        Argument(\n{''.join(_literal(part, 12) for part in (key, *arguments[key]))}        ),\n"
        for key in sorted(arguments)
    )
    return f'    "{name}": (\n{entries}    ),\n'


def main(arguments: list[str]) -> int:
    """Write the table, or say whether it is up to date."""
    made = text()
    if "--check" in arguments:
        current = TARGET.exists() and TARGET.read_text(encoding="utf-8") == made
        print("up to date" if current else f"{TARGET.relative_to(ROOT)} is out of date: run tools/api_table.py")
        return 0 if current else 1
    TARGET.write_text(made, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(all_names())} names")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
