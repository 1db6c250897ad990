"""GitLab's code quality report: a JSON list of findings, each with a fingerprint that no other has and that stays the
same when lines move, so that a merge request shows only what it brings."""

from __future__ import annotations

import json
from typing import Any

from np2tf.diagnostics import Diagnostic
from np2tf.identity import fingerprints
from np2tf.report import View
from np2tf.result import Result

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(result: Result, view: View) -> str:
    """The report as indented JSON with a newline at the end. The view changes nothing: programs get everything."""
    return json.dumps([_issue(file.path, one, mark) for file, one, mark in fingerprints(result)], indent=1) + "\n"


def _issue(path: str, found: Diagnostic, fingerprint: str) -> dict[str, Any]:
    unreadable = found.severity == "error" and found.code.startswith("NT0")
    return {
        "description": " ".join(f"{found.message}; {found.help}".split()) if found.help else found.message,
        "check_name": found.code,
        "fingerprint": fingerprint,
        "severity": "critical" if unreadable else _SEVERITIES[found.severity],
        "location": {
            "path": path,
            "positions": {
                "begin": {"line": found.line, "column": found.column + 1},
                "end": {"line": found.end_line, "column": found.end_column + 1},
            },
            "lines": {"begin": found.line, "end": found.end_line},
        },
    }
