"""The must-facts oracle: what the analysis claims, checked while the original program runs under NumPy.

After each statement the analysis holds relations between slots and facts about values. Here they are compiled into
checks that run in the original program, right behind the statement: `same` must be `is`, slots without a relation must
share no memory, containers must hold no array that they are not said to hold, the text from which a view would be
rebuilt must give that very view, and the kind, number of dimensions, dtype and order of every value must be what was
claimed. A failed check is a bug of the analysis, even where the converted program happens to agree.

    python tests/oracle.py FILE...                    scripts, each on its own
    python tests/oracle.py --package DIR [ARG...]     a package, checked while pytest runs its tests; ARG for pytest

>>> run("import numpy as np\\nx = np.zeros(3)\\ny = x\\nz = x + 1\\n").violations
[]
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.util
import itertools
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

from np2tf.analysis.flow import Flow
from np2tf.analysis.relations import HEAP, Rel, State, is_caller, root
from np2tf.analysis.stores import may_be_one
from np2tf.analysis.tables import ModuleInfo
from np2tf.analysis.update import forward
from np2tf.analysis.values import HOST_KINDS, UNKNOWN, Value
from np2tf.convert import _with_deep_stack
from np2tf.facts import RUNTIME
from np2tf.project import load

CHECK = "__np2tf_check__"
TIMES = 40
"""How often a check is made: what holds on forty turns of a loop holds."""

_HOST = {"list": list, "tuple": tuple, "dict": dict, "slice": slice}
_KINDS = {"c": "complex", "f": "float", "i": "int"}
_NUMBERS = {"int": (int, np.integer), "float": (float, np.floating), "str": str, "none": type(None)}


class Claim(NamedTuple):
    """What must hold behind a statement: of one slot, or of two."""

    slots: tuple[str, ...]
    kind: str
    fact: Any = None


@dataclass
class Report:
    """What the checks of a run found."""

    violations: list[str] = field(default_factory=list)
    claims: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    error: str | None = None

    def __str__(self) -> str:
        made = ", ".join(f"{n} {kind}" for kind, n in self.claims.most_common())
        lines = [f"{sum(self.claims.values())} claims checked ({made}), {self.skipped} left out"]
        lines += [f"the program raised {self.error}"] if self.error else []
        return "\n".join([*lines, *self.violations, f"{len(self.violations)} violations"])


# ---- what is claimed -----------------------------------------------------------------------------------------------

Place = tuple[int, int]  # line from 1, column from 0, as a statement begins


@contextlib.contextmanager
def _recorded(states: dict[tuple[str, Place], tuple[Flow, State, frozenset[str]]]) -> Iterator[None]:
    """Keep the last state behind every statement: the last visit rests on the final tables and on loops' fixpoints."""
    step = Flow.step

    def recording(flow: Flow, node: Any) -> None:
        before = flow.state.reachable
        step(flow, node)
        line, column, *_ = flow.module.source.place(node)
        if before and flow.state.reachable:
            states[flow.module.name, (line, column)] = flow, flow.state.copy(), frozenset(flow.lent)
        else:
            states.pop((flow.module.name, (line, column)), None)

    Flow.step = recording  # type: ignore[method-assign]
    try:
        yield
    finally:
        Flow.step = step  # type: ignore[method-assign]


def claims_of(files: Mapping[str, bytes]) -> dict[str, dict[Place, list[Claim]]]:
    """The claims behind each statement of each file that the analysis reads."""
    states: dict[tuple[str, Place], tuple[Flow, State, frozenset[str]]] = {}

    def analyse() -> dict[str, str]:
        project, _ = load(files)
        project.analyse()
        return project.paths

    with _recorded(states):
        paths = _with_deep_stack(analyse)
    found: dict[str, dict[Place, list[Claim]]] = {path: {} for path in paths.values()}
    for (module, place), (flow, flow.state, lent) in states.items():
        found[paths[module]][place] = list(_claims(flow, flow.state, lent))
    return found


def _claims(flow: Flow, state: State, lent: frozenset[str] = frozenset()) -> Iterator[Claim]:
    """What is claimed in one state; `lent` are slots whose arrays a loop's list has as long as nobody reads them."""
    own = [s for s in state.values if _checkable(s, flow)]
    for slot in own:
        value = state.values[slot]
        if slot in state.partial:
            continue  # one path has forgotten what nobody reads any more
        if not any(is_caller(other) for other in state.row(slot)):  # what is said of a parameter rests on its callers
            yield from _value_claims(slot, value)
    for one, other in itertools.combinations(own, 2):
        if not (state.values[one].may_be_array and state.values[other].may_be_array):
            continue
        rel = state.row(one).get(other)
        if rel is not None:
            yield from _relation_claims(one, other, rel, flow.module)
        elif "." not in one + other and not _unclaimed(flow, state, one, other):
            yield Claim((one, other), "apart")
    containers = [s for s in own if state.values[s].kind in {"list", "dict"} and s in flow.scope.bound]
    for one, container in itertools.product(own, containers):
        taken = any(slot.startswith(f"{container}[") for slot in lent)
        if state.values[one].may_be_array and not taken and not _inside(state, one, container):
            yield Claim((one, container), "not inside")


def _unclaimed(flow: Flow, state: State, one: str, other: str) -> bool:
    """Whether two slots that are not related may share an array: people outside hold both, or an attribute does whose
    arrays others hold, which is told by its class alone, or the same attribute of what may be one object."""
    if _outside(state, one) and _outside(state, other):
        return True
    attributes = [[s for s in (slot, *state.row(slot)) if "." in s] for slot in (one, other)]
    for slot in itertools.chain(*attributes):
        base, _, attr = slot.partition("[")[0].rpartition(".")
        if flow.key(state.values.get(base, UNKNOWN), attr) in flow.tables.unowned:
            return True
    return any(may_be_one(s, t, state) or flow.may_be_of_one(s, t) for s, t in itertools.product(*attributes))


def _inside(state: State, slot: str, container: str) -> bool:
    """Whether a container may hold something of the slot's array, or people outside may have put it there."""
    elements = state.parts(container)
    if any(part in state.row(slot) for part in elements) or "." in slot:
        return True
    return _outside(state, slot) and any(_outside(state, part) for part in (container, *elements))


def _checkable(slot: str, flow: Flow) -> bool:
    """Names of this scope that are bound on all paths, and what hangs on them."""
    if slot[0] == "<" or "[*]" in slot or flow.scope.kind == "class":
        return False
    name = root(slot)
    return flow.scope.owner(name) is flow.scope and name not in flow.scope.rebound and name not in flow.scope.globals


def _outside(state: State, slot: str) -> bool:
    """Whether somebody outside holds the array: what two such slots have in common isn't claimed."""
    return any(other == HEAP or is_caller(other) for other in state.row(slot))


def _value_claims(slot: str, value: Value) -> Iterator[Claim]:
    if value.kind == "number":
        yield Claim((slot,), "number", value.dtype)
    elif value.kind == "array":
        yield Claim((slot,), "array")
        if value.ndim is not None:
            yield Claim((slot,), "ndim", value.ndim)
        if value.order:
            yield Claim((slot,), "order")
        if value.dtype is not None:
            yield Claim((slot,), "dtype", value.dtype)
    elif value.kind in HOST_KINDS | {"object"}:
        yield Claim((slot,), "host", value.kind)
        if value.kind == "tuple" and value.items is not None:
            yield Claim((slot,), "length", len(value.items))


def _relation_claims(one: str, other: str, rel: Rel, module: ModuleInfo) -> Iterator[Claim]:
    if rel.kind == "same":
        yield Claim((one, other), "same")
    elif rel.kind == "perhaps":
        yield Claim((one, other), "same or apart")
    elif rel.kind in {"view", "base"} and all(step.forward and not step.test for step in rel.lens):  # a text is a claim
        base, view = (one, other) if rel.kind == "view" else (other, one)
        yield Claim((base, view), "view")
        if not any(step.stale for step in rel.lens):
            operands = sorted({root(name) for step in rel.lens for name in step.operands})
            yield Claim((base, view, *operands), "rebuilt", forward(base, rel.lens))


# ---- whether it holds ----------------------------------------------------------------------------------------------


def holds(claim: Claim, values: list[Any], names: Mapping[str, Any]) -> bool | None:
    """Whether a claim holds of these values; None if that can't be told."""
    match claim.kind, values:
        case "same", [a, b, *_]:
            return a is b
        case "apart", [a, b, *_]:
            return not _overlap(a, b)
        case "same or apart", [a, b, *_]:
            return a is b or not _overlap(a, b)
        case "not inside", [a, b, *_]:
            return not any(_overlap(a, part) for part in _elements(b))
        case "view", [a, b, *_]:
            return None if not _is_array(a) else _is_array(b) and (b.size == 0 or np.shares_memory(a, b))
        case "rebuilt", [a, b, *_]:
            return _rebuilt(claim.fact, a, b, names)
        case "number", [a]:
            known = _NUMBERS.get(claim.fact or "")
            return not (_is_array(a) and a.ndim) if known is None else isinstance(a, known)
        case "array", [a]:
            return _is_array(a)
        case "ndim", [a]:
            return np.ndim(a) == claim.fact
        case "order", [a]:
            return bool(a.flags.c_contiguous)
        case "dtype", [a]:
            return claim.fact in (a.dtype.name, _KINDS.get(a.dtype.kind))
        case "host", [a]:
            return not _is_array(a) and isinstance(a, _HOST.get(claim.fact, object))
        case "length", [a]:
            return len(a) == claim.fact
    return None


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)


def _overlap(a: Any, b: Any) -> bool:
    if not (_is_array(a) and _is_array(b)) or not np.may_share_memory(a, b):
        return False
    try:
        return np.shares_memory(a, b, max_work=100_000)
    except np.exceptions.TooHardError:
        return False


def _elements(container: Any, depth: int = 2) -> Iterator[Any]:
    if depth and isinstance(container, (list, tuple, dict)):
        for part in container.values() if isinstance(container, dict) else container:
            yield part
            yield from _elements(part, depth - 1)


def _rebuilt(text: str, base: Any, view: Any, names: Mapping[str, Any]) -> bool | None:
    if not (_is_array(base) and _is_array(view)):
        return None
    try:
        again = eval(text.replace(RUNTIME, "np"), {"np": np, **names})
    except Exception:
        return False
    if not _is_array(again) or (again.shape, again.dtype) != (view.shape, view.dtype):
        return False
    return again.size == 0 or (again.ctypes.data, _steps(again)) == (view.ctypes.data, _steps(view))


def _steps(array: np.ndarray) -> list[int]:
    """Strides along axes that have more than one element: of the others they say nothing."""
    return [step for step, n in zip(array.strides, array.shape, strict=True) if n > 1]


# ---- running -------------------------------------------------------------------------------------------------------


class Oracle:
    """Files with their claims compiled in."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.claims = claims_of(files)
        self.report = Report()
        self._checks: list[tuple[str, int, list[Claim], tuple[str, ...]]] = []
        self._made: Counter[int] = Counter()
        self._seen: set[str] = set()

    def compile(self, path: str) -> types.CodeType:
        """The file's code with a check behind each statement."""
        tree = ast.parse(self.files[path], path)
        text = self.files[path].decode("utf-8", "replace").splitlines()
        claims = self.claims.get(path, {})

        def behind(statement: ast.stmt) -> list[ast.stmt]:
            line = text[statement.lineno - 1].encode()
            column = len(line[: statement.col_offset].decode("utf-8", "replace"))
            found = claims.get((statement.lineno, column))
            return [statement, self._check(path, statement, found)] if found else [statement]

        for node in ast.walk(tree):
            for name in ("body", "orelse", "finalbody"):
                body = getattr(node, name, None)
                if isinstance(body, list) and not isinstance(node, ast.ClassDef):
                    futures = [s for s in body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
                    rest = [part for s in body if s not in futures for part in behind(s)]
                    docstring = rest[:1] if futures and body[0] not in futures else []
                    setattr(node, name, [*docstring, *futures, *rest[len(docstring) :]])
        return compile(ast.fix_missing_locations(tree), path, "exec")

    def _check(self, path: str, statement: ast.stmt, claims: list[Claim]) -> ast.stmt:
        names = tuple(sorted({root(slot) for claim in claims for slot in claim.slots}))
        self._checks.append((path, statement.lineno, claims, names))
        call = f"{CHECK}({len(self._checks) - 1}, {', '.join(names)})"
        made = ast.parse(f"try: {call}\nexcept NameError: {CHECK}(-1)").body[0]
        for part in ast.walk(made):
            if hasattr(part, "lineno"):
                part.lineno = part.end_lineno = statement.end_lineno or statement.lineno  # type: ignore[attr-defined]
        return made

    def check(self, number: int, *values: Any) -> None:
        """What the compiled code calls."""
        if number < 0:
            self.report.skipped += 1
            return
        path, line, claims, names = self._checks[number]
        self._made[number] += 1
        if self._made[number] > TIMES:
            return
        bound = dict(zip(names, values, strict=True))
        for claim in claims:
            found = [_read(slot, bound) for slot in claim.slots]
            verdict = None if any(part is _MISSING for part in found) else holds(claim, found, bound)
            if verdict is None:
                self.report.skipped += 1
                continue
            self.report.claims[claim.kind] += 1
            if not verdict:
                self._violated(path, line, claim, found)

    def _violated(self, path: str, line: int, claim: Claim, values: list[Any]) -> None:
        what = f"{path}:{line}: {claim.kind}({', '.join(claim.slots)})" + (f" {claim.fact}" if claim.fact else "")
        if what not in self._seen:
            self._seen.add(what)
            shown = "; ".join(_shown(value) for value in values[:2])
            self.report.violations.append(f"{what}: {shown}")


_MISSING = object()


def _read(slot: str, names: Mapping[str, Any]) -> Any:
    """What a slot holds, without running code of the program's: attributes are looked up in the object's dict."""
    value = names.get(root(slot), _MISSING)
    rest = slot[len(root(slot)) :]
    while rest and value is not _MISSING:
        if rest[0] == "[":
            key, _, rest = rest[1:].partition("]")
            inside = isinstance(value, tuple) and key.isdigit() and int(key) < len(value)
            value = value[int(key)] if inside else _MISSING
        else:
            end = min((k for k in (rest.find(".", 1), rest.find("[")) if k > 0), default=len(rest))
            attribute, rest = rest[1:end], rest[end:]
            value = getattr(value, "__dict__", {}).get(attribute, _MISSING)
    return value


def _shown(value: Any) -> str:
    if _is_array(value):
        return f"{value.dtype} array of shape {value.shape}, strides {value.strides}"
    return f"{type(value).__name__} {value!r}"[:80]


def run(source: str, path: str = "main.py") -> Report:
    """Run one program with its claims."""
    oracle = Oracle({path: source.encode()})
    code = oracle.compile(path)
    try:
        exec(code, {"__name__": "__main__", "__file__": path, CHECK: oracle.check})
    except (Exception, SystemExit) as error:
        oracle.report.error = f"{type(error).__name__}: {error}"
    return oracle.report


class _Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the modules of a directory with their claims."""

    def __init__(self, folder: Path, checked: Callable[[Path], bool]) -> None:
        paths = {str(path): path for path in sorted(folder.rglob("*.py"))}
        self.oracle = Oracle({name: path.read_bytes() for name, path in paths.items()})
        self._modules = {}
        for name, path in paths.items():
            if not checked(path):
                continue
            parts = path.relative_to(folder.parent).with_suffix("").parts
            package = parts[-1] == "__init__"
            self._modules[".".join(parts[:-1] if package else parts)] = name, package

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """As importlib asks."""
        if name not in self._modules:
            return None
        file, package = self._modules[name]
        folders = [str(Path(file).parent)] if package else None
        return importlib.util.spec_from_file_location(name, file, loader=self, submodule_search_locations=folders)

    def create_module(self, spec: Any) -> None:
        """The default will do."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's text with its checks."""
        vars(module)[CHECK] = self.oracle.check
        exec(self.oracle.compile(self._modules[module.__name__][0]), vars(module))


def run_package(folder: Path, arguments: list[str]) -> Report:
    """Run a package's own tests with pytest; the package's modules have their claims compiled in.

    The tests are analysed with the package, because what is known of a parameter rests on all callers, but not checked.
    """
    import pytest

    importer = _Importer(folder, lambda path: "tests" not in path.relative_to(folder).parts)
    sys.meta_path.insert(0, importer)
    sys.path.insert(0, str(folder.parent))
    status = pytest.main(["-q", "-p", "no:cacheprovider", "--import-mode=importlib", *(arguments or [str(folder)])])
    importer.oracle.report.error = None if status == 0 else f"pytest's exit status {int(status)}"
    return importer.oracle.report


def main() -> int:
    """Check scripts or a package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--package", type=Path, metavar="DIR")
    arguments, rest = parser.parse_known_args()
    if arguments.package is not None:
        reports = {str(arguments.package): run_package(arguments.package.resolve(), [*arguments.files, *rest])}
    else:
        reports = {name: run(Path(name).read_text(encoding="utf-8"), name) for name in arguments.files}
    for name, report in reports.items():
        print(f"{name}: {report}")
    return int(any(report.violations for report in reports.values()))


if __name__ == "__main__":
    sys.exit(main())
