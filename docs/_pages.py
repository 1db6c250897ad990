"""What mkdocs adds to the written pages: one for each command, from its own help, and one for each diagnostic."""

from __future__ import annotations

from importlib import import_module

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from np2tf.cli import COMMANDS
from np2tf.diagnostics import CODES
from np2tf.explain import page


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the generated pages where the navigation has their directories."""
    for section in config.nav or []:
        if "Commands" in section:
            section["Commands"] = [{name: f"commands/{name}.md"} for name in COMMANDS]
        if "Diagnostics" in section:
            section["Diagnostics"] = ["diagnostics/index.md", *(f"diagnostics/{code}.md" for code in CODES)]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    for name in COMMANDS:
        files.append(File.generated(config, f"commands/{name}.md", content=_command(name)))
    for code in CODES:
        files.append(File.generated(config, f"diagnostics/{code}.md", content=page(code)))
    files.append(File.generated(config, "diagnostics/index.md", content=_overview()))
    return files


def _command(name: str) -> str:
    command = getattr(import_module(f"np2tf.commands.{name}"), name)
    context = click.Context(command, info_name=f"np2tf {name}", max_content_width=90)
    return f"# np2tf {name}\n\n{COMMANDS[name]}\n\n```text\n{command.get_help(context)}\n```\n"


def _overview() -> str:
    rows = "\n".join(f"| [{code}]({code}.md) | {row.severity} | {row.title} |" for code, row in CODES.items())
    return f"# Diagnostics\n\n| code | severity | what it says |\n|---|---|---|\n{rows}\n"
