"""Fixtures of the tests of the commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_helpers import Outcome, Runner, fake_convert

import np2tf.convert
from np2tf import cli


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory outside git."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("NP2TF_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("NP2TF_DEBUG", raising=False)
    return work


@pytest.fixture
def run(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Runner:
    """Runs a command in this process."""

    def runner(*arguments: str | Path) -> Outcome:
        capfdbinary.readouterr()
        status = cli.main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return Outcome(status, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape"))

    return runner


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts `fake_convert` in the place of the real conversion."""
    monkeypatch.setattr(np2tf.convert, "convert", fake_convert)
