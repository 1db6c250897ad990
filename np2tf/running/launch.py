"""Starting a program as `python SCRIPT` or `python -m MODULE` does: its names, its arguments, its way to end."""

from __future__ import annotations

import builtins
import importlib.util
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType, TracebackType

from np2tf.running.cells import is_notebook, prepare
from np2tf.running.gather import Program
from np2tf.running.hook import Hook, install

#: Where the code lies whose frames are not the program's.
_OWN = (os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep, "<frozen ")


def launch(program: Program, hook: Hook, arguments: Sequence[str]) -> None:
    """Run the program in this process. What it raises, SystemExit too, is left to the interpreter."""
    first = program.path if program.is_module else program.argument
    sys.argv = [first, *arguments]
    _set_path(program.directory)
    install(hook)
    try:
        if is_notebook(program.path):
            _run_cells(program, hook)
        else:
            code, main = _main(program)
            exec(code, main.__dict__)
    except SystemExit:
        raise
    except BaseException:
        _hide_launcher(cells=bool(hook.cells))
        raise


def _run_cells(program: Program, hook: Hook) -> None:
    """Run a notebook's cells in one module."""
    main = ModuleType("__main__")
    prepare(main)
    sys.modules["__main__"] = main
    unit = hook.unit(program.path)
    assert unit is not None
    for code in hook.cell_codes(unit, program.path):
        exec(code, main.__dict__)


def _set_path(directory: str) -> None:
    """Put the program's directory where Python has put np2tf's."""
    if not getattr(sys.flags, "safe_path", False) and sys.path:
        sys.path[0] = directory
    else:
        sys.path.insert(0, directory)
    # a checkout that was not installed has the runtime beside it
    if "np2tf_runtime" not in sys.modules and importlib.util.find_spec("np2tf_runtime") is None:
        top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        sys.path.append(os.path.join(top, "runtime"))


def _main(program: Program) -> tuple[CodeType, ModuleType]:
    """The code to run, and the module to run it in, which is `__main__` from now on."""
    main = ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __annotations__={}, __cached__=None, __file__=program.path)
    if program.is_module:
        name = program.argument
        spec = importlib.util.find_spec(name)  # imports the packages that the module is in
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
        if spec is None or not hasattr(spec.loader, "get_code"):
            raise ImportError(f"no code object available for {name}")
        code = spec.loader.get_code(spec.name)  # type: ignore[union-attr]
        main.__dict__.update(__spec__=spec, __loader__=spec.loader, __package__=spec.parent, __cached__=spec.cached)
    else:
        loader = SourceFileLoader("__main__", program.path)
        code = loader.get_code("__main__")
        main.__dict__.update(__spec__=None, __loader__=loader, __package__=None)
    assert code is not None
    sys.modules["__main__"] = main
    return code, main


def _hide_launcher(*, cells: bool) -> None:
    """Let the traceback that is about to be printed begin in the program; one through cells is printed by the module
    that knows their lines."""
    show = traceback.print_exception if cells else sys.excepthook

    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        at = trace
        while at is not None and at.tb_frame.f_code is not launch.__code__:
            at = at.tb_next
        while at is not None and at.tb_frame.f_code.co_filename.startswith(_OWN):
            at = at.tb_next
        error.__traceback__ = at
        show(kind, error, at)

    sys.excepthook = excepthook
