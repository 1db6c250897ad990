"""Which files a program is made of: what has to be converted together before it can start.

A script is read with all that it imports, directly or not, from its own directory; a module likewise, from the
working directory or from where its package lies. Where the module is a tool from elsewhere, such as pytest, the
program is all that lies below the working directory. `--package` adds whole packages. Installed packages are never
part of it, unless they are named."""

from __future__ import annotations

import ast
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from typing import NamedTuple

from np2tf.discovery import SKIPPED, Patterns, discover
from np2tf.running.cells import is_notebook, read
from np2tf.source import SourceError

_INSTALLED = frozenset(["site-packages", "dist-packages"])


class StartError(Exception):
    """A script, module or package that isn't there, or that can't be run: what, and what to do."""


class Program(NamedTuple):
    """What is to run, and the files that are converted for it."""

    argument: str  # what `sys.argv[0]` begins as: the script as it was named, or the module's name
    is_module: bool
    directory: str  # what `sys.path[0]` is to be
    path: str  # the file that is run
    files: dict[str, str]  # the project: its keys, and the real paths they stand for
    excluded: frozenset[str]  # real paths that are to stay as they are


def script(name: str, packages: Sequence[str], excludes: Patterns) -> Program:
    """The program that `python NAME` would run, or that a notebook's cells are, one after the other."""
    if os.path.isdir(name):
        raise StartError(f"{name} is a directory. Name a script in it, or run a package with -m.")
    if not os.path.isfile(name):
        raise StartError(f"can't open {name}: no such file. Mend the path.")
    path = os.path.realpath(name)
    directory = os.path.dirname(path)
    files = _Files(excludes)
    files.reach(path, [directory])
    files.add_packages(packages, [directory])
    return Program(name, False, directory, os.path.abspath(name), files.keys, frozenset(files.excluded))


def module(name: str, packages: Sequence[str], excludes: Patterns) -> Program:
    """The program that `python -m NAME` would run."""
    directory = os.getcwd()
    spec = find(name, [directory])
    if spec is not None and spec.submodule_search_locations is not None:
        spec = find(f"{name}.__main__", [directory])
        if spec is None:
            raise StartError(f"{name} is a package without a __main__ module. Name a module of it.")
    if spec is None or spec.origin is None:
        raise StartError(f"no module named {name}. Mend the name, or install it.")
    files = _Files(excludes)
    path = os.path.realpath(spec.origin)
    if foreign(path):
        files.add_below(directory)
    else:
        root = _root(path, spec.name)
        for file, _ in _locate(spec.name, [root]):  # the packages that the module is in run, too
            files.reach(file, [root, directory])
    files.add_packages(packages, [directory])
    return Program(name, True, directory, spec.origin, files.keys, frozenset(files.excluded))


def find(name: str, first: Sequence[str]) -> ModuleSpec | None:
    """The spec of a module, without importing anything: not even the packages that it is in."""
    search: Sequence[str] = [*first, *sys.path]
    spec = None
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        if not parts[count - 1]:
            return None
        spec = PathFinder.find_spec(".".join(parts[:count]), search)
        if spec is None or (count < len(parts) and spec.submodule_search_locations is None):
            return None
        search = list(spec.submodule_search_locations or ())
    return spec


@cache
def _foreign_directories() -> tuple[str, ...]:
    """Where the standard library, installed packages and np2tf lie."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found = {here, os.path.join(os.path.dirname(here), "runtime", "np2tf_runtime"), *_site_packages()}
    found |= {sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    return tuple(os.path.realpath(path) + os.sep for path in found if path)


def _site_packages() -> list[str]:
    found = list(site.getsitepackages()) if hasattr(site, "getsitepackages") else []
    return [*found, site.getusersitepackages()] if site.ENABLE_USER_SITE else found


@cache
def _skipped(directory: str) -> bool:
    """Whether a directory holds no source of the user's: environments, caches, installed packages."""
    above, name = os.path.split(directory)
    if name in SKIPPED or name in _INSTALLED or os.path.exists(os.path.join(directory, "pyvenv.cfg")):
        return True
    return above != directory and _skipped(above)


def foreign(path: str) -> bool:
    """Whether a file is not the user's own: installed, of the standard library, or of an environment."""
    return path.startswith(_foreign_directories()) or _skipped(os.path.dirname(path))


def _root(path: str, name: str) -> str:
    """The directory from which a module of that name and path is imported."""
    directory = os.path.dirname(path)
    for _ in range(name.count(".")):
        directory = os.path.dirname(directory)
    return directory


class _Files:
    """The files found so far."""

    def __init__(self, excludes: Patterns) -> None:
        self.excludes = excludes
        self.excluded: set[str] = set()
        self.keys: dict[str, str] = {}
        self.paths: set[str] = set()

    def _add(self, path: str, key: str) -> bool:
        """Take a file in; whether it is new and has to be looked at."""
        if path in self.paths or path in self.excluded:
            return False
        if self.excludes.match(path):
            self.excluded.add(path)
            return False
        if self.keys.setdefault(key, path) != path:
            raise StartError(
                f"{self.keys[key]} and {path} have the same module name. "
                "Convert one of them on disk, and name the other."
            )
        self.paths.add(path)
        return True

    def reach(self, start: str, roots: Sequence[str]) -> None:
        """Add a file, and what it imports from the given directories, directly or not."""
        waiting = [(start, roots[0])]
        while waiting:
            path, root = waiting.pop()
            if not self._add(path, _key(path, root)):
                continue
            package = os.path.relpath(os.path.dirname(path), root).replace(os.sep, ".")
            names = imported(_read(path), "" if package == "." else package)
            waiting += sorted(found for name in names for found in _locate(name, roots))

    def add_below(self, directory: str) -> None:
        """Add all Python files below a directory."""
        found = discover([directory], self.excludes)
        for source in found.sources:
            path = os.path.realpath(source.absolute)
            if path.endswith(".py") and not foreign(path) and os.path.exists(path):
                self._add(path, source.key)
        self.excluded |= {os.path.realpath(path) for path in found.excluded}

    def add_packages(self, names: Iterable[str], first: Sequence[str]) -> None:
        """Add packages or modules, whole."""
        for name in names:
            spec = find(name, first)
            if spec is None:
                raise StartError(f"no package named {name}. Mend --package {name}, or install it.")
            if spec.submodule_search_locations is not None:
                tops = [os.path.realpath(place) for place in spec.submodule_search_locations]
                for top in tops:
                    root = _root(os.path.join(top, "__init__.py"), f"{name}.__init__")
                    for path in _below(top):
                        self._add(path, _key(path, root))
            elif spec.origin is not None and spec.origin.endswith(".py"):
                path = os.path.realpath(spec.origin)
                self._add(path, _key(path, _root(path, name)))
            else:
                raise StartError(f"{name} has no Python source to convert. Leave out --package {name}.")


def _key(path: str, root: str) -> str:
    key = os.path.relpath(path, root).replace(os.sep, "/")
    return f"{key}.py" if is_notebook(path) else key  # what is converted is its program


def _below(top: str) -> Iterator[str]:
    for here, directories, names in os.walk(top):
        directories[:] = sorted(name for name in directories if name not in SKIPPED)
        yield from (os.path.join(here, name) for name in sorted(names) if name.endswith(".py"))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read()
        return read(data)[0] if is_notebook(path) else data
    except OSError as error:
        raise StartError(f"can't read {path}: {error.strerror}. Make it readable.") from error
    except SourceError as error:
        raise StartError(f"{path}:{error.line}: {error.message}. Mend the notebook.") from error


def _locate(name: str, roots: Sequence[str]) -> list[tuple[str, str]]:
    """The user's files that importing a module runs, its own and those of the packages that it is in; each with the
    directory that it is imported from."""
    parts = name.split(".")
    for root in roots:
        found = []
        for count in range(1, len(parts) + 1):
            place = os.path.join(root, *parts[:count])
            candidates = (os.path.join(place, "__init__.py"), place + ".py")
            file = next((path for path in candidates if os.path.isfile(path)), None)
            if file is not None:
                found.append(os.path.realpath(file))
        if found:
            return [(path, root) for path in found if not foreign(path)]
    return []


def imported(data: bytes, package: str) -> set[str]:
    """The absolute names of the modules that a source may import, as far as it names them.

    >>> sorted(imported(b"import a.b\\nfrom . import c\\nfrom ..d import e", "p.q"))
    ['a.b', 'p.d', 'p.d.e', 'p.q', 'p.q.c']
    """
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()  # the conversion will say what is wrong with it
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = _absolute("." * node.level + (node.module or ""), package)
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)} if module else set()
        elif isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            literal = first.value if isinstance(first, ast.Constant) else None
            if name in ("import_module", "__import__") and isinstance(literal, str):
                found.add(_absolute(literal, package))
    return {name for name in found if name and "*" not in name}


def _absolute(name: str, package: str) -> str:
    level = len(name) - len(name.lstrip("."))
    if not level:
        return name
    parts = package.split(".")
    kept = parts[: len(parts) - (level - 1)] if package else []
    return ".".join([*kept, *filter(None, [name.lstrip(".")])])
