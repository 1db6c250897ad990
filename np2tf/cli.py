"""The commands. This is the only module that prints, and the only one that decides what is written.

Exit status of `convert` and `check`: 0 nothing is left to do by hand; 1 error-level diagnostics remain, or `--check`
or `--diff` would change something; 2 wrong usage, an unreadable configuration or file, or an internal error.

What a command needs is imported when it runs: `np2tf --help` must answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar

import click

from np2tf import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from np2tf.config import Config, Selection
    from np2tf.discovery import Found, Patterns, Source
    from np2tf.files import Change, FileError
    from np2tf.result import FileResult, Options, Result

_Command = TypeVar("_Command", bound=Callable[..., Any])
_STDIN = "<stdin>"


class Failure(click.ClickException):
    """Ends the command with status 2 and a message that says what to do."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message to standard error."""
        _say(f"np2tf: {self.message}", error=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name or a source line that the terminal can't show must not end the run
            stream.reconfigure(errors="backslashreplace")
    try:
        status = commands.main(list(sys.argv[1:] if arguments is None else arguments), "np2tf", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        _say("np2tf: interrupted; every file is as it was before or as it was to be", error=True)
        return 130
    except Exception as error:
        if os.environ.get("NP2TF_DEBUG"):
            raise
        _say(f"np2tf: {_internal(error)}", error=True)
        return 2
    return status if isinstance(status, int) else 0


def _internal(error: BaseException, where: str = "") -> str:
    return (
        f"internal error{where}: {type(error).__name__}: {error}\n"
        "This is a bug in np2tf; set NP2TF_DEBUG=1 to see where it happened, and please report it."
    )


def _say(text: str, *, error: bool = False) -> None:
    _emit((text if text.endswith("\n") else f"{text}\n"), error=error)


def _emit(text: str | bytes, *, error: bool = False) -> None:
    """Write to standard output or error. A reader that has gone away (`np2tf check | head`) doesn't change the exit
    status."""
    stream = sys.stderr if error else sys.stdout
    try:
        if isinstance(text, bytes):
            stream.flush()
            stream.buffer.write(text)
        else:
            stream.write(text)
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # or the interpreter would complain at its exit


def _colored(*, error: bool = False) -> bool:
    stream = sys.stderr if error else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="np2tf %(version)s")
def commands() -> None:
    """Turn NumPy code into TensorFlow code that shows what the NumPy program shows, or say where it can't.

    \b
    Start with:
      np2tf check src/                what would convert, and what would not
      np2tf convert model.py --diff   what would change
      np2tf convert src/ -o src_tf/   a converted copy
    """


def _shared(command: _Command) -> _Command:
    """The arguments and options that `convert` and `check` have in common."""
    for option in reversed(
        (
            click.argument("paths", nargs=-1, required=True, metavar="PATH..."),
            click.option("--stdin-filename", metavar="NAME", help="What to call the source on standard input."),
            click.option("--report", metavar="FILE", help="Also write the JSON report to FILE (- is standard output)."),
            click.option("--strict", is_flag=True, help="Don't make rewrites that rest on an assumption; report them."),
            click.option(
                "--exclude", metavar="GLOB", multiple=True, help="Leave these out, even if named. Repeatable."
            ),
            click.option(
                "-j", "--jobs", metavar="N", type=click.IntRange(0), default=1, help="Processes; 0: one per core."
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


@commands.command(short_help="Rewrite NumPy code for TensorFlow.")
@_shared
@click.option("-o", "--output", metavar="DIR", help="Leave the input alone, and write a whole tree that runs to DIR.")
@click.option("--diff", is_flag=True, help="Print what would change, write nothing; exit 1 if anything would.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change.")
@click.option("--allow-dirty", is_flag=True, help="Rewrite files that have uncommitted changes, too.")
@click.option("--allow-no-vcs", is_flag=True, help="Rewrite files outside git, too.")
@click.option(
    "--force", is_flag=True, help="Write into an output directory with files that are not an earlier output's."
)
def convert(
    paths: tuple[str, ...],
    output: str | None,
    diff: bool,
    check: bool,
    allow_dirty: bool,
    allow_no_vcs: bool,
    force: bool,
    **shared: Any,
) -> int:
    """Rewrite the Python files among and below the PATHs, in place.

    Files with uncommitted changes or outside git are refused, because nothing could bring the old text back. What
    can't be converted is marked `# np2tf[NT103]: ...` on the line above, and reported. With - as the only PATH,
    source is read from standard input, and the result is written to standard output.

    Exit status: 0 nothing is left to do by hand; 1 something is, or --check or --diff would change something; 2 wrong
    usage, or a file that can't be read or written."""
    if output is not None and (diff or check):
        raise click.UsageError("-o writes and --diff and --check don't: leave out one of them")
    run = _Run(paths, **shared)
    if run.stdin and output is not None:
        raise click.UsageError("-o needs files, and - is standard input")
    if output is not None:
        _check_output(paths, output)
    run.analyse()
    changes = run.changes()
    if diff:
        _emit(_diff(changes, color=_colored()))
    elif run.stdin and not check:
        _emit(run.files[0].output)
    outcome, failed = "", False
    if diff or check:
        outcome = f"{len(changes)} files would change" if len(changes) != 1 else "1 file would change"
    elif output is not None:
        outcome, failed = run.write_tree(output, force=force)
    elif not run.stdin:
        outcome, failed = run.write_in_place(changes, allow_dirty=allow_dirty, allow_no_vcs=allow_no_vcs)
    run.report("text", to_error=diff or run.stdin, notes=False, outcome=outcome)
    return run.status(failed=failed, would_change=bool(changes) and (diff or check))


@commands.command("check", short_help="Say what would convert and what would not; write nothing.")
@_shared
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="How to print the findings."
)
@click.option("--select", metavar="CODES", multiple=True, help="Show only these codes, such as NT1 or NT501,NT502.")
@click.option("--ignore", metavar="CODES", multiple=True, help="Don't show these codes.")
@click.option("--statistics", is_flag=True, help="Print counts by code and rule instead of the findings.")
def check_command(
    paths: tuple[str, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    statistics: bool,
    **shared: Any,
) -> int:
    """Analyse the Python files among and below the PATHs as `convert` does, and write nothing.

    Exit status: 0 everything converts; 1 something would be left to do by hand; 2 wrong usage, or a file that can't
    be read."""
    if statistics and form != "text":
        raise click.UsageError("--statistics is for --format text: the JSON report has every finding to count")
    if form != "text" and shared["report"] == "-":
        raise click.UsageError("--format json already writes the report to standard output: leave out --report -")
    run = _Run(paths, check_only=True, select=_codes(select), ignore=_codes(ignore), **shared)
    run.analyse()
    run.report(form, to_error=False, notes=True, statistics=statistics)
    return run.status()


@commands.command(short_help="Explain a diagnostic.")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--all", "everything", is_flag=True, help="List all codes.")
def explain(codes: tuple[str, ...], everything: bool) -> int:
    """Say what a diagnostic means, why a plain rewrite would be wrong, and what to do instead.

    A CODE such as NT103 shows its page; the beginning of one, such as NT1, lists the codes that begin so.
    """
    from np2tf.diagnostics import CODES
    from np2tf.explain import page

    if everything == bool(codes):
        raise click.UsageError("name a code, such as NT103, or pass --all to list all of them")
    if everything:
        _list_codes(CODES)
        return 0
    wanted = _codes(codes)
    for number, prefix in enumerate(wanted):
        if prefix in CODES:
            _say(("\n" if number else "") + _styled(page(prefix)))
        else:
            _list_codes(code for code in CODES if code.startswith(prefix))
    return 0


def _list_codes(codes: Iterable[str]) -> None:
    from np2tf.diagnostics import CODES

    _say("".join(f"{code}  {CODES[code].severity:7}  {CODES[code].title}\n" for code in codes))


def _styled(page: str) -> str:
    if not _colored():
        return page
    return "\n".join(click.style(line, bold=True) if line.startswith("#") else line for line in page.splitlines())


@commands.command(short_help="List the rewriting rules.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def rules(names: tuple[str, ...]) -> int:
    """List the rules that rewrite or report NumPy code, or show what the named ones do."""
    from np2tf.explain import rules as all_rules

    table = {rule.name: rule for rule in all_rules()}
    for name in names:
        if name not in table:
            raise Failure(f"there is no rule {name!r}; `np2tf rules` lists them")
    width = max(map(len, table), default=0)
    for name in names:
        _say(f"{_styled(f'# {name}')}\n\n{table[name].text}\n")
    if not names:
        _say("".join(f"{rule.name:{width}}  {rule.title}\n" for rule in table.values()))
    return 0


def _codes(values: Iterable[str]) -> list[str]:
    """The codes in `--select NT1,NT2 --select NT501`."""
    from np2tf.config import known_prefix

    try:
        return [known_prefix(code) for value in values for code in value.split(",") if code.strip()]
    except ValueError as error:
        raise Failure(str(error)) from error


class _Input(NamedTuple):
    source: Source
    data: bytes


class _Run:
    """One run of `convert` or `check`: what was read, what came of it, and what it means for the exit status."""

    def __init__(
        self,
        paths: Sequence[str],
        *,
        stdin_filename: str | None,
        report: str | None,
        strict: bool,
        exclude: Sequence[str],
        jobs: int,
        exit_zero: bool,
        verbose: bool,
        quiet: bool,
        check_only: bool = False,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
    ) -> None:
        self.paths = paths
        self.stdin = "-" in paths
        self.report_to, self.exit_zero, self.verbose, self.quiet = report, exit_zero, verbose, quiet
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
        self.options = self._options(strict or self.config.strict, check_only, jobs)
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

    def _options(self, strict: bool, check_only: bool, jobs: int) -> Options:
        from np2tf.result import Options

        return Options(strict=strict, check_only=check_only, jobs=jobs or os.cpu_count() or 1)

    def analyse(self) -> None:
        """Read everything and convert it in memory."""
        from np2tf.progress import Progress

        keys = self._read_stdin() if self.stdin else self._read_files()
        data = {key: self.inputs[path].data for key, path in keys.items()}
        with Progress("analysing", len(data), on=not self.quiet) as progress:
            progress.announce()
            result = _convert(data, self.options)
        if [file.path for file in result.files] != sorted(data):
            raise AssertionError("the files that came out of the conversion are not those that went in")
        for file in result.files:
            self._add(file, keys[file.path])
        self.files.sort(key=lambda file: file.path)

    def _read_stdin(self) -> dict[str, str]:
        from np2tf.discovery import Source, shown

        name = self.stdin_filename
        path = shown(name) if name else _STDIN
        self.inputs[path] = _Input(Source(path, os.path.abspath(name or "stdin.py"), path), sys.stdin.buffer.read())
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
        same = f", {len(items) - sum(i.directory for i in items) - written - len(problems)} were up to date"
        return f"{output}: {written} files written{same} ({copied} of them copies)", bool(problems)

    def report(self, form: str, *, to_error: bool, notes: bool, outcome: str = "", statistics: bool = False) -> None:
        """Print the findings, and write the JSON report if it was asked for."""
        from np2tf.report import View, render

        to_error = to_error or self.report_to == "-"
        for remark in self.remarks:
            _say(f"np2tf: {remark}", error=True)
        result = self.result()
        view = View(
            color=_colored(error=to_error),
            quiet=self.quiet,
            notes=notes,
            verbose=self.verbose,
            statistics=statistics,
            hidden=self.hidden,
        )
        text = render(form, result, view)
        if outcome and not self.quiet:
            text += f"{outcome}\n"
        _emit(text, error=to_error)
        if self.report_to is not None:
            self._write_report(render("json", result, view))

    def _write_report(self, text: str) -> None:
        from np2tf.files import FileError, write

        assert self.report_to is not None
        if self.report_to == "-":
            _emit(text)
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


def _convert(data: Mapping[str, bytes], options: Options) -> Result:
    """`np2tf.convert.convert`, with an internal error put into words that name the file."""
    from np2tf.convert import convert

    try:
        return convert(data, options)
    except Exception as error:
        if os.environ.get("NP2TF_DEBUG"):
            raise
        raise Failure(_internal(error, f" in {_culprit(data, options)}")) from error


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
    notebooks = [path for path in paths if path.endswith(".ipynb")]
    if notebooks:
        raise Failure(
            f"{', '.join(notebooks)}: notebooks can't be converted yet. "
            "Export them with `jupyter nbconvert --to script`, and convert the scripts."
        )


def _check_report(report: str | None, paths: Iterable[str]) -> None:
    if report is None or report == "-":
        return
    parent = os.path.dirname(os.path.abspath(report))
    if os.path.isdir(report) or not os.path.isdir(parent):
        why = "is a directory" if os.path.isdir(report) else f"can't be written, since {parent} is not a directory"
        raise Failure(f"the report {report} {why}. Name a file in a directory that exists.")
    if report.endswith((".py", ".pyw")) or any(os.path.realpath(report) == os.path.realpath(path) for path in paths):
        raise Failure(f"the report would overwrite {report}, a source file. Name another file, such as report.json.")


def _check_output(paths: Iterable[str], output: str) -> None:
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
        _say(f"np2tf: {shown(problem.path)}: {problem.reason}. {problem.mend}", error=True)


def _diff(changes: Iterable[Change], *, color: bool) -> bytes:
    """A unified diff that `git apply` and `patch -p1` take, in the bytes of the files."""
    from difflib import diff_bytes, unified_diff

    out = bytearray()
    for change in changes:
        name = os.fsencode(change.path)
        lines = diff_bytes(unified_diff, _lines(change.old), _lines(change.new), b"a/" + name, b"b/" + name)
        for line in lines:
            whole = line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
            out += _painted(whole) if color else whole
    return bytes(out)


def _lines(data: bytes) -> list[bytes]:
    """The lines as `patch` counts them, which a lone carriage return does not end.

    >>> _lines(b"a\\r\\nb")
    [b'a\\r\\n', b'b']
    """
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _painted(line: bytes) -> bytes:
    code = {b"+": b"32", b"-": b"31", b"@": b"36"}.get(line[:1])
    return b"\x1b[" + code + b"m" + line[:-1] + b"\x1b[0m\n" if code else line
