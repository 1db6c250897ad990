"""The whole conversion as a pure function from `{path: bytes}` to a `Result`.

text -> Source -> Project -> Facts -> rules -> Transactions + Diagnostics -> apply -> gate -> text
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from np2tf.diagnostics import Diagnostic
from np2tf.result import FileResult, Options, Result
from np2tf.source import mentions_numpy

if TYPE_CHECKING:
    from np2tf.analysis.tables import ModuleInfo
    from np2tf.project import Project

T = TypeVar("T")
_STACK = 512 * 1024 * 1024  # LibCST and the analysis recurse as deep as the source nests; sums of 3,000 terms do
_DEPTH = 200_000


def convert(files: Mapping[str, bytes], options: Options = Options()) -> Result:  # noqa: B008 - frozen
    """Convert a project given as `{path: bytes}`; paths are relative with forward slashes."""
    if not any(mentions_numpy(data) for data in files.values()):
        return Result(tuple(FileResult(path, "unchanged", data) for path, data in sorted(files.items())))
    return _with_deep_stack(lambda: _convert(files, options))


def _with_deep_stack(work: Callable[[], T]) -> T:
    """Run in a thread with a big stack and a high recursion limit."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # handed on to the caller
            failure.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(max(limit, _DEPTH))
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return outcome[0]


def _convert(files: Mapping[str, bytes], options: Options) -> Result:
    first = _pass(files, options)
    changed = {f.path: f.output for f in first.values() if f.output != files[f.path]}
    if changed and not options.check_only:
        from np2tf.gate import withheld

        again = _pass({**files, **changed}, options)
        for path in sorted(changed):
            why = None if again[path].output == changed[path] else "converting the result again would change it"
            first[path] = withheld(first[path], files[path], why) if why else first[path]
    return Result(tuple(first[path] for path in sorted(first)))


def _pass(files: Mapping[str, bytes], options: Options) -> dict[str, FileResult]:
    from np2tf.gate import withheld
    from np2tf.project import AnalysisError, load

    results = {path: FileResult(path, "unchanged", data) for path, data in files.items()}
    broken: dict[str, str] = {}
    while True:  # a file that the analysis fails on is left out, the others still convert
        project, failures = load(files, frozenset(broken))
        try:
            project.analyse()
            break
        except AnalysisError as error:
            broken[project.paths[error.module]] = str(error)
    for path, why in broken.items():
        results[path] = withheld(results[path], files[path], why)
    for path, problem in failures.items():
        place = problem.line, problem.column, problem.line, problem.column
        found = Diagnostic.at(problem.code, place, problem.message, "mend the file, or exclude it")
        results[path] = FileResult(path, "failed", files[path], (), (found,))
    for name, module in project.modules.items():
        path = project.paths[name]
        results[path] = _file(path, files[path], module, project, options)
    return results


def _file(path: str, data: bytes, module: ModuleInfo, project: Project, options: Options) -> FileResult:
    from np2tf.gate import check, withheld
    from np2tf.outcome import Outcome

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
        tuple(sorted(outcome.diagnostics, key=lambda d: (d.line, d.column, d.code))),
        outcome.buckets,
    )
    why = check(module, text, outcome)
    return withheld(result, data, why) if why else result
