"""Programs about when things happen: see `generator.py`.

`order` puts calls in the middle of statements, of functions that change their argument, a global or nonlocal array, an
attribute or an item. `early` leaves blocks: jumps and exceptions out of `try`, `with` and loops in functions and
generators that are half way through an update.

Both are grammars: `{name}` stands for an alternative of the table of that name, the first ones of which are plain. All
arrays have three numbers, so that nearly everything runs; what raises is thrown away.
"""

from __future__ import annotations

import random
import re

import soundness
from templates import programs, table

_HANDED = {"i_item": "L", "i_new_item": "L", "i_items": "L", "i_value": "D"}
_THIRD = ("x", "y", "y + 1", "x[::-1]")
_HOLE = re.compile(r"\{([a-z_]+)\}")
_BRACES = re.compile(r"(\{\{(?=\{)|\}\}(?!\}))")

INTS = programs("""
def i_set(p):
    p[0] += 1
    return 1

# ---

def i_scale(p):
    p *= 2
    return 2

# ---

def i_tail(p):
    p[1:] = 5
    return 0

# ---

def i_by(p, by=1):
    p += by
    return by

# ---

def i_reads(p):
    return int(p.sum()) % 3

# ---

def i_half(p):
    p[0] = 7
    if p[1] > 3:
        raise ValueError
    p[1] += 2
    return 1

# ---

def i_store(p):
    G[0] += p[1]
    return 1

# ---

def i_bound(p):
    global G
    G = G + p
    return 0

# ---

def i_attribute(p):
    o.w += p
    return 1

# ---

def i_new_attribute(p):
    o.w = p + 1
    return 2

# ---

def i_reset_attribute(p):
    o.w = p.copy()
    return 0

# ---

def i_item(items):
    items[0][1] += 1
    return 0

# ---

def i_new_item(items):
    items[0] = items[1] * 2
    return 1

# ---

def i_items(items):
    for e in items:
        e += 1
    return len(items)

# ---

def i_value(table):
    table["a"][1] = table["a"][0] + 2
    return 2

# ---

def i_cell(p):
    c = np.zeros(3)

    def add():
        nonlocal c
        c = c + p
        p[0] += 1
        return c.sum()

    return int(c[0] + add() + c[0] + p[0]) % 3

# ---

def i_local(p):
    q = p
    q[0] = q[0] + i_inner(p)
    return 1


def i_inner(p):
    p[0] += 3
    return 2
""")
ARRAYS = programs("""
def a_same(p):
    p[0] = 4
    return p

# ---

def a_new(p):
    p[0] += 1
    return p + 1

# ---

def a_before(p):
    q = p.copy()
    p[2] = 9
    return q

# ---

def a_view(p):
    p[1] += 1
    return p[::-1]

# ---

def a_global(p):
    G[0] += p[0]
    return G.copy()

# ---

def a_attribute(p):
    o.w[0] += 1
    return o.w.copy()
""")
CLASS = """
class Held:
    def __init__(self, w):
        self.w = w.copy()

    def i_step(self):
        self.w[1] += 1
        return 1

    def a_grown(self):
        self.w += 1
        return self.w * 2
"""
OUTER = {"G": "G = np.zeros(3)", "o": "o = Held(np.ones(3))"}
LOCAL = {"L": "L = [np.arange(3.0), np.ones(3)]", "D": 'D = {"a": np.ones(3), "b": np.zeros(3)}'}
CELLS = programs("""
def n_store():
    x[0] += 1
    return 1

# ---

def n_update():
    {nonlocal} x
    x += 2
    return 2

# ---

def n_bound():
    {nonlocal} y
    y = y + 1
    return 0

# ---

def n_alias():
    {nonlocal} y
    y = x
    return 0
""")

WORDS: dict[str, tuple[str, ...]] = {
    "number": table("0  1  2  5  -1"),
    "index": table("0  1  k  k  {number_of}  {number_of}"),
    "scalar": table(
        """
        {number}  {x}[{index}]  {x}.sum()  {x}[{index}]  {number_of}  {number_of}  ({scalar} + {scalar})
        ({scalar} - {scalar})  ({scalar} if {condition} else {scalar})  ({scalar} or {scalar})
        max({scalar}, {scalar})  float({array}.max())  sum([{scalar}, {scalar}])  {array}[{index}]
        (lambda a, b={scalar}: a - b)({scalar})
        """
    ),
    "array": table(
        """
        {x}  {x}  {x} + 1  {array_of}  {array_of}  ({x} + {array})  ({array} + {x})  {x} * {scalar}
        {scalar} * {x}  {x}.copy()  {x}[::-1]  ({x} if {condition} else {array})
        np.array([{scalar}, {scalar}, {scalar}])  np.where({x} > {scalar}, {array}, {x})
        np.add({x}, {array})  np.maximum({array}, {x})  ({array} - {array})
        """
    ),
    "condition": table(
        """
        flag  {x}[0] > 1  k  {scalar} > {scalar}  {number_of}  not {number_of}  ({condition} and {condition})
        ({condition} or {condition})  {scalar} < {scalar} < {scalar}  {scalar} in ({scalar}, {scalar})
        """
    ),
}
ORDER = programs("""
{t} = {array}
# ---
{x}[{index}] = {scalar}
# ---
{x}[{index}] = {scalar}
# ---
{x}[{index}] += {scalar}
# ---
{x} += {array}
# ---
{x} *= {scalar}
# ---
{x}[1:] = {array}[1:]
# ---
{x}[1:] += {array}[:2]
# ---
{t}, {u} = {array}, {array}
# ---
{x}[{index}], {x}[{index}] = {scalar}, {scalar}
# ---
{t}, {x}[{index}] = {array}, {scalar}
# ---
{x}[{index}], k = {scalar}, {number_of}
# ---
{x}[{index}] = {x}[{index}] = {scalar}
# ---
k = {number_of}
# ---
obs.append(({scalar}, {scalar}))
# ---
obs.append({array} + {array})
# ---
obs.append([{scalar} for _ in range(2)])
# ---
obs.append([{scalar} for e in ({x}, {x}) if {condition}])
# ---
obs.append({{{scalar}: {scalar}}})
# ---
obs.append(dict(a={scalar}, b={scalar}))
# ---
obs.append(f"{{{scalar}}} {{{number_of}}} {{{x}.tolist()}}")
# ---
print({x}.tolist(), {number_of}, {x}.tolist())
# ---
print(*[{scalar}, {scalar}], sep=str({number_of}))
# ---
{t} = ({u} := {array}) + {array}
# ---
np.add({x}, {array}, out={x})
# ---
if {condition}:
    {line}
# ---
if {condition}:
    {line}
elif {condition}:
    {line}
else:
    {line}
# ---
for v in ({scalar}, {scalar}):
    {x}[{index}] += v
# ---
for k in range({number_of}):
    {line}
# ---
for _ in range(2):
    {line}
    {line}
# ---
assert {condition} or True, {number_of}
# ---
c = 0
while c < 3 and {condition}:
    c += 1
    {line}
""")
PLAIN = programs("""
{x}[{index}] = {number}
# ---
{x}[{index}] += {number}
# ---
{x} += 1
# ---
{x}[1:] *= 2
# ---
{t} = {x}
# ---
{t} = {x}
# ---
{t} = {x} + 1
# ---
{t} = {x}[::-1]
# ---
{t}, {u} = {x} + 1, {x}
# ---
{x}[{index}], {x}[{index}] = {number}, int("no" if {test} else "1")
# ---
{x}[1] = int("no" if {test} else "2")
# ---
obs.append({x}.copy())
# ---
obs.append({x}.sum())
# ---
k += 1
""")
BLOCKS = programs("""
if {test}:
    {jump}
# ---
if {test}:
    {line}
    {jump}
# ---
if {test}:
    del {t}
    {t} = np.ones(3)
    {jump}
# ---
try:
    {block}
finally:
    {calm}
# ---
try:
    {block}
finally:
    {calm}
    {calm}
# ---
try:
    {block}
except ValueError:
    {block}
# ---
try:
    {block}
except (ValueError, KeyError) as error:
    {line}
    {jump}
else:
    {line}
finally:
    {calm}
# ---
try:
    {line}
    {jump}
finally:
    {calm}
# ---
with contextlib.suppress(ValueError):
    {block}
# ---
with entered(obs):
    {block}
# ---
for {i} in range(3):
    {loop}
# ---
for {i} in range(3):
    {loop}
else:
    {block}
# ---
for {i} in range(2):
    for {j} in range(2):
        {loop}
    else:
        {continue_or_line}
    {loop}
# ---
for v in {x}.tolist():
    {x}[0] += v
    {loop}
# ---
{c} = 0
while {c} < 3:
    {c} += 1
    {loop}
else:
    {line}
""")
ENTERED = """
@contextlib.contextmanager
def entered(log):
    log.append("in")
    try:
        yield log
    finally:
        log.append("out")
"""
DRIVES = programs("""
for v in {generator}:
    {block}
# ---
for v in {generator}:
    v[0] += 1
    break
# ---
for v in {generator}:
    obs.append(v.sum())
    {x}[2] = 6
    if {test}:
        break
# ---
it = {generator}
obs.append(next(it).copy())
{line}
it.close()
# ---
it = {generator}
{t} = next(it)
{line}
obs.append(next(it, {x}).copy())
# ---
it = {generator}
next(it)
{line}
with contextlib.suppress(ValueError, StopIteration):
    it.throw(ValueError)
# ---
obs.append([v.copy() for v in {generator}])
# ---
{t}, *_ = {generator}, {x}
""")
CALLS = programs("""
{t} = {call}
# ---
{t} = {call}
# ---
{call}
# ---
try:
    {t} = {call}
except (ValueError, KeyError):
    obs.append("caught")
# ---
with contextlib.suppress(ValueError):
    {call}
# ---
try:
    {call}
finally:
    {calm}
""")


class _Writer:
    """One program, drawn from the tables with the choices of `rng`."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names: tuple[str, ...] = ("x", "y", "z")
        self.places: tuple[str, ...] = ("G", "o.w", "L[0]", 'D["a"]')
        self.targets: tuple[str, ...] = ()
        self.words = dict(WORDS)
        self.depth = self.loops = 0
        self.yields = self.ends = False  # a generator; a function with `return`, which `main` has at its end only

    def draw(self, name: str) -> str:
        """An alternative of the table `name`, or what the method of that name gives."""
        method = getattr(self, f"_{name}", None)
        if method is not None:
            return str(method())
        alternatives = self.words[name]
        return self.fill(self.rng.choice(alternatives[:2] if self.depth > 2 else alternatives))

    def fill(self, text: str) -> str:
        """`text` with its holes filled from left to right, what is of several lines indented as its hole is."""
        self.depth += 1
        lines = []
        for line in text.split("\n"):
            indent = line[: len(line) - len(line.lstrip())]
            parts = [_HOLE.sub(lambda hole: self.draw(hole[1]), part) for part in _BRACES.split(line)]
            text = "".join({"{{": "{", "}}": "}"}.get(part, part) for part in parts)
            lines.append(text.replace("\n", "\n" + indent))
        self.depth -= 1
        return "\n".join(lines)

    def statement(self, text: str) -> str:
        """The same, from the outermost depth."""
        depth, self.depth = self.depth, 0
        written = self.fill(text)
        self.depth = depth
        return written

    # ---- words -----------------------------------------------------------------------------------------------------

    def _x(self) -> str:
        return self.rng.choice(self.names if self.rng.random() < 0.75 or not self.places else self.places)

    def _t(self) -> str:
        return self.rng.choice(self.targets or self.names)

    _u = _t

    def _test(self) -> str:
        index = self.rng.choice(["k", *"ij"[: self.loops]])
        return self.rng.choice([f"{index} == 1", "k", f"{self._x()}[0] > 1", f"{self._x()}.sum() > 3"])


class _Order(_Writer):
    """Calls in the middle of statements."""

    def program(self) -> str:
        rng = self.rng
        numbers, arrays = rng.sample(INTS, 2), rng.sample(ARRAYS, 1)
        inside, with_object = rng.random() < 0.5, rng.random() < 0.3
        scope = "nonlocal" if inside else "global"
        cells = [text.replace("{nonlocal}", scope) for text in rng.sample(CELLS, rng.random() < 0.3)]
        calls = [f"{name}({_HANDED.get(name, '{x}')})" for name in map(_name, numbers)]
        calls += ["i_by({x}, by=2)"] if "i_by({x})" in calls else []
        calls += [f"{_name(text)}()" for text in cells] + ["o.i_step()"] * with_object
        self.words["number_of"] = tuple(calls)
        calls = [f"{_name(arrays[0])}({{x}})", f"{_name(arrays[0])}(p={{x}})"]
        self.words["array_of"] = (*calls, *["o.a_grown()"] * with_object)
        self.names = ("x", "x", "y", "z")[: rng.choice([3, 4, 4])]
        self.places = tuple(rng.sample(self.places, rng.choice([0, 0, 1])))
        head = ["import numpy as np", *(text + "\n" for text in (*numbers, *arrays)), ""]
        body = ["obs = []", "flag, k = True, 1", "x, y = np.arange(3.0), np.ones(3)", f"z = {rng.choice(_THIRD)}"]
        body += [f"{text}\n" for text in cells]
        body += [self.statement(rng.choice(ORDER)) for _ in range(rng.randint(2, 5))]
        return _assembled(head, body, inside)

    def _line(self) -> str:
        return self.statement(self.rng.choice(ORDER[:16]))


class _Early(_Writer):
    """Blocks that are left early."""

    def program(self) -> str:
        rng = self.rng
        self.places = tuple(rng.sample(self.places, rng.randint(0, 1)))
        self.words["index"] = table("0  1  2  k")
        head = ["import contextlib", "import numpy as np", "obs = []", ENTERED]
        functions = [self._function(f"f{n}", False) for n in range(rng.randint(0, 2))]
        generators = [self._function(f"g{n}", True) for n in range(rng.randint(0, 1))]
        arguments = ["{x}, {x}, {number}", "{t}, {u}, 1", "{t}, {u}[::-1], 0"]
        self.words["call"] = tuple(f"f{n}({rest})" for n in range(len(functions)) for rest in arguments)
        self.words["generator"] = tuple(f"g{n}({rest})" for n in range(len(generators)) for rest in arguments)
        inside = rng.random() < 0.5
        body = ["k = 1", "x, y = np.arange(3.0), np.ones(3)", f"z = {rng.choice(_THIRD)}"]
        for _ in range(rng.randint(2, 4)):
            tables = [BLOCKS, PLAIN, *[CALLS] * (2 * len(functions)), *[DRIVES] * (2 * len(generators))]
            body.append(self.statement(rng.choice(rng.choice(tables))))
        return _assembled([*head, *(text + "\n\n" for text in (*functions, *generators))], body, inside)

    def _function(self, name: str, yields: bool) -> str:
        names, ends, rng = self.names, self.ends, self.rng
        self.yields, self.ends = yields, True
        kept = f"r = {rng.choice(['p', 'p', 'q', 'p + q', 'p[::-1]'])}"
        if rng.random() < (0.8 if yields else 0.3):
            kept = "r = p.copy()"
        self.names = ("r", "s") if ".copy" in kept else ("p", "q", "r", "s")
        self.targets = ("r", "s") if rng.random() < 0.8 else self.names
        pad = "    "
        lines = [f"def {name}(p, q, k):", kept, f"s = {rng.choice(['r', 'q.copy()', 'np.zeros(3)', 'r + 1'])}"]
        tables = [BLOCKS, BLOCKS, PLAIN]
        lines += [self.statement(rng.choice(rng.choice(tables))) for _ in range(rng.randint(1, 3))]
        if yields:
            lines.insert(rng.randint(3, len(lines)), self.statement("yield {t}"))
        elif self.rng.random() < 0.7:
            lines.append(self.statement("return {t}"))
        self.names, self.targets, self.ends, self.yields = names, (), ends, False
        return lines[0] + "\n" + "\n".join(pad + line.replace("\n", "\n" + pad) for line in lines[1:])

    def _line(self) -> str:
        if self.yields and self.rng.random() < 0.3:
            return self.fill("yield {t}")
        return self.fill(self.rng.choice(PLAIN))

    def _calm(self) -> str:
        """What neither raises nor leaves: either would hide that a place marked before has raised."""
        return self.fill(self.rng.choice([text for text in PLAIN if "int(" not in text]))

    def _block(self) -> str:
        lines = [self._line() for _ in range(self.rng.randint(0, 2))]
        if self.depth < 4 and self.rng.random() < 0.6:
            lines.append(self.fill(self.rng.choice(BLOCKS)))
        else:
            lines.append(self.fill("if {test}:\n    {jump}"))
        if self.rng.random() < 0.5:
            lines.append(self._line())
        return "\n".join(lines)

    def _loop(self) -> str:
        self.loops += 1
        text = self._block()
        self.loops -= 1
        return text

    def _i(self) -> str:
        return "ij"[min(self.loops, 1)]

    def _j(self) -> str:
        return "j"

    def _c(self) -> str:
        return f"c{self.depth}"

    def _continue_or_line(self) -> str:
        return self.rng.choice(["continue", self._line()])

    def _jump(self) -> str:
        jumps = ["raise ValueError"] if self.rng.random() < 0.4 else []
        if self.loops:
            jumps += ["break", "break", "continue", "continue"]
        if self.ends:
            values = [" {t}", " {t}", " {x}.sum()", " {t}, {t}", ""]
            jumps += ["return"] if self.yields else [f"return{value}" for value in values]
        return self.fill(self.rng.choice(jumps or ["raise ValueError"]))


def _name(function: str) -> str:
    return function[4 : function.index("(")]


def _assembled(head: list[str], body: list[str], inside: bool) -> str:
    """The program: what it uses of the state is defined, and shown at its end."""
    text = "\n".join([*head, *body])
    used = {name for name in (*OUTER, *LOCAL) if re.search(rf"\b{name}\b", text)}
    outer = [CLASS] * ("o" in used) + [text for name, text in OUTER.items() if name in used]
    shown = ", ".join({"o": "o.w"}.get(name, name) for name in OUTER if name in used)
    names = ", ".join(["obs", "x", "y", "z", "k", *(name for name in LOCAL if name in used)])
    body = [text for name, text in LOCAL.items() if name in used] + body
    end = f", {shown}" if shown else ""
    if not inside:
        return "\n".join([*head, *outer, *body, f"out = {names}{end}", ""])
    lines = "\n".join([*body, f"return {names}"]).split("\n")
    lines = ["def main():", *("    " + line if line else line for line in lines)]
    return "\n".join([*head, *outer, "", "", *lines, "", "", f"out = main(){end}", ""])


PROFILES = {"order": _Order, "early": _Early}


def write(rng: random.Random, profile: str) -> str | None:
    """A program, or None if what was drawn does not run under NumPy."""
    program = PROFILES[profile](rng).program()
    return None if soundness.observe({soundness.ENTRY: program}).error else program
