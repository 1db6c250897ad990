"""Kill a conversion a hundred times; prints what it found. A process of its own, because it forks.

python killed.py DIRECTORY TRIALS [JOBS]

With JOBS, so many processes convert, each time anew, and are expected to end when the one that started them is killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import np2tf.convert
import np2tf.files
import np2tf.vcs
from np2tf.cli import main
from np2tf.result import Options, Result

SOURCE = "import numpy as np\n\nx = np.zeros(20)\nx[{0}] = {0}\nprint(x)\n"
FILES = 12
LARGE = "# " + "x" * 100_000 + "\n"  # the file that has two names, and so is written through, takes its time


def start(top: Path, jobs: int) -> int:
    """Convert in a process that is ready to go: all modules are imported. It leads a group of its own."""
    child = os.fork()
    if child:
        return child
    os.setpgid(0, 0)
    status = 70
    try:
        out = os.open(os.devnull, os.O_WRONLY)
        os.dup2(out, 1)
        os.dup2(out, 2)
        status = main(["convert", str(top), "--allow-dirty", "--allow-no-vcs", "--quiet", f"-j{jobs}"])
    finally:
        os._exit(status)


def reset(top: Path, old: dict[str, bytes]) -> None:
    """The project as it was, and nothing beside it."""
    for path in top.iterdir():
        path.unlink()
    for name, data in old.items():
        (top / name).write_bytes(data)
    os.link(top / "m0.py", top / "linked.py")


def trial(
    top: Path, whole: float, old: dict[str, bytes], new: dict[str, bytes], late: bool, jobs: int
) -> tuple[str, list[str]]:
    """One conversion, killed at some moment. Returns how far it came, and what is wrong now."""
    reset(top, old)
    child = start(top, jobs)
    if late:  # from when the first file is staged: the writing is a part of the whole time
        while not any(name.startswith(".") for name in os.listdir(top)) and not ended(child):
            time.sleep(0.0001)
        time.sleep(random.uniform(0, whole))
    else:
        time.sleep(random.uniform(0, whole * 1.1))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    left = jobs > 1 and not all_end(child)
    wrong, converted = ["processes that go on"] * left, 0
    for name in old:
        data = (top / name).read_bytes()
        converted += data == new[name]
        if data not in (old[name], new[name]) and not kept_beside(top, name, old[name]):
            wrong.append(name)
    strangers = {path.name for path in top.iterdir()} - {*old, "linked.py"}
    wrong += [name for name in strangers if not (name.startswith(".") and name.endswith((".np2tf-tmp", ".np2tf-old")))]
    return "old" if not converted else "new" if converted == len(old) else "between", wrong


def all_end(group: int) -> bool:
    """Whether all processes of a group end soon."""
    for _ in range(600):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def ended(child: int) -> bool:
    """Whether a process has come to its end, without taking note of it."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def kept_beside(top: Path, name: str, old: bytes) -> bool:
    """Whether a file that has other names, and so was written through, left its old text beside it."""
    backup = top / f".{name}.np2tf-old"
    return name == "m0.py" and backup.exists() and backup.read_bytes() == old


def run(top: Path, trials: int, jobs: int) -> dict[str, object]:
    """All trials: half of them at any moment, half while files are written."""
    old = {f"m{k}.py": (SOURCE.format(k) + LARGE * (k == 0)).encode() for k in range(FILES)}
    made: dict[bytes, Result] = {}
    convert = np2tf.convert.convert

    def once(data: Mapping[str, bytes], options: Options, done: Callable[[int], object]) -> Result:
        """The conversion is a pure function: what may be interrupted comes after it."""
        key = repr(sorted(data.items())).encode()
        if key not in made:
            made[key] = convert(data, options, done)
        return made[key]

    if jobs == 1:
        np2tf.convert.convert = once  # type: ignore[assignment]
    reset(top, old)
    main(["convert", str(top), "--check", "--quiet"])  # so that the processes that are killed find it made
    times = []
    for _ in range(3):
        reset(top, old)
        before = time.monotonic()
        os.waitpid(start(top, jobs), 0)
        times.append(time.monotonic() - before)
    new = {name: (top / name).read_bytes() for name in old}
    found: dict[str, int] = {"old": 0, "between": 0, "new": 0}
    wrong: list[str] = []
    for number in range(trials):
        state, problems = trial(top, min(times), old, new, number % 2 == 1, jobs)
        found[state] += 1
        wrong += problems
    return {"converted": sum(new[name] != old[name] for name in old), "states": found, "wrong": wrong}


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int([*sys.argv, "1"][3]))))
