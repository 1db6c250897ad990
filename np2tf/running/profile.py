"""`np2tf run --profile`: where the time of a converted program went, by the lines of its source.

A line's time includes the libraries that it calls, and not the program's own functions: these have lines themselves.
Beside it stand the operations that TensorFlow ran one by one, those that it put into graphs instead (each trace of a
function does so once), and how often a tensor's values were read back by Python. Calls that TensorFlow could not
compute, and that NumPy did compute, are counted below the table, with the line where they took the most."""

from __future__ import annotations

import linecache
import re
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from np2tf.running.units import shown

_SHOWN = 25
_IMPORT = re.compile(r"\s*(?:import|from)\s")  # what modules do when they are imported would hide all else
Line = tuple[str, int]


@dataclass
class Cost:
    """What a line has cost."""

    seconds: float = 0.0
    times: int = 0
    eager: int = 0
    traced: int = 0
    reads: int = 0
    left: Counter[str] = field(default_factory=Counter)  # calls that NumPy computed after TensorFlow had failed


class Profile:
    """Measures the main thread's lines in given files."""

    def __init__(self, files: Mapping[str, object]) -> None:
        self.files = files
        self.costs: dict[Line, Cost] = {}
        self.stack: list[Line] = []
        self.since = 0.0
        self.warned: list[str] = []
        self.thread = threading.get_ident()

    def start(self) -> None:
        """Begin to measure."""
        self._collect_warnings()
        self.since = time.perf_counter()
        sys.settrace(self._called)

    def stop(self) -> None:
        """End it."""
        sys.settrace(None)
        self._spend()
        self.stack.clear()

    def at(self) -> Cost | None:
        """The cost of the line that runs, if one of the program's does."""
        if not self.stack or threading.get_ident() != self.thread:
            return None
        return self.costs.setdefault(self.stack[-1], Cost())

    def _spend(self) -> None:
        """Charge the time since the last event to the line that ran."""
        now = time.perf_counter()
        if self.stack:
            self.costs.setdefault(self.stack[-1], Cost()).seconds += now - self.since
        self.since = now

    def _called(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        if frame.f_code.co_filename not in self.files:
            return None
        self._spend()
        self.stack.append((frame.f_code.co_filename, frame.f_lineno))
        self.since = time.perf_counter()
        return self._inside

    def _inside(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        if event == "line":
            self._spend()
            line = (frame.f_code.co_filename, frame.f_lineno)
            self.stack[-1] = line
            self.costs.setdefault(line, Cost()).times += 1
            self.since = time.perf_counter()
        elif event == "return":
            self._spend()
            self.stack.pop()
        return self._inside

    def watch(self, name: str) -> None:
        """Called when a module has been imported: begin to count what TensorFlow does, or doesn't."""
        if name == "tensorflow":
            self._watch_tensorflow()
        elif name == "np2tf_runtime":
            self._watch_runtime()

    def _watch_runtime(self) -> None:
        base: Any = sys.modules["np2tf_runtime._base"]
        ask = base.answer_of_numpy

        def answer_of_numpy(name: str, *call: Any) -> Any:
            answer = ask(name, *call)
            cost = self.at()
            if cost is not None:
                cost.left[name] += 1
            return answer

        base.answer_of_numpy = answer_of_numpy

    def _watch_tensorflow(self) -> None:

        def callback(
            kind: str, inputs: Any, attributes: Any, outputs: Any, op_name: Any = None, graph: Any = None
        ) -> None:
            cost = self.at()
            if cost is not None and graph is None:
                cost.eager += 1
            elif cost is not None:
                cost.traced += 1

        sys.modules["tensorflow.python.framework.op_callbacks"].add_op_callback(callback)
        tensor = sys.modules["tensorflow.python.framework.ops"]._EagerTensorBase
        read = tensor._numpy

        def _numpy(this: Any) -> Any:
            cost = self.at()
            if cost is not None:
                cost.reads += 1
            return read(this)

        tensor._numpy = _numpy

    def _collect_warnings(self) -> None:
        show = warnings.showwarning

        def showwarning(message: Any, category: type[Warning], *rest: Any, **options: Any) -> None:
            if category.__name__ in ("JitFallbackWarning", "HostFallbackWarning"):
                self.warned.append(str(message))
            else:
                show(message, category, *rest, **options)

        warnings.showwarning = showwarning

    def report(self) -> str:
        """The table."""
        costs, imports = {}, 0.0
        for line, cost in self.costs.items():
            if _IMPORT.match(linecache.getline(*line)):
                imports += cost.seconds
            else:
                costs[line] = cost
        total = sum(cost.seconds for cost in costs.values())
        lines = [
            f"np2tf: {total:.3f} s in the program's lines, {imports:.3f} s in imports; small operations cost more here",
            f"{'seconds':>9} {'share':>6} {'times':>8} {'eager':>8} {'traced':>7} {'reads':>7}  line",
        ]
        ranked = sorted(((line, cost) for line, cost in costs.items() if line[1]), key=lambda item: -item[1].seconds)
        for (file, number), cost in ranked[:_SHOWN]:
            text = linecache.getline(file, number).strip()
            lines.append(
                f"{cost.seconds:>9.3f} {cost.seconds / (total or 1):>6.1%} {cost.times:>8} {cost.eager:>8} "
                f"{cost.traced:>7} {cost.reads:>7}  {shown(file)}:{number}: {text[:60]}"
            )
        if len(ranked) > _SHOWN:
            rest = sum(cost.seconds for _, cost in ranked[_SHOWN:])
            lines.append(f"{rest:>9.3f} {rest / (total or 1):>6.1%}  in {len(ranked) - _SHOWN} more lines")
        lines += [f"{what}: {count} {told}" for what, count, told in self._sums() if count]
        lines += self._left()
        return "\n".join([*lines, *dict.fromkeys(self.warned)])

    def _left(self) -> list[str]:
        """A line for each function that failed on tensors and was left to NumPy."""
        names = Counter[str]()
        for cost in self.costs.values():
            names.update(cost.left)
        lines = []
        for name, count in names.most_common():
            file, number = max(self.costs, key=lambda line: self.costs[line].left[name])
            lines.append(
                f"left to NumPy: {name}, {count} times, most of them at {shown(file)}:{number}: it failed on tensors"
            )
        return lines

    def _sums(self) -> tuple[tuple[str, int, str], ...]:
        costs = self.costs.values()
        return (
            ("eager", sum(cost.eager for cost in costs), "operations that TensorFlow ran one by one"),
            ("traced", sum(cost.traced for cost in costs), "operations put into graphs, once for each trace"),
            ("reads", sum(cost.reads for cost in costs), "times a tensor's values were read back by Python"),
        )
