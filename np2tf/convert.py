"""The whole conversion as a pure function from `{path: bytes}` to a `Result`.

text -> Source -> Project -> Facts -> rules -> Transactions + Diagnostics -> apply -> gate -> text
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from np2tf.result import FileResult, Options, Result
from np2tf.source import SourceError, Sources, mentions_numpy, names_numpy

if TYPE_CHECKING:
    from np2tf.analysis.tables import ModuleInfo
    from np2tf.attempts import Attempt
    from np2tf.project import Project
    from np2tf.unfolding import Unfolded

T = TypeVar("T")
_STACK = 512 * 1024 * 1024  # LibCST and the analysis recurse as deep as the source nests; sums of 3,000 terms do
_DEPTH = 200_000
_GARBAGE = 5_000_000  # new objects between two garbage collections: some hundred megabytes


def convert(
    files: Mapping[str, bytes],
    options: Options = Options(),  # noqa: B008 - frozen
    done: Callable[[int], object] = lambda count: None,
) -> Result:
    """Convert a project given as `{path: bytes}`; paths are relative with forward slashes.

    `done` is told of numbers of files that are done. `options.jobs` says how many processes may share the work, which
    changes nothing of the result.
    """
    if not any(mentions_numpy(data) for data in files.values()):
        done(len(files))
        return Result(tuple(FileResult(path, "unchanged", data) for path, data in sorted(files.items())))
    if any(path.endswith(".ipynb") for path in files):
        return _with_notebooks(files, options, done)
    return separately(files, options, done)


def separately(
    files: Mapping[str, bytes],
    options: Options,
    done: Callable[[int], object] = lambda count: None,
) -> Result:
    """Convert the programs among the files, one by one or several at once."""
    from np2tf.programs import programs

    results: list[FileResult] = []

    def take(made: Iterable[FileResult]) -> None:
        made = tuple(made)
        results.extend(made)
        done(len(made))

    alone = replace(options, jobs=1)
    wanted = []
    for program in programs(files):
        if any(map(names_numpy, program.values())):
            wanted.append(program)
        else:
            take(FileResult(path, "unchanged", data) for path, data in program.items())
    count = 1
    if options.jobs != 1 and len(wanted) > 1:
        from np2tf.parallel import processes, spread

        count = processes(options.jobs, wanted)
    if count > 1:
        spread(wanted, alone, count, take)
    else:

        def one_by_one() -> None:
            for program in wanted:
                take(_convert(program, alone).files)

        _with_deep_stack(one_by_one)
    return Result(tuple(sorted(results, key=lambda file: file.path)))


def _with_notebooks(files: Mapping[str, bytes], options: Options, done: Callable[[int], object]) -> Result:
    """A notebook's cells are one program, a file of the project like others."""
    from np2tf.notebook import SUFFIX, Notebook, result

    notebooks, programs, results = {}, {}, []
    displayed: list[tuple[str, int]] = []
    for path, data in files.items():
        programs[path] = data
        if path.endswith(SUFFIX) and mentions_numpy(data):
            try:
                notebooks[path] = Notebook(data)
                programs[path] = notebooks[path].program.encode("utf-8")
                displayed += [(path, line) for line in notebooks[path].displayed()]
            except SourceError as error:
                from np2tf.diagnostics import Diagnostic

                del programs[path]
                place = error.line, error.column, error.line, error.column
                found = Diagnostic.at(error.code, place, error.message, "mend the notebook, or exclude it")
                results.append(FileResult(path, "failed", data, (), (found,)))
        elif path.endswith(SUFFIX):
            del programs[path]
            results.append(FileResult(path, "unchanged", data))
    done(len(files) - len(programs))
    for made in separately(programs, replace(options, displayed=tuple(displayed)), done).files:
        notebook = notebooks.get(made.path)
        results.append(made if notebook is None else result(notebook, files[made.path], made))
    return Result(tuple(sorted(results, key=lambda file: file.path)))


def _with_deep_stack(work: Callable[[], T]) -> T:
    """Run in a thread with a big stack and a high recursion limit, and with few garbage collections: trees and facts
    live until the end, hardly anything refers to itself before that, and to go through them again and again takes a
    quarter of all time."""
    outcome: list[T] = []
    failure: list[BaseException] = []
    ended = threading.Event()

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # handed on to the caller
            failure.append(error)
        finally:
            ended.set()

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(max(limit, _DEPTH))
    often = gc.get_threshold()
    gc.set_threshold(max(often[0], _GARBAGE), *often[1:])
    try:
        thread = threading.Thread(target=run, name="np2tf")  # a name leaves the numbers to the program
        try:
            thread.start()
            while not ended.wait(0.2):  # a signal that another thread gets wakes nobody here, and on Windows none does
                pass
        except BaseException:  # Ctrl-C: Python must not end while the thread is in LibCST's parser
            while thread in threading.enumerate() and not ended.wait(0.1):
                _interrupt(thread)
            raise
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
        if not gc.get_freeze_count():  # what is there counts as old: the next new object must not have it searched
            gc.freeze()
            gc.unfreeze()
        gc.set_threshold(*often)
    if failure:
        raise failure[0]
    return outcome[0]


def _interrupt(thread: threading.Thread) -> None:
    """Have a thread end with KeyboardInterrupt, as soon as it runs Python code."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt))


def _convert(files: Mapping[str, bytes], options: Options) -> Result:
    from np2tf.startup import load_converter

    load_converter()
    from np2tf.tree import forget

    try:
        return _passes(files, options)
    finally:
        forget()


def _passes(files: Mapping[str, bytes], options: Options) -> Result:
    from np2tf.attempts import best

    sources = Sources()
    make = partial(_attempt, sources)
    first = dict(best(files, options, make).results)
    changed = {f.path: f.output for f in first.values() if f.output != files[f.path]}
    if changed and not options.check_only:
        from np2tf.gate import withheld

        bare = changed
        if options.jit:
            from np2tf.outlining import outlined, undecorated

            bare = {path: undecorated(text) for path, text in changed.items()}
        again = best({**files, **bare}, options, make)
        for path in sorted(changed):
            why = None if again.results[path].output == bare[path] else "converting the result again would change it"
            first[path] = withheld(first[path], files[path], why) if why else first[path]
        if options.jit:
            try:
                first.update(outlined({path: first[path] for path in changed}, {**files, **bare}, options, again, make))
            except Exception:  # what has been converted is right without it
                if os.environ.get("NP2TF_DEBUG"):
                    raise
    return Result(tuple(first[path] for path in sorted(first)))


def _attempt(
    sources: Sources, files: Mapping[str, bytes], options: Options, unfolded: Mapping[str, Unfolded]
) -> Attempt:
    from np2tf.attempts import Attempt
    from np2tf.diagnostics import Diagnostic
    from np2tf.gate import withheld
    from np2tf.project import AnalysisError, load

    results = {path: FileResult(path, "unchanged", data) for path, data in files.items()}
    texts = {**files, **{path: sources.enter(text.taken_apart) for path, text in unfolded.items()}}
    broken: dict[str, str] = {}
    unreadable: dict[str, SourceError] = {}
    while True:  # a file that can't be converted is left out, and the others convert as if it were not the project's
        project, failures = load(texts, frozenset({*broken, *unreadable}), sources)
        project.declared = {row.name: row for row in options.functions}
        project.strict = options.strict
        for name, module in project.modules.items():
            if (text := unfolded.get(project.paths[name])) is not None:
                module.new = text.names
        try:
            project.analyse()
        except AnalysisError as error:
            broken[project.paths[error.module]] = str(error)
            continue
        if options.jit:
            from np2tf.analysis.tracing import trace

            trace(project)
        made: dict[str, FileResult] = {}
        left_out = len(broken) + len(unreadable)
        for name, module in project.modules.items():
            path = project.paths[name]
            try:
                made[path], why = _file(path, files[path], module, project, options, unfolded.get(path))
            except SourceError as error:
                unreadable[path] = error
                continue
            except Exception as error:
                if os.environ.get("NP2TF_DEBUG"):
                    raise
                why = f"{type(error).__name__} where it is rewritten: {error}"
            if why is not None:
                broken[path] = why
        if len(broken) + len(unreadable) == left_out:
            break
    results.update(made)
    for path, why in broken.items():
        results[path] = withheld(results[path], files[path], why)
    for path, problem in {**failures, **unreadable}.items():
        place = problem.line, problem.column, problem.line, problem.column
        found = Diagnostic.at(problem.code, place, problem.message, "mend the file, or exclude it")
        results[path] = FileResult(path, "failed", files[path], (), (found,))
    return Attempt(results, project, unfolded)


def _file(
    path: str,
    data: bytes,
    module: ModuleInfo,
    project: Project,
    options: Options,
    unfolded: Unfolded | None = None,
) -> tuple[FileResult, str | None]:
    """The result of one file, and why it must not be written, if so. Raises SourceError if it is not Python to the
    Python that runs here."""
    from np2tf.attempts import relocated, shifted
    from np2tf.gate import check
    from np2tf.identity import located
    from np2tf.outcome import Outcome

    if unfolded is not None:
        options = shifted(options, path, unfolded, module.source)
    outcome = Outcome(module, project, options)
    outcome.collect()
    text = outcome.apply()
    status = "marked" if any(d.severity == "error" for d in outcome.diagnostics) else "unchanged"
    output = module.source.encode(text) if text != module.source.text else data
    if status == "unchanged" and output != data:
        status = "converted"
    result = FileResult(
        path,
        status,  # type: ignore[arg-type]
        output,
        tuple(outcome.rewrites),
        located(outcome.diagnostics, module),
        outcome.buckets,
        outcome.origins,
        tuple(sorted({*outcome.left}, key=lambda left: (left.line, left.column, left.why))),
    )
    why = check(module, text, outcome)
    return (result if unfolded is None else relocated(result, unfolded, module.source)), why
