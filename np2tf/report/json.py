"""The JSON report, version 1: a key is never renamed or removed within a version. Lines count from 1, columns from
0."""

from __future__ import annotations

import json
from typing import Any

from np2tf import __version__
from np2tf.diagnostics import CODES, Diagnostic
from np2tf.report import View, by_code, by_rule, no_hand, totals
from np2tf.result import FileResult, Result


def render(result: Result, view: View) -> str:
    """The report as indented JSON with a newline at the end: everything, or only counts if the view says so."""
    whole = document(result)
    if view.statistics:
        del whole["files"]
        whole["statistics"] = statistics(result)
    return json.dumps(whole, indent=1) + "\n"


def statistics(result: Result) -> dict[str, list[dict[str, Any]]]:
    """How often each code was found and each rule applied."""
    codes, rules = by_code(result), by_rule(result)
    return {
        "codes": [
            {"code": code, "severity": severity, "count": count, "title": CODES[code].title}
            for code, severity, count in codes
        ],
        "rules": [{"rule": rule, "count": count} for rule, count in rules],
    }


def document(result: Result) -> dict[str, Any]:
    """The report as a document of dicts and lists."""
    buckets = totals(result)
    return {
        "version": 1,
        "tool": f"np2tf {__version__}",
        "files": [_file(file) for file in result.files],
        "summary": {
            "files": len(result.files),
            "converted": result.count("converted"),
            "marked": result.count("marked"),
            "failed": result.count("failed"),
            "rewrites": sum(len(file.rewrites) for file in result.files),
            "errors": result.severity("error"),
            "warnings": result.severity("warning"),
            "notes": result.severity("note"),
            "constructs": sum(buckets.values()),
            "converted_constructs": no_hand(buckets),
            "buckets": buckets,
        },
    }


def _file(file: FileResult) -> dict[str, Any]:
    return {
        "path": file.path,
        "status": file.status,
        "rewrites": [
            {"rule": r.rule, "line": r.line, "column": r.column, "assumption": r.assumption} for r in file.rewrites
        ],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in file.diagnostics],
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "end_line": diagnostic.end_line,
        "end_column": diagnostic.end_column,
        "message": diagnostic.message,
        "help": diagnostic.help,
    }
