"""`np2tf check` keeps its results: they are the same as without a cache, whatever happens to the cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest
from cli_helpers import Runner, python, subprocess_environment

import np2tf.convert
from np2tf import cache
from np2tf.diagnostics import Diagnostic
from np2tf.result import Options, Result

SOURCE = "import numpy as np\n\n\ndef f(keep):\n    x = np.zeros(3)\n    keep(x)\n    x[0] = 1\n    return x\n"


@pytest.fixture
def src(here: Path) -> Path:
    (here / "src").mkdir()
    (here / "src" / "a.py").write_text(SOURCE)
    (here / "src" / "b.py").write_text("from a import f\nkept = []\nprint(f(kept.append))\n")
    return here / "src"


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """The conversions that were really made."""
    made: list[Options] = []
    convert = np2tf.convert.convert

    def spy(data: dict[str, bytes], options: Options, done: Callable[[int], object]) -> Result:
        made.append(options)
        return convert(data, options, done)

    monkeypatch.setattr(np2tf.convert, "convert", spy)
    return made


def entries() -> list[Path]:
    return sorted(Path(cache.directory()).glob("*.np2tf-cache"))


@pytest.mark.parametrize("form", ["text", "json", "sarif", "gitlab"])
def test_a_kept_result_is_the_result(run: Runner, src: Path, conversions: list[Options], form: str) -> None:
    arguments = ["check", "src", "--format", form, "--verbose"]
    first, second, anew = run(*arguments), run(*arguments), run(*arguments, "--no-cache")
    assert first == second == anew
    assert first.status == 1
    assert len(conversions) == 2
    assert len(entries()) == 1


def test_what_a_kept_result_is_made_of() -> None:
    """Reports look at these and no others: one that is added here has to be kept in `np2tf.stored`, too."""
    assert {field.name for field in fields(np2tf.result.FileResult)} <= {
        "path", "status", "output", "rewrites", "diagnostics", "buckets", "origins", "left",
    }  # fmt: skip
    one = Diagnostic("NT105", 1, 2, 3, 4, "m", "h", "error", "f", "s")
    assert Diagnostic(*(getattr(one, field.name) for field in fields(one))) == one


@pytest.mark.parametrize("change", ["edit", "rename", "add", "remove", "strict", "functions", "jit"])
def test_whatever_changes_the_outcome_is_part_of_the_key(
    run: Runner, src: Path, conversions: list[Options], change: str
) -> None:
    run("check", "src")
    arguments = ["check", "src"]
    if change == "edit":
        (src / "b.py").write_text("from a import f\nprint(f(max))\n")
    elif change == "rename":
        (src / "b.py").rename(src / "c.py")
    elif change == "add":
        (src / "c.py").write_text("import a\n")
    elif change == "remove":
        (src / "b.py").unlink()
    elif change in {"strict", "jit"}:
        arguments.append(f"--{change}")
    else:
        Path("pyproject.toml").write_text("[tool.np2tf.functions]\n'a.b' = {}\n")
    run(*arguments)
    assert len(conversions) == 2


def test_a_program_is_analysed_again_only_if_a_file_of_it_has_changed(run: Runner, src: Path) -> None:
    """`a` imports `helper`, which changes what it is handed; `b` is another program."""
    (src / "helper.py").write_text("def change(x):\n    return x\n")
    (src / "a.py").write_text("import numpy as np\nfrom helper import change\n\nx = np.zeros(3)\nchange(x)\nprint(x)\n")
    (src / "b.py").write_text(SOURCE)
    seen: list[list[str]] = []
    convert = np2tf.convert.convert

    def spy(data: dict[str, bytes], options: Options, done: Callable[[int], object]) -> Result:
        seen.append(sorted(data))
        return convert(data, options, done)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np2tf.convert, "convert", spy)
        before = run("check", "src", "--format", "json", "--verbose").json
        (src / "helper.py").write_text("def change(x):\n    x[0] = 1\n")
        after = run("check", "src", "--format", "json", "--verbose").json
        anew = run("check", "src", "--format", "json", "--verbose", "--no-cache").json
    assert seen == [["src/a.py", "src/b.py", "src/helper.py"], ["src/a.py", "src/helper.py"], seen[0]]
    assert after == anew != before
    changed = {one["path"] for one, other in zip(after["files"], before["files"], strict=True) if one != other}
    assert changed == {"src/a.py", "src/helper.py"}, "the call of the changed helper hands its array back now"


def test_few_programs_of_many_are_kept(
    run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch, conversions: list[Options]
) -> None:
    monkeypatch.setattr(cache, "_KEPT", 2)
    for name in ("one", "two", "three"):
        (src / f"{name}.py").write_text(f"{SOURCE}# {name[0]}\n")
    run("check", "src")
    assert len(entries()) == 2


def test_what_is_shown_is_chosen_from_what_is_kept(run: Runner, src: Path, conversions: list[Options]) -> None:
    assert run("check", "src").status == 1
    assert run("check", "src", "--ignore", "NT1", "-j2").status == 0
    assert run("check", "src", "--format", "json", "--report", "r.json").json["summary"]["errors"] == 1
    assert len(conversions) == 1


def test_another_np2tf_has_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = cache.key(b"x")
    assert key == cache.key(b"x")
    monkeypatch.setattr(cache, "_fingerprint", lambda: b"other")
    assert key != cache.key(b"x")


@pytest.mark.parametrize("damage", [b"", b"x", b"{}" * 50, None])
def test_a_damaged_cache_is_no_cache(run: Runner, src: Path, conversions: list[Options], damage: bytes | None) -> None:
    first = run("check", "src")
    (entry,) = entries()
    whole = entry.read_bytes()
    entry.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert run("check", "src") == first
    assert entry.read_bytes() == whole, "and it is mended"
    assert len(conversions) == 2


def test_a_cache_that_cannot_be_written_is_no_error(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("check", "src", "--no-cache")
    assert not Path(cache.directory()).exists()
    Path("file").write_text("")
    monkeypatch.setenv("NP2TF_CACHE_DIR", str(Path("file").absolute() / "below"))
    assert run("check", "src") == first


def test_nothing_is_kept_of_files_without_numpy_and_of_conversions(run: Runner, src: Path) -> None:
    run("check", "src/b.py")
    run("convert", "src", "--check")
    assert entries() == []


def test_internal_errors_are_not_kept(run: Runner, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from np2tf import gate

    monkeypatch.setattr(gate, "check", lambda *_: "not converted right")
    assert run("check", "src").status == 2
    assert entries() == []


def test_many_writers_at_once(src: Path) -> None:
    command = [sys.executable, "-m", "np2tf", "check", "src", "--format", "json"]

    def check(_: int) -> tuple[int, bytes, bytes]:
        done = subprocess.run(command, env=subprocess_environment(), capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(check, range(8)))) == 1
    assert [path.name for path in Path(cache.directory()).iterdir() if path.name.endswith("-tmp")] == []


def test_the_cache_is_tagged_and_private(run: Runner, src: Path) -> None:
    run("check", "src")
    top = Path(cache.directory())
    assert (top / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")
    assert os.name == "nt" or top.stat().st_mode & 0o077 == 0


def test_from_the_cache_libcst_is_not_imported(run: Runner, src: Path) -> None:
    run("check", "src")
    program = "import sys; from np2tf.cli import main; main(['check', 'src']); print(*sys.modules, file=sys.stderr)"
    loaded = python("-c", program, cwd=src.parent).stderr.decode().split()
    assert "np2tf.stored" in loaded
    assert not {"libcst", "importlib.metadata"} & set(loaded)
