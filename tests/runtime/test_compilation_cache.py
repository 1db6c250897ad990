"""What XLA has compiled is kept for the next run of the same program, and taken only where it is what was kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import np2tf_runtime._compilation_cache as compilation_cache

PROGRAM = """
import os
import np2tf_runtime as np
from np2tf_runtime import _compilation_cache

assert "TF_XLA_FLAGS" not in os.environ and os.environ.get("TF_CPP_MIN_LOG_LEVEL") == EXPECTED_LEVEL

@np.jit
def wave(u, n):
    for _ in range(n):
        u = u + 0.1 * np.sin(np.roll(u, 1)) * u
    return u

u = wave(np.linspace(0, 1, 1000), 3)
assert wave.rungs() == ["xla"]
print(float(u.sum()).hex())
shown = _compilation_cache._shown
if shown is None:
    print("nothing kept")
else:
    # TensorFlow writes what it compiles under a new name, and then renames it.
    compiled = set(shown.iterdir())
    print("compiled" if any(path.stat().st_ino not in copied for path in compiled) else "found")
""".replace("EXPECTED_LEVEL", repr(os.environ.get("TF_CPP_MIN_LOG_LEVEL")))
COPIES = """
from np2tf_runtime._compilation_cache import _Store
copied = set()
plain = _Store.copy_to
def copy_to(self, shown):
    plain(self, shown)
    copied.update(path.stat().st_ino for path in shown.iterdir())
_Store.copy_to = copy_to
"""


@pytest.fixture
def no_gpu() -> None:
    if compilation_cache._may_have_gpu():
        pytest.skip("nothing is kept where there may be a GPU")


def run(program: Path, kept: str, **environment: str) -> list[str]:
    found = {**os.environ, "NP2TF_COMPILATION_CACHE": kept, **environment}
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, env=found)
    assert done.returncode == 0, done.stderr
    assert "E0000" not in done.stderr
    return done.stdout.splitlines()


@pytest.mark.usefixtures("no_gpu")
def test_what_one_run_compiles_the_next_one_finds(tmp_path: Path) -> None:
    program, kept = tmp_path / "wave.py", tmp_path / "kept"
    program.write_text(COPIES + PROGRAM)
    first = run(program, str(kept))
    entries = list(kept.glob("*/*.pb"))
    assert first[1] == "compiled"
    assert entries
    assert run(program, str(kept)) == [first[0], "found"]
    for entry in entries:  # a file that isn't what was written is no program
        stored = bytearray(entry.read_bytes())
        stored[len(stored) // 2] ^= 255
        entry.write_bytes(stored)
    assert run(program, str(kept)) == first
    assert run(program, "0") == [first[0], "nothing kept"]
    other = run(program, str(kept), XLA_FLAGS="--xla_cpu_enable_fast_min_max=false")  # other options, other programs
    assert other == first
    assert len(list(kept.glob("*/"))) == 2
    assert not [path for path in kept.glob("*/*") if path.suffix != ".pb"]


def test_only_what_is_whole_is_shown(tmp_path: Path) -> None:
    store, shown = compilation_cache._Store(tmp_path / "kept" / "program"), tmp_path / "shown"
    shown.mkdir()
    for name, data in (("a.pb", b"one" * 100), ("b.pb", b"two"), ("c.pb.tmp", b"half")):
        (shown / name).write_bytes(data)
    store.take_over(shown)
    kept = tmp_path / "kept" / "program"
    assert sorted(path.name for path in kept.iterdir()) == ["a.pb", "b.pb"]
    (kept / "b.pb").write_bytes((kept / "b.pb").read_bytes()[:-1])
    again = tmp_path / "again"
    again.mkdir()
    store.copy_to(again)
    assert [(path.name, path.read_bytes()) for path in again.iterdir()] == [("a.pb", b"one" * 100)]
    assert not (kept / "b.pb").exists()


def test_the_oldest_entries_and_programs_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilation_cache, "_ENTRIES", 2)
    monkeypatch.setattr(compilation_cache, "_PROGRAMS", 2)
    for program in range(4):
        directory = tmp_path / "kept" / str(program)
        store, shown = compilation_cache._Store(directory), tmp_path / f"shown{program}"
        shown.mkdir()
        for number in range(3):
            (shown / f"{number}.pb").write_bytes(b"compiled")
        store.take_over(shown)
        assert len(list(directory.iterdir())) == 2
        os.utime(directory, (program, program))
        for path in tmp_path.glob("kept/*"):
            assert path.is_dir() or path.name == "CACHEDIR.TAG"
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["2", "3", "CACHEDIR.TAG"]


def test_options_stay_as_they_are_where_nothing_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def announced() -> str | None:
        with compilation_cache.announced():
            return os.environ.get("TF_XLA_FLAGS")

    monkeypatch.setattr(compilation_cache, "_may_have_gpu", lambda: False)
    monkeypatch.setattr(compilation_cache, "_end", lambda *arguments: None)
    for name in ("_shown", "_store"):
        monkeypatch.setattr(compilation_cache, name, None)
    monkeypatch.setenv("NP2TF_COMPILATION_CACHE", str(tmp_path))
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_min_cluster_size=4")
    flags = announced()
    assert flags is not None
    assert flags.startswith("--tf_xla_min_cluster_size=4 --tf_xla_persistent_cache_directory=")
    monkeypatch.setenv("TF_XLA_FLAGS", "/a/file/of/options")
    assert announced() == "/a/file/of/options"
    monkeypatch.delenv("TF_XLA_FLAGS")
    (tmp_path / "two words").mkdir()
    monkeypatch.setattr(compilation_cache.tempfile, "gettempdir", lambda: str(tmp_path / "two words"))
    assert announced() is None
    monkeypatch.setattr(compilation_cache.tempfile, "gettempdir", lambda: str(tmp_path))
    assert announced() is not None
    monkeypatch.setenv("NP2TF_COMPILATION_CACHE", "0")
    assert announced() is None


def test_what_killed_processes_left_is_removed_after_a_week(tmp_path: Path) -> None:
    shown, old, new, other = (
        tmp_path / name for name in ("np2tf-compiled-1", "np2tf-compiled-2", "np2tf-compiled-3", "x")
    )
    for path in (shown, old, new, other):
        path.mkdir()
        (path / "a.pb").write_bytes(b"compiled")
    for path in (old, other):
        os.utime(path, (0, 0))
    compilation_cache._sweep(shown)
    assert sorted(tmp_path.iterdir()) == sorted([shown, new, other])


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can make another's directory")
def test_what_belongs_to_another_user_is_not_read(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, -1)
    with pytest.raises(PermissionError):
        compilation_cache._Store(tmp_path)
