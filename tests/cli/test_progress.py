"""Progress is shown on a terminal, for work that takes a while, and leaves no trace."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from np2tf import progress
from np2tf.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_EVERY", 0)
    return stream


def steps(*, on: bool) -> None:
    with Progress("reading", 2, on=on) as shown:
        shown.step()
        shown.step()
        shown.announce()


def test_on_a_terminal(terminal: Terminal) -> None:
    steps(on=True)
    assert terminal.getvalue().split("\r\x1b[K") == ["", "reading 1/2", "reading 2/2", "reading 2 files", ""]


def test_not_if_it_is_off(terminal: Terminal) -> None:
    steps(on=False)
    assert terminal.getvalue() == ""


def test_not_where_it_is_piped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))
    steps(on=True)
    assert stream.getvalue() == ""


def test_not_for_short_work(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 60)
    with Progress("reading", 2, on=True) as shown:
        shown.step()
    assert terminal.getvalue() == ""
