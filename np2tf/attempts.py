"""Attempts at converting a program: first as it is written, then with statements taken apart where calls that change
arrays stand in the middle of them, and with names that keep parameters for which others are bound (`np2tf.unfolding`).
The first one counts unless another leaves less to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from np2tf.analysis.scopes import Scope, parameters
from np2tf.diagnostics import NAMED_LINE, Diagnostic
from np2tf.edits import Piece, origins, restored
from np2tf.result import FileResult, Options
from np2tf.source import Source, Span
from np2tf.tree import bound_names, names_read, walk
from np2tf.unfolding import Site, Surroundings, Unfolded, alone, unfold

if TYPE_CHECKING:
    import libcst as cst

    from np2tf.analysis.tables import ModuleInfo
    from np2tf.project import Project

_ATTEMPTS = 8
_TRUTH = b"__bool__", b"__len__"


class Place(NamedTuple):
    """A call, by where it stands in what was written."""

    path: str
    site: Site


@dataclass(frozen=True)
class Attempt:
    """A converted program: what its files became, what was known of it, and which texts were taken apart before."""

    results: Mapping[str, FileResult]
    project: Project
    unfolded: Mapping[str, Unfolded] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How much is left to be done by hand; nothing is worse than a file that could not be written."""
        found = [d.code for result in self.results.values() for d in result.diagnostics if d.severity == "error"]
        return len(found) + 1_000_000 * found.count("NT009")


Make = Callable[[Mapping[str, bytes], Options, Mapping[str, Unfolded]], Attempt]


def best(files: Mapping[str, bytes], options: Options, make: Make) -> Attempt:
    """The attempt that leaves least to be done by hand."""
    plain = attempt = make(files, options, {})
    if not plain.errors:  # nothing is left to be done
        return plain
    chosen: set[Place] = set()
    refused: set[Place] = set()
    for _ in range(_ATTEMPTS):
        named = {(place.path, place.site.span) for place in chosen if place.site.named}
        wanted = {place for place in _buried(attempt) if (place.path, place.site.span) not in named}
        wanted -= refused | chosen
        again = {(place.path, place.site.span) for place in wanted}
        chosen = {place for place in chosen if (place.path, place.site.span) not in again}
        failed = set() if wanted else {place for place in chosen if not _converted(attempt, place)}
        if not wanted and not failed:
            return attempt if attempt.errors < plain.errors else plain
        refused |= failed
        chosen = (chosen | wanted) - failed
        texts = _unfolded(plain, chosen, files, options)
        done = {Place(path, site) for path, text in texts.items() for site in text.calls}
        refused |= chosen - done
        chosen &= done
        attempt = make(files, options, texts) if chosen else plain
    return plain


def _unfolded(plain: Attempt, places: set[Place], files: Mapping[str, bytes], options: Options) -> dict[str, Unfolded]:
    own_truth = any(word in data for data in files.values() for word in _TRUTH)
    found = {}
    for name, module in plain.project.modules.items():
        path = plain.project.paths[name]
        sites = [place.site for place in places if place.path == path]
        if sites:
            rebound = frozenset(name for scope in module.scope.all() for name in scope.rebound)
            displayed = frozenset(line for shown, line in options.displayed if shown == path)
            text = unfold(module.source, sites, Surroundings(rebound, own_truth, displayed))
            if text.calls:
                found[path] = text
    return found


def _buried(attempt: Attempt) -> Iterator[Place]:
    """The calls that were not converted because of where they stand."""
    import libcst as cst

    project = attempt.project
    stuck = {
        version
        for scope, problem in project.unthreadable.items()
        if problem.code == "NT203"
        for version in project.versions(scope)
    }
    for name, module in project.modules.items():
        path = project.paths[name]
        unfolded = attempt.unfolded.get(path)
        for call, named, number in _calls(module, project, stuck) if not module.converted_before else ():
            if not module.fenced(call):
                span = module.source.span(call)
                if unfolded is not None:
                    span = Span(unfolded.origin(span.start), unfolded.origin(span.end - 1) + 1)
                yield Place(path, Site(span, named, number))
        codes = {found.code for found in attempt.results[path].diagnostics}
        for scope, param in project.lost if codes & {"NT102", "NT201"} else ():
            node = scope.node if scope.node in module.scopes else None
            if isinstance(node, cst.FunctionDef) and not (module.converted_before or module.fenced(node)):
                # What is said where no name has the array at the end, and where that is one with a copy of it.
                if "NT201" not in codes and not _is_copied_if_asked(node, param):
                    continue
                span = module.source.span(_parameter(node, param))
                if unfolded is not None:
                    span = Span(unfolded.origin(span.start), unfolded.origin(span.end - 1) + 1)
                yield Place(path, Site(span, "kept"))


def _is_copied_if_asked(node: cst.FunctionDef, name: str) -> bool:
    """Whether a function binds a parameter to what a call makes of it, on some of its ways: `if copy: x = x.copy()`."""
    import libcst as cst

    branches = [branch for branch in walk(node.body) if isinstance(branch, cst.If)]
    assigned = [part for branch in branches for part in walk(branch.body) if isinstance(part, cst.Assign)]
    made = [part for part in assigned if isinstance(part.value, cst.Call) and name in names_read(part.value)]
    return any(name in bound_names(target.target) for part in made for target in part.targets)


def _parameter(node: cst.FunctionDef, name: str) -> cst.Name:
    return next(param.name for param in parameters(node) if param.name.value == name)


def _calls(module: ModuleInfo, project: Project, stuck: set[Scope]) -> Iterator[tuple[cst.Call, str, bool]]:
    import libcst as cst

    for call in module.every(cst.Call) if stuck or project.buried else ():
        reached = module.facts.reached.get(call, ())
        if call in project.buried or not stuck.isdisjoint(reached):
            given = [project.summaries[one].value for one in reached if isinstance(one, Scope)]
            number = len(given) == len(reached) and all(value.kind == "number" for value in given)
            yield call, project.buried.get(call, ""), number
    for store in module.facts.stores.values():
        if store.call is None or store.form not in {"method", "function", "out"}:
            continue
        named = "value" if store.form == "out" or store.effect.endswith("nan_to_num") else "none"
        returned = isinstance(store.statement, cst.Return) and store.statement.value is store.call
        whole = alone(store.statement, store.call, named) or (returned and named == "value")
        if not (whole or store.host or store.problem is not None):
            yield store.call, named, False


def _converted(attempt: Attempt, place: Place) -> bool:
    """Whether a call that stands elsewhere now has been converted there, or a parameter that is kept goes back."""
    module = next(m for n, m in attempt.project.modules.items() if attempt.project.paths[n] == place.path)
    span = attempt.unfolded[place.path].calls[place.site]
    if place.site.named == "kept":
        threads = module.facts.threads.values()
        return any(module.source.span(_parameter(t.node, name)) == span for t in threads for name in t.params)
    return any(
        store.call is not None and store.problem is None and module.source.span(store.call) == span
        for store in module.facts.stores.values()
    )


def shifted(options: Options, path: str, unfolded: Unfolded, now: Source) -> Options:
    """Options that name the lines of a file as they are when it has been taken apart."""
    displayed = []
    for shown, line in options.displayed:
        offset = unfolded.now(unfolded.source.offset(line)) if shown == path else None
        displayed.append((shown, line if offset is None else now.position(offset)[0]))
    return replace(options, displayed=tuple(displayed))


def relocated(result: FileResult, unfolded: Unfolded, now: Source) -> FileResult:
    """The result for a text that was taken apart, as one for the text that was written."""

    def position(line: int, column: int, last: bool = False) -> tuple[int, int]:
        offset = now.offset(line) + column
        return unfolded.source.position(unfolded.origin(offset - last) + last)

    def located(one: Diagnostic) -> Diagnostic:
        ends = (one.end_line, one.end_column) > (one.line, one.column)
        line, column = position(one.line, one.column)
        end_line, end_column = position(one.end_line, one.end_column, True) if ends else (line, column)
        message = NAMED_LINE.sub(lambda match: f" on line {position(int(match[1]), 0)[0]}", one.message)
        return replace(one, line=line, column=column, end_line=end_line, end_column=end_column, message=message)

    parts = parts_of(result, now.encoding)
    rewrites, left = [], []
    for made in result.rewrites:
        line, column = position(made.line, made.column)
        rewrites.append(replace(made, line=line, column=column))
    for one in result.left:
        line, column = position(one.line, one.column)
        left.append(replace(one, line=line, column=column))
    return replace(
        result,
        rewrites=tuple(rewrites),
        diagnostics=tuple(sorted(map(located, result.diagnostics), key=lambda d: (d.line, d.column, d.code))),
        origins=origins(restored(unfolded.pieces, parts)),
        left=tuple(sorted(left, key=lambda one: (one.line, one.column, one.why))),
    )


def parts_of(result: FileResult, encoding: str) -> list[Piece]:
    """The parts that a file's output is made of."""
    text = result.output.decode(encoding).removeprefix("\ufeff") if result.origins else ""
    starts = [*(origin.start for origin in result.origins), len(text)]
    return [
        Piece(text[start:end], origin.source, origin.copied)
        for origin, start, end in zip(result.origins, starts, starts[1:], strict=False)
    ]
