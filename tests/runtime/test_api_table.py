"""`np2tf/knowledge/api.py` says what the runtime does: it is what `tools/api_table.py` writes, and it is true."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as rt
from np2tf.diagnostics import CODES
from np2tf.knowledge.api import API, ARGUMENTS, Api
from np2tf.knowledge.names import FEATURES, KINDS, STAYS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("api_table", ROOT / "tools" / "api_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_what_the_tool_writes() -> None:
    """In a process of its own, as the tool runs: modules that other tests import enter names, too."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "api_table.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tool_tells_an_old_table(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "TARGET", tmp_path / "api.py")
    assert tool.main(["--check"]) == 1
    assert "run tools/api_table.py" in capsys.readouterr().out
    assert tool.main([]) == 0
    assert tool.main(["--check"]) == 0


def test_every_public_name_has_a_row() -> None:
    public = {name for name, kind in KINDS.items() if kind != "module" and not name.startswith("numpy.core.")}
    methods = {f"ndarray.{name}" for name in dir(np.ndarray) if not name.startswith("_")}
    assert public | methods <= set(API)


def test_rows_speak_in_known_words() -> None:
    for name, row in API.items():
        assert row.where in {"device", "host", "converter", "numpy", "unsupported"}, name
        assert (row.code in CODES) if row.where == "unsupported" else row.code in {"", "NT506"}, name
        assert row.note or row.where == "device", name


def _found(name: str) -> Any:
    value: Any = tf.ones((2, 2)) if name.startswith("ndarray.") else rt
    for part in name.partition(".")[2].split("."):
        value = getattr(value, part)
    return value


def _rows(*places: str) -> list[str]:
    return [name for name, row in API.items() if row.where in places and not name.startswith("ufunc.")]


def test_what_is_supported_is_there() -> None:
    missing = []
    for name in _rows("device", "host"):
        try:
            _found(name)
        except AttributeError:
            missing.append(name)
    assert missing == []


def test_what_is_numpys_own_is_the_same_object() -> None:
    different = []
    for name in _rows("numpy"):
        if not any(name == kept or name.startswith(f"{kept}.") for kept in STAYS):
            ours: Any = _found(name)
            theirs: Any = np
            for part in name.split(".")[1:]:
                theirs = getattr(theirs, part)
            if ours is not theirs and ours != theirs:
                different.append(name)
    assert different == []


@pytest.mark.parametrize("where", ["unsupported", "converter"])
def test_what_is_not_supported_raises_its_code(where: str) -> None:
    """Classes and functions when they are called, others when they are named."""
    silent = []
    for name in _rows(where):
        row = API[name]
        if _marked_only(name, row):
            continue
        try:
            _found(name)(tf.constant([1.0]), *[0] * 3)
        except rt.UnsupportedFeatureError as error:
            if where == "unsupported" and error.code != row.code:
                silent.append((name, error.code, row.code))
        except (AttributeError, TypeError, ValueError, IndexError) as error:
            # NT601 says that there is no such name.
            if row.code != "NT601" and type(error) is not _refused_by_numpy(name):
                silent.append((name, str(error), row.code))
        else:
            silent.append((name, "", row.code))
    assert silent == []


def _refused_by_numpy(name: str) -> type | None:
    """The class of NumPy's error for the same arguments, which comes before the runtime's own."""
    x = np.array([1.0])
    function: Any = np.ones((2, 2)) if name.startswith("ndarray.") else np
    for part in name.split(".")[1:]:
        function = getattr(function, part)
    try:
        function(x, *[0] * 3)
    except (AttributeError, TypeError, ValueError, IndexError) as error:
        return type(error)
    return None


def _marked_only(name: str, row: Api) -> bool:
    """What the runtime can do and the converter marks nevertheless, because NumPy programs share memory through it."""
    kept = {"NT503", "NT504", "NT505", "NT510", "NT509", "NT502", "NT511", "NT513"}
    listed = any(name == feature or name.startswith(f"{feature}.") for feature in FEATURES)
    return row.code in kept and listed and hasattr(_owner(name), name.rpartition(".")[2])


def _owner(name: str) -> Any:
    owner: Any = tf.ones((2, 2)) if name.startswith("ndarray.") else rt
    for part in name.split(".")[1:-1]:
        owner = getattr(owner, part, None)
    return owner


def test_refused_arguments_raise(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones(2))
    np.savetxt(tmp_path / "x.txt", np.ones(2))
    calls: dict[tuple[str, str], Any] = {
        ("numpy.clip", "where"): lambda: rt.clip(rt.ones(2), 0, 1, where=rt.array([True, False])),
        ("numpy.genfromtxt", "usemask"): lambda: rt.genfromtxt(tmp_path / "x.txt", usemask=True),
        ("numpy.load", "mmap_mode"): lambda: rt.load(tmp_path / "x.npy", mmap_mode="r"),
    }
    assert set(calls) == {(name, argument.name) for name, row in ARGUMENTS.items() for argument in row}
    for (name, argument), call in calls.items():
        with pytest.raises(rt.UnsupportedFeatureError) as caught:
            call()
        expected = next(row for row in ARGUMENTS[name] if row.name == argument)
        assert caught.value.code == expected.code
        assert expected.mend in str(caught.value)


def test_methods_that_pickle() -> None:
    import pickle

    x = rt.arange(3.0)
    assert np.array_equal(pickle.loads(x.dumps()), [0, 1, 2])


def test_dump_writes_what_load_reads(tmp_path: Path) -> None:
    rt.arange(3.0).dump(tmp_path / "x.pkl")
    assert np.array_equal(np.load(tmp_path / "x.pkl", allow_pickle=True), [0, 1, 2])
