"""`Writer`: one program, drawn statement by statement. See `generator.py`."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import soundness
from templates import (
    CHANGERS,
    CONDITIONS,
    FRESH,
    FUNCTIONS,
    HOLDERS,
    INDICES,
    METHODS,
    OPERATORS,
    OUTS,
    READS,
    SCALARS,
    TAKERS,
    VIEWS,
)

PROFILES = ("locals", "holders", "functions", "containers", "items")
"""Inside one function; with functions and objects that keep arrays; with functions that change their arguments; and
with functions and objects that are handed containers of arrays; with more lists, dicts and tuples, but no functions."""
NAMES = ("x", "y", "z", "u", "v", "w", "a", "b")
DTYPES = ("float", "float", "float", "float", "np.float32", "int", "int", "bool", "complex")
SHAPES = ((3,), (4,), (5,), (6,), (2, 2), (2, 3), (3, 3), (3, 4), (4, 2), (2, 3, 2), (2, 2, 2))


class _FailedError(Exception):
    """A candidate that does not run on the stand-in values."""


class Writer:
    """Writes one program with the choices of `rng`."""

    def __init__(self, rng: random.Random, profile: str = "locals") -> None:
        self.rng = rng
        self.profile = profile
        self.lines: list[str] = []
        self.indent = 0
        self.in_function = rng.random() < 0.5
        self.env: dict[str, Any] = {}
        self.fixed: dict[str, Any] = {}
        self.depth = 0
        self.in_loop = False
        self.callables: list[str] = []

    # ---- the program -----------------------------------------------------------------------------------------------

    def program(self) -> str:
        """The text of the program."""
        with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            self._run("import contextlib")
            self._run("import numpy as np")
            self._definitions()
            if self.in_function:
                self.lines.append("def main():")
                self.indent = 1
            for text in ("rng = np.random.default_rng(7)", "obs = []", "flag, n = True, 3"):
                self._keep(text)
            for _ in range(self.rng.randint(1, 3)):
                self._try(self._new)
            target = len(self.lines) + self.rng.randint(4, 14)
            while len(self.lines) < target:
                self._statement()
            return self._ending()

    def _ending(self) -> str:
        names = [name for name in self._visible() if self.rng.random() < 0.85]
        pad = "    " * self.indent
        entries = "".join(f"{pad}    {name},\n" for name in ["obs", *names])
        head = "return (" if self.in_function else "out = ("
        tail = "out = main()\n" if self.in_function else ""
        return "\n".join(self.lines) + f"\n{pad}{head}\n{entries}{pad})\n{tail}"

    def _visible(self) -> list[str]:
        kinds = (np.ndarray, np.generic, int, float, complex, list, dict, tuple)
        skipped = {"obs", "rng", "flag", "n"}
        named = {k: v for k, v in self.env.items() if k not in skipped and not k.startswith("__")}
        return [k for k, v in named.items() if isinstance(v, kinds) or (hasattr(v, "held") and not isinstance(v, type))]

    # ---- trying out ------------------------------------------------------------------------------------------------

    def _run(self, text: str) -> None:
        self._keep(text)

    def _keep(self, text: str) -> None:
        """Execute on the stand-in values, and write down."""
        before = dict(self.env)
        try:
            exec(text, self.env)
            self._check_fixed()
        except Exception as error:
            self.env.clear()
            self.env.update(before)
            raise _FailedError from error
        self.lines += ["    " * self.indent + line for line in text.splitlines()]

    def _evaluated(self, text: str) -> Any:
        try:
            return eval(text, self.env)
        except Exception as error:
            raise _FailedError from error

    def _check_fixed(self) -> None:
        for name, kind in self.fixed.items():
            if name not in self.env or _kind(self.env[name]) != kind:
                raise _FailedError

    def _try(self, method: Callable[[], None]) -> bool:
        for _ in range(4):
            lines, env = list(self.lines), dict(self.env)
            indent, depth, fixed, in_loop = self.indent, self.depth, dict(self.fixed), self.in_loop
            try:
                method()
                return True
            except _FailedError:
                self.lines, self.indent, self.depth, self.fixed, self.in_loop = lines, indent, depth, fixed, in_loop
                self.env.clear()
                self.env.update(env)
        return False

    def _statement(self) -> None:
        table = STATEMENTS + CALLS[self.profile]
        methods = [name for name, _ in table]
        (method,) = self.rng.choices(methods, weights=[weight for _, weight in table])
        self._try(getattr(self, method))

    # ---- drawing ---------------------------------------------------------------------------------------------------

    def _arrays(self, ndim: int | None = None, writable: bool = False) -> list[str]:
        return [
            name
            for name, value in self.env.items()
            if isinstance(value, np.ndarray)
            and value.ndim >= 1
            and value.size
            and (ndim is None or value.ndim == ndim)
            and (not writable or value.flags.writeable)
        ]

    def _array(self, ndim: int | None = None, writable: bool = False) -> str:
        names = self._arrays(ndim, writable)
        if not names:
            raise _FailedError
        return self.rng.choice(names)

    def _of_kind(self, kind: type) -> str:
        names = [name for name, value in self.env.items() if type(value) is kind and len(value) and name != "obs"]
        names = [name for name in names if not name.startswith("__")]
        if not names:
            raise _FailedError
        return self.rng.choice(names)

    def _like(self, name: str) -> str:
        """An array of the same shape: another if there is one."""
        shape = self.env[name].shape
        same = [other for other in self._arrays() if self.env[other].shape == shape]
        return self.rng.choice(same)

    def _target(self) -> str:
        """A name to bind: mostly a new one, sometimes one that is in use."""
        fresh = [name for name in NAMES if name not in self.env]
        used = [name for name in NAMES if name in self.env]
        if fresh and (not used or self.rng.random() < 0.75):
            return fresh[0] if self.rng.random() < 0.7 else self.rng.choice(fresh)
        return self.rng.choice(used)

    def _scalar(self, name: str) -> str:
        kind = self.env[name].dtype.kind
        scalars = [k for k, v in self.env.items() if isinstance(v, (int, float, np.floating)) and k not in ("flag",)]
        if kind in "fc" and scalars and self.rng.random() < 0.1:
            return self.rng.choice(scalars)
        if kind == "b":
            return self.rng.choice(["True", "False"])
        if kind == "i":
            return self.rng.choice(["1", "2", "3", "5", "-2", "n", "7"])
        if kind == "c":
            return self.rng.choice(["1", "2.5", "1 + 2j", "3j"])
        return self.rng.choice(["1", "2", "0.5", "2.5", "-1.0", "9.0", "n"])

    def _index_variable(self) -> str:
        names = [k for k, v in self.env.items() if type(v) in (int, np.int64) and not isinstance(v, bool)]
        names = [name for name in names if 0 <= self.env[name] < 3]
        return self.rng.choice(names) if names and self.rng.random() < 0.7 else self.rng.choice(["0", "1", "2"])

    def _mask(self, name: str) -> str:
        kind = self.env[name].dtype.kind
        if kind == "b":
            return self.rng.choice([name, f"~{name}"])
        if kind == "c":
            return f"{name} != 0"
        return self.rng.choice([f"{name} > 0", f"{name} < 2", f"{name} == 1", f"({name} > 0) & ({name} < 5)"])

    def _fill(self, template: str, name: str) -> str:
        return template.format(
            x=name, y=self._like(name), s=self._scalar(name), m=self._mask(name), i=self._index_variable()
        )

    def _draw(self, templates: Sequence[str], writable: bool = False) -> str:
        name = self._array(writable=writable)
        return self._fill(self.rng.choice(templates), name)

    def _view(self, name: str) -> str:
        return self._fill(self.rng.choice(VIEWS[min(self.env[name].ndim, 3)]), name)

    def _index(self, name: str) -> str:
        return self._fill(self.rng.choice(INDICES[min(self.env[name].ndim, 3)]), name)

    def _value(self, target: str) -> str:
        """Something that can be stored into `target`: a number, a new array, an array there is, or part of one."""
        place = self._evaluated(target)
        name = target.split("[")[0].split(".")[0]
        choice = self.rng.random()
        if choice < 0.5 or not np.shape(place):
            value = self._scalar(name)
            if choice < 0.1:
                value = self._fill(self.rng.choice(SCALARS[:5]), self._array())
            return value
        shape = np.shape(place)
        fits = [other for other in self._arrays() if _broadcasts(self.env[other].shape, shape)]
        if fits and choice < 0.8:
            other = self.rng.choice(fits)
            return self.rng.choice([other, f"{other} + 1", f"{other}.copy()", f"{other}[::-1]", f"2 * {other}"])
        if choice < 0.9 and len(shape) == 1:
            return self.rng.choice([f"np.arange({shape[0]})", str(list(range(1, shape[0] + 1)))])
        return f"np.ones({shape[0] if len(shape) == 1 else shape})"

    # ---- statements ------------------------------------------------------------------------------------------------

    def _new(self) -> None:
        shapes = [self.env[name].shape for name in self._arrays() if self.env[name].ndim <= 3]
        shape = self.rng.choice(shapes if shapes and self.rng.random() < 0.5 else SHAPES)
        dtype = self.rng.choice(DTYPES)
        size = int(np.prod(shape))
        dims = str(shape[0]) if len(shape) == 1 else str(shape)
        plain = "" if dtype == "float" else f", {dtype}"
        reshape = "" if len(shape) == 1 else f".reshape{shape}"
        number = "" if dtype == "int" else ".0"
        forms = [
            f"np.zeros({dims}{plain})",
            f"np.ones({dims}{plain})",
            f"np.full({dims}, 2{plain})",
            f"np.arange({size}{number}{plain if dtype not in ('int', 'float') else ''}){reshape}",
            f"np.arange({size}{number}{plain if dtype not in ('int', 'float') else ''}){reshape}",
            f"np.linspace(0, 1, {size}){reshape}",
            f"rng.integers(0, 9, {dims})",
            f"rng.normal(size={dims})",
            f"np.array({_literal(shape, self.rng)}{plain})",
            f"np.empty({dims}{plain})",
        ]
        form = self.rng.choice(forms)
        target = self._target()
        self._keep(f"{target} = {form}")
        if form.startswith("np.empty"):
            self._keep(f"{target}.fill(1)" if self.rng.random() < 0.5 else f"{target}[:] = 1")

    def _fresh(self) -> None:
        self._keep(f"{self._target()} = {self._draw(FRESH)}")

    def _alias(self) -> None:
        name = self._array()
        text = self.rng.choice(["{t} = {x}", "{t} = {x}", "{t} = {x}", "{t} = {u} = {x}", "{t}, {u} = {x}, {y}"])
        self._keep(text.format(t=self._target(), u=self._target(), x=name, y=self._like(name)))

    def _join(self) -> None:
        name = self._array()
        condition = self._fill(self.rng.choice(CONDITIONS), self._array())
        other = self.rng.choice([f"{name}.copy()", self._like(name), f"{name} + 1", f"{name}[:]"])
        self._keep(f"{self._target()} = {name} if {condition} else {other}")

    def _bind_view(self) -> None:
        name = self._array()
        text = self._view(name)
        if self.rng.random() < 0.1:
            self._keep(f"{self._target()} = {self._target()} = {text}")
        else:
            self._keep(f"{self._target()} = {text}")

    def _two_parts(self) -> None:
        name = self._array()
        text = self.rng.choice(["np.split({x}, 2)", "np.array_split({x}, 2)", "{x}[:2], {x}[2:]", "{x}[:-1], {x}[1:]"])
        self._keep(f"{self._target()}, {self._target()} = {text.format(x=name)}")

    def _store(self) -> None:
        name = self._array(writable=True)
        target = f"{name}[{self._index(name)}]"
        value = self._value(target)
        # NumPy stores element by element where the index is advanced: what an overlapping value gives is an accident.
        array, place, stored = (np.asarray(self._evaluated(text)) for text in (name, target, value))
        if np.may_share_memory(array, stored) and not np.may_share_memory(array, place):
            value = f"np.copy({value})"
        self._keep(f"{target} = {value}")

    def _store_in_view(self) -> None:
        name = self._array(writable=True)
        target = self.rng.choice(
            ["{x}[0][1]", "{x}[1:][0]", "{x}.T[0]", "{x}[0][1:]", "{x}.ravel()[1]", "{x}[:, 0][1]"]
        )
        target = target.format(x=name)
        operator = self.rng.choice(["=", "=", "+="])
        self._keep(f"{target} {operator} {self._value(target)}")

    def _item_update(self) -> None:
        name = self._array(writable=True)
        target = f"{name}[{self._index(name)}]"
        operator = self.rng.choice(OPERATORS[self.env[name].dtype.kind])
        self._keep(f"{target} {operator} {self._value(target)}")

    def _update(self) -> None:
        name = self._array(writable=True)
        operator = self.rng.choice(OPERATORS[self.env[name].dtype.kind])
        self._keep(f"{name} {operator} {self._value(name)}")

    def _swap_elements(self) -> None:
        name = self._array(writable=True)
        flat = [
            "{x}[{i}], {x}[{j}] = {x}[{j}], {x}[{i}]",
            "{x}[{i}], {x}[{j}] = {x}[{j}], {x}[{i}]",
            "{x}[{i}], {x}[{j}] = {x}[{j}], {x}[{i}] + 1",
            "{x}[[{i}, {j}]] = {x}[[{j}, {i}]]",
            "{x}[:2], {x}[1:] = {x}[1:], {x}[:2]",  # views: NumPy's own result surprises
        ]
        deep = [
            "{x}[0, {i}], {x}[1, {j}] = {x}[1, {j}], {x}[0, {i}]",
            "{x}[[{i}, {j}]] = {x}[[{j}, {i}]]",
            "{x}[:, [0, 1]] = {x}[:, [1, 0]]",
            "{x}[{i}], {x}[{j}] = {x}[{j}].copy(), {x}[{i}].copy()",
            "{x}[{i}], {x}[{j}] = {x}[{j}], {x}[{i}]",
            "{x}[:, 0], {x}[:, 1] = {x}[:, 1], {x}[:, 0]",
        ]
        pair = self.rng.choice([("0", "1"), ("-1", "0"), (self._index_variable(), "0")])
        form = self.rng.choice(flat if self.env[name].ndim == 1 else deep)
        self._keep(form.format(x=name, i=pair[0], j=pair[1]))

    def _swap_names(self) -> None:
        name = self._array()
        other = self._like(name)
        if other == name:
            raise _FailedError
        self._keep(f"{name}, {other} = {other}, {name}")

    def _method(self) -> None:
        if self.rng.random() < 0.03:
            target = self._target()
            self._keep(f"{target} = np.arange(4.0)\n{target}.resize({self.rng.choice(['2', '6', '(2, 3)'])})")
            return
        self._keep(self._draw(METHODS, writable=True))

    def _function(self) -> None:
        self._keep(self._draw(FUNCTIONS, writable=True))

    def _out(self) -> None:
        text = self._draw(OUTS, writable=True)
        self._keep(f"{self._target()} = {text}" if self.rng.random() < 0.2 else text)

    def _bind_scalar(self) -> None:
        target = self.rng.choice(["s", "k", "m"])
        self._keep(f"{target} = {self._draw(SCALARS)}")
        if self.rng.random() < 0.3:
            self._keep(f"{target} += 1")

    def _change_index(self) -> None:
        self._keep(self.rng.choice(["k = 1", "k = 0", "k = 2", "k += 1", "n -= 1", "n = 1"]))

    def _observe(self) -> None:
        if self.callables and self.rng.random() < 0.3:
            self._keep(f"obs.append({self.rng.choice(self.callables)}())")
        else:
            self._keep(f"obs.append({self._draw(READS)})")

    def _print(self) -> None:
        self._keep(f"print({self._draw(READS)})")

    def _delete(self) -> None:
        self._keep(f"del {self._array()}")

    def _walrus(self) -> None:
        name = self._array()
        text = self.rng.choice(
            [
                "obs.append(({t} := {v}).copy())",
                "({t} := {x})[0] = {s}",
                "obs.append(({t} := {x}) is {x})",
                "{t} = ({u} := {v})",
            ]
        )
        self._keep(text.format(t=self._target(), u=self._target(), x=name, v=self._view(name), s=self._scalar(name)))

    def _odd_target(self) -> None:
        name = self._array(writable=True)
        other = self._array(writable=True)
        text = self.rng.choice(
            [
                "({x} if flag else {y})[0] = {s}",
                "for {x}[0] in range(3):\n    pass",
                "{x}[0] = {y}[1] = {s}",
                "{t} = {x}[...] = {s}",
                "{x}[0], {t} = {s}, {y}",
                "{x}[{i}], {y}[0] = {s}, {s}",
                "{x}[0], *{t} = {y}.ravel()",
            ]
        )
        self._keep(text.format(x=name, y=other, s=self._scalar(name), t=self._target(), i=self._index_variable()))

    def _unpack(self) -> None:
        name = self._array()
        length = len(self.env[name])
        targets = self.rng.sample(NAMES, min(length, len(NAMES)))
        form = ", ".join(targets) if self.rng.random() < 0.7 else f"{targets[0]}, *rest"
        self._keep(f"{form} = {name}")

    def _parts(self) -> None:
        name = self._array(writable=True)
        text = self.rng.choice(
            [
                "{x}.real = {s}",
                "{x}.imag = {s}",
                "{x}.real += {s}",
                "{t} = {x}.real",
                "{t} = {x}.imag",
                "{x}.real[0] = 4",
            ]
        )
        self._keep(text.format(x=name, s="2", t=self._target()))

    def _flat(self) -> None:
        name = self._array(writable=True)
        text = self.rng.choice(
            [
                "{x}.flat = {s}",
                "{x}.flat[1] = {s}",
                "{x}.flat[1:3] = {s}",
                "{x}.flat[0] += {s}",
                "{x}.flat[[0, 2]] = {s}",
            ]
        )
        self._keep(text.format(x=name, s=self._scalar(name)))

    def _shape(self) -> None:
        name = self._array()
        self._keep(f"{name}.shape = {self.rng.choice(['-1', '(2, -1)', '(-1, 2)', '(1, -1)'])}")

    # ---- containers ------------------------------------------------------------------------------------------------

    def _new_list(self) -> None:
        name, other = self._array(), self._array()
        text = self.rng.choice(
            [
                "L = [{x}, {y}]",
                "L = [{x}.copy(), {y}.copy()]",
                "L = [np.zeros(2), np.ones(3)]",
                "L = [np.zeros(3) for _ in range(3)]",
                "L = [np.zeros(2)] * 2",
                "L = list({x})",
                "L = [r for r in {x}]",
                "L = [{x}[k:] for k in range(2)]",
                "L = [{x}]",
                "L = []\nfor j in range(2):\n    L.append({x} * j)",
            ]
        )
        self._keep(text.format(x=name, y=other))

    def _list(self) -> None:
        lst, name = self._of_kind(list), self._array()
        text = self.rng.choice(
            [
                "{l}[0][0] = {s}",
                "{l}[0][1:] = {s}",
                "{l}[-1] += {s}",
                "{l}[0] *= 2",
                "{l}[0][0] += {s}",
                "{l}[1] = {x}",
                "{l}[0] = {x} + 1",
                "{l}.append({x})",
                "{l}.append({x}.copy())",
                "{t} = {l}[0]",
                "{t} = {l}[-1]",
                "{t} = {l}.pop()",
                "{l}[0], {l}[1] = {l}[1], {l}[0]",
                "{t} = list({l})",
                "{t}, {u} = {l}",
                "{l}[0].sort()",
                "obs.append([e.copy() for e in {l}])",
                "{t} = {l}[0][1:]",
                "{t} = max({l}, key=np.sum)",
                "{t} = sum({l})",
                "{t} = np.array({l})",
                "{t} = np.stack({l})",
            ]
        )
        self._keep(text.format(l=lst, x=name, s=self._scalar(name), t=self._target(), u=self._target()))

    def _list_loop(self) -> None:
        over = [
            "for e in {l}:\n    e += 1",
            "for e in {l}:\n    e[0] = 4",
            "for e in {l}:\n    e[1:] *= 2",
            "for j, e in enumerate({l}):\n    e[0] = j",
            "for e in {l}:\n    obs.append(e.copy())",
            "for e in {l}:\n    e = e + 1\n    e[0] = 0\n    obs.append(e)",
        ]
        by_index = [
            "for j in range(len({l})):\n    {l}[j][0] = j",
            "for j in range(len({l})):\n    {l}[j] += j",
        ]
        if self.rng.random() < 0.4:
            name, other = self._array(), self._array()
            if name == other:
                raise _FailedError
            self._keep(self.rng.choice(over).format(l=f"({name}, {other})"))
        else:
            self._keep(self.rng.choice(over + by_index).format(l=self._of_kind(list)))

    def _new_dict(self) -> None:
        name, other = self._array(), self._array()
        text = self.rng.choice(
            [
                'd = {{"a": {x}, "b": {y}}}',
                'd = {{"a": {x}.copy(), "b": np.ones(3)}}',
                'd = {{k: np.zeros(2) for k in "ab"}}',
                "d = dict(a={x}, b={y} + 1)",
                'd = {{}}\nd["a"] = {x}',
            ]
        )
        self._keep(text.format(x=name, y=other))

    def _dict(self) -> None:
        dct, name = self._of_kind(dict), self._array()
        text = self.rng.choice(
            [
                '{d}["a"][0] = {s}',
                '{d}["a"] += {s}',
                '{d}["b"][1:] = {s}',
                '{d}["a"][0] += {s}',
                '{t} = {d}["a"]',
                '{d}["b"] = {x}',
                '{d}["c"] = {x}.copy()',
                '{t} = {d}.get("a")',
                "for key in {d}:\n    {d}[key][0] = 3",
                "for key, e in {d}.items():\n    e += 1",
                "for e in {d}.values():\n    e[0] = 8",
                "obs.append({{key: e.copy() for key, e in {d}.items()}})",
            ]
        )
        self._keep(text.format(d=dct, x=name, s=self._scalar(name), t=self._target()))

    def _tuple(self) -> None:
        name, other = self._array(), self._array()
        if self.rng.random() < 0.5:
            self._keep(f"t = ({name}, {other})")
            return
        tpl = self._of_kind(tuple)
        text = self.rng.choice(["{p}[0][0] = {s}", "{t} = {p}[0]", "{t}, {u} = {p}", "{p}[1][1:] = {s}"])
        self._keep(text.format(p=tpl, s=self._scalar(name), t=self._target(), u=self._target()))

    # ---- nested functions ------------------------------------------------------------------------------------------

    def _closure(self) -> None:
        if self.depth:
            raise _FailedError
        name = self._array(writable=True)
        function = f"g{len(self.callables)}"
        text = self.rng.choice(
            [
                "def {g}():\n    return {x}.sum()",
                "def {g}():\n    return {x}.copy()",
                "def {g}():\n    return {x}",
                "{g} = lambda: {x}.copy()",
                "def {g}(p={x}):\n    return p.copy()",
                "def {g}():\n    {x}[0] = 1\n    return 2",
                "def {g}():\n    p = {x} + 1\n    p[0] = 0\n    return p",
                "def {g}():\n    p = np.zeros(2)\n    p[0] = {x}.sum().real\n    return p",
            ]
        )
        self._keep(text.format(g=function, x=name))
        self.callables.append(function)

    def _comprehension(self) -> None:
        name = self._array()
        text = self.rng.choice(
            [
                "obs.append([{x}[k].sum() for k in range(2)])",
                "obs.append({{k: {x}[k].copy() for k in range(2)}})",
                "{t} = [r for r in {x}]",
                "{t} = [r.copy() for r in {x}]",
                "{t} = np.array([r * 2 for r in {x}])",
                "{t} = [{x} for _ in range(2)]",
                "{t} = sum(r for r in {x})",
            ]
        )
        self._keep(text.format(x=name, t=self._target()))

    # ---- blocks ----------------------------------------------------------------------------------------------------

    def _block(self, header: str, bind: str = "pass", loop: bool = False, size: int = 3) -> None:
        """A header, and statements under it that leave the shapes of what was there before as they are."""
        if self.depth >= 2:
            raise _FailedError
        before = dict(self.env)
        fixed, in_loop = dict(self.fixed), self.in_loop
        self.fixed = {
            name: _kind(value) for name, value in self.env.items() if name in NAMES or name in ("L", "d", "t", "n")
        }
        self.lines.append("    " * self.indent + header)
        self.indent += 1
        self.depth += 1
        self.in_loop = self.in_loop or loop
        try:
            exec(bind, self.env)
        except Exception as error:
            raise _FailedError from error
        start = len(self.lines)
        for _ in range(self.rng.randint(1, size)):
            self._statement()
        if loop and self.rng.random() < 0.1:
            condition = self._fill(self.rng.choice(CONDITIONS), self._array())
            self.lines += ["    " * self.indent + f"if {condition}:"]
            self.lines += ["    " * self.indent + "    " + self.rng.choice(["break", "continue"])]
            if self.rng.random() < 0.5:
                self._statement()
        if len(self.lines) == start:
            self.lines.append("    " * self.indent + "pass")
        self.indent -= 1
        self.depth -= 1
        self.fixed, self.in_loop = fixed, in_loop
        for name in [name for name in self.env if name not in before]:
            del self.env[name]

    def _if(self) -> None:
        condition = self._fill(self.rng.choice(CONDITIONS), self._array())
        if self.in_loop and self.rng.random() < 0.3:
            condition = "i % 2 == 0" if "i" in self.env else condition
        self._block(f"if {condition}:")
        if self.rng.random() < 0.15:
            self._block(f"elif {self._fill(self.rng.choice(CONDITIONS), self._array())}:")
        if self.rng.random() < 0.5:
            self._block("else:")

    def _for(self) -> None:
        variable = "j" if "i" in self.env else "i"
        bound = self.rng.choice(["2", "3", "n"])
        self._block(f"for {variable} in range({bound}):", f"{variable} = 1", loop=True)
        if self.rng.random() < 0.08:
            self._block("else:")

    def _rows(self) -> None:
        name = self._array(ndim=self.rng.choice([1, 2, 2, 2, 3]))
        forms = [
            "for r in {x}:",
            "for r in {x}:",
            "for j, r in enumerate({x}):",
            "for r, q in zip({x}, {y}):",
            "for r in {x}[1:]:",
            "for r in {x}.T:",
        ]
        form = self.rng.choice(forms)
        rows = f"{name}.T" if ".T" in form else name
        bind = f"r = {rows}[0]\nq = {self._like(name)}[0]\nj = 1"
        header = form.format(x=name, y=self._like(name))
        if self.rng.random() < 0.6:
            body = self.rng.choice(
                [
                    "r += 1",
                    "r[0] = 5",
                    "r[1:] *= 2",
                    "r *= 2\nobs.append(r.copy())",
                    "obs.append(r.copy())",
                    "r.sort()",
                    "r[...] = 3",
                    "r = r + 1",
                ]
            )
            self._keep(header + "\n" + "\n".join(f"    {line}" for line in body.splitlines()))
            return
        self._block(header, bind, loop=True)

    def _while(self) -> None:
        self._keep("c = 0")
        before = len(self.lines)
        self._block("while c < 3:", loop=True)
        self.lines.insert(before + 1, "    " * self.indent + "    c += 1")
        if self.rng.random() < 0.1:
            self._block("else:")

    def _try_block(self) -> None:
        self._block("try:")
        if self.rng.random() < 0.6:
            condition = self._fill(self.rng.choice(CONDITIONS), self._array())
            pad = "    " * self.indent + "    "
            self.lines += [f"{pad}if {condition}:", f"{pad}    raise KeyError"]
        if self.rng.random() < 0.8:
            self._block("except KeyError:")
            if self.rng.random() < 0.2:
                self._block("else:")
            if self.rng.random() < 0.2:
                self._block("finally:")
        else:
            self.lines.append("    " * self.indent + "except KeyError:")
            self.lines.append("    " * self.indent + "    pass")

    def _with(self) -> None:
        self._block(self.rng.choice(['with np.errstate(all="ignore"):', "with contextlib.suppress(KeyError):"]))

    def _match(self) -> None:
        self.lines.append("    " * self.indent + self.rng.choice(["match flag:", "match n:"]))
        self.indent += 1
        self._block(self.rng.choice(["case True:", "case 3:", "case 1 | 2:"]))
        self._block("case _:")
        self.indent -= 1

    # ---- functions and classes -------------------------------------------------------------------------------------

    def _definitions(self) -> None:
        texts = {"holders": HOLDERS, "functions": HOLDERS + CHANGERS, "containers": TAKERS}
        known = texts.get(self.profile, ())
        for text in self.rng.sample(known, min(len(known), self.rng.randint(2, 4))):
            self._keep(text)
            self.lines.append("")

    def _call(self) -> None:
        functions = [name for name, value in self.env.items() if name.startswith("f_") and callable(value)]
        if not functions:
            raise _FailedError
        function = self.rng.choice(functions)
        count = self.env[function].__code__.co_argcount
        arguments = []
        for _ in range(count):
            name = self._array(writable=True)
            arguments.append(self._view(name) if self.rng.random() < 0.2 else name)
        call = f"{function}({', '.join(arguments)})"
        text = self.rng.choice(
            [
                "{c}",
                "{c}",
                "{t} = {c}",
                "{t} = {c}",
                "obs.append({c})",
                "{t} = {c} + 1",
                "if {c} is not None:\n    obs.append(1)",
            ]
        )
        self._keep(text.format(c=call, t=self._target()))

    def _hand_in(self) -> None:
        """A container to a function, or to an object that keeps it."""
        takers = [name for name, value in self.env.items() if name.startswith(("h_", "C_")) and callable(value)]
        objects = [name for name, value in self.env.items() if hasattr(value, "pair")]
        if objects and self.rng.random() < 0.5:
            text = self.rng.choice(["{o}.step()", "{o}.put()", "{t} = {o}.get()", "obs.append({o}.get().copy())"])
            self._keep(text.format(o=self.rng.choice(objects), t=self._target()))
            return
        if not takers:
            raise _FailedError
        taker, x, y = self.rng.choice(takers), self._array(writable=True), self._array(writable=True)
        held = [name for name, value in self.env.items() if type(value) in (list, tuple, dict) and name in "Ldt"]
        made = [f"[{x}, {y}]", f"({x}, {y})", f'{{"a": {x}, "b": {y}}}', f"[{x}.copy(), {y}]"]
        call = f"{taker}({self.rng.choice(held) if held and self.rng.random() < 0.5 else self.rng.choice(made)})"
        if taker.startswith("C_"):
            self._keep(f"o = {call}")
            return
        text = self.rng.choice(["{c}", "{c}", "{t} = {c}", "r = {c}", "obs.append({c})", "{t}, {u} = {c}"])
        self._keep(text.format(c=call, t=self._target(), u=self._target()))

    def _object(self) -> None:
        classes = [name for name in self.env if name.startswith("C_")]
        if not classes:
            raise _FailedError
        objects = [name for name, value in self.env.items() if hasattr(value, "held")]
        if not objects or self.rng.random() < 0.25:
            self._keep(f"{self.rng.choice(['o', 'p'])} = {self.rng.choice(classes)}({self._array()})")
            return
        name = self._array()
        text = self.rng.choice(
            [
                "{o}.step()",
                "{o}.step()",
                "{o}.add({x})",
                "{t} = {o}.held",
                "{t} = {o}.get()",
                "{o}.held[0] = 3",
                "{o}.held += 1",
                "{o}.held = {x}",
                "{o}.held = {x}.copy()",
                "obs.append({o}.held.copy())",
                "obs.append({o}.get().copy())",
                "p = {o}",
                "{o}.step()\nobs.append({o}.held.sum())",
            ]
        )
        self._keep(text.format(o=self.rng.choice(objects), x=name, t=self._target()))


STATEMENTS: tuple[tuple[str, float], ...] = (
    ("_new", 9),
    ("_fresh", 10),
    ("_alias", 3),
    ("_join", 0.8),
    ("_bind_view", 8),
    ("_two_parts", 0.8),
    ("_store", 16),
    ("_store_in_view", 1.5),
    ("_item_update", 7),
    ("_update", 8),
    ("_swap_elements", 1.5),
    ("_swap_names", 1.5),
    ("_method", 3),
    ("_function", 2),
    ("_out", 2.5),
    ("_bind_scalar", 4),
    ("_change_index", 2),
    ("_observe", 9),
    ("_print", 1),
    ("_delete", 0.7),
    ("_walrus", 0.3),
    ("_odd_target", 0.3),
    ("_unpack", 0.5),
    ("_parts", 0.4),
    ("_flat", 0.5),
    ("_shape", 0.15),
    ("_new_list", 2),
    ("_list", 2.5),
    ("_list_loop", 0.8),
    ("_new_dict", 0.8),
    ("_dict", 1.2),
    ("_tuple", 0.4),
    ("_closure", 0.6),
    ("_comprehension", 1),
    ("_if", 4),
    ("_for", 5),
    ("_rows", 2),
    ("_while", 1),
    ("_try_block", 0.8),
    ("_with", 0.5),
    ("_match", 0.3),
)
CALLS: dict[str, tuple[tuple[str, float], ...]] = {
    "locals": (),
    "holders": (("_call", 18), ("_object", 12)),
    "functions": (("_call", 18), ("_object", 12)),
    "containers": (("_hand_in", 22), ("_new_list", 4), ("_new_dict", 3)),
    "items": (("_new_list", 8), ("_list", 20), ("_new_dict", 4), ("_dict", 10), ("_tuple", 6), ("_list_loop", 3)),
}


def _kind(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype, value.flags.writeable
    if isinstance(value, (list, dict, tuple)):
        return type(value)
    return "scalar" if isinstance(value, (int, float, complex, np.generic)) else type(value)


def _broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    try:
        np.broadcast_to(np.empty(shape), to)
    except ValueError:
        return False
    return True


def _literal(shape: tuple[int, ...], rng: random.Random) -> list[Any]:
    if len(shape) == 1:
        return [rng.randint(-3, 9) for _ in range(shape[0])]
    return [_literal(shape[1:], rng) for _ in range(shape[0])]


def write(rng: random.Random, profile: str = "locals") -> str | None:
    """A program, or None if what was drawn does not run under NumPy."""
    program = Writer(rng, profile).program()
    return None if soundness.observe({soundness.ENTRY: program}).error else program
