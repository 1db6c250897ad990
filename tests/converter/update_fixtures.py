"""Write down what the converter makes of the fixtures, for review: `python tests/converter/update_fixtures.py`.

The `# output` parts are replaced. Codes that a fixture expects stay, because they are what it is there to say: where
others are found the difference is printed (`--codes` writes them). `--check` writes nothing. The exit status is 1 if
anything differs or is unsound.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import fixture  # noqa: E402  (the paths come first)
import soundness  # noqa: E402


def main() -> int:
    """Go through all fixtures, or those whose name contains one of the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only fixtures whose name contains this")
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--codes", action="store_true", help="also write the codes that were found")
    arguments = parser.parse_args()
    findings = 0
    for case in fixture.load_all():
        if not arguments.names or any(name in case.name for name in arguments.names):
            findings += _update(case, arguments.check, arguments.codes)
    return bool(findings)


def _update(case: fixture.Fixture, check: bool, codes: bool) -> int:
    outcome = soundness.run_both(case.sources, options=case.options)
    if outcome.result is None:
        print(f"{case.name}: {outcome.crash}")
        return 1
    updated = case.updated(outcome.result, codes)
    findings = []
    if updated.text() != case.text():
        diff = difflib.unified_diff(case.text().splitlines(), updated.text().splitlines(), lineterm="", n=2)
        findings += [f"{case.name}: {'differs' if check else 'written'}", *list(diff)[2:]]
        if not check:
            case.path.write_text(updated.text(), encoding="utf-8")
    found = fixture.found_codes(outcome.result)
    if found != updated.codes:
        findings += [
            f"{case.name}: expects {', '.join(updated.codes) or 'no code'}, found {', '.join(found) or 'none'}"
        ]
    if not outcome.verdict.sound:
        findings += [f"{case.name}: unsound", outcome.explain()]
    if findings:
        print("\n".join(findings))
    return len(findings)


if __name__ == "__main__":
    sys.exit(main())
