"""Programs nobody wrote by hand: `python tests/generator.py --count 1000 --seed 0 [--profile functions] [--jobs 2]`.

A program is written statement by statement. Each candidate is executed on stand-in values of the right shape and dtype
before it is kept, so that most programs run; those that raise under NumPy are thrown away. What is live at the end
stands in `out`, and the list `obs` holds what was seen on the way. Every draw comes from one `random.Random`, so that a
seed is a program, and hypothesis can put its own source of choices in its place and shrink what it finds.

The report gives the share of programs that convert soundly and without an error-level diagnostic, the codes of the
rest, and every silent difference or unexpected exception as a minimal program. The exit status is 1 if there are any.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

import moments
import several
import soundness
import standin
from soundness import Verdict
from writer import PROFILES, Writer, write

Run = Callable[[str], soundness.Outcome]

# ---- shrinking -----------------------------------------------------------------------------------------------------


def shrink(program: str, verdict: Verdict, run: Run = soundness.run_both) -> str:
    """The program with every line left out that its verdict does not need."""
    lines = program.splitlines()
    progress = True
    while progress:
        progress = False
        for start in reversed(range(len(lines))):
            if start >= len(lines):
                continue
            for candidate in _smaller(lines, start):
                if _still(candidate, verdict, run):
                    lines, progress = candidate, True
                    break
    return "\n".join(lines) + "\n"


def _smaller(lines: list[str], start: int) -> Iterator[list[str]]:
    end = start + 1
    depth = _depth(lines[start])
    while end < len(lines) and (not lines[end].strip() or _depth(lines[end]) > depth):
        end += 1
    yield lines[:start] + lines[end:]
    if end > start + 1:
        yield lines[:start] + [line.removeprefix("    ") for line in lines[start + 1 : end]] + lines[end:]
        yield lines[:start] + lines[start + 1 :]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _still(lines: list[str], verdict: Verdict, run: Run) -> bool:
    program = "\n".join(lines) + "\n"
    if any("np.empty(" in line and not re.search(r"fill\(|\[:\] =", after) for line, after in pairwise([*lines, ""])):
        return False  # what was in that memory is nobody's fault
    try:
        compile(program, soundness.ENTRY, "exec")
    except SyntaxError:
        return False
    outcome = run(program)
    shows = outcome.original.error is None and outcome.original.out is not None
    return shows and outcome.verdict is verdict


# ---- the command ---------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What became of some programs."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[int, Verdict, str]] = field(default_factory=list)

    def add(self, seed: int, outcome: soundness.Outcome, program: str) -> None:
        """Count one program."""
        self.verdicts[outcome.verdict] += 1
        if outcome.verdict.sound:
            self.codes.update(outcome.error_codes)
        if not outcome.verdict.sound:
            self.findings.append((seed, outcome.verdict, program))

    def merge(self, other: Tally) -> None:
        """Add the counts of another tally."""
        self.verdicts += other.verdicts
        self.codes += other.codes
        self.findings += other.findings

    def report(self, shown: int, run: Run = soundness.run_both) -> str:
        """The table, and the findings as minimal programs."""
        total = sum(self.verdicts.values()) or 1
        parts = [f"{total} programs"]
        parts += [
            f"{n:8} {100 * n / total:6.2f} %  {v.name}: {v.value}" for v, n in sorted(self.verdicts.items(), key=_order)
        ]
        parts += ["diagnosed, by code (share of all programs):"]
        parts += [f"{n:8} {100 * n / total:6.2f} %  {code}" for code, n in self.codes.most_common()]
        unsound = sorted(self.findings, key=lambda finding: finding[0])
        for seed, verdict, program in unsound[:shown]:
            parts += [f"\n===== seed {seed}", run(shrink(program, verdict, run)).explain()]
        if len(unsound) > shown:
            parts += [f"\n{len(unsound) - shown} more findings: seeds {[seed for seed, _, _ in unsound[shown:]]}"]
        return "\n".join(parts)

    @property
    def sound(self) -> bool:
        """Whether nothing was silently wrong and nothing raised that was not expected to."""
        return all(verdict.sound for verdict in self.verdicts)


def _order(item: tuple[Verdict, int]) -> int:
    return list(Verdict).index(item[0])


def _runner(real: bool) -> Run:
    if real:
        importlib.import_module("np2tf_runtime")  # which takes longer than a program may
    under = nullcontext if real else standin.install
    return lambda program: soundness.run_both(several.split(program), under=under)


def _chunk(arguments: tuple[int, int, str, bool]) -> Tally:
    first, last, profile, real = arguments
    run = _runner(real)
    tally = Tally()
    for seed in range(first, last):
        rng = random.Random(seed)
        program = _written(rng, profile)
        if program is not None:
            tally.add(seed, run(program), program)
    return tally


def _written(rng: random.Random, profile: str) -> str | None:
    if profile == "modules":
        return several.write(rng)
    return moments.write(rng, profile) if profile in moments.PROFILES else write(rng, profile)


def main() -> int:
    """Generate, convert, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="seeds to try; those that raise are thrown away")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--profile", choices=(*PROFILES, *moments.PROFILES, "modules"), default="locals")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--runtime", action="store_true", help="run on TensorFlow and not on the stand-in: slow")
    parser.add_argument("--shown", type=int, default=5, help="findings to shrink and print")
    parser.add_argument("--show", type=int, metavar="SEED", help="only this program, both sides and the verdict")
    arguments = parser.parse_args()
    run = _runner(arguments.runtime)
    if arguments.show is not None:
        rng = random.Random(arguments.show)
        whole = arguments.profile not in PROFILES
        program = _written(rng, arguments.profile) or "" if whole else Writer(rng, arguments.profile).program()
        print(run(program).explain())
        return 0
    step = 50
    end = arguments.seed + arguments.count
    chunks = [(s, min(s + step, end), arguments.profile, arguments.runtime) for s in range(arguments.seed, end, step)]
    tally = Tally()
    if arguments.jobs > 1:
        with multiprocessing.Pool(arguments.jobs) as pool:
            for part in pool.imap(_chunk, chunks):
                tally.merge(part)
    else:
        for chunk in chunks:
            tally.merge(_chunk(chunk))
    print(tally.report(arguments.shown, run))
    return not tally.sound


if __name__ == "__main__":
    sys.exit(main())
