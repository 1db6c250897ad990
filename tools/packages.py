"""Convert packages in memory, twice, and print what came of it: does the converter get through code it has never seen?

    python tools/packages.py DIR [--cpu SECONDS] [--jobs N] [--json FILE] [--markdown FILE]

Every directory in DIR is a package, unpacked; it is analysed as one project, the smallest first. Nothing is written or
executed. Each is converted by two processes of different hash seeds, and both have to come to the same texts and
findings; that converting the result again changes nothing is checked by the conversion itself (NT009). What --json FILE
lists already, from a run that was cut off, is not done again.

A package fails if the converter breaks down, withholds a file (NT009), or comes to two different results. One that
needs more than the given CPU seconds is listed as such. The exit status is 1 if any package fails.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ("1", "2")
SHARES = (
    (1.0, "all"),
    (0.95, "95 % and more"),
    (0.9, "90 to 95 %"),
    (0.8, "80 to 90 %"),
    (0.0, "less than 80 %"),
)


def main() -> int:
    """Go through all packages, or through one as a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--cpu", type=int, default=120, help="CPU seconds for each conversion")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, help="append each result to this file, and go on where it ends")
    parser.add_argument("--markdown", type=Path, help="also write the table to this file")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.directory)))
        return 0
    packages = sorted((path for path in options.directory.iterdir() if path.is_dir()), key=size)
    if not packages:
        parser.error(f"no directory in {options.directory}")
    rows = stored(options.json) if options.json and options.json.exists() else []
    done = {row["package"] for row in rows}
    with ThreadPoolExecutor(options.jobs) as pool:
        for row in pool.map(lambda path: both(path, options.cpu), (path for path in packages if path.name not in done)):
            rows.append(row)
            print(line(row), flush=True)
            if options.json:
                with options.json.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
    text = table(sorted(rows, key=lambda row: row["package"]))
    print(f"\n{text}")
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    return int(any(row["verdict"] not in ("", "limit", "no numpy") for row in rows))


def one(package: Path) -> dict[str, Any]:
    """Convert a package in this process."""
    sys.path.insert(0, str(ROOT))
    from np2tf.convert import convert
    from np2tf.source import mentions_numpy

    data = {path.relative_to(package.parent).as_posix(): path.read_bytes() for path in sources(package)}
    start = time.process_time()
    row: dict[str, Any] = {
        "files": len(data),
        "numpy": sum(map(mentions_numpy, data.values())),
        "lines": sum(text.count(b"\n") for text in data.values() if mentions_numpy(text)),
    }
    try:
        result = convert(data)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return row | {"verdict": f"{type(error).__name__} at {where}: {error}", "seconds": time.process_time() - start}
    hasher = blake2b(digest_size=16)
    for file in result.files:
        hasher.update(repr((file.path, file.status, file.output, file.rewrites, file.diagnostics)).encode())
    buckets: Counter[str] = Counter()
    for file in result.files:
        buckets.update(file.buckets)
    return row | {
        "seconds": time.process_time() - start,
        "digest": hasher.hexdigest(),
        "codes": Counter(one.code for file in result.files for one in file.diagnostics),
        "buckets": buckets,
        "withheld": [(f.path, d.message) for f in result.files for d in f.diagnostics if d.code == "NT009"],
        "verdict": "",
    }


def sources(package: Path) -> Iterable[Path]:
    """The Python files of a package."""
    return (path for path in sorted(package.rglob("*.py")) if path.is_file())


def size(package: Path) -> int:
    """How many bytes of Python a package has."""
    return sum(path.stat().st_size for path in sources(package))


def stored(results: Path) -> list[dict[str, Any]]:
    """The rows of a run before this one."""
    return [json.loads(row) for row in results.read_text(encoding="utf-8").splitlines()]


def both(package: Path, cpu: int) -> dict[str, Any]:
    """Convert a package by two processes and compare."""
    runs = []
    for seed in SEEDS:
        run = apart(package, cpu, seed)
        runs.append(run)
        if run["verdict"]:
            break
    row = runs[0] | {"package": package.name}
    if runs[-1]["verdict"]:
        row["verdict"] = runs[-1]["verdict"]
    elif not row["numpy"]:
        row["verdict"] = "no numpy"
    elif row["withheld"]:
        path, why = row["withheld"][0]
        row["verdict"] = f"{len(row['withheld'])} files withheld, such as {path}: {why}"
    elif len({run["digest"] for run in runs}) > 1:
        row["verdict"] = "two results"
    return row


def apart(package: Path, cpu: int, seed: str) -> dict[str, Any]:
    """Convert a package by a process that ends when its CPU seconds are used up."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))

    command = [sys.executable, __file__, str(package), "--one"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, preexec_fn=limited)
    if done.returncode == 0:
        row: dict[str, Any] = json.loads(done.stdout)
        return row
    killed = done.returncode < 0 and -done.returncode in (24, 9)  # SIGXCPU, SIGKILL
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    verdict = "limit" if killed else f"ended with {done.returncode}: {' '.join(last)}"
    return {"files": len(list(sources(package))), "numpy": 0, "lines": 0, "seconds": cpu, "verdict": verdict}


def line(row: dict[str, Any]) -> str:
    """One package, while the others are still to come."""
    return f"{row['package']:28} {row['files']:5} files {row['seconds']:7.1f} s  {row['verdict'] or 'fine'}"


def table(rows: list[dict[str, Any]]) -> str:
    """All packages as tables in Markdown, as docs/packages.md has them."""
    sys.path.insert(0, str(ROOT))
    from np2tf.diagnostics import CODES

    out = [
        "| package | files with numpy | their lines | constructs | need no hand | CPU s | marks |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    sums: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    shares: Counter[str] = Counter()
    for row in rows:
        if row["verdict"] == "no numpy":
            continue
        constructs, fine = counted(row)
        found = Counter({code: n for code, n in row.get("codes", {}).items() if CODES[code].severity == "error"})
        sums.update(constructs=constructs, fine=fine, files=row["files"], numpy=row["numpy"], lines=row["lines"])
        marks.update(found)
        share = fine / constructs if constructs else 1.0
        shares[next(text for least, text in SHARES if share >= least)] += 1
        cells = [
            row["package"],
            f"{row['numpy']} of {row['files']}",
            f"{row['lines']:,}",
            f"{constructs:,}",
            f"{share:.1%}".replace("%", " %"),
            f"{row['seconds']:.1f}",
            row["verdict"].replace("|", "\\|")[:160] or most(found, 4) or "none",
        ]
        out.append(f"| {' | '.join(cells)} |")
    share = sums["fine"] / max(sums["constructs"], 1)
    total = [f"{sums['numpy']:,}", f"{sums['lines']:,}", f"{sums['constructs']:,}", f"{share:.1%}".replace("%", " %")]
    out += ["", "| packages | files with numpy | their lines | constructs | need no hand | marks |"]
    out += ["|--:|--:|--:|--:|--:|---|", f"| {sum(shares.values())} | {' | '.join(total)} | {most(marks, 8)} |"]
    out += ["", "| constructs that need no hand | packages |", "|---|--:|"]
    out += [f"| {text} | {shares[text]} |" for _, text in SHARES]
    without = [row["package"] for row in rows if row["verdict"] == "no numpy"]
    return "\n".join([*out, "", f"Not a word of NumPy in {len(without)}: {', '.join(without)}."]) + "\n"


def counted(row: dict[str, Any]) -> tuple[int, int]:
    """How many constructs a package has, and how many of them need no hand."""
    buckets = row.get("buckets", {})
    constructs = sum(buckets.values())
    return constructs, constructs - buckets.get("marked", 0) - buckets.get("suppressed", 0)


def most(codes: Counter[str], count: int) -> str:
    """The most frequent codes, with how often each was found."""
    ordered = sorted(codes.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{code} {number}" for code, number in ordered[:count])


if __name__ == "__main__":
    sys.exit(main())
