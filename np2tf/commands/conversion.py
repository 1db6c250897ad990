"""What `convert` and `check` have in common: their options, and a run from the paths to the exit status."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar

import click

from np2tf.terminal import Failure, colored, emit, internal, read_stdin, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from np2tf.config import Config, Selection
    from np2tf.discovery import Found, Patterns, Source
    from np2tf.files import Change, FileError
    from np2tf.result import FileResult, Options, Result

_Command = TypeVar("_Command", bound=Callable[..., Any])
_STDIN = "<stdin>"


def completed(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The codes that begin so, for the shell."""
    from click.shell_completion import CompletionItem

    from np2tf.diagnostics import CODES

    return [CompletionItem(code, help=CODES[code].title) for code in CODES if code.startswith(incomplete.upper())]


def options(command: _Command) -> _Command:
    """The arguments and options that `convert` and `check` have in common."""
    for option in reversed(
        (
            click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH..."),
            click.option("--stdin-filename", metavar="NAME", help="What to call the source on standard input."),
            click.option(
                "--report",
                type=click.Path(),
                metavar="FILE",
                help="Also write the JSON report to FILE (- is standard output).",
            ),
            click.option(
                "--jit/--no-jit",
                default=None,
                help="Decorate functions that can be compiled; say what keeps the others from it.",
            ),
            click.option("--strict", is_flag=True, help="Don't make rewrites that rest on an assumption; report them."),
            click.option(
                "--exclude", metavar="GLOB", multiple=True, help="Leave these out, even if named. Repeatable."
            ),
            click.option(
                "-j",
                "--jobs",
                metavar="N",
                type=click.IntRange(0),
                help="Processes; 0, the default: one per core where that pays.",
            ),
            click.option(
                "--exit-zero", is_flag=True, help="Exit 0 for findings too; not for files that couldn't be read."
            ),
            click.option("-v", "--verbose", is_flag=True, help="Also list every rewrite, and what was left out."),
            click.option("-q", "--quiet", is_flag=True, help="List errors only, and no summary."),
        )
    ):
        command = option(command)
    return command


def codes_named(values: Iterable[str]) -> list[str]:
    """The codes in `--select NT1,NT2 --select NT501`."""
    from np2tf.config import known_prefix

    try:
        return [known_prefix(code) for value in values for code in value.split(",") if code.strip()]
    except ValueError as error:
        raise Failure(str(error)) from error


class _Input(NamedTuple):
    source: Source
    data: bytes


class Run:
    """One run of `convert` or `check`: what was read, what came of it, and what it means for the exit status."""

    def __init__(
        self,
        paths: Sequence[str],
        *,
        stdin_filename: str | None,
        report: str | None,
        strict: bool,
        jit: bool | None,
        exclude: Sequence[str],
        jobs: int | None,
        exit_zero: bool,
        verbose: bool,
        quiet: bool,
        check_only: bool = False,
        cached: bool = False,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
    ) -> None:
        self.paths = paths
        self.stdin = "-" in paths
        self.report_to, self.exit_zero, self.verbose, self.quiet = report, exit_zero, verbose, quiet
        self.cached = cached and check_only
        if self.stdin and len(paths) > 1:
            raise click.UsageError("- stands for standard input, and can't be combined with other paths")
        if self.stdin and report == "-":
            raise click.UsageError("--report - can't be combined with -: both would write to standard output")
        if stdin_filename and not self.stdin:
            raise click.UsageError("--stdin-filename goes with -, standard input")
        if verbose and quiet:
            raise click.UsageError("-v asks for more and -q for less: leave out one of them")
        self.stdin_filename = stdin_filename
        if not self.stdin:
            _check_paths(paths)
        _check_report(report, paths)
        self.config = self._load_config()
        self.excludes = self._excludes(exclude)
        self.selection = self._selection(select, ignore)
        jit = self.config.jit if jit is None else jit
        self.options = self._options(strict or self.config.strict, jit, check_only, jobs)
        self.inputs: dict[str, _Input] = {}  # by the path that is shown
        self.files: list[FileResult] = []
        self.hidden = 0
        self.remarks: list[str] = []

    def _load_config(self) -> Config:
        from np2tf.config import ConfigError, load
        from np2tf.discovery import common_directory

        try:
            if self.stdin:
                return load(os.path.dirname(self.stdin_filename or ""))
            return load(common_directory(self.paths))
        except ConfigError as error:
            raise Failure(str(error)) from error

    def _excludes(self, globs: Iterable[str]) -> Patterns:
        from np2tf.discovery import Patterns

        configured = [(self.config.directory, glob) for glob in self.config.exclude]
        return Patterns([*configured, *((os.getcwd(), glob) for glob in globs)])

    def _selection(self, select: Sequence[str], ignore: Sequence[str]) -> Selection:
        from np2tf.config import Selection

        return Selection(self.config, select, ignore)

    def _options(self, strict: bool, jit: bool, check_only: bool, jobs: int | None) -> Options:
        from np2tf.result import Options

        return Options(
            strict=strict,
            jit=jit,
            check_only=check_only,
            jobs=self.config.jobs if jobs is None else jobs,
            functions=self.config.functions,
        )

    def analyse(self) -> None:
        """Read everything and convert it in memory."""
        from np2tf.progress import Progress
        from np2tf.source import mentions_numpy

        keys = self._read_stdin() if self.stdin else self._read_files()
        data = {key: self.inputs[path].data for key, path in keys.items()}
        with Progress("analysing", len(data), on=not self.quiet) as progress:
            progress.announce()
            kept = self.cached and any(map(mentions_numpy, data.values()))  # of others there is nothing to keep
            work = _checked if kept else _convert
            result = work(data, self.options, progress.step)
        if [file.path for file in result.files] != sorted(data):
            raise AssertionError("the files that came out of the conversion are not those that went in")
        for file in result.files:
            self._add(file, keys[file.path])
        self.files.sort(key=lambda file: file.path)

    def _read_stdin(self) -> dict[str, str]:
        from np2tf.discovery import Source, shown

        name = self.stdin_filename
        path = shown(name) if name else _STDIN
        self.inputs[path] = _Input(Source(path, os.path.abspath(name or "stdin.py"), path), read_stdin())
        return {path if name else "stdin.py": path}

    def _read_files(self) -> dict[str, str]:
        """Fill `inputs`; returns the project, as keys and the paths they stand for."""
        from np2tf.discovery import discover
        from np2tf.files import FileError, read
        from np2tf.progress import Progress

        found = discover(self.paths, self.excludes)
        self._note(found)
        keys = {}
        with Progress("reading", len(found.sources), on=not self.quiet) as progress:
            for source in found.sources:
                try:
                    self.inputs[source.path] = _Input(source, read(source.absolute))
                    keys[source.key] = source.path
                except FileError as problem:
                    self._add(_finding(source.path, "NT003", f"the file {problem.reason}", problem.mend, "failed"))
                progress.step()
        return keys

    def _note(self, found: Found) -> None:
        for path, why in found.unreadable:
            self._add(
                _finding(
                    path, "NT003", f"the directory can't be listed: {why}", "Make it readable, or exclude it.", "failed"
                )
            )
        for path, leads_to in found.strays:
            self._add(
                _finding(
                    path,
                    "NT005",
                    f"this is a symbolic link out of the given paths, to {leads_to}; it was left alone",
                    f"To convert what it leads to, name {leads_to} as well.",
                    "unchanged",
                )
            )
        self.remarks += found.remarks
        if self.verbose:
            self.remarks += [f"{path}: left out by --exclude or [tool.np2tf] exclude" for path in found.excluded]
        if not (found.sources or found.unreadable or found.strays):
            left = f"; {len(found.excluded)} left out by exclude" if found.excluded else ""
            self.remarks.append(f"no Python files in {', '.join(self.paths)}{left}")

    def _add(self, file: FileResult, path: str | None = None) -> None:
        """Take up a file's result under the path that is shown, without the diagnostics that nobody wants to see."""
        from dataclasses import replace

        path = path or file.path
        absolute = self.inputs[path].source.absolute if path in self.inputs else os.path.abspath(path)
        self.broken = self.broken or any(d.code in ("NT003", "NT009") for d in file.diagnostics)
        kept = tuple(d for d in file.diagnostics if self.selection.shows(d.code, absolute))
        self.hidden += len(file.diagnostics) - len(kept)
        self.files.append(replace(file, path=path, diagnostics=kept))

    broken = False

    def could_find(self, path: str, code: str) -> bool:
        """Whether this run would have found the code in a file (an absolute path): it read the file, or the file is
        gone from below the given paths; and the code is not one that isn't shown."""
        if not self.selection.shows(code, path):
            return False
        shown = {self.inputs[file.path].source.absolute: file for file in self.files if file.path in self.inputs}
        if path in shown:
            return shown[path].status != "failed"
        given = [os.path.abspath(start) for start in self.paths if not self.stdin]
        return not os.path.lexists(path) and any(path.startswith(start.rstrip(os.sep) + os.sep) for start in given)

    def result(self) -> Result:
        """The outcome, with paths as they are shown."""
        from np2tf.result import Result

        return Result(tuple(self.files))

    def changes(self) -> list[Change]:
        """The files that would change, with old and new bytes."""
        from np2tf.files import Change

        pairs = [(file, self.inputs[file.path].data) for file in self.files if file.path in self.inputs]
        return [Change(file.path, old, file.output) for file, old in pairs if file.output != old]

    def write_in_place(self, changes: Sequence[Change], *, allow_dirty: bool, allow_no_vcs: bool) -> tuple[str, bool]:
        """Replace all changed files, or none. Returns what to say, and whether it failed."""
        from np2tf.files import replace_all

        real = {os.path.realpath(self.inputs[change.path].source.absolute): change for change in changes}
        _check_committed({path: change.path for path, change in real.items()}, allow_dirty, allow_no_vcs)
        problems = replace_all([change._replace(path=self.inputs[change.path].source.absolute) for change in changes])
        if problems:
            _tell(problems)
            return "Nothing was written: the files are one program, and half of it converted would not work.", True
        return f"{len(changes)} {'file' if len(changes) == 1 else 'files'} rewritten", False

    def write_tree(self, output: str, *, force: bool) -> tuple[str, bool]:
        """Write the whole output tree. Returns what to say, and whether part of it failed."""
        from np2tf.output import OutputError, plan, write_tree

        converted = {
            self.inputs[file.path].source.absolute: file.output for file in self.files if file.path in self.inputs
        }
        try:
            items, remarks = plan(self.paths, output, converted)
            written, problems = write_tree(output, items, force=force)
        except OutputError as error:
            raise Failure(str(error)) from error
        self.remarks += remarks
        _tell(problems)
        copied = sum(not item.directory and item.data is None for item in items)
        same = len(items) - sum(i.directory for i in items) - written - len(problems)
        said = f"{output}: {written} {'file' if written == 1 else 'files'} written"
        if same:
            said += f", {same} {'was' if same == 1 else 'were'} up to date"
        return said + (f" ({copied} of them copies)" if copied else ""), bool(problems)

    def report(self, form: str, *, to_error: bool, notes: bool, outcome: str = "", statistics: bool = False) -> None:
        """Print the findings, and write the JSON report if it was asked for."""
        from np2tf.report import View, render

        to_error = to_error or self.report_to == "-"
        for remark in self.remarks:
            say(f"np2tf: {remark}", error=True)
        result = self.result()
        view = View(
            color=colored(error=to_error),
            quiet=self.quiet,
            notes=notes,
            verbose=self.verbose,
            statistics=statistics,
            hidden=self.hidden,
        )
        text = render(form, result, view)
        if outcome and not self.quiet:
            text += f"{outcome}\n"
        emit(text, error=to_error)
        if self.report_to is not None:
            self._write_report(render("json", result, View()))

    def _write_report(self, text: str) -> None:
        from np2tf.files import FileError, write

        assert self.report_to is not None
        if self.report_to == "-":
            emit(text)
            return
        try:
            write(self.report_to, text.encode())
        except FileError as problem:
            raise Failure(f"the report {problem}") from problem

    def status(self, *, failed: bool = False, would_change: bool = False) -> int:
        """The exit status. `--exit-zero` forgives findings, but never a file that could not be read, parsed or
        written."""
        if failed or self.broken:
            return 2
        if any(file.status == "failed" for file in self.files):
            return 1
        findings = any(d.severity == "error" for file in self.files for d in file.diagnostics)
        return int((findings or would_change) and not self.exit_zero)


def _checked(data: Mapping[str, bytes], options: Options, done: Callable[[int], object]) -> Result:
    from np2tf.stored import checked

    return checked(data, options, _convert, done)


def _convert(data: Mapping[str, bytes], options: Options, done: Callable[[int], object]) -> Result:
    """`np2tf.convert.convert`, with an internal error put into words that name the file."""
    from np2tf.convert import convert

    try:
        return convert(data, options, done)
    except Exception as error:
        if os.environ.get("NP2TF_DEBUG"):
            raise
        raise Failure(internal(error, f" in {_culprit(data, options)}")) from error


def _culprit(data: Mapping[str, bytes], options: Options) -> str:
    """The first file that fails by itself, too."""
    from np2tf.convert import convert

    for path in sorted(data):
        try:
            convert({path: data[path]}, options)
        except Exception:
            return path
    return f"the project of {len(data)} files (each by itself passes)"


def _finding(path: str, code: str, message: str, mend: str, status: Any) -> FileResult:
    from np2tf.diagnostics import Diagnostic
    from np2tf.result import FileResult

    return FileResult(path, status, b"", diagnostics=(Diagnostic.at(code, (1, 0, 1, 0), message, mend),))


def _check_paths(paths: Iterable[str]) -> None:
    """Refuse paths that can't be meant, before any work is done."""
    missing = [path for path in paths if not os.path.lexists(path)]
    if missing:
        raise Failure(f"{', '.join(missing)}: no such file or directory. Mend the path; nothing was done.")


def _check_report(report: str | None, paths: Iterable[str]) -> None:
    if report is None or report == "-":
        return
    parent = os.path.dirname(os.path.abspath(report))
    if os.path.isdir(report) or not os.path.isdir(parent):
        why = "is a directory" if os.path.isdir(report) else f"can't be written, since {parent} is not a directory"
        raise Failure(f"the report {report} {why}. Name a file in a directory that exists.")
    if report.endswith((".py", ".pyw", ".ipynb")) or any(
        os.path.realpath(report) == os.path.realpath(path) for path in paths
    ):
        raise Failure(f"the report would overwrite {report}, a source file. Name another file, such as report.json.")


def check_output(paths: Iterable[str], output: str) -> None:
    from np2tf.output import OutputError, check_place

    try:
        check_place(paths, output)
    except OutputError as error:
        raise Failure(str(error)) from error


def _check_committed(shown: Mapping[str, str], allow_dirty: bool, allow_no_vcs: bool) -> None:
    """Refuse to rewrite files that git could not bring back. `shown` maps real paths to those that messages use."""
    from np2tf.vcs import GitError, unsafe

    if not shown or (allow_dirty and allow_no_vcs):
        return
    try:
        found = unsafe(shown)
    except GitError as problem:
        if allow_dirty:
            return
        raise Failure(
            f"refused: git can't tell whether the files are committed: {problem}\n"
            "Mend that, or pass --allow-dirty. Nothing was written."
        ) from problem
    if found.outside and not allow_no_vcs:
        _refuse(
            "these files are not in a git repository, so that nothing could bring the old text back",
            [shown[path] for path in found.outside],
            "Write the result elsewhere with -o DIR, look at it with --diff, or pass --allow-no-vcs.",
        )
    if (found.changed or found.untracked) and not allow_dirty:
        _refuse(
            "these files have changes that no commit holds, so that nothing could bring them back",
            [shown[path] for path in found.changed] + [f"{shown[path]} (not tracked)" for path in found.untracked],
            "Commit or stash them, or pass --allow-dirty.",
        )


def _refuse(why: str, paths: Sequence[str], mend: str) -> NoReturn:
    more = f"\n    and {len(paths) - 10} more" if len(paths) > 10 else ""
    raise Failure(f"refused: {why}:\n    " + "\n    ".join(paths[:10]) + f"{more}\n{mend} Nothing was written.")


def _tell(problems: Iterable[FileError]) -> None:
    from np2tf.discovery import shown

    for problem in problems:
        say(f"np2tf: {shown(problem.path)}: {problem.reason}. {problem.mend}", error=True)
