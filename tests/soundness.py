"""Do a program and what it becomes show the same? The original runs under NumPy, the converted one under the stand-in.

What a program shows is what it leaves in `out`, what it prints, and the class of the exception that ends it. Arrays
agree by dtype, shape and value, containers item by item, and two places of `out` hold one object on one side iff they
do on the other, or the program would be diagnosed (NT101) if it ended by asking for it.

>>> outcome = run_both("import numpy as np\\nx = np.zeros(2)\\ny = x\\nout = (x, y)")
>>> outcome.differences
()
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import re
import signal
import sys
import threading
import types
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

import standin
from np2tf.convert import convert
from np2tf.result import Options, Result

ENTRY = "main.py"
SECONDS = 20
"""A converted program that loops for ever is a difference like any other."""


class Verdict(Enum):
    """How one conversion ended, from best to worst."""

    CLEAN = "no error-level diagnostic, and both sides show the same"
    DIAGNOSED = "diagnosed; the converted program agrees or raises"
    LATE = "diagnosed and raises, but something had already gone wrong before it did"
    SILENT = "the two sides differ and nothing was said"
    DIAGNOSED_SILENT = "diagnosed, but the converted program runs through and shows something else"
    RAISES = "not diagnosed, but the converted program raises where the original does not"
    CRASH = "the converter raised, or withheld its output (NT009)"

    @property
    def sound(self) -> bool:
        """Whether a user could rely on it."""
        return self in (Verdict.CLEAN, Verdict.DIAGNOSED, Verdict.LATE)


@dataclass(frozen=True)
class Observation:
    """What one run showed. `error` is the name of the exception's class, `trace` what it said."""

    out: Any
    obs: Any
    stdout: str
    error: str | None
    trace: str = ""


@dataclass(frozen=True)
class Outcome:
    """Both runs of one project, and the conversion between them."""

    sources: Mapping[str, str]
    converted: Mapping[str, str]
    original: Observation
    translation: Observation
    result: Result | None
    differences: tuple[str, ...]
    crash: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all diagnostics, sorted, each once."""
        files = self.result.files if self.result else ()
        return tuple(sorted({d.code for f in files for d in f.diagnostics}))

    @property
    def error_codes(self) -> tuple[str, ...]:
        """The codes of the error-level diagnostics."""
        files = self.result.files if self.result else ()
        return tuple(sorted({d.code for f in files for d in f.diagnostics if d.severity == "error"}))

    @property
    def verdict(self) -> Verdict:
        """How it ended."""
        if self.crash or "NT009" in self.codes:
            return Verdict.CRASH
        raised_alone = self.translation.error is not None and self.translation.error != self.original.error
        if not self.differences:
            return Verdict.DIAGNOSED if self.error_codes else Verdict.CLEAN
        if not self.error_codes:
            return Verdict.RAISES if raised_alone else Verdict.SILENT
        if not raised_alone:
            return Verdict.DIAGNOSED_SILENT
        return Verdict.DIAGNOSED if _began_alike(self.original, self.translation) else Verdict.LATE

    def explain(self) -> str:
        """Everything a reader needs to see what went wrong."""
        parts = [f"verdict: {self.verdict.name}: {self.verdict.value}", self.crash]
        for path in self.sources:
            parts += [f"--- {path}", self.sources[path].rstrip(), f"--- {path}, converted"]
            parts += [self.converted.get(path, "").rstrip()]
        for file in self.result.files if self.result else ():
            parts += [f"{file.path}:{d.line}: {d.code} {d.message}" for d in file.diagnostics]
        if self.translation.error:
            parts += [f"the converted program raised {self.translation.error}: {self.translation.trace}"]
        return "\n".join([part for part in parts if part] + list(self.differences))


def run_both(
    source: str | Mapping[str, str],
    entry: str = ENTRY,
    options: Options | None = None,
    convert: Any = convert,
    under: Any = standin.install,
) -> Outcome:
    """Convert a project, run it before and after, and compare. Under `nullcontext` it runs on the real runtime."""
    sources = {entry: source} if isinstance(source, str) else dict(source)
    original = observe(sources, entry)
    try:
        result = convert({path: text.encode() for path, text in sources.items()}, options or Options())
    except Exception as error:
        crash = f"convert raised {type(error).__name__}: {error}"
        return Outcome(sources, sources, original, original, None, (crash,), crash)
    converted = {file.path: file.output.decode() for file in result.files}
    with under():
        translation = observe(converted, entry)
    differences = []
    for found in compare(original, translation):
        question = _question(found, original, translation)
        if question is None or not _is_told(question, sources, entry, options, convert):
            differences.append(found)
    differences = tuple(differences)
    return Outcome(sources, converted, original, translation, result, differences)


_IDENTITY = re.compile(r"(out\S*): is (\S+) under NumPy, is (\S+) converted")


def _question(difference: str, original: Observation, translation: Observation) -> str | None:
    """The question which of two arrays are one that both sides answer otherwise, in the program's words."""
    found = _IDENTITY.fullmatch(difference)
    for other in found.groups()[1:] if found is not None else ():
        asked = f"{found[1]} is {other}"
        if eval(asked, {"out": original.out}) != eval(asked, {"out": translation.out}):
            return asked
    return None


def _is_told(question: str, sources: Mapping[str, str], entry: str, options: Options | None, convert: Any) -> bool:
    """Whether a program that ends without this question would be diagnosed if it asked it."""
    asked = sources[entry].rstrip("\n") + f"\n{question}\n"
    result = convert({**{p: text.encode() for p, text in sources.items()}, entry: asked.encode()}, options or Options())
    told = {d.line for file in result.files if file.path == entry for d in file.diagnostics if d.code == "NT101"}
    return len(asked.splitlines()) in told


def assert_sound(source: str | Mapping[str, str], entry: str = ENTRY, options: Options | None = None) -> Outcome:
    """Fail unless the conversion agrees, or says what it leaves to be done and is loud where that matters."""
    outcome = run_both(source, entry, options)
    assert outcome.verdict.sound, outcome.explain()
    return outcome


# ---- running -------------------------------------------------------------------------------------------------------


class _Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of a project in a mapping from paths to texts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._modules: dict[str, tuple[str, str, bool]] = {}
        for path, text in files.items():
            parts = path.removesuffix(".py").split("/")
            package = parts[-1] == "__init__"
            self._modules[".".join(parts[:-1] if package else parts)] = (path, text, package)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._modules)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """As importlib asks."""
        if name in self._modules:
            return importlib.util.spec_from_loader(name, self, is_package=self._modules[name][2])
        inner = any(module.startswith(f"{name}.") for module in self._modules)
        if not inner:
            return None
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = []
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """The default will do."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's text in its namespace."""
        path, text, _ = self._modules[module.__name__]
        exec(compile(text, path, "exec"), vars(module))


@contextlib.contextmanager
def _project(files: Mapping[str, str]) -> Iterator[None]:
    importer = _Importer(files)
    own = {name.split(".")[0] for name in importer.names}
    before = {name: module for name, module in sys.modules.items() if name.split(".")[0] in own}
    for name in before:
        del sys.modules[name]
    sys.meta_path.insert(0, importer)
    try:
        yield
    finally:
        sys.meta_path.remove(importer)
        for name in [name for name in sys.modules if name.split(".")[0] in own]:
            del sys.modules[name]
        sys.modules.update(before)


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expired(signum: int, frame: Any) -> None:
        raise TimeoutError(f"still running after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def observe(files: Mapping[str, str], entry: str = ENTRY) -> Observation:
    """Run one side. The legacy random stream starts from the same state each time."""
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": entry}
    stdout = io.StringIO()
    error = trace = None
    others = {path: text for path, text in files.items() if path != entry}
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(stdout),
        _project(others),
        _time_limit(),
    ):
        warnings.simplefilter("ignore")
        np.random.seed(20)
        try:
            exec(compile(files[entry], entry, "exec"), namespace)
        except (Exception, SystemExit) as caught:
            error, trace = _class_name(caught), f"{caught} ({_where(caught, files)})"
    # No snapshot is taken: the program has ended, and nothing will change what it left.
    return Observation(namespace.get("out"), namespace.get("obs"), stdout.getvalue(), error, trace or "")


def _class_name(error: BaseException) -> str:
    """NumPy's own errors are subclasses nobody names: their public base is what a program can catch."""
    for cls in type(error).__mro__:
        if not cls.__name__.startswith("_") and not cls.__module__.startswith("numpy._core"):
            return cls.__name__
    return type(error).__name__


def _where(error: BaseException, files: Mapping[str, str]) -> str:
    place = "before it ran"
    trace = error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if path in files:
            lines = files[path].splitlines()
            place = f"{path}:{trace.tb_lineno}: {lines[trace.tb_lineno - 1].strip()}"
        trace = trace.tb_next
    return place


# ---- comparing -----------------------------------------------------------------------------------------------------


def compare(original: Observation, translation: Observation) -> Iterator[str]:
    """The differences between two runs, each as a line."""
    if original.error != translation.error:
        yield f"error: {original.error} under NumPy, {translation.error} converted"
        return
    if original.stdout != translation.stdout:
        yield f"stdout: {original.stdout!r} under NumPy, {translation.stdout!r} converted"
    yield from _Comparison().differences("out", original.out, translation.out)


def _began_alike(original: Observation, translation: Observation) -> bool:
    """Whether what was printed and put in the list `obs` before the end is what the original began with."""
    if not original.stdout.startswith(translation.stdout):
        return False
    expected, seen = original.obs, translation.obs
    if not isinstance(expected, list) or not isinstance(seen, list):
        return True
    if len(seen) > len(expected):
        return False
    return not any(_Comparison().differences("obs", expected[: len(seen)], seen))


_OPAQUE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, types.GeneratorType)


class _Comparison:
    """One walk over two values at once; remembers which objects stood where, to compare identity."""

    def __init__(self) -> None:
        self._left: dict[int, str] = {}
        self._right: dict[int, str] = {}
        self._kept: list[Any] = []

    def differences(self, path: str, left: Any, right: Any) -> Iterator[str]:
        """The differences found at `path`, each as a line."""
        if _has_identity(left) or _has_identity(right):
            first_left = self._left.setdefault(id(left), path)
            first_right = self._right.setdefault(id(right), path)
            self._kept += [left, right]
            if first_left != first_right:
                yield f"{path}: is {first_left} under NumPy, is {first_right} converted"
                return
            if first_left != path:
                return
        if _is_array(left) or _is_array(right):
            yield from self._arrays(path, left, right)
        elif type(left) is tuple and isinstance(right, tuple):  # the runtime's shapes are tuples that can do more
            yield from self._items(path, dict(enumerate(left)), dict(enumerate(right)))
        elif type(left).__name__ != type(right).__name__:
            yield f"{path}: {type(left).__name__} under NumPy, {type(right).__name__} converted: {left!r}, {right!r}"
        elif isinstance(left, (list, tuple)):
            yield from self._items(path, dict(enumerate(left)), dict(enumerate(right)))
        elif isinstance(left, Mapping):
            yield from self._items(path, left, right)
        elif isinstance(left, (set, frozenset)):
            if sorted(map(repr, left)) != sorted(map(repr, right)):
                yield f"{path}: {left!r} under NumPy, {right!r} converted"
        elif isinstance(left, (float, complex)):
            if not _close(np.asarray(left), np.asarray(right)):
                yield f"{path}: {left!r} under NumPy, {right!r} converted"
        elif isinstance(left, type):
            if left.__name__.replace("Array", "ndarray") != right.__name__.replace("Array", "ndarray"):
                yield f"{path}: {left!r} under NumPy, {right!r} converted"
        elif isinstance(left, (BaseException, *_OPAQUE)):
            pass
        elif hasattr(left, "__dict__") and type(left).__module__ != "numpy":
            yield from self._items(path, vars(left), vars(right), "{}.{}")
        elif type(left).__eq__ is not object.__eq__ and left != right:
            yield f"{path}: {left!r} under NumPy, {right!r} converted"

    def _items(self, path: str, left: Any, right: Any, form: str = "{}[{!r}]") -> Iterator[str]:
        if list(left) != list(right):
            yield f"{path}: holds {list(left)} under NumPy, {list(right)} converted"
            return
        for key in left:
            yield from self.differences(form.format(path, key), left[key], right[key])

    def _arrays(self, path: str, left: Any, right: Any) -> Iterator[str]:
        if not (_is_array(left) and _is_array(right)):
            yield f"{path}: {left!r} under NumPy, {right!r} converted"
            return
        left, right = np.asarray(left), np.asarray(right)
        if left.dtype != right.dtype:
            yield f"{path}: dtype {left.dtype} under NumPy, {right.dtype} converted"
        elif left.shape != right.shape:
            yield f"{path}: shape {left.shape} under NumPy, {right.shape} converted"
        elif not _close(left, right):
            yield f"{path}: {left.tolist()} under NumPy, {right.tolist()} converted"


def _is_array(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic, standin.Array)) or type(value).__name__ == "EagerTensor"


def _has_identity(value: Any) -> bool:
    """Numbers and strings are shared at will, and to TensorFlow a 0-d array and a scalar are one thing."""
    if _is_array(value):
        return len(value.shape) > 0
    return isinstance(value, (list, dict)) or (hasattr(value, "__dict__") and not isinstance(value, (type, *_OPAQUE)))


def _close(left: np.ndarray, right: np.ndarray) -> bool:
    if left.dtype.kind not in "fc":
        return bool(np.array_equal(left, right))
    tolerance = 1e-5 if left.dtype in (np.float32, np.complex64) else 1e-9
    with np.errstate(all="ignore"):
        return bool(np.allclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True))
