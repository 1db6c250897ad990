"""An option of XLA's for the CPU, set before TensorFlow reads it: it does so once in a process, when it first compiles.

XLA launches a kernel for each step of a loop's body, which for small arrays takes longer than what the kernel computes.
Loops whose turns touch few bytes it compiles as one kernel; few are a thousand by default. With a million, loops over
elements take about half as long, and compile sooner. What it gives up is a second thread, which XLA doesn't use for
arrays of that size, and its library for products of matrices: see `_rung.needs_library`.

Who sets `xla_backend_extra_options` in the environment variable XLA_FLAGS has the last word.
"""

from __future__ import annotations

import os

_OPTIONS = "xla_backend_extra_options"
_THRESHOLD = "xla_cpu_small_while_loop_byte_threshold"
SMALL_LOOP = 1 << 20  # bytes that a turn touches


def set_options() -> None:
    """Ask for one kernel for each small loop, unless the environment says something else."""
    flags = os.environ.get("XLA_FLAGS", "")
    if _OPTIONS not in flags and (not flags or flags.lstrip().startswith("-")):  # and not the name of a file
        os.environ["XLA_FLAGS"] = f"{flags} --{_OPTIONS}={_THRESHOLD}={SMALL_LOOP}".strip()


set_options()
