"""Fixtures: `fixtures/<rule>/<case>.py` holds a program, a line `# output`, and what the program becomes.

The first lines may say `# codes: NT101, NT105`, the diagnostics expected, `# strict` or `# jit`, the options of that
name, and `# function: "thirdparty.scale" = { mutates = [0] }`, a row of `[tool.np2tf.functions]`.
A project of several files is written with a line `# file: pkg/name.py` before each of them, on both sides; it is
entered at `main.py`. The program leaves its answer in `out`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from np2tf.config import toml
from np2tf.convert import convert
from np2tf.knowledge.declared import parsed
from np2tf.result import Options, Result

ROOT = Path(__file__).parent / "fixtures"
OUTPUT = "# output\n"
ENTRY = "main.py"
_HEADER = re.compile(r"# (codes:.*|strict|jit|function: .*)\n")
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Fixture:
    """One case. `expected` is None until someone has looked at what the converter makes of it."""

    path: Path
    sources: Mapping[str, str]
    expected: Mapping[str, str] | None
    codes: tuple[str, ...]
    strict: bool = False
    jit: bool = False
    functions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder and the file, as pytest shows it."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def options(self) -> Options:
        """The options of the conversion."""
        rows = toml("\n".join(self.functions))
        return Options(strict=self.strict, jit=self.jit, functions=tuple(parsed(*row) for row in rows.items()))

    def convert(self) -> Result:
        """What the converter makes of it now."""
        return convert({path: text.encode() for path, text in self.sources.items()}, self.options)

    def updated(self, result: Result, codes: bool = False) -> Fixture:
        """The case with the output of `result`; its codes only where it had none to expect."""
        outputs = {file.path: file.output.decode() for file in result.files}
        fresh = self.expected is None and not self.codes
        return replace(self, expected=outputs, codes=found_codes(result) if codes or fresh else self.codes)

    def text(self) -> str:
        """The file as it lies on disk."""
        header = f"# codes: {', '.join(self.codes)}\n" if self.codes else ""
        header += "# strict\n" if self.strict else ""
        header += "# jit\n" if self.jit else ""
        header += "".join(f"# function: {row}\n" for row in self.functions)
        output = "" if self.expected is None else OUTPUT + _join(self.expected)
        return header + _join(self.sources) + output


def found_codes(result: Result) -> tuple[str, ...]:
    """The codes of all diagnostics, each once."""
    return tuple(sorted({d.code for file in result.files for d in file.diagnostics}))


def load(path: Path) -> Fixture:
    """Read one case."""
    text = path.read_text(encoding="utf-8")
    codes: tuple[str, ...] = ()
    options: set[str] = set()
    functions: list[str] = []
    while header := _HEADER.match(text):
        if header[1] in {"strict", "jit"}:
            options.add(header[1])
        elif header[1].startswith("function: "):
            functions.append(header[1].removeprefix("function: "))
        else:
            codes = tuple(sorted(re.findall(r"NT\d+", header[1])))
        text = text[header.end() :]
    source, mark, output = text.partition(f"\n{OUTPUT}")
    sources = _split(source + "\n" * bool(mark))
    expected = _split(output) if mark else None
    return Fixture(path, sources, expected, codes, "strict" in options, "jit" in options, tuple(functions))


def load_all() -> list[Fixture]:
    """All cases, sorted by path."""
    return [load(path) for path in sorted(ROOT.glob("*/*.py"))]


def _split(text: str) -> Mapping[str, str]:
    parts = _FILE.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True)) if len(parts) > 1 else {ENTRY: text}


def _join(files: Mapping[str, str]) -> str:
    if list(files) == [ENTRY]:
        return files[ENTRY]
    return "".join(f"# file: {path}\n{text}" for path, text in files.items())
