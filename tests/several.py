"""Programs of several modules: functions, classes, attributes and globals that reach across files. See `generator.py`.

A text with `<a || b || c>` in it stands for one of the three, mostly the first, which is the plain one: how often it is
another is drawn for each program. Functions and methods are left out at random. All arrays have three numbers, so that
nearly everything that can be put together runs; what does not is thrown away. A program is one text, its files under
`# file: name.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

import soundness

_CHOICE = re.compile(r"<([^<>]*\|\|[^<>]*)>")
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)

STATE = """
import numpy as np

G = np.zeros(3)
H = <np.arange(3.0) || G>
TABLE = {"a": np.ones(3), "b": <np.zeros(3) || H>}
LOG = []
LIMIT = <3 || None>


def bump():
    <G[0] += 1 || G[:] = 4 || global G; G = G + 1 || H[1] = 7>


def get_g():
    return <G.copy() || G || G[1:]>


def fill(v):
    <H[:] = v || TABLE["a"][0] = v || TABLE["b"] += v || TABLE["a"] = H * v>


def note(v):
    LOG.append(<v.copy() || v>)


def scale(p, by=2.0):
    <p *= by || p[1:] *= by || p = p * by || p[0] = by>
    <pass || return p || return p.sum() || return None>


def pick(p, q, first=True):
    return <p + q || p if first else q || p.copy()>
"""

SHAPES = """
from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
<import state || import state as st>


class Node:
    <kind = "node" || shared = np.zeros(3)>

    def __init__(self, w, up=None):
        self.w = <w.copy() || np.array(w) || w>
        self.up = up

    def step(self):
        <self.w += 1 || self.w[0] = 5 || self.w = self.w * 2 || self.w[1:] -= 1>

    def get(self):
        return <self.w.copy() || self.w || self.w[1:]>

    def take(self, other):
        <self.w = other.w.copy() || self.w += other.w || other.w += self.w || self.w = other.w>
        <pass || old = self.w; other.w += 1; self.w = old + 1>

    def into(self, x):
        <x += self.w || x[0] = self.w[0] || self.w += x || self.w[:] = x>

    @property
    def total(self):
        return <self.w.sum() || self.w[:2]>

    @classmethod
    def make(cls, n=1.0):
        return cls(<np.full(3, n) || ones()>)

    def __iadd__(self, v):
        <self.w += v || self.w = self.w + v>
        return self

    def __getitem__(self, k):
        return <self.w[k].copy() || self.w[k]>

    def __setitem__(self, k, v):
        self.w[k] = v

    def __call__(self, x):
        return <x + self.w || self.w>


class Leaf(Node):
    kind = "leaf"

    def step(self):
        <self.w -= 2 || super().step()>


class Net:
    def __init__(self, <n=2 || n=1>):
        self.nodes = [Node(np.full(3, float(k))) for k in range(n)] + [Leaf(np.ones(3))]
        self.params = {"a": np.ones(3), "b": np.zeros(3)}
        self.best = <Node(np.ones(3)) || self.nodes[0]>
        self.count = 0

    def step(self, rate):
        for node in self.nodes:
            <node.w -= rate || node.w[0] = rate || node += rate>
        <self.nodes[0].w *= 2 || self.params["a"] += rate || self.count += 1 || self.nodes[-1].w[1] = 9>
        for k in self.params:
            <self.params[k] -= rate || self.params[k][0] = 1 || pass>

    def first(self):
        return self.nodes[<0 || -1>]

    def arrays(self):
        return [<n.w.copy() || n.w> for n in self.nodes]


@dataclass
class Point:
    x: np.ndarray
    n: int = 0
    y: np.ndarray = field(default_factory=lambda: np.zeros(3))

    def move(self):
        <self.y += 1 || self.x = self.x + 1 || self.x += 1>


class Pair(NamedTuple):
    left: np.ndarray
    right: np.ndarray


def ones():
    return np.ones(3)


def average(nodes):
    total = np.zeros(3)
    for n in nodes:
        total += n.w
    return total / len(nodes)


def spread(nodes, v):
    for k in range(len(nodes)):
        <nodes[k].w += v || nodes[k].w[0] = 3 || nodes[k].w = v || nodes[k].w = v.copy()>
"""

IMPORTS = """
import numpy as np
import copy
<import state || import state as s; import state>
<import shapes || from state import G || from state import TABLE>
from state import LIMIT, bump, fill, get_g, note, pick, scale
from shapes import Leaf, Net, Node, Pair, Point, average, spread
"""

STATEMENTS = (
    "a = np.arange(3.0)",
    "b = <a.copy() || a + 1 || a || a[:]>",
    "a <+= 1 || *= 2>",
    "b[0] = <5 || a[1]>",
    "<scale(a) || c = scale(a) || scale(a, by=3.0) || scale(b[:])>",
    "c = pick(a, b, first=<True || False>)",
    "c += 1",
    "<bump() || fill(2.0)>",
    "g = <get_g() || state.G || state.H>",
    "<pass || state.G[2] = 8 || state.H += 1 || state.TABLE['a'] += 1 || state.TABLE['b'][0] = 6>",
    "<pass || state.G = np.ones(3) || state.G = a>",
    "note(a)",
    "obs.append(<len(state.LOG) || state.G.copy() || state.H.sum() || state.TABLE['a'].copy()>)",
    "n = <Node(a) || Leaf(a)>",
    "n = Node.make(2.0)",
    "m = <Node(b) || copy.deepcopy(n) || Node(n.w) || n || copy.copy(n)>",
    "n.step()",
    "m.step()",
    "n.take(m)",
    "n.into(<a || b || m.w>)",
    "v = <n.w.copy() || n.w>",
    "v = n.get()",
    "v = n(a)",
    "v = n[<0 || :2>]",
    "obs.append(n.total)",
    "n.w <+= 1 || *= 2 || -= a>",
    "n.w[<0 || 1:>] = 3",
    "n += <1 || a>",
    "n[<0 || :>] = <4 || 2.0>",
    "m.w = <n.w.copy() || a * 2 || a || n.w>",
    "obs.append(<n.w.copy() || m.w.copy()>)",
    "net = <Net() || Net(1)>",
    "net.step(<0.5 || 1.0>)",
    "net.nodes[<0 || -1>].w <+= 1 || *= 3 || -= a>",
    "net.nodes[0].w[1] = <7 || a[0]>",
    "net.params['a'] <+= 1 || *= a>",
    "net.params['b'][0] = 2",
    "<obs.append(net.first().w.sum()) || net.first().w += 1>",
    "w = <net.nodes[0].w.copy() || net.nodes[0].w || net.params['a']>",
    "w = <average(net.nodes) || net.first().w>",
    "w = net.arrays()",
    "spread(net.nodes, a)",
    "net.nodes.append(<n || Node(a)>)",
    "for node in net.nodes:\n    <node.w += 1 || node.step() || obs.append(node.w.copy())>",
    "for node, other in zip(net.nodes, net.nodes[1:]):\n    <node.w += other.w || node.take(other)>",
    "obs.append([<k.w.copy() || k.w.sum()> for k in net.nodes])",
    "p = <Point(a.copy()) || Point(a) || Point(np.ones(3), 2) || Point(a, y=b)>",
    "p.move()",
    "p.<x || y> <+= 1 || *= 2>",
    "q = <copy.deepcopy(p) || Pair(a.copy(), b.copy()) || Point(p.x) || Pair(a, b)>",
    "obs.append(<p.x.copy() || p.y.copy() || p.n>)",
    "if <a[0] == 1 || len(obs) == 1>:\n    <a += 1 || n.w *= 2>\nelif <n.w[0] == 2 || scale(b) is None>:\n    b += 1",
    "while len(obs) < 3:\n    <a += 1 || n.w += a || bump()>\n    obs.append(0)",
    "try:\n    <a[0] = 3 || n.step() || scale(a)>\nexcept KeyError:\n    pass",
    "obs.append(<net.best.w.copy() || net.best.w || scale(a) || [scale(b) for _ in range(2)]>)",
)  # fmt: skip


_OPTIONAL = frozenset({
    "bump", "fill", "get_g", "note", "scale", "pick", "step", "get", "take", "into", "total", "make", "__iadd__",
    "__getitem__", "__setitem__", "__call__", "first", "arrays", "move", "average", "spread",
})  # fmt: skip


def split(program: str) -> Mapping[str, str]:
    """The files of a program."""
    parts = _FILE.split(program)
    return dict(zip(parts[1::2], parts[2::2], strict=True)) if len(parts) > 1 else {soundness.ENTRY: program}


def write(rng: random.Random) -> str | None:
    """A program, or None if what was drawn does not run under NumPy."""
    names = {"a", "b", "n", "m", "net", "p", "obs"}
    wild = rng.choice([0.03, 0.1, 0.3])
    state, dropped = _thinned(STATE, rng)
    shapes, more = _thinned(SHAPES, rng)
    dropped |= more
    usable = [text for text in STATEMENTS if dropped.isdisjoint(_used(text))]
    imports = IMPORTS
    for name in dropped:
        imports = imports.replace(f", {name},", ",").replace(f", {name}\n", "\n")
    main = [_drawn(imports, rng, wild).strip(), "obs = []", "a = np.arange(3.0)", "b = np.ones(3)", "n = Node(a)"]
    main += ["m = Leaf(np.ones(3))", "net = Net()", "p = Point(np.zeros(3))"]
    body = []
    for _ in range(rng.randint(3, 10)):
        text = _drawn(rng.choice(usable), rng, wild)
        body += text.split("\n")
        names.update(re.findall(r"^([cgqvw]) = ", text))
    if rng.random() < 0.5:
        main += ["", "", "def work(a, b, n, m, net, p):", *(f"    {line}" for line in body)]
        main += [f"    return {', '.join(sorted(names))}", "", "", "out = work(a, b, n, m, net, p)"]
    else:
        main += [*body, f"out = {', '.join(sorted(names))}"]
    files = {
        "state.py": _drawn(state, rng, wild),
        "shapes.py": _drawn(shapes, rng, wild),
        "main.py": "\n".join(main) + "\n",
    }
    program = "".join(f"# file: {name}\n{text.lstrip()}" for name, text in files.items())
    return None if soundness.observe(files, "main.py").error else program


def _drawn(text: str, rng: random.Random, wild: float) -> str:
    """The text with each of its choices made."""
    while found := _CHOICE.search(text):
        options = [option.strip() for option in found[1].split("||")]
        chosen = rng.choice(options) if rng.random() < wild else options[0]
        text = text[: found.start()] + chosen + text[found.end() :]
    return text


def _thinned(text: str, rng: random.Random) -> tuple[str, set[str]]:
    """A module without some of its functions, and their names."""
    dropped = {name for name in _OPTIONAL if f"def {name}(" in text and rng.random() < 0.5}
    for name in dropped:
        text = re.sub(
            rf"\n+((    )?@.*\n)?(?P<indent> *)def {name}\(.*\n((?P=indent) +.*\n|\n(?= *    \S))*", "\n\n", text
        )
    return text, dropped


def _used(text: str) -> set[str]:
    """The functions that a statement may use, operators included."""
    found = set(re.findall(r"\w+", text))
    found |= {"__getitem__", "__setitem__"} if re.search(r"\bn\[", text) else set()
    found |= {"__call__"} if "n(a)" in text else set()
    return found | ({"__iadd__"} if text.startswith("n +=") else set())
