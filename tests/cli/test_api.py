"""`np2tf api`: what becomes of a NumPy name."""

from __future__ import annotations

import pytest
from cli_helpers import ROOT, Runner

from np2tf.knowledge.api import API


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("numpy.linalg.norm", "numpy.linalg.norm  on the device"),
        ("np.linalg.norm", "numpy.linalg.norm  on the device"),
        ("linalg.norm", "numpy.linalg.norm  on the device"),
        ("norm", "numpy.linalg.norm  on the device"),
        ("np.linalg.norm()", "numpy.linalg.norm  on the device"),
        ("ndarray.sort", "ndarray.sort  rewritten: write x = np.sort(x)"),
        ("np.ndarray.sort", "ndarray.sort  rewritten: write x = np.sort(x)"),
        ("add.at", "numpy.add.at  rewritten: write x = np.functional.add_at(x, indices, values)"),
        ("np.multiply.at", "numpy.multiply.at  rewritten: write x = np.functional.multiply_at(x, indices, values)"),
        ("np.random.Generator.normal", "numpy.random.Generator.normal  on the host, by NumPy: NumPy's own stream"),
        ("polyfit", "numpy.polyfit  on the host, by NumPy: "),
        ("np.pi", "numpy.pi  stays NumPy's: NumPy's own object"),
        ("np.matrix", "numpy.matrix  not supported (NT507): "),
        ("np.emath.sqrt", "numpy.lib.scimath.sqrt  on the host, by NumPy"),
    ],
)
def test_a_name_as_it_is_written(run: Runner, name: str, first: str) -> None:
    outcome = run("api", name)
    assert outcome.status == 0
    assert outcome.out.startswith(first)


def test_arguments(run: Runner) -> None:
    lines = run("api", "np.clip").out.splitlines()
    assert lines[1] == "  out=  rewritten: c = np.tensor_scatter_update(c, ..., np.clip(...))"
    assert lines[2].startswith("  where=  not supported (NT604): write np.where(")


def test_a_last_part_that_several_names_have(run: Runner) -> None:
    assert [line.split()[0] for line in run("api", "sort").out.splitlines()] == ["numpy.sort", "ndarray.sort"]


def test_several_names(run: Runner) -> None:
    out = run("api", "np.sin", "np.cos").out
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == ["numpy.sin", "numpy.cos"]


def test_a_module(run: Runner) -> None:
    names = [line.split()[0] for line in run("api", "np.linalg").out.splitlines() if not line.startswith(" ")]
    assert names == [name for name in API if name.rpartition(".")[0] == "numpy.linalg"]


def test_a_name_of_numpy_1(run: Runner) -> None:
    assert run("api", "np.trapz").out.splitlines()[-1] == "  numpy.trapz is its name in NumPy 1 (NT602)"
    gone = run("api", "np.asscalar")
    assert (gone.status, gone.err) == (2, "np2tf: NumPy 2 has no 'np.asscalar': write x.item()\n")
    assert run("api", "np.int").err == "np2tf: NumPy 2 has no 'np.int': write int\n"


def test_a_name_that_nobody_knows(run: Runner) -> None:
    outcome = run("api", "np.linalg.nrom")
    assert outcome.status == 2
    assert "no public name 'np.linalg.nrom'; did you mean numpy.linalg.norm" in outcome.err
    assert run("api", "qqqqq").err.endswith("`np2tf api` lists all names\n")


def test_json(run: Runner) -> None:
    (found,) = run("api", "np.clip", "--format", "json").json["names"]
    assert found["name"] == "numpy.clip"
    assert found["where"] == "device"
    assert [argument["name"] for argument in found["arguments"]] == ["out", "where"]
    everything = run("api", "--format", "json").json
    assert everything["version"] == 1
    assert [row["name"] for row in everything["names"]] == sorted(API)


def test_markdown(run: Runner) -> None:
    out = run("api", "ndarray.sort", "--format", "markdown").out.splitlines()
    assert out[2] == "| `ndarray.sort` | rewritten |  | write x = np.sort(x) |"


def test_everything(run: Runner) -> None:
    lines = run("api").out.splitlines()
    assert lines[0].startswith(f"{len(API)} names: ")
    assert any(line.startswith("# numpy.linalg (") for line in lines)


def test_the_page_is_what_the_command_prints(run: Runner) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert page == run("api", "--format", "markdown").out, "run np2tf api --format markdown > docs/api.md"
