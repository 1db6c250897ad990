"""Convert the examples with the real command, run both sides, and compare what they print: `make demo`.

Nothing is written but a temporary folder. The exit status is 1 if an example could not be converted or prints anything
else than under NumPy.
"""

import difflib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
ROOT = EXAMPLES.parent
SHOWN = 12


def main():
    scripts = sorted(path for path in EXAMPLES.glob("*.py") if path != Path(__file__).resolve())
    with tempfile.TemporaryDirectory(prefix="np2tf-demo-") as folder:
        rows = [demonstrate(script, Path(folder)) for script in scripts]
    print(f"{'example':<16} {'constructs':>10} {'rewrites':>9} {'by hand':>8} {'NumPy':>8} {'TensorFlow':>11}  output")
    for name, summary, numpy_seconds, tensorflow_seconds, output in rows:
        counts = f"{summary['constructs']:>10} {summary['rewrites']:>9} {summary['errors']:>8}"
        print(f"{name:<16} {counts} {numpy_seconds:>6.1f} s {tensorflow_seconds:>9.1f} s  {output}")
    keys = [key for key, value in rows[0][1].items() if isinstance(value, int)]
    totals = {key: sum(row[1][key] for row in rows) for key in keys}
    print("report:", ", ".join(f"{count} {key.replace('_', ' ')}" for key, count in totals.items()))
    return any(row[-1] != "the same" for row in rows)


def demonstrate(script, folder):
    """Convert one example, run it twice; returns a row of the table."""
    target = folder / script.stem
    report_file = folder / f"{script.stem}.json"
    converted = convert(script, target, report_file)
    print(f"━━━ {script.name}")
    print("\n".join(brief_diff(script, converted)), end="\n\n", flush=True)
    summary = json.loads(report_file.read_text(encoding="utf-8"))["summary"]
    expected, numpy_seconds = run(script)
    found, tensorflow_seconds = run(converted)
    output = "the same" if found == expected else "DIFFERS"
    if "np2tf_runtime" not in converted.read_text(encoding="utf-8"):
        output = "NOT CONVERTED"
    if found != expected:
        print("\n".join(difflib.unified_diff(expected, found, "NumPy", "TensorFlow", lineterm="", n=1)), end="\n\n")
    return script.stem, summary, numpy_seconds, tensorflow_seconds, output


def convert(script, target, report_file):
    """`np2tf convert script -o target --report report_file`; returns the converted file."""
    command = [sys.executable, "-m", "np2tf", "convert", str(script), "-o", str(target), "--report", str(report_file)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not report_file.exists():
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return next(target.rglob(script.name))


def run(script):
    """What a script prints, as lines, and the seconds it takes from start to end."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(script)], cwd=script.parent, env=environment(), capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    if done.returncode:
        lines += ["", *done.stderr.strip().splitlines()[-12:]]
    return lines, time.perf_counter() - start


def environment():
    """A checkout runs without being installed; TensorFlow keeps its start-up messages to itself."""
    paths = [str(ROOT), str(ROOT / "runtime"), os.environ.get("PYTHONPATH", "")]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "PYTHONIOENCODING": "utf-8"}
    return {**os.environ, **quiet, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def brief_diff(before, after):
    """The first changed lines of the code."""
    old, new = (path.read_text(encoding="utf-8").splitlines() for path in (before, after))
    changed = [line for line in difflib.unified_diff(old, new, lineterm="", n=0) if line[:2] not in ("--", "++", "@@")]
    rest = len(changed) - SHOWN
    return changed[:SHOWN] + ([f"  ... and {rest} more changed lines"] if rest > 0 else [])


if __name__ == "__main__":
    sys.exit(main())
