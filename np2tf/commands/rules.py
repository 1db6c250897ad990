"""`np2tf rules`: what is rewritten, and how."""

from __future__ import annotations

import click

from np2tf.terminal import Failure, say, styled


@click.command(short_help="List the rewriting rules.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def rules(names: tuple[str, ...]) -> int:
    """List the rules that rewrite or report NumPy code, or show what the named ones do."""
    from np2tf.explain import rules as all_rules

    table = {rule.name: rule for rule in all_rules()}
    for name in names:
        if name not in table:
            raise Failure(f"there is no rule {name!r}; `np2tf rules` lists them")
    width = max(map(len, table), default=0)
    for name in names:
        say(f"{styled(f'# {name}')}\n\n{table[name].text}\n")
    if not names:
        say("".join(f"{rule.name:{width}}  {rule.title}\n" for rule in table.values()))
    return 0
