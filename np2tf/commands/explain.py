"""`np2tf explain`: what a diagnostic means."""

from __future__ import annotations

from collections.abc import Iterable

import click

from np2tf.commands.conversion import codes_named, completed
from np2tf.terminal import say, styled


@click.command(short_help="Explain a diagnostic.")
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=completed)
@click.option("--all", "everything", is_flag=True, help="List all codes.")
def explain(codes: tuple[str, ...], everything: bool) -> int:
    """Say what a diagnostic means, why a plain rewrite would be wrong, and what to do instead.

    A CODE such as NT103 shows its page; the beginning of one, such as NT1, lists the codes that begin so.
    """
    from np2tf.diagnostics import CODES
    from np2tf.explain import page

    if everything == bool(codes):
        raise click.UsageError("name a code, such as NT103, or pass --all to list all of them")
    if everything:
        _list_codes(CODES)
        return 0
    wanted = codes_named(codes)
    for number, prefix in enumerate(wanted):
        if prefix in CODES:
            say(("\n" if number else "") + styled(page(prefix)))
        else:
            _list_codes(code for code in CODES if code.startswith(prefix))
    return 0


def _list_codes(codes: Iterable[str]) -> None:
    from np2tf.diagnostics import CODES

    say("".join(f"{code}  {CODES[code].severity:7}  {CODES[code].title}\n" for code in codes))
