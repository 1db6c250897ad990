"""What `--verbose` adds, and what the shell completes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_helpers import Runner, subprocess_environment

from np2tf.commands.explain import explain
from np2tf.diagnostics import CODES

SOURCE = """\
import numpy as np

rows = [0, 1]
rows[0] += 1
x = np.zeros(2)
kept = [x for _ in rows]
x[0] = 1
x[1] = 2  # np2tf: ignore[NT105]
# np2tf: off
x[1] = np.pi
# np2tf: on
print(x, kept)
"""


@pytest.mark.parametrize("arguments", [["check"], ["check", "--no-cache"], ["convert", "--check"]])
def test_verbose_says_why_a_construct_was_not_converted(run: Runner, here: Path, arguments: list[str]) -> None:
    (here / "a.py").write_text(SOURCE)
    for _ in range(2):  # the second time from the cache
        said = run(*arguments, "a.py", "--verbose").out
        assert "    4:1: left as it is: `rows[0] += 1` changes no array\n" in said
        assert "    8:1: left as it is: NT105 is silenced: `x` is also held in `kept`\n" in said
        assert "    10:1: left as it is: it lies between `# np2tf: off` and `# np2tf: on`\n" in said
        assert "    10:8: left as it is: it lies between `# np2tf: off` and `# np2tf: on`\n" in said
        assert "Why a plain rewrite would be wrong, NT105:\nIn NumPy, whoever kept the array" in said
        assert "left as it is" not in run(*arguments, "a.py").out
        assert "Why a plain rewrite" not in run(*arguments, "a.py").out


def test_verbose_says_that_a_file_was_converted_before(run: Runner, here: Path) -> None:
    (here / "a.py").write_text("import np2tf_runtime as np\n\nx = [1]\nx[0] = 2\n")
    assert "    4:1: left as it is: the file was converted before\n" in run("check", "a.py", "-v").out


def completed(words: str, here: Path) -> list[str]:
    """What the shell offers for the last word."""
    environment = subprocess_environment() | {
        "_NP2TF_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    program = "import sys; from np2tf.cli import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program], cwd=here, env=environment, capture_output=True, check=False)
    assert done.stderr == b""
    return [line.partition(",")[2] for line in done.stdout.decode().splitlines()]


def test_completion(here: Path) -> None:
    assert {"check", "convert", "explain"} <= set(completed("np2tf ", here))
    assert completed("np2tf check --format s", here) == ["sarif"]
    assert "--update-baseline" in completed("np2tf check --up", here)
    assert completed("np2tf explain nt10", here) == [code for code in CODES if code.startswith("NT10")]
    assert completed("np2tf check --ignore nt90", here) == ["NT901", "NT902"]
    kinds = completed("np2tf check sr", here)
    assert kinds == ["sr"], "the shell itself completes paths"


def test_codes_are_completed_with_their_titles() -> None:
    command = click.Context(explain)
    found = explain.params[0].shell_complete(command, "nt103")
    assert [(item.value, item.help) for item in found] == [("NT103", CODES["NT103"].title)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(here: Path, shell: str) -> None:
    environment = subprocess_environment() | {"_NP2TF_COMPLETE": f"{shell}_source"}
    program = "import sys; from np2tf.cli import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program], cwd=here, env=environment, capture_output=True, check=False)
    if shell == "bash" and b"Bash version" in done.stderr:
        pytest.skip("the machine's bash is too old for completion")
    assert b"_NP2TF_COMPLETE" in done.stdout
