"""How a running program gets its conversion: every way in which Python loads a source file ends in `get_code`.

`install` puts the converted code there, for all files of the program. A file of the user's that was not converted
along with the others must not run: a function of the program may give back what its callers expect to find changed.
So it raises, and says what to do.

What starts another Python that would load the sources by itself is refused in the same way. To TensorFlow, which
compiles what `inspect.getsource` returns, it returns the converted code, to all others the user's; np.jit looks up
the tree in `RUNNING`."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, FrameType, ModuleType
from typing import Any

from np2tf.running import cells
from np2tf.running.gather import Program, foreign
from np2tf.running.units import Change, Unit, shown

#: Modules that Python imports when it is about to start a process that loads the program anew.
_SPAWNING = (
    "multiprocessing.popen_forkserver",
    "multiprocessing.popen_spawn_posix",
    "multiprocessing.popen_spawn_win32",
    "joblib.externals.loky.backend.popen_loky_posix",
    "loky.backend.popen_loky_posix",
    "xdist.dsession",
)
_REWRITING = "_pytest.assertion.rewrite"
_TOLD = ("tensorflow", "np2tf_runtime")
_COMPILERS = ("tensorflow", "np2tf_runtime")


#: The trees that run in the place of files, for np.jit: by the name of the file, as code has it.
RUNNING: dict[str, Callable[[], ast.Module]] = {}


class NotConvertedError(RuntimeError):
    """Code that np2tf has not converted was about to run as part of a converted program."""


class Hook:
    """The code of a program's files."""

    def __init__(
        self,
        program: Program,
        units: Mapping[str, Unit],
        change: Change | None = None,
        imported: Callable[[str], None] | None = None,
    ) -> None:
        self.program, self.units, self.change = program, units, change
        self.imported = imported  # told of each of _TOLD when it is there
        self.told: set[str] = set()
        self.codes: dict[str, CodeType] = {}
        self.cells: dict[str, tuple[Unit, cells.Cell]] = {}  # by the names that their code has

    def unit(self, path: str) -> Unit | None:
        """The unit of a file that is about to run, or None for a file that is to run as it is. May raise."""
        real = os.path.realpath(path)
        unit = self.units.get(real)
        if unit is not None:
            if unit.failure:
                if unit.failure.startswith("NT001"):
                    compile(unit.source, path, "exec", dont_inherit=True)  # Python says best what is wrong
                raise NotConvertedError(f"{shown(real)}: np2tf could not convert this file: {unit.failure}")
            return unit
        if real in self.program.excluded or foreign(real) or not os.path.isfile(real):
            return None
        if real.startswith(self.program.directory.rstrip(os.sep) + os.sep):
            raise NotConvertedError(
                f"{shown(real)} is imported in a way that could not be seen before the program ran, so it was not "
                "converted together with the rest; name its package with --package, or import it by its name"
            )
        self._tell(real)
        return None

    def _tell(self, path: str) -> None:
        """Say once that a package of the user's stays NumPy."""
        directory = os.path.dirname(path)
        if directory in self.told:
            return
        self.told.add(directory)
        with open(path, "rb") as file:
            if b"numpy" in file.read():
                print(f"np2tf: {shown(path)} stays NumPy; --package converts its package too", file=sys.stderr)

    def code(self, unit: Unit, filename: str) -> CodeType:
        """The compiled conversion of a file."""
        if filename not in self.codes:
            RUNNING[filename] = cache(partial(self.tree, unit))
            self.codes[filename] = compile(self.tree(unit), filename, "exec", dont_inherit=True)
        return self.codes[filename]

    def cell_codes(self, unit: Unit, filename: str) -> Iterator[CodeType]:
        """The code of a notebook's cells, one after the other."""
        flags = 0
        for cell, tree in cells.trees(self.tree(unit), unit.cells):
            name = cells.name(filename, cell)
            self.cells[name] = (unit, cell)
            RUNNING[name] = partial(lambda tree: tree, tree)
            cells.remember(name, cell)
            for code in cells.codes(name, cell, tree, flags):
                flags |= cells.future(code)
                yield code

    def tree(self, unit: Unit) -> ast.Module:
        """The tree that is to run, in the positions of the source."""
        tree, _ = unit.tree()
        return self.change(unit, tree) if self.change is not None else tree


def install(hook: Hook) -> None:
    """Let this process load the program's files as their conversions."""
    load = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        unit = hook.unit(path)
        return hook.code(unit, path) if unit is not None else load(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    sys.meta_path.insert(0, _Watch(hook))
    _show_what_runs(hook)
    _guard_run_path(hook)


class _Watch:
    """Looks out for imports after which something has to be done, or that must not happen."""

    def __init__(self, hook: Hook) -> None:
        self.hook = hook

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Nothing, for all but a few names."""
        _refuse_spawning(name)
        if name != _REWRITING and (name not in _TOLD or self.hook.imported is None):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            loader: type[_WatchedLoader] = _RewritingLoader if name == _REWRITING else _TellingLoader
            spec.loader = loader(spec.loader.name, spec.loader.path, self.hook)
        return spec


def _refuse_spawning(name: str) -> None:
    if name in _SPAWNING:
        raise NotConvertedError(
            "a process that loads the program anew would load it unconverted; "
            'under np2tf, processes have to start by fork: multiprocessing.set_start_method("fork"); '
            "and pytest has to run without -n"
        )


class _WatchedLoader(SourceFileLoader):
    """Loads a module after which something has to be done."""

    def __init__(self, name: str, path: str, hook: Hook) -> None:
        super().__init__(name, path)
        self.hook = hook


class _TellingLoader(_WatchedLoader):
    """Loads a module, and tells of it."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""
        super().exec_module(module)
        assert self.hook.imported is not None
        self.hook.imported(self.name)


class _RewritingLoader(_WatchedLoader):
    """Loads pytest's module for assertions, and lets it rewrite converted trees."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then change how it finds what it rewrites."""
        super().exec_module(module)
        _allow_results()
        finder, hook = module.AssertionRewritingHook, self.hook
        find = finder.find_spec

        def find_spec(self: Any, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
            _refuse_spawning(name)  # pytest's plugins come this way
            spec: ModuleSpec | None = find(self, name, path, target)
            if spec is None or spec.origin is None or (unit := hook.unit(spec.origin)) is None:
                return spec
            spec.loader = _Asserting(name, spec.origin, hook, unit, self, module.rewrite_asserts)
            return spec

        finder.find_spec = find_spec


def _allow_results() -> None:
    """Don't let pytest warn of a converted test that gives back the fixture that it changes."""
    if hasattr(importlib.import_module("_pytest.warning_types"), "PytestReturnNotNoneWarning"):
        added = "-W ignore::pytest.PytestReturnNotNoneWarning"
        os.environ["PYTEST_ADDOPTS"] = f"{os.environ.get('PYTEST_ADDOPTS', '')} {added}".strip()


class _Asserting(SourceFileLoader):
    """Loads a converted test module with pytest's assertions."""

    def __init__(self, name: str, path: str, hook: Hook, unit: Unit, finder: Any, rewrite: Callable[..., None]) -> None:
        super().__init__(name, path)
        self.hook, self.unit, self.finder, self.rewrite = hook, unit, finder, rewrite

    def get_code(self, fullname: str) -> CodeType:
        """The conversion, its assertions rewritten as pytest does it, with the user's text in what they say."""
        RUNNING[self.path] = cache(partial(self.hook.tree, self.unit))
        tree = self.hook.tree(self.unit)
        self.rewrite(tree, self.unit.source, self.path, self.finder.config)
        self.finder._rewritten_names[fullname] = self.path  # or pytest warns that it came too late
        return compile(tree, self.path, "exec", dont_inherit=True)


def _show_what_runs(hook: Hook) -> None:
    """Let `inspect.getsource` return converted code to tf.function and np.jit, which compile what it returns."""
    find = inspect.findsource

    def findsource(obj: Any) -> tuple[list[str], int]:
        lines, number = find(obj)
        if not _compiling(sys._getframe(1)):
            return lines, number
        file = inspect.getsourcefile(obj)
        unit, cell = hook.cells.get(file or "", (None, None))
        if cell is not None:
            number += cell.line - 1
        elif file:
            unit = hook.units.get(os.path.realpath(file))
        if unit is None or not (unit.converted or cell):
            return lines, number
        found = unit.map.lines()
        if number + 1 not in found:
            raise OSError("the converted code has no counterpart of this line")
        return unit.map.output.text.splitlines(keepends=True), found[number + 1] - 1

    inspect.findsource = findsource  # type: ignore[assignment]


def _compiling(frame: FrameType | None) -> bool:
    """Whether a compiler asks, itself or through `inspect`."""
    while frame is not None and frame.f_globals.get("__name__") == "inspect":
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _COMPILERS


def _guard_run_path(hook: Hook) -> None:
    """`runpy.run_path` compiles by itself: it must not run a file of the program as it is on disk."""
    import runpy

    read: Callable[..., Any] | None = getattr(runpy, "_get_code_from_file", None)

    def get_code(*arguments: Any) -> Any:
        if hook.unit(os.fspath(arguments[-1])) is not None:
            raise NotConvertedError(f"{shown(arguments[-1])}: under np2tf a script can't be run by runpy.run_path")
        assert read is not None
        return read(*arguments)

    if read is not None:
        runpy._get_code_from_file = get_code  # type: ignore[attr-defined]
