"""SARIF 2.1.0, which code scanning services and editors read: the findings, and the documentation of their codes.

Lines and columns count from 1 here; an end column is that of the character after the last.
"""

from __future__ import annotations

import json
import os
from typing import Any

from np2tf import __version__
from np2tf.diagnostics import CODES, Diagnostic
from np2tf.explain import page, sections
from np2tf.identity import fingerprints
from np2tf.report import SEVERITIES, View
from np2tf.result import Result

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_MOST = 25_000  # what GitHub takes in one run; a longer file is refused as a whole


def render(result: Result, view: View) -> str:
    """The log as indented JSON with a newline at the end. The view changes nothing: programs get everything."""
    return json.dumps(document(result), indent=1) + "\n"


def document(result: Result) -> dict[str, Any]:
    """The log as a document of dicts and lists."""
    found = list(fingerprints(result))
    left_out = len(found) - _MOST
    if left_out > 0:
        found = sorted(found, key=lambda item: SEVERITIES.index(item[1].severity))[:_MOST]
    codes = sorted({one.code for _, one, _ in found})
    results = [_result(file.path, one, mark, codes.index(one.code)) for file, one, mark in found]
    broken = any(one.code in {"NT003", "NT009"} for _, one, _ in found)
    invocation: dict[str, Any] = {"executionSuccessful": not broken}
    if left_out > 0:
        text = f"{left_out} findings are left out, the least severe: a run holds {_MOST} at most"
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    driver = {
        "name": "np2tf",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The directory in which np2tf was run."}}},
        "invocations": [invocation],
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    parts = sections(code)
    return {
        "id": code,
        "shortDescription": {"text": CODES[code].title},
        "fullDescription": {"text": parts["What was found"]},
        "help": {"text": parts["What to do instead"], "markdown": page(code)},
        "defaultConfiguration": {"level": CODES[code].severity},
        "properties": {"tags": ["numpy", "tensorflow"]},
    }


def _result(path: str, found: Diagnostic, fingerprint: str, rule: int) -> dict[str, Any]:
    text = f"{found.message}\n{found.help}" if found.help else found.message
    result = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.severity,
        "message": {"text": text},
        "locations": [_location(path, _region(found), found.function)],
        "partialFingerprints": {"np2tf/v1": fingerprint},
    }
    others = found.named_lines()
    if others:
        result["relatedLocations"] = [
            {"id": k, **_location(path, {"startLine": line}), "message": {"text": "named in the message"}}
            for k, line in enumerate(others, 1)
        ]
    return result


def _region(found: Diagnostic) -> dict[str, int]:
    return {
        "startLine": found.line,
        "startColumn": found.column + 1,
        "endLine": found.end_line,
        "endColumn": found.end_column + 1,
    }


def _location(path: str, region: dict[str, int], function: str = "") -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}
    if function:
        location["logicalLocations"] = [{"fullyQualifiedName": function}]
    return location


def _artifact(path: str) -> dict[str, str]:
    """A path as a URI, relative to where np2tf was run if it lies below.

    >>> _artifact("src/a b%.py")
    {'uri': 'src/a%20b%25.py', 'uriBaseId': '%SRCROOT%'}
    """
    from urllib.parse import quote

    uri = quote(os.fsencode(path.replace(os.sep, "/")))
    if os.path.isabs(path):
        return {"uri": f"file://{'' if uri.startswith('/') else '/'}{uri}"}
    return {"uri": uri, "uriBaseId": _ROOT}
