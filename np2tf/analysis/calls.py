"""What calls give and do: NumPy's by the tables in `knowledge`, the project's by their summaries, others by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import libcst as cst

from np2tf.analysis.expressions import (
    ANYONE,
    ARTISTS,
    FRESH,
    LOADED,
    OF_ANYTHING,
    RESTORED,
    SHOWN,
    TELLING,
    Expressions,
    either,
    is_numpy,
    product,
    put_in_by,
    through,
)
from np2tf.analysis.items import LOOKING, MOST, constant_key, worth_telling
from np2tf.analysis.properties import is_getter, is_setter
from np2tf.analysis.reading import is_dict_of_object
from np2tf.analysis.relations import (
    BASE,
    HEAP,
    HELD,
    MAY,
    PERHAPS,
    SAME,
    VIEW,
    Ev,
    Part,
    Rel,
    Slot,
    Step,
    elements_of,
    is_caller,
    root,
    weaken,
)
from np2tf.analysis.scopes import Scope, Target, parameters
from np2tf.analysis.shapes import Argument, created
from np2tf.analysis.tables import PLAIN_BASES, Handed, Summary, is_classmethod, is_static
from np2tf.analysis.values import (
    ARRAY,
    BOTTOM,
    CONTAINERS,
    INT,
    MAYBE,
    NONE,
    NUMBER,
    STRING,
    UNKNOWN,
    Value,
    arithmetic,
    functions,
    join,
    method_named,
)
from np2tf.facts import RUNTIME, ComputedAttribute, Problem, PutByName, Store
from np2tf.knowledge import artists
from np2tf.knowledge.declared import Declared, bound, find
from np2tf.knowledge.effects import EFFECTS, RETAINS, UNSURE, Effect
from np2tf.knowledge.hosts import (
    BUILTINS,
    BY_CLASS,
    CALLS,
    EVALUATED,
    METHODS,
    PACKAGES,
    PROCESSES,
    READING_METHODS,
    RETAINING_METHODS,
    THREAD_METHODS,
    THREADS,
    Host,
    Method,
)
from np2tf.knowledge.names import FEATURES, KINDS, current
from np2tf.knowledge.views import (
    DEFAULTS,
    INVERSES,
    INVERSES_BARE,
    READ_ONLY,
    SPLIT_AXIS,
    VIEWS,
    inverse_axes,
)
from np2tf.tree import class_parts, constant_int, literal, shorten, walk

_ARRAY_METHODS = {name.removeprefix("ndarray.") for name in EFFECTS if name.startswith("ndarray.")}
_ONLY_ARRAYS = _ARRAY_METHODS - {  # methods that other common objects have too
    "sort", "copy", "fill", "put", "resize", "take", "round", "max", "min", "mean", "sum", "std", "var", "view",
    "data", "clip", "repeat", "partition", "item", "all", "any", "dump", "dumps", "device", "choose", "compress",
    "base",
}  # fmt: skip
_REDUCTIONS = {"all", "any", "argmax", "argmin", "item", "mean", "std", "sum", "tolist", "var"}
_NUMERIC = {
    "cross", "dot", "einsum", "inner", "max", "mean", "min", "numpy.fft", "numpy.linalg", "outer", "std", "sum",
    "tensordot", "trace", "var",
}  # fmt: skip
_HOW = {"axis", "correction", "ddof", "dtype", "keepdims"}
_SHUFFLE = "numpy.random.RandomState.shuffle"
_ADVANCING = frozenset({"element", "elements", "groups", "start"})  # results of what goes through its arguments
_REACHING = frozenset({"eval", "exec", "globals", "locals", "vars"})  # names, without naming them
_SHOWING = frozenset({"array", "maybe", "unknown", *CONTAINERS})  # kinds of values that may be or hold an array
_ITERATORS = ("enumerate", "filter", "heapq.merge", "iter", "itertools.", "map", "reversed", "tqdm.", "zip")
_DICTS = {"dict", "collections.OrderedDict", "collections.UserDict", "collections.defaultdict"}
#: Packages whose objects hold what they are given, and give it back.
_KEEPING = frozenset({
    "asyncio", "collections", "concurrent", "contextlib", "contextvars", "copy", "dataclasses", "functools",
    "itertools", "multiprocessing", "operator", "queue", "random", "threading", "types", "weakref",
})  # fmt: skip
_FACTORIES = {
    **{f"builtins.{kind}": Value(kind, elem=BOTTOM, distinct=True) for kind in ("dict", "list", "set")},
    **{f"builtins.{kind}": Value("number", dtype=kind) for kind in ("float", "int", "str")},
}
_CALLING = {"numpy.apply_along_axis", "numpy.apply_over_axes", "numpy.fromfunction", "numpy.piecewise"}
_ONE_FOR_ALL = {"numpy.diag_indices", "numpy.diag_indices_from"}  # a tuple that holds one array several times
_GIVEN_BY_ARCHIVES = {
    "items": Value("tuple", elem=UNKNOWN, items=(STRING, LOADED)),
    "keys": STRING,
    "values": LOADED,
}
_READING = Host("number", mutates=(0,))
_FILLING = {name.partition(".")[2]: method for name, method in METHODS.items() if method.fills}
#: Methods of arrays that other objects have, too, and how many named arguments they need.
_NEEDED = {"fill": 1, "partition": 1, "put": 2, "resize": 0, "sort": 0}
_UFUNC_METHODS = {"at", "reduce", "accumulate", "outer", "reduceat"}


class Calls(Expressions):
    """The evaluation of calls."""

    choices: Mapping[str, Sequence[cst.BaseExpression]]  # names that only choose a function to be called

    def call(self, node: cst.Call) -> Ev:
        """A call: who is called decides."""
        func = node.func
        self.callees.add(func)
        if isinstance(func, cst.Attribute):
            if func.attr.value in _REDUCTIONS and _says_how(node) and not any(map(_runs, node.args)):
                self.read_at_once.add(func.value)
            if func.attr.value == "__setattr__" and len(node.args) in {2, 3}:
                return self._set_by_method(node, func)
            if (super_class := self._super_class(func.value)) is not None:
                return self._super_method(node, func.attr.value, super_class)
            if (container := self.told(func.value)) is not None and self.flat(container):
                return self._told_method(node, func, container)
            receiver = self.ev(func.value)
            value = receiver.value
            if value.kind == "module" and value.name is not None and func.attr.value not in OF_ANYTHING:
                found = self.module_attribute(func, value.name, self.scope.attribute(func.attr.value))
                return self._call_value(node, found, None)
            if value.kind == "module" or (value.name is not None and value.kind in {"class", "function"}):
                return self._call_value(node, self.ev(func), None)
            self.waiting.append(receiver)
            result = self._method(node, func, receiver)
            self.waiting.pop()
            return result
        if isinstance(func, cst.Name) and func.value in self.choices:
            return self._chosen(node, self.choices[func.value])
        return self._call_value(node, self.ev(func), None)

    def _chosen(self, node: cst.Call, options: Sequence[cst.BaseExpression]) -> Ev:
        """A call of a name that holds one of several functions."""
        targets: list[Scope] = []
        receivers: dict[str, Ev | None] = {}
        known = True
        for option in options:
            if isinstance(option, cst.Attribute) and isinstance(option.value, cst.Name):
                base = self.ev(option.value)
                cls, attr = base.value.name or "", option.attr.value
                methods = self.tables.method(cls, attr) if self.tables.known(base.value.name) else []
                stored = self.tables.attrs.get(self.key(base.value, attr)) is not None
                plain = base.value.kind == "object" and not stored and not self.tables.elsewhere(cls, attr)
                known = known and bool(methods) and plain
                targets += methods
                receivers[option.value.value] = base
            else:
                value = self.ev(option).value
                found = self.tables.functions.get(value.name) if value.kind == "function" else None
                known = known and found is not None
                targets += [found[1]] if found is not None else []
                receivers[""] = None
        if not known or len(receivers) != 1:
            for option in options:
                self.used_as_value(self.ev(option).value)
                if isinstance(option, cst.Attribute):
                    self.filled_by_a_method(option, self.ev(option.value))
            return self._unknown_call(node, targets)
        return self._project(node, list(dict.fromkeys(targets)), next(iter(receivers.values())))

    def _call_value(self, node: cst.Call, func: Ev, receiver: Ev | None) -> Ev:
        name = func.value.name
        if func.value.kind == "bottom":
            self._arguments(node)
            return Ev(BOTTOM)
        if func.value.kind == "function" and name is not None:
            if is_numpy(name):
                return self._numpy(node, name)
            if name.startswith("builtins."):
                return self._builtin(node, name.removeprefix("builtins."))
            if name in self.tables.functions:
                return self._project(node, [self.tables.functions[name][1]], receiver)
            if (method := method_named(name)) is not None:
                call = self._bound_method if name.startswith("bound:") else self._method_of_class
                return call(node, *method)
            if name.startswith("|"):
                return self._one_of_several(node, func.value)
            return self._foreign(node, name)
        if func.value.kind == "class" and name is not None:
            if is_numpy(name):
                return self._numpy_class(node, name)
            if name in self.tables.classes:
                return self._construct(node, name)
            if name.startswith("builtins."):
                for ev in self._arguments(node):
                    self.escape(ev, "an exception holds it")
                return Ev(Value("object", name=name))
            return self._foreign(node, name)
        if func.value.kind == "object" and name is not None and self.tables.known(name):
            return self._called_object(node, func)
        if func.value.kind == "object" and name is not None and name.removeprefix("host:") in EVALUATED:
            self.facts.reached[node] = (f"{name}()",)
            return self._host(node, f"{name.removeprefix('host:')}()", Host("host_array"))
        return self._unknown_call(node, keeps=not self._keeps_nothing(node.func))

    def _one_of_several(self, node: cst.Call, value: Value) -> Ev:
        """One of these functions is called."""
        names, evs = functions(value), self._arguments(node)
        runs: list[Target] = [*self.functions_of(value)]
        if any(not self.functions_of(Value("function", name=name)) and not _only_computes(name) for name in names):
            runs.append(None)
        self.runs(node, self.tables.special_methods(), *evs)
        result = self._unknown_call(node, (), evs, runs=runs, keeps=any(map(self.tables.keeps, names)))
        return result if None in runs else self._new_from_each(runs) or result

    def _new_from_each(self, runs: list[Target]) -> Ev | None:
        """What one of several functions gives, if each of them makes a new array or a number."""
        found = BOTTOM
        for scope in runs:
            node = scope.node if isinstance(scope, Scope) else None
            if not isinstance(scope, Scope) or (isinstance(node, cst.FunctionDef) and not _plain(scope, node)):
                return None
            summary = self.tables.summaries.get(scope, Summary(self.bottom))
            if summary.relations or summary.held or summary.value.kind not in {"array", "maybe", "number", "bottom"}:
                return None
            found = join(found, summary.value)
        return Ev(found)

    def _keeps_nothing(self, func: cst.BaseExpression) -> bool:
        """Whether what a parameter or an attribute stands for keeps none of the arrays that it is called with."""
        stands = self._stands_for(func)
        return stands is not None and not self.tables.calls_what_keeps(stands)

    def _stands_for(self, node: cst.BaseExpression | None) -> Handed | None:
        """The parameter, or the attribute of an object of the project's, that an expression is."""
        if isinstance(node, cst.Name):
            owner = self.scope.owner(node.value)
            return (owner, node.value) if owner is not None and self._is_plain_parameter(owner, node.value) else None
        if not isinstance(node, cst.Attribute) or not isinstance(node.value, cst.Name):
            return None
        base, attr, tables = self.ev(node.value).value, self.scope.attribute(node.attr.value), self.tables
        if base.kind != "object" or not tables.known(base.name) or tables.is_pinned(base, attr):
            return None
        classes = tables.below(base.name or "")
        generated = any(cls in tables.dataclasses or tables.foreign_base(cls) for cls in classes)
        return None if generated or tables.method(base.name or "", attr) else self.key(base, attr)

    @staticmethod
    def _is_plain_parameter(scope: Scope, name: str) -> bool:
        """Whether a name stands for what callers hand in for a parameter, or for what is assigned to it."""
        node = scope.node
        if not isinstance(node, cst.FunctionDef) or name in scope.rebound:
            return False
        params = node.params
        own = [p for p in (*params.posonly_params, *params.params, *params.kwonly_params) if p.name.value == name]
        bound = [node for node in scope.bound.get(name, ()) if node not in own]
        return bool(own) and all(isinstance(node, (cst.AnnAssign, cst.Assign)) for node in bound)

    def note_callable(self, key: Handed, value: Value, node: cst.BaseExpression | None = None) -> None:
        """A parameter or an attribute gets something that may be called."""
        if handed := self._handed(value, node):
            self.tables.widen(self.tables.callables, key, handed)

    def _handed(self, value: Value, node: cst.BaseExpression | None) -> list[Handed]:
        if isinstance(node, (cst.BooleanOperation, cst.IfExp)):
            parts = (node.body, node.orelse) if isinstance(node, cst.IfExp) else (node.left, node.right)
            if all(isinstance(part, (cst.Name, cst.Attribute)) for part in parts):
                return [one for part in parts for one in self._handed(self.ev(part).value, part)]
        if (stands := self._stands_for(node)) is not None:
            return [stands]
        if names := functions(value):
            return [*names]
        return ["?"] if value.kind in {"object", "class", "unknown", "function"} else []  # others can't be called

    def _called_object(self, node: cst.Call, receiver: Ev) -> Ev:
        """`obj(...)` runs `__call__`; so may others who hold the object, with arguments that nobody sees."""
        cls = receiver.value.name or ""
        methods = self.tables.method(cls, "__call__")
        if not methods and self.tables.pending(cls):
            self._arguments(node)
            return Ev(BOTTOM)
        for scope in methods:
            self.tables.mark(self.tables.open_calls, scope)
        if not methods or self.tables.elsewhere(cls, "__call__"):
            return self._unknown_call(node, methods)
        return self._project(node, methods, receiver)

    def _arguments(self, node: cst.Call, *, look: bool = False) -> list[Ev]:
        """What is handed over; who only looks at it keeps no container."""
        found: list[Ev] = []
        for arg in node.args:
            found.append(self.after(arg.value, *found, look=look and not arg.star))
            if arg.star or found[-1].value.kind == "iterator":
                self.advance(found[-1], node)
        return [self.state.settled(ev) for ev in found]

    def _unknown_call(
        self,
        node: cst.Call,
        candidates: Sequence[Scope] = (),
        evs: Sequence[Ev] | None = None,
        *,
        keeps: bool = True,
        runs: Sequence[Target] = (None,),
    ) -> Ev:
        """Nobody knows what is called: it may keep its arguments, arrays if `keeps`, and give any of them back. `runs`
        is what it may be, if that is known.

        Whoever has evaluated the arguments hands them in: calls that nest must not double the work at every level.
        """
        evs = self._arguments(node) if evs is None else evs
        self._expose(evs)
        for ev in evs:
            if any(_brings(other.value) for other in evs if other is not ev):
                self.filled_unseen(node, ev)
        self.impure(node, [*runs, *candidates])
        self.facts.reached[node] = ("?",)
        self._written_to(node)
        text = shorten(self.module.source.code(node.func))
        origins = [(HEAP, MAY)]
        if self.tables.give_held(candidates) or self.tables.anyone_gives_held():
            origins.append((HELD, MAY))
        for ev in evs:
            origins += [(s, MAY) for s, _ in (*ev.origins, *ev.held)]
            if keeps or ev.value.kind not in {"array", "bottom", "maybe", "unknown"}:
                self.escape(ev, f"`{text}(...)` got it on line {self.line(node)}, and it is not known what that keeps")
        return Ev(UNKNOWN, tuple(dict.fromkeys(origins)))

    def _written_to(self, node: cst.Call) -> None:
        """An array handed over as `out=`, nobody knows whom to: functions of NumPy's refuse it when they run."""
        for arg in node.args:
            if arg.keyword is None or arg.keyword.value != "out":
                continue
            if self.ev(arg.value).value.kind in {"array", "maybe"}:
                code = self.module.source.code
                what = f"`{shorten(code(node))}` may write to `{code(arg.value)}`, and it is not known what is called"
                help = "call the function by its name, or assign what it returns"
                self.facts.problems[node] = Problem("NT102", what, help)

    def _expose(self, evs: Sequence[Ev]) -> None:
        """Code that nobody knows gets these: it may call the methods of objects."""
        for ev in evs:
            for value in (ev.value, ev.value.elem):
                if value is not None and value.kind == "object" and self.tables.known(value.name):
                    self.tables.mark(self.tables.exposed, self.tables.hierarchy(value.name or ""))
                elif value is not None and value.kind == "module":
                    self.handed_over(value)

    def line(self, node: cst.CSTNode) -> int:
        """The line of a node, for messages."""
        return self.module.source.place(node)[0]

    def record(self, store: Store) -> None:
        """A place where an array may change."""
        raise NotImplementedError

    # -- NumPy -------------------------------------------------------------------------------------------------------

    def _numpy(self, node: cst.Call, name: str) -> Ev:
        name = current(name)
        owner, _, last = name.rpartition(".")
        if last in _UFUNC_METHODS and (KINDS.get(owner) == "ufunc" or KINDS.get(current(owner)) == "ufunc"):
            effect_name = f"ufunc.{last}"
        elif name.startswith("numpy.functional."):
            return self._functional(node, name)
        elif name == "numpy.tensor_scatter_update":
            self.facts.reached[node] = (name,)
            args = self._arguments(node)
            return Ev(
                args[0].value if args else UNKNOWN,
                tuple((s, MAY) for s, _ in args[0].origins) if args and not args[0].value.is_array else (),
            )
        else:
            effect_name = name
        effect = EFFECTS.get(effect_name)
        if effect is None and name in {"int", "float", "bool", "complex", "str", "object"}:
            self._arguments(node)
            return Ev(NUMBER)
        self.facts.calls[node] = name
        if effect is None:
            return self._unknown_call(node)
        if owner == "numpy.random" and last == "shuffle":
            effect_name = name
        return self._effect(node, name, effect_name, effect, None)

    def _functional(self, node: cst.Call, name: str) -> Ev:
        """A call of the runtime's functional forms, in code that was converted before."""
        self.facts.reached[node] = (name,)
        args = self._arguments(node)
        if not args:
            return ANYONE
        position = 1 if name.endswith((".shuffle", ".refuse")) and len(args) > 1 else 0
        value = args[position].value
        if name.endswith(".refuse"):
            return args[position]  # where it does not raise, it is what the augmented assignment was
        if value.kind in {"array", "maybe"}:
            return Ev(value)
        return Ev(value, tuple((s, MAY) for s, _ in args[position].origins))

    def _numpy_class(self, node: cst.Call, name: str) -> Ev:
        if name == "numpy.ndarray":
            return self._new_array(node)
        effect = EFFECTS.get(name)
        self.facts.calls[node] = name
        if effect is not None:
            return self._effect(node, name, name, effect, None)
        self.facts.reached[node] = (name,)
        args = self._arguments(node)
        if KINDS.get(name) == "scalar_type":
            if not args or args[0].value.kind == "number":
                return Ev(Value("number", dtype="int" if "int" in name else None))
            return Ev(MAYBE)
        return Ev(Value("object", name=name))

    def _new_array(self, node: cst.Call) -> Ev:
        """`np.ndarray(shape, dtype)` is `np.empty(shape, dtype)`; with a buffer it is something else."""
        names = {arg.keyword.value for arg in node.args if arg.keyword is not None}
        plain = len(node.args) <= 2 and names <= {"shape", "dtype"} and not any(arg.star for arg in node.args)
        if not plain or not isinstance(node.func, cst.Attribute):
            self.facts.problems[node] = Problem(
                "NT503", "`ndarray(...)` makes an array of memory that is there", "use np.empty or np.frombuffer"
            )
            return Ev(ARRAY, ((HEAP, MAY),))
        self.facts.constructed.add(node.func)
        return self._effect(node, "numpy.empty", "numpy.empty", EFFECTS["numpy.empty"], None)

    def _effect(self, node: cst.Call, name: str, effect_name: str, effect: Effect, receiver: Ev | None) -> Ev:
        self.facts.reached[node] = (name,)
        if effect_name != "numpy.frompyfunc":
            self.lend(node)
        starred = any(arg.star for arg in node.args)
        keys = [self._keys_given(arg) for arg in node.args]
        evs = self._arguments(node, look=not effect.mutates and not effect.outs and effect_name not in RETAINS)
        special = self.tables.special_methods()
        self.runs(node, special.difference(SHOWN) if _computes_numbers(name) else special, *evs)
        if effect_name in _CALLING and evs:
            self.called_back(node.args[0].value)
            self.impure(node)
            self._handed_on(node.args[0].value, evs[1:], name)
        if any(ev.value.kind == "bottom" for ev in (*evs, *([receiver] if receiver is not None else []))):
            return Ev(BOTTOM)
        positional = [k for k, arg in enumerate(node.args) if arg.keyword is None and not arg.star]
        keywords = {arg.keyword.value: k for k, arg in enumerate(node.args) if arg.keyword is not None}
        bound = None if starred else effect.bind(len(positional), tuple(keywords))
        if bound is None:
            for ev in evs:
                if effect.mutates or effect.outs:
                    self.escape(ev, "a call with starred arguments got it")
            if starred and ((effect.mutates and receiver is None) or self._writes_out(node, effect, evs, keys)):
                self._trouble(
                    node,
                    Problem(
                        "NT102", "it is not known what a call with starred arguments changes", "name the arguments"
                    ),
                )
            fresh = effect.result in {"fresh", "scalar", "none", "list_fresh"}
            value = created(effect_name, {}, ()) if effect.result in {"scalar", "none"} else MAYBE if fresh else UNKNOWN
            shared = () if fresh else (*evs, *([receiver] if receiver else []))
            return Ev(value, tuple(dict.fromkeys((s, MAY) for ev in shared for s, _ in self.content(ev))))
        index = {p: (positional[k] if isinstance(k, int) else keywords[k]) for p, k in bound.items()}
        given: dict[str, Argument] = {p: Argument(node.args[k].value, evs[k].value) for p, k in index.items()}
        origin_of: dict[str, Ev] = {p: evs[k] for p, k in index.items()}
        if receiver is not None:
            assert isinstance(node.func, cst.Attribute)
            given["self"] = Argument(node.func.value, receiver.value)
            origin_of["self"] = receiver
        claimed = set(index.values())
        variadic = [k for k in positional if k not in claimed]
        star_args = [Argument(node.args[k].value, evs[k].value) for k in variadic]
        literals: dict[str, object] = {p: _literal(a.node) for p, a in given.items()}
        if effect_name in RETAINS or effect_name.rpartition(".")[2] in {"nditer", "ndenumerate"}:
            for ev in origin_of.values():
                self.escape(ev, f"`{shorten(self.module.source.code(node))}` holds it")
        value = created(effect_name, given, star_args)
        outs = [p for p in effect.outs if p in given and given[p].value != NONE]
        if outs:
            return self._out(node, effect_name, [(p, given[p].node) for p in outs])
        mutated = effect.mutates_for(literals)
        for parameter in mutated:
            if parameter in given:
                form = "method" if parameter == "self" else "function"
                self._mutation(
                    node, form, effect_name if effect_name.startswith("ufunc") is False else name, given[parameter]
                )
        return self._result(
            node, effect_name, effect, effect.result_for(literals), value, origin_of, [evs[k] for k in variadic]
        )

    def _keys_given(self, arg: cst.Arg) -> tuple[str, ...]:
        """The keywords that an argument brings, as far as they are known."""
        if arg.star == "**" and (container := self.told(arg.value)) is not None:
            return tuple(key for key in self.state.items[container] if isinstance(key, str))
        return (arg.keyword.value,) if arg.keyword is not None else ()

    @staticmethod
    def _writes_out(node: cst.Call, effect: Effect, evs: list[Ev], keys: list[tuple[str, ...]]) -> bool:
        """Whether one of the starred arguments is an output, as far as they are known."""
        count = 0
        for arg, ev in zip(node.args, evs, strict=True):
            if arg.keyword is None and arg.star != "**":
                count += len(ev.value.items or ()) if arg.star else 1
        bound = effect.bind(count, tuple(key for given in keys for key in given))
        return bound is not None and not bound.keys().isdisjoint(effect.outs)

    def _result(
        self,
        node: cst.Call,
        name: str,
        effect: Effect,
        result: str,
        value: Value,
        origin_of: Mapping[str, Ev],
        variadic: list[Ev],
    ) -> Ev:
        kind, _, parameter = result.partition(":")
        if name == "numpy.load":
            return Ev(RESTORED if "allow_pickle" in origin_of else LOADED)
        if name in _ONE_FOR_ALL:
            parts = None if value.items is None else tuple(Ev(item, ((HEAP, MAY),)) for item in value.items)
            return Ev(value, (), parts, ((HEAP, MAY),))
        if kind in {"fresh", "scalar", "none", "list"} or (name == "numpy.einsum" and _has_several_operands(node)):
            return Ev(value)
        if kind in {"list_fresh", "fresh_or_list"}:
            items = tuple(Ev(v) for v in value.items) if value.items is not None else None
            return Ev(value, (), items)
        if kind == "object":
            return Ev(value)
        sources = variadic if parameter == "*" else [origin_of[parameter]] if parameter in origin_of else []
        origins = tuple(pair for ev in sources for pair in ev.origins)
        may = tuple(dict.fromkeys((s, MAY) for s, _ in origins))
        unsure = any(ev.value.kind in {"list", "tuple", "number"} for ev in sources)
        if unsure and all(ev.value.kind in {"list", "tuple", "number"} for ev in sources):
            return Ev(value)  # a list is copied
        if kind == "same":
            return Ev(value if value.kind != "unknown" else sources[0].value, origins) if sources else Ev(value)
        single = kind == "maybe_each" and len(variadic) == 1 and value.kind not in CONTAINERS
        if kind == "view" or ((kind == "maybe" or single) and name in VIEWS):
            step = self.view_step(node, name, sources[0].value if sources else UNKNOWN)
            if step is not None and sources and sources[0].value.kind == "array":
                if value.kind == "unknown":
                    value = Value("array")
                return Ev(value, through(origins, step))
            return Ev(value, may)
        if kind == "maybe" and origins and _lays_out(name, sources[0].value, origin_of):
            self.tables.mark(self.tables.laid_out, True)
        if kind == "maybe":
            if sources and self._is_conversion(name, effect, origin_of):
                return Ev(sources[0].value, origins)
            if sources and sources[0].value.kind == "array":
                return Ev(value, _kept_or_copied(name, sources[0].value, frozenset(origin_of), origins))
            return Ev(value, may)
        if kind == "views" and name in SPLIT_AXIS and sources and sources[0].value.kind == "array":
            steps = self._split_steps(node, name, sources[0].value)
            if steps:
                elem = value.elem if value.elem is not None and value.elem.is_array else ARRAY
                items = tuple(Ev(elem, through(origins, step)) for step in steps)
                return Ev(Value("list", elem=elem), (), items, may)
        if kind in {"views", "maybe_each"}:
            items = tuple(Ev(v, may) for v in value.items) if value.items is not None else None
            return Ev(
                value if value.kind in CONTAINERS or kind == "maybe_each" else Value("list", elem=MAYBE),
                may if kind == "maybe_each" and value.kind not in CONTAINERS else (),
                items,
                may,
            )
        return Ev(UNKNOWN, may)

    def _is_conversion(self, name: str, effect: Effect, origin_of: Mapping[str, Ev]) -> bool:
        """Whether the call certainly gives back its argument: `np.asarray(x)` of what is certainly an array."""
        if name not in {"numpy.asarray", "numpy.asanyarray", "numpy.atleast_1d"} or len(origin_of) != 1:
            return False
        (ev,) = origin_of.values()
        return ev.value.kind == "array" and (name != "numpy.atleast_1d" or bool(ev.value.ndim))

    def view_step(self, node: cst.Call, name: str, base: Value) -> Step | None:
        """The lens of a view that a call makes, or None where it may be a copy or the argument itself."""
        form = VIEWS.get(name)
        source = self.module.source
        method = name.startswith("ndarray.")
        if form is None or node.comments_inside if hasattr(node, "comments_inside") else form is None:
            return None
        text = source.code(node)
        args = node.args if method else node.args[1:]
        if not method and (not node.args or node.args[0].keyword is not None):
            return None
        if "\n" in text or "#" in text or not all(self._replayable(a.value) for a in args) or any(a.star for a in args):
            return Step("", "", why=f"`{shorten(text)}`")
        if form == "reshape" and (
            not base.order or any(a.keyword is not None and a.keyword.value == "order" for a in args)
        ):
            return None
        if form in {"part", "split"}:
            return None
        if form == "cut":
            return Step("", "", why=f"`{shorten(text)}`, which the values decide")
        if name == "numpy.diag" and base.ndim != 2:
            return None
        operand = node.func.value if method else node.args[0].value  # type: ignore[attr-defined]
        span, inner = source.span(node), source.span(operand)
        forward = source.text[span.start : inner.start] + BASE + source.text[inner.end : span.end]
        operands = frozenset(n for a in args for n in _names(a.value))
        if name in READ_ONLY or form in {"opaque", "diagonal"} or (form == "whole" and args):
            return Step(forward, "", operands, why=f"`{shorten(text)}`, which is read-only")
        return Step(forward, self._inverse_text(name, args, base), operands, why=f"`{shorten(text)}`")

    def _split_steps(self, node: cst.Call, name: str, base: Value) -> list[Step]:
        """The lenses of the parts that an array is cut into, or none if their number is not known."""
        text = self.module.source.code(node)
        args = {
            ("ary", "at", "axis")[k] if a.keyword is None else a.keyword.value: a.value for k, a in enumerate(node.args)
        }
        at = args.get("at", args.get("indices_or_sections"))
        axis = constant_int(args["axis"]) if "axis" in args else 0
        if name in {"numpy.hsplit", "numpy.dsplit", "numpy.vsplit"}:
            axis = {"numpy.vsplit": 0, "numpy.dsplit": 2}.get(
                name, None if base.ndim is None else min(base.ndim, 2) - 1
            )
        array = node.args[0]
        if axis is None or axis < 0 or at is None or array.keyword is not None or "\n" in text or "#" in text:
            return []
        size = f"len({BASE})" if axis == 0 else f"{BASE}.shape[{axis}]"
        if (number := constant_int(at)) is not None and number > 0:
            bounds = [_bound(k, number, size, even=name != "numpy.array_split") for k in range(1, number)]
        elif isinstance(at, (cst.List, cst.Tuple)) and all(constant_int(e.value) is not None for e in at.elements):
            bounds = [self.module.source.code(e.value) for e in at.elements]
        else:
            return []
        span, inner = self.module.source.span(node), self.module.source.span(array.value)
        whole = self.module.source.text
        forward = whole[span.start : inner.start] + BASE + whole[inner.end : span.end]
        steps = []
        for k, (lower, upper) in enumerate(zip(["", *bounds], [*bounds, ""], strict=True)):
            index = f"{RUNTIME}.s_[{':, ' * axis}{lower}:{upper}]"
            inverse = f"{RUNTIME}.tensor_scatter_update({BASE}, {index}, {VIEW})"
            steps.append(Step(f"{forward}[{k}]", inverse, parts=(Part(text, k),)))
        return steps

    def _replayable(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.Tuple):
            return all(self._replayable(e.value) for e in node.elements)
        if isinstance(node, cst.Attribute) and node.attr.value == "shape" and isinstance(node.value, cst.Name):
            return True
        return self.repeatable(node)

    def _inverse_text(self, name: str, args: Sequence[cst.Arg], base: Value) -> str:
        code = self.module.source.code
        template = INVERSES_BARE[name] if not args and name in INVERSES_BARE else INVERSES.get(name, "")
        if not template:
            return ""
        fields: dict[str, str] = dict(DEFAULTS.get(name, {}))
        effect = EFFECTS[name]
        names = [p for p in effect.params if p != "*"][0 if name.startswith("ndarray.") else 1 :]
        for k, arg in enumerate(args):
            key = arg.keyword.value if arg.keyword is not None else names[k].lstrip("*") if k < len(names) else ""
            fields[key] = code(arg.value)
        if "{inverse_axes}" in template:
            axes = _axes(args)
            if axes is None or sorted(a % len(axes) for a in axes) != list(range(len(axes))):
                return ""
            inverse = inverse_axes(axes)
            fields["inverse_axes"] = (
                ", ".join(map(str, inverse)) if name == "ndarray.transpose" and len(args) > 1 else str(inverse)
            )
        if "{rolled_to}" in template:
            return ""
        try:
            text = template.format(view=VIEW, base=BASE, **fields)
        except KeyError:
            return ""
        return text.replace("np.", f"{RUNTIME}.")

    # -- changes -----------------------------------------------------------------------------------------------------

    def _mutation(self, node: cst.Call, form: str, name: str, target: Argument) -> None:
        self.record(Store(form, self.statement, target.node, target.value, call=node, effect=name))
        if name == "ndarray.resize":
            self.reshaped(target.node, None)

    def reshaped(self, node: cst.BaseExpression, ndim: int | None) -> None:
        """An array gets another shape in place."""
        raise NotImplementedError

    def _out(self, node: cst.Call, name: str, outputs: list[tuple[str, cst.BaseExpression]]) -> Ev:
        result: list[Ev] = []
        pairs: list[tuple[str, cst.BaseExpression]] = []
        for parameter, expression in outputs:
            if isinstance(expression, cst.Tuple):
                pairs += [
                    (f"{parameter}[{k}]", e.value)
                    for k, e in enumerate(expression.elements)
                    if self.ev(e.value).value != NONE
                ]
            else:
                pairs.append((parameter, expression))
        for _, expression in pairs:
            result.append(self.ev(expression))
        for _, expression in pairs:
            store = Store(
                "out",
                self.statement,
                expression,
                self.ev(expression).value,
                call=node,
                effect=name,
                outputs=tuple(pairs),
            )
            if len(pairs) == 1 and self._is_made_there(node, expression):
                self.facts.filled[node] = store
            else:
                self.record(store)
        if len(result) == 1:
            return result[0]
        return Ev(Value("tuple", items=tuple(ev.value for ev in result)), (), tuple(result))

    def _is_made_there(self, node: cst.Call, output: cst.BaseExpression) -> bool:
        """Whether an output is an array that the call's own text makes, and all that is asked for is the result."""
        ev = self.ev(output)
        unused = isinstance(self.statement, cst.Expr) and self.statement.value is node
        if unused or not isinstance(output, cst.Call) or not ev.value.may_be_array or not ev.fresh or ev.held:
            return False
        return output in self.facts.calls and not any(  # drawn numbers come in the order in which they are asked for
            self.facts.calls.get(part, "").startswith("numpy.random.")  # type: ignore[call-overload]
            or part in self.facts.impure
            or isinstance(part, (cst.Await, cst.NamedExpr, cst.Yield))
            for part in walk(output)
        )

    def _trouble(self, node: cst.CSTNode, problem: Problem) -> None:
        self.facts.problems[node] = problem

    # -- methods -----------------------------------------------------------------------------------------------------

    def _method(self, node: cst.Call, func: cst.Attribute, receiver: Ev) -> Ev:
        name, value = func.attr.value, receiver.value
        if value.kind == "bottom":
            self._arguments(node)
            return Ev(BOTTOM)
        if f"ndarray.{name}" in FEATURES and (value.kind in {"array", "maybe"} or name in TELLING):
            self.facts.features[func] = f"ndarray.{name}"
        if value.kind in {"array", "maybe"} or (value.kind == "unknown" and name in _ONLY_ARRAYS):
            effect = EFFECTS.get(f"ndarray.{name}")
            if name == "resize" and not self._let_go_of(node, name):  # images give others
                text = self.module.source.code(func.value)
                what = f"it is not known whether `{shorten(text)}` is an array, whose `resize` gives nothing"
                self._trouble(node, Problem("NT102", what, "write `np.resize(...)` for an array"))
                return self._unknown_method(node, func, receiver)
            if effect is not None:
                self.facts.calls[node] = f"ndarray.{name}"
                return self._effect(node, f"ndarray.{name}", f"ndarray.{name}", effect, receiver)
            self._unbound_method(func, name)
        if name in READING_METHODS and not self.tables.methods_named(name):
            return self._host(node, name, _READING)
        if name == "toarray" and value.kind in {"object", "unknown"} and not node.args and self._is_of_scipy(name):
            return Ev(ARRAY)  # of a sparse matrix: new
        if value.kind in CONTAINERS:
            return self._container_method(node, func, receiver)
        if value.kind == "number":
            self.facts.reached[node] = (f"{value.dtype or 'number'}.{name}",)
            self._arguments(node)
            return Ev(STRING if value.dtype == "str" or name == "decode" else NUMBER)
        if value.kind == "object" and value.name is not None:
            if is_numpy(value.name):
                return self._numpy_object_method(node, func, receiver)
            if self.tables.known(value.name):
                return self._project_method(node, func, receiver)
            if value.name == artists.ARTIST:
                self.facts.reached[node] = (f"{artists.ARTIST}.{func.attr.value}",)
                return self._draw(node, func.attr.value)
            if value.name.startswith("host:"):
                return self._foreign_method(node, func, receiver)
        return self._unknown_method(node, func, receiver)

    def _is_of_scipy(self, method: str) -> bool:
        """Whether a method has a name that objects of SciPy's have, and nothing in the project."""
        return self.tables.mentions_scipy and not self.tables.methods_named(method)

    def _numpy_object_method(self, node: cst.Call, func: cst.Attribute, receiver: Ev) -> Ev:
        names = [f"{cls}.{func.attr.value}" for cls in (receiver.value.name or "").split("|")]
        rows = [EFFECTS.get(name) for name in names]
        alike = len({row and row._replace(params=()) for row in rows}) == 1
        full, effect = names[0], rows[0] if alike else None
        self.facts.calls[node] = full
        self.facts.reached[node] = (full,)
        if effect is None:
            args = self._arguments(node)
            return Ev(UNKNOWN, tuple((s, MAY) for ev in (receiver, *args) for s, _ in ev.origins))
        return self._effect(node, full, full, effect, None)

    def _container_method(self, node: cst.Call, func: cst.Attribute, receiver: Ev) -> Ev:
        kind, name = receiver.value.kind, func.attr.value
        method = METHODS.get(f"{kind}.{name}")
        args = self._arguments(node)
        if method is None:
            self.filled_by_a_method(func, receiver)
            result = self._unknown_call(node, (), args)
            own = ((s, MAY) for s, _ in self.content(receiver))
            return result._replace(origins=tuple(dict.fromkeys((*result.origins, *own))))
        self.facts.reached[node] = (f"{kind}.{name}",)
        self._calls_back(node, name, method.calls, args, receiver)
        starred = any(arg.star == "*" for arg in node.args)
        taken = [args[k] for k in method.adds if k < len(args) and not starred]
        if starred and method.adds:
            taken = [self.element(ev) if arg.star else ev for arg, ev in zip(node.args, args, strict=True)]
        spread = [args[k] for k in method.adds_elements if isinstance(k, int) and k < len(args)]
        if starred and method.adds_elements:
            self.filled_unseen(func.value, receiver)
        for k in method.adds_elements:
            if isinstance(k, str):
                spread += [ev for arg, ev in zip(node.args, args, strict=True) if arg.keyword is not None or arg.star]
        if taken or spread:
            self._take_in(node, func.value, receiver, taken, spread)
        if method.result in {"element", "elements"}:
            given = ((s, MAY) for ev in args for s, _ in self.content(ev))
            held = tuple(dict.fromkeys((*self._elements(receiver), *given)))
            elem = receiver.value.elem or UNKNOWN
            if name in {"pop", "popleft"} and receiver.value.distinct:
                held = self._let_go(receiver, held)
            if method.result == "element":
                if elem.kind == "number":
                    if not method.adds:  # else what is given here is in the container, too
                        held = tuple(p for ev in args[1:] for p in self.content(ev))
                    value = NUMBER if not args else join(NUMBER, args[-1].value)
                    return Ev(value, () if value.kind == "number" else held, None, held)
                if elem.kind == "bottom":
                    elem = self.bottom
                if name == "popitem":
                    pair = Value("tuple", items=(UNKNOWN, elem))
                    return Ev(pair, (), (Ev(UNKNOWN, held), Ev(elem, held, None, held)), held)
                if kind == "dict" and len(args) > 1 and args[1].value != NONE:
                    elem = join(elem, args[1].value)
                return Ev(elem, held, None, held)
            live = isinstance(self.statement, (cst.Assign, cst.Return)) and self.statement.value is node
            same = (
                tuple((s, MAY) for s, _ in receiver.origins) if live and name != "copy" else ()
            )  # grows with the dict
            if name == "items":
                pair = Value("tuple", elem=UNKNOWN, items=(UNKNOWN, elem))
                return Ev(Value("iterator" if live else "list", elem=pair), same, None, held)
            if name == "keys":
                return Ev(Value("list", elem=UNKNOWN))
            items = receiver.items if name in {"copy", "values"} else None
            keys = receiver.keys if name == "copy" else ()
            kind = kind if name == "copy" else "iterator" if live else "list"
            return Ev(Value(kind, elem=elem), same, items if kind != "iterator" else None, held, keys)
        if method.result == "number":
            return Ev(NUMBER)
        return Ev(NONE if method.result == "none" else UNKNOWN)

    def _let_go(self, receiver: Ev, held: tuple[tuple[Slot, Rel], ...]) -> tuple[tuple[Slot, Rel], ...]:
        """What an element that leaves a container of distinct ones is held by: not by that any more."""
        own = {s for s, rel in self.state.resolve(receiver).items() if rel == SAME and s != HEAP}
        gone = {elements_of(slot) for slot in own}
        others = [s for slot in gone for s in self.state.row(slot)]
        return tuple((s, MAY) for s in dict.fromkeys((*(s for s, _ in held), *others)) if s not in gone)

    def _told_method(self, node: cst.Call, func: cst.Attribute, container: Slot) -> Ev:
        """A method of a container whose items are told apart."""
        name, state, whole = func.attr.value, self.state, self.container(container)
        once = isinstance(self.statement, (cst.Expr, cst.Assign)) and self.statement.value is node
        plain = all(arg.keyword is None and not arg.star for arg in node.args)
        kind, size = whole.value.kind, len(state.items[container])
        if kind == "list" and name == "append" and once and plain and len(node.args) == 1 and size < MOST:
            self.facts.reached[node] = ("list.append",)
            ev = self.after(node.args[0].value, whole)
            fits = (ev.plain and (size or ev.value.may_be_array)) or worth_telling(ev)
            if fits and container in state.items and state.put(container, size, ev):
                self.grown(root(container))
                return Ev(NONE)
        elif kind == "list" and name == "pop" and once and plain and size and len(node.args) < 2:
            k = self.key_in(container, node.args[0].value) if node.args else size - 1
            if isinstance(k, int):
                self.facts.reached[node] = ("list.pop",)
                return state.take(container, k)
        elif kind == "dict" and name == "get" and plain and node.args:
            key = constant_key(node.args[0].value)
            args = self._arguments(node)
            if key is not None and container in state.items:
                self.facts.reached[node] = ("dict.get",)
                slot = state.items[container].get(key)
                return self.item(slot) if slot is not None else args[1] if len(args) > 1 else Ev(NONE)
        method = METHODS.get(f"{kind}.{name}")
        looks = method is not None and not method.mutates and (method.result == "number" or name == "copy")
        looks = looks or (method is not None and not method.mutates and node in self.looked_at)
        receiver = whole if looks and container in state.items else self.ev(func.value)
        self.waiting.append(receiver)
        result = self._container_method(node, func, receiver)
        self.waiting.pop()
        return result

    def grown(self, name: str) -> None:
        """A container that has a name holds more than it did."""
        raise NotImplementedError

    def _take_in(
        self, node: cst.Call, target: cst.BaseExpression, receiver: Ev, taken: list[Ev], spread: list[Ev]
    ) -> None:
        """A container takes arrays in: from now on it is a holder."""
        elem, fresh = receiver.value.elem or BOTTOM, True
        held: list[tuple[Slot, object]] = []
        for ev in taken:
            elem = join(elem, ev.value)
            fresh = fresh and (ev.fresh or not ev.value.may_be_array)
            held += self.content(ev)
        for ev in spread:
            pairs = receiver.value.kind not in {"list", "set"} and ev.value.kind != "dict"
            elem = join(elem, UNKNOWN if pairs else ev.value.elem or UNKNOWN)
            elements = self._elements(ev)
            fresh = fresh and not elements and (ev.value.elem is not None)
            held += elements
        self.grow_container(target, receiver, elem, fresh, [s for s, _ in held])

    def _unknown_method(self, node: cst.Call, func: cst.Attribute, receiver: Ev) -> Ev:
        name = func.attr.value
        if receiver.value == LOADED and name in _GIVEN_BY_ARCHIVES and not node.args:
            return Ev(Value("iterator", elem=_GIVEN_BY_ARCHIVES[name]))
        if receiver.value.kind in {"unknown", "bottom", "object"} and self._may_change_an_array(node, name):
            self.record(
                Store("method", self.statement, func.value, receiver.value, call=node, effect=f"ndarray.{name}")
            )
        candidates = self.tables.methods_named(name)
        self._started_by_a_method(node, name, receiver.value)
        self.from_a_module(name)
        if name in _FILLING and not (candidates and receiver.value.kind == "object"):
            self._perhaps_takes_in(node, func.value, receiver, _FILLING[name])
        if name == "shuffle" and not candidates and self._shuffles(node):
            self.facts.calls[node] = _SHUFFLE
            return self._effect(node, _SHUFFLE, _SHUFFLE, EFFECTS[_SHUFFLE], None)
        if name == "solve" and not candidates and self.tables.factorizes:
            self._by_class(node, "scipy.sparse.linalg.splu.solve", self._arguments(node))
        result = self._unknown_call(node, candidates)
        if name == "copy" and not candidates and not node.args and receiver.value.kind == "unknown":
            return Ev(UNKNOWN, (), None, self._elements(receiver))  # of an array: new
        for scope in candidates:
            self.tables.mark(self.tables.open_calls, scope)
        if name in _REDUCTIONS and not candidates and _says_how(node):
            return Ev(UNKNOWN)  # whatever it is, it adds its elements up
        return Ev(result.value, tuple(dict.fromkeys((*result.origins, *((s, MAY) for s, _ in receiver.origins)))))

    def _may_change_an_array(self, node: cst.Call, name: str) -> bool:
        """Whether a call on something unknown may be that of an array's method: those give None, so that nothing is
        done with it. `image.resize(size)`, `queue.put(x)` and the like have other arguments, or give something."""
        if name not in _NEEDED:
            return False
        positional = [arg.value for arg in node.args if arg.keyword is None]
        keywords = tuple(arg.keyword.value for arg in node.args if arg.keyword is not None)
        bound = EFFECTS[f"ndarray.{name}"].bind(len(positional), keywords)
        given = (
            bound is not None
            and len(bound) >= _NEEDED[name]
            and not isinstance(next(iter(positional), None), cst.SimpleString)
        )
        if not given and not any(arg.star for arg in node.args):
            return False
        return self._let_go_of(node, name)

    def _let_go_of(self, node: cst.Call, name: str) -> bool:
        """Whether nothing is done with what a call gives. Functions without a name are called for other reasons than to
        change the size of their argument."""
        inner: cst.CSTNode = node
        parents = self.module.source.parents
        while isinstance(outer := parents.get(inner), (cst.BooleanOperation, cst.IfExp)):
            inner = outer
        return isinstance(outer, cst.Expr) or (isinstance(outer, cst.Lambda) and name != "resize")

    def _perhaps_takes_in(self, node: cst.Call, target: cst.BaseExpression, receiver: Ev, method: Method) -> None:
        """What may be a container takes something in by a method that containers have."""
        args = self._arguments(node)
        positional = [ev for arg, ev in zip(node.args, args, strict=True) if arg.keyword is None and not arg.star]
        taken = [positional[k] for k in method.adds if k < len(positional)]
        spread = [] if method.adds else args
        if any(_brings(ev.value) for ev in (*taken, *spread)):
            self._take_in(node, target, receiver, taken, spread)

    def _shuffles(self, node: cst.Call) -> bool:
        """Whether a statement is nothing but `rng.shuffle(x)` of an array: for that there are generators."""
        if len(node.args) != 1 or node.args[0].keyword is not None or node.args[0].star:
            return False
        alone = isinstance(self.statement, cst.Expr) and self.statement.value is node
        x = node.args[0].value
        return alone and isinstance(x, (cst.Attribute, cst.Name, cst.Subscript)) and self.ev(x).value.is_array

    # -- builtins and other packages ---------------------------------------------------------------------------------

    def _builtin(self, node: cst.Call, name: str) -> Ev:
        host = BUILTINS.get(name)
        if name == "super":
            return ANYONE
        if name == "dict.fromkeys" and not any(arg.star for arg in node.args):
            given = self._arguments(node)[1:] or [Ev(NONE)]  # one object for all keys
            held = tuple((s, MAY) for s, _ in self.content(given[0]))
            return Ev(Value("dict", elem=given[0].value, distinct=given[0].value.kind == "number"), (), None, held)
        if host is None or (name == "type" and len(node.args) > 1):
            return self._unknown_call(node)
        self.facts.reached[node] = (f"builtins.{name}",)
        if name in _REACHING and not (name == "vars" and node.args) and not self._only_binds(node):
            self._names_within_reach()
            return self._reached_by_text(node, name)
        if name == "vars" and node.args:
            return self.attributes_of(node, node.args[0].value, self.ev(node.args[0].value).value)
        if name == "slice" and any(ev.value.kind in {"array", "maybe", *CONTAINERS} for ev in self._arguments(node)):
            return self._unknown_call(node)  # which can be got out of it again
        if name == "print":
            self.runs(node, SHOWN, *self._arguments(node, look=True))
            return Ev(NONE)
        if name == "id" and len(node.args) == 1 and self.ev(node.args[0].value).value.kind in {"array", "maybe"}:
            self.facts.features[node] = "builtins.id"
        if name in {"isinstance", "issubclass"} and len(node.args) == 2 and not any(arg.star for arg in node.args):
            asked = node.args[0].value
            if name == "isinstance" or self._is_type_of(asked):
                names = tuple(map(self._class_name, class_parts(node.args[1].value)))
                value = asked if name == "isinstance" else cst.ensure_type(asked, cst.Call).args[0].value
                self.facts.instances[node] = self._asked(value), names
        if name == "hasattr" and len(node.args) == 2 and isinstance(node.args[1].value, cst.SimpleString):
            self.facts.attributes_asked[node] = self._asked(node.args[0].value)
        if name == "setattr" and len(node.args) > 1 and self._setattr(node, node.args[0].value, node.args[1].value):
            host = host._replace(retains=())
        if name == "getattr" and len(node.args) > 1:
            return self._getattr(node, node.args[0].value, node.args[1].value)
        if name == "type" and len(node.args) == 1 and not node.args[0].star:
            self.facts.types_asked[node] = self._asked(node.args[0].value)
        if name == "type" and any(ev.value.kind in {"object", "unknown"} for ev in self._arguments(node)):
            self.class_taken(node, self.ev(node.args[0].value).value)
            return Ev(UNKNOWN)  # a class, perhaps one of the project's: its methods and arrays are reached through it
        return self._host(node, name, host)

    def _reached_by_text(self, node: cst.Call, name: str) -> Ev:
        """`eval("x")` may be what any name holds that is in its text; `globals()` has what they all hold in it."""
        text = node.args[0].value if node.args else None
        self._host(node, name, BUILTINS[name])
        if name == "exec":
            return Ev(NONE)
        names = set(self.state.values)
        if name == "eval" and isinstance(text, cst.SimpleString):
            names &= set(re.findall(r"\w+", str(literal(text))))
        held = tuple((s, MAY) for s in sorted(names) if self.state.values[s].kind in _SHOWING)
        if name == "eval":
            return Ev(UNKNOWN, ((HEAP, MAY), *held), None, held)
        return Ev(Value("dict", elem=UNKNOWN), ((HEAP, MAY),), None, ((HEAP, MAY), *held))

    def _only_binds(self, node: cst.Call) -> bool:
        """Whether `globals()` is there to bind a name, or to ask for one: `globals()["b"] = globals()["a"]`."""
        parents = self.module.source.parents
        item = parents.get(node)
        if not isinstance(item, cst.Subscript) or item.value is not node:
            return isinstance(item, cst.ComparisonTarget)
        return isinstance(parents.get(item), cst.AssignTarget) or self._is_bound_by_name(item)

    def _is_bound_by_name(self, node: cst.BaseExpression) -> bool:
        """Whether a value is given to nothing but a computed name, `globals()[name] = ...`, which is diagnosed."""
        statement = self.module.source.parents.get(node)
        if not isinstance(statement, cst.Assign):
            return False
        targets = [target.target for target in statement.targets]
        return all(isinstance(target, cst.Subscript) and isinstance(target.value, cst.Call) for target in targets)

    def _names_within_reach(self) -> None:
        """`eval(...)`, `globals()` and the like: whoever has a name here may be called by it."""
        scope: Scope | None = self.scope
        while scope is not None:
            for name in scope.bound:
                found = self.state.values.get(name) if scope is self.scope else None
                self.handed_over(found or self.tables.names.get((scope, name), BOTTOM))
            scope = scope.parent

    def _asked(self, node: cst.BaseExpression) -> Value:
        """What is known of a value whose class is asked for; callers may hand in arrays that others made."""
        ev = self.ev(node)
        strangers = ev.value.kind == "array" and any(s == HEAP or is_caller(s) for s in self.state.resolve(ev))
        return UNKNOWN if strangers else ev.value

    def _is_type_of(self, node: cst.BaseExpression) -> bool:
        """Whether this is `type(x)`."""
        if not isinstance(node, cst.Call) or len(node.args) != 1:
            return False
        return self.ev(node.func).value.name == "builtins.type"

    def _class_name(self, node: cst.BaseExpression) -> str | None:
        """The name of a class that is asked about; "" for an object's own class, None for any, or several."""
        if self._is_type_of(node):
            self.ev(node)
            return ""
        value = self.ev(node).value
        own = value.kind == "class" or (isinstance(node, cst.Attribute) and node.attr.value == "__class__")
        return value.name or ("" if own else None)

    def _getattr(self, node: cst.Call, owner: cst.BaseExpression, attribute: cst.BaseExpression) -> Ev:
        """`getattr(k, "x")` is `k.x`; a name that is computed may be that of any attribute."""
        evs = self._arguments(node)
        value = evs[0].value
        if isinstance(attribute, cst.SimpleString) and str(literal(attribute)).isidentifier():
            name = str(literal(attribute))
            if value.kind in {"array", "maybe"}:
                return self.array_attribute(node, evs[0], name)
            if value.kind in {"object", "unknown", "number"} and not name.startswith("__"):
                found = self.ev(cst.Attribute(owner, cst.Name(name)))
                return found if len(evs) == 2 else either(found, evs[2])
            self.from_a_module(name, value.name if self.tables.is_own(value.name) else None)
            self.filled_by_a_method(cst.Attribute(owner, cst.Name(name)), evs[0])
        elif value.kind in {"object", "class", "unknown"} and node not in self.read_at_once:
            self._computed(node, value)
        else:
            self.filled_unseen(owner, evs[0])
        computed = value.kind in {"module", "unknown"} and not isinstance(attribute, cst.SimpleString)
        if computed and not self._is_bound_by_name(node):
            self.from_a_module(None, value.name if self.tables.is_own(value.name) else None)
        return Ev(UNKNOWN, ((HEAP, MAY), *((s, MAY) for ev in evs for s, _ in ev.origins)))

    def _set_by_name(self, node: cst.Call, owner: cst.BaseExpression, name: str, ev: Ev) -> None:
        """An attribute is assigned by a call. Within an expression that may not be made, or what the attribute
        held before is still in use."""
        path, text = self.path(owner), f"`{shorten(self.module.source.code(node))}`"
        target = cst.Attribute(owner, cst.Name(name))
        if path is None or (isinstance(self.statement, cst.Expr) and self.statement.value is node):
            self.bind(target, ev)
            return
        base, attr = self.ev(owner).value, self.scope.attribute(name)
        self.escape(self.attribute_ev(f"{path}.{attr}", base, attr), f"{text} may replace it")
        self.bind(target, ev)
        self.escape(self.attribute_ev(f"{path}.{attr}", base, attr), f"{text} may have put it there")

    def _setattr(self, node: cst.Call, owner: cst.BaseExpression, attribute: cst.BaseExpression) -> bool:
        """`setattr(x, "shape", s)` of an array changes it in place. Whether it is an assignment that is followed."""
        if self.ev(owner).value.kind in {"array", "maybe"}:
            code = self.module.source.code
            what = f"`{shorten(code(node))}` changes an array in place"
            help = "write the assignment"
            if isinstance(attribute, cst.SimpleString):
                help = f"write `{code(owner)}.{literal(attribute)} = ...`"
            self.facts.problems[node] = Problem("NT102", what, help)
            self.reshaped(owner, None)
        elif isinstance(attribute, cst.SimpleString) and len(node.args) == 3:
            name = str(literal(attribute))
            self.bound_in_a_module(self.ev(owner).value, name, self.ev(node.args[2].value).value)
            if name.isidentifier() and self.ev(owner).value.kind not in {"module", "bottom"}:
                self._set_by_name(node, owner, name, self.ev(node.args[2].value))
                return True
        elif not isinstance(attribute, cst.SimpleString):
            self.bound_in_a_module(self.ev(owner).value, "*", self.ev(node.args[-1].value).value)
            self.note_callable((None, "*"), UNKNOWN)
            for pinned in self.tables.pinned_names():
                self.tables.opened(pinned)
            if len(node.args) == 3 and not any(arg.star or arg.keyword for arg in node.args):
                self._put_by_name(node, owner, self.ev(node.args[2].value))
        return False

    def _put_by_name(self, node: cst.Call, owner: cst.BaseExpression, ev: Ev) -> None:
        """Any attribute is bound: an array that changes in place may give way to another, which others may hold."""
        value = self.ev(owner).value
        arrays, _ = self.tables.under_any_name(value.name if self.tables.known(value.name) else None)
        if value.kind not in {"object", "class", "unknown"} or not arrays:
            return
        self.binds_any(self.path(owner) or self.some_object(value), value, arrays)
        new = ev.value.is_array and not ev.origins and not ev.held
        if not new and ev.value.kind not in {"number", "function", "class", "module"}:
            what = f"`{shorten(self.module.source.code(node))}` may put an array that others hold into `.{arrays[0]}`"
            help = "name the attribute, or put in a copy"
            problem = Problem("NT512", f"{what}, which is changed in place elsewhere", help)
            self.facts.put_by_names[node] = PutByName(problem, tuple(arrays))

    def _set_by_method(self, node: cst.Call, func: cst.Attribute) -> Ev:
        """`object.__setattr__(k, "x", v)`, `super().__setattr__("x", v)`, `k.__setattr__("x", v)`."""
        evs = self._arguments(node)
        owner: cst.BaseExpression = node.args[0].value
        if len(node.args) == 2:
            inherited = self._super_class(func.value) is not None
            owner = cst.Name(self.scope.params[0]) if inherited else func.value
        attribute = node.args[-2].value
        name = str(literal(attribute)) if isinstance(attribute, cst.SimpleString) else ""
        if name.isidentifier() and self.ev(owner).value.kind not in {"module", "bottom"}:
            self._set_by_name(node, owner, name, evs[-1])
        else:
            self.escape(evs[-1], f"`{shorten(self.module.source.code(node))}` keeps it")
        if not name.isidentifier():
            self.attributes_shared(self.ev(owner).value)
        self.impure(node)
        return Ev(NONE)

    def _computed(self, node: cst.Call, value: Value) -> None:
        """Some attribute is got: nobody sees whether that makes a second holder of an array, or is a method that gives
        a changed argument back."""
        known = value.name if self.tables.known(value.name) else None
        self.tables.mark(self.tables.computed, None if known is None else self.tables.hierarchy(known))
        for name in self.tables.pinned_names():
            self.tables.opened(name)
            self.tables.widen(self.tables.calls, self.scope, self.tables.methods_named(name))
        arrays, methods = self.tables.under_any_name(known)
        if node in self.callees:
            arrays = []
        if not arrays and not methods:
            return
        text = shorten(self.module.source.code(node))
        if arrays:
            message = f"`{text}` may hand out the array in `.{arrays[0]}`, which is changed in place elsewhere"
            help = "name the attribute, or hand out a copy of it from a method"
        else:
            message = f"`{text}` may be the method `{methods[0]}`, which changes its argument"
            help = "call the method by its name"
        self.facts.computed[node] = ComputedAttribute(Problem("NT512", message, help), tuple(methods))

    def _host(self, node: cst.Call, name: str, host: Host) -> Ev:
        if node in self.borrowed or not (name.startswith(_ITERATORS) or host.retains or host.result == "object"):
            self.lend(node)  # an iterator in it, too, is asked for its elements at once
        looks = name in LOOKING or (name in {"enumerate", "zip"} and node in self.looked_at)
        evs = self._arguments(node, look=looks)
        self._by_class(node, name, evs)
        positional = [
            self.element(ev) if arg.star else ev
            for arg, ev in zip(node.args, evs, strict=True)
            if arg.keyword is None and arg.star != "**"
        ]
        for key in host.mutates:
            self._host_mutation(node, name, key, evs)
        for key in host.retains:
            for k, (arg, ev) in enumerate(zip(node.args, evs, strict=True)):
                keyword = arg.keyword.value if arg.keyword is not None else None
                if key in ("*", k, keyword):
                    self.escape(ev, f"`{name}(...)` keeps it")
        for ev in evs if host.result in _ADVANCING or name in {"any", "all"} else ():
            self.advance(ev, node)
        self.runs(node, self.tables.special_methods(), *evs, *(Ev(v) for ev in evs if (v := ev.value.elem)))
        self._calls_back(node, name, host.calls, evs)
        return self._host_result(node, name, host.result, positional, evs)

    def _calls_back(self, node: cst.Call, name: str, keys: tuple[int | str, ...], evs: list[Ev], *others: Ev) -> None:
        """A call runs functions that it is handed, with what is in the other arguments."""
        for key in keys:
            for k, arg in enumerate(node.args):
                if key in ("*", k, arg.keyword.value if arg.keyword is not None else None):
                    self.called_back(arg.value)
                    self.impure(node)
                    self._put_off(arg.value, name)
                    self._handed_on(arg.value, [*others, *(ev for j, ev in enumerate(evs) if j != k)], name)

    def _handed_on(self, node: cst.BaseExpression, others: list[Ev], name: str) -> None:
        """`map(f, xs)` hands the elements to a function: it may keep them, or put something into them."""
        value = self.ev(node).value
        scopes = self.functions_of(value)
        summaries = [self.tables.summaries.get(scope) for scope in scopes]
        growths = [growth for summary in summaries if summary is not None for _, growth in summary.grows]
        for growth in growths:
            self.tables.grow(self.tables.scattered, "", growth.elem)
        keeps = bool(growths) or any(summary is not None and summary.retains for summary in summaries)
        if keeps or (not scopes and value.kind in {"object", "unknown"}):
            for ev in others:
                why = f"`{name}(...)` hands it to `{shorten(self.module.source.code(node))}`"
                self.escape(Ev(UNKNOWN, self.content(ev)), why)

    def _put_off(self, node: cst.BaseExpression, name: str) -> None:
        """`map(f, xs)` calls the function when it is asked for elements, a `defaultdict(f)` for what it lacks."""
        value, factory = self.ev(node).value, name == "collections.defaultdict"
        unknown = [None] if value.kind in {"object", "unknown"} else []
        for scope in (*self.functions_of(value), *unknown) if factory or name.startswith(_ITERATORS) else ():
            self.tables.mark(self.tables.lazy, scope)
            if factory:
                self.tables.mark(self.tables.factories, True)

    def _host_result(self, node: cst.Call, name: str, result: str, positional: list[Ev], evs: list[Ev]) -> Ev:
        found = self._host_gives(node, name, result, positional, evs)
        called = (scope for ev in evs for scope in self.functions_of(ev.value))
        if found.value.kind in {"number", "none"} or not self.tables.give_held(called):
            return found
        more = ((HEAP, MAY), (HELD, MAY))
        return found._replace(origins=(*found.origins, *more), held=(*found.held, *more))

    def _host_gives(self, node: cst.Call, name: str, result: str, positional: list[Ev], evs: list[Ev]) -> Ev:
        kind, _, position = result.partition(":")
        if kind == "none":
            return Ev(NONE)
        if kind == "number":
            return Ev(_BUILTIN_NUMBERS.get(name, STRING if name in {"str", "repr", "format", "input"} else NUMBER))
        if kind == "fresh":
            return self._made_of(name, positional)
        if kind == "start":
            elem = positional[0].value.elem if positional else None
            if elem is not None and elem.kind not in {"number", "array", "maybe", "bottom"}:  # lists, made one
                added = [s for ev in evs for s, _ in (*self.content(ev), *self.content(self.element(ev)))]
                parts = tuple((s, MAY) for s in dict.fromkeys(added))
                return Ev(UNKNOWN, parts, None, parts)
            number = elem is not None and all(value.kind == "number" for value in (elem, *(ev.value for ev in evs[1:])))
            return Ev(NUMBER if number else MAYBE, tuple((s, MAY) for ev in evs[1:] for s, _ in ev.origins))
        if kind in {"same", "maybe"}:
            k = int(position)
            ev = positional[k] if k < len(positional) else ANYONE
            return ev if kind == "same" else Ev(UNKNOWN, tuple((s, MAY) for s, _ in ev.origins))
        if kind == "element":
            found = self._extreme(positional, spread=any(arg.star for arg in node.args))
            if len(positional) == 1 or name in {"max", "min"}:
                return found
            held = dict.fromkeys((*found.origins, *(p for ev in positional for p in self._elements(ev))))
            return Ev(found.value if found.value.kind == "number" else UNKNOWN, tuple(held), None, tuple(held))
        if kind == "elements":
            return self._elements_builtin(node, name, positional)
        if kind == "groups":  # tuples of elements, iterators over some, or the elements of elements
            inside = dict.fromkeys(
                pair for ev in evs for pair in (*self._elements(ev), *self.content(self.element(ev)))
            )
            grouped = (*((s, MAY) for s, _ in inside), *self.read_later(evs))
            return Ev(Value("iterator", elem=UNKNOWN), (), None, tuple(dict.fromkeys(grouped)))
        if kind == "host_arrays" and (not position or self._says_as_ever(node, position)):
            return Ev(Value("tuple", elem=MAYBE, distinct=True))
        if kind in {"host_array", "host_arrays", "restored"}:
            return Ev(RESTORED if kind == "restored" else UNKNOWN)
        if kind == "object":
            kept = (s for ev in evs for s, _ in self.content(ev)) if name.partition(".")[0] in _KEEPING else ()
            return Ev(Value("object", name=f"host:{name}"), (), None, tuple((s, MAY) for s in dict.fromkeys(kept)))
        if node.args and self._makes_new(node.args[0].value):
            return ANYONE._replace(held=self.read_later(positional[1:]))
        given = dict.fromkeys(s for ev in evs for s, _ in (*ev.origins, *ev.held, *self._elements(ev)))
        may = dict.fromkeys((inner, MAY) for s in given if s != HEAP for inner in (s, elements_of(s)))
        return Ev(UNKNOWN, ((HEAP, MAY), *may), None, tuple(may))

    def _says_as_ever(self, node: cst.Call, option: str) -> bool:
        """Whether a call leaves an option as it is, or says the same, as in `right=True`."""
        name, _, usual = option.partition("=")
        for arg in node.args:
            if arg.star or (
                arg.keyword is not None and arg.keyword.value == name and str(_literal(arg.value)) != usual
            ):
                return False
        return sum(arg.keyword is None for arg in node.args) < 3

    def _made_of(self, name: str, evs: list[Ev]) -> Ev:
        """`abs(x)`, `pow(a, b)`, `operator.add(a, b)`: something new, which may hold what containers hold."""
        value = evs[0].value if evs else UNKNOWN
        if len(evs) > 1 and name != "round":
            value = (product if name == "operator.matmul" else arithmetic)(value, evs[1].value)
        if value.kind in CONTAINERS:
            return Ev(UNKNOWN, (), None, tuple((s, MAY) for ev in evs for s, _ in self.content(ev)))
        if value.kind not in {"number", "array", "maybe", "unknown", "bottom"}:
            value = MAYBE
        if name == "divmod":
            return Ev(Value("tuple", items=(value, value)), (), (Ev(value), Ev(value)))
        return Ev(value)

    def _makes_new(self, node: cst.BaseExpression) -> bool:
        """Whether a function that is handed over certainly gives nothing of its arguments back."""
        value = self.ev(node).value if isinstance(node, (cst.Name, cst.Attribute, cst.Lambda)) else NUMBER
        name = value.name or ""
        if value.kind == "class":
            return name.startswith("builtins.") or is_numpy(name)
        if value.kind != "function":
            return False
        if is_numpy(name):
            effect = EFFECTS.get(current(name))
            return effect is not None and effect.result in {"fresh", "scalar", "none"}
        if name in self.tables.functions:
            summary = self.tables.summaries.get(self.tables.functions[name][1])
            return summary is not None and not summary.relations and not summary.held
        host = BUILTINS.get(name.removeprefix("builtins."))
        return host is not None and host.result in {"number", "none"}

    def _extreme(self, evs: list[Ev], *, spread: bool = False) -> Ev:
        """`max`, `min`, `next`: an element, or one of the arguments; `spread` says that there may be more of those."""
        if evs and all(ev.value.kind == "number" for ev in evs) and len(evs) > 1:
            return Ev(INT if all(ev.value.is_int for ev in evs) and not spread else NUMBER)
        value = BOTTOM
        held: tuple[tuple[Slot, object], ...] = ()
        for ev in evs:
            if len(evs) == 1:
                inner = self.element(ev)
                value = join(value, inner.value)
                held += self.content(inner)
            if len(evs) > 1 or spread:
                value = join(value, ev.value)
                held += tuple((s, MAY) for s, _ in ev.origins)
        if value.kind == "number":
            return Ev(NUMBER)
        found: tuple[tuple[Slot, Rel], ...] = tuple(dict.fromkeys(held))  # type: ignore[arg-type]
        return Ev(value if value.kind != "bottom" else UNKNOWN, found, None, found)

    def _elements_builtin(self, node: cst.Call, name: str, evs: list[Ev]) -> Ev:
        if name == "enumerate" and evs:
            inner = self.element(evs[0], node.args[0].value)
            pair = Value("tuple", items=(Value("number", dtype="int"), inner.value))
            held = tuple((s, MAY) for s, _ in (*inner.origins, *inner.held))
            return Ev(Value("iterator", elem=pair), (), None, (*held, *self.read_later(evs)))
        if name == "zip":
            inner_evs = [self.element(ev) for ev in evs]
            values = tuple(ev.value for ev in inner_evs)
            many = any(arg.star for arg in node.args)
            pair = Value("tuple", elem=_joined(inner_evs)) if many else Value("tuple", items=values)
            held = tuple((s, MAY) for ev in inner_evs for s, _ in (*ev.origins, *ev.held))
            return Ev(Value("iterator", elem=pair), (), None, (*held, *self.read_later(evs)))
        if name == "itertools.repeat" and evs:  # gives what it was given, not what is in that
            return Ev(Value("iterator", elem=evs[0].value), (), None, tuple((s, MAY) for s, _ in self.content(evs[0])))
        lazy = name.startswith(_ITERATORS)
        elem, found = BOTTOM, list(self.read_later(evs)) if lazy else []
        for ev in evs:
            inner = FRESH if ev.value == LOADED and name in _DICTS else self.element(ev)
            elem = join(elem, inner.value)
            found += [(s, MAY) for s, _ in (*inner.origins, *inner.held)]
        kind = "iterator" if lazy else "dict" if name in _DICTS else name if name in {"tuple", "set"} else "list"
        if name == "collections.defaultdict" and evs and (made := self.made_by(evs[0].value)) is not None:
            elem, found = made, []  # and what else it begins with
            for ev in evs[1:]:
                elem, found = UNKNOWN, [*found, *((s, MAY) for s, _ in self.content(ev))]
            return Ev(Value("dict", elem=elem, distinct=not found), (), None, tuple(dict.fromkeys(found)))
        if kind == "dict":
            given = self._arguments(node, look=True)
            elem = BOTTOM
            for arg, ev in zip(node.args, given, strict=True):
                elem = join(elem, put_in_by(arg, ev.value))
            elem = elem if elem.kind in {"number", "bottom"} else UNKNOWN
            found += [(s, MAY) for ev in given if ev.value != LOADED for s, _ in self.content(ev)]
        value = Value(kind, elem=elem, distinct=not found)
        held = tuple(dict.fromkeys(found))
        if name == "dict" and all(arg.keyword is not None for arg in node.args):
            keys = tuple(arg.keyword.value for arg in node.args if arg.keyword is not None)
            return Ev(value._replace(elem=_joined(given)), (), tuple(given), held, keys)
        if name in {"list", "tuple"} and len(evs) == 1 and evs[0].items is not None and evs[0].value.kind != "dict":
            known = tuple(item.value for item in evs[0].items) if name == "tuple" else None
            return Ev(value._replace(items=known), (), evs[0].items, held)
        return Ev(value, (), None, held)

    def made_by(self, factory: Value) -> Value | None:
        """What a factory makes, if that is new each time."""
        name = factory.name or ""
        if factory.kind == "function" and (known := _FACTORIES.get(name)) is not None:
            return known
        function = self.tables.functions.get(name) if factory.kind == "function" else None
        if function is None:
            return None
        summary = self.tables.summaries.get(function[1])
        if summary is None:
            return self.bottom
        return summary.value if not summary.relations and not summary.held else None

    def read_later(self, evs: Iterable[Ev]) -> tuple[tuple[Slot, Rel], ...]:
        """What an iterator reads only when it is asked for: it holds these arrays, even if its elements are numbers."""
        found = []
        for ev in evs:
            if ev.value.may_be_array:
                found += [s for s, _ in ev.origins]
            elif ev.value.kind in CONTAINERS:
                found += [s for s, _ in ev.held]
                found += [t for s, _ in ev.origins for t in self.state.row(elements_of(s))]
        return tuple((s, MAY) for s in dict.fromkeys(found))

    def _host_mutation(self, node: cst.Call, name: str, key: int | str, evs: list[Ev]) -> None:
        for k, (arg, ev) in enumerate(zip(node.args, evs, strict=True)):
            keyword = arg.keyword.value if arg.keyword is not None else None
            if isinstance(key, str) and key.startswith("overwrite"):
                if keyword == key and not (isinstance(arg.value, cst.Name) and arg.value.value == "False"):
                    for other, other_ev in zip(node.args, evs, strict=True):
                        if other_ev.value.may_be_array:
                            self._mutation(node, "function", name, Argument(other.value, other_ev.value))
            elif key in ("*", k, keyword) and ev.value.may_be_array:
                self._mutation(node, "function", name, Argument(arg.value, ev.value))
            elif key in ("*", k, keyword) and ev.value.kind in {*CONTAINERS, "object"}:  # `operator.iadd(xs, [a])`
                for taken in evs[:k] + evs[k + 1 :]:
                    held = [s for s, _ in self.content(taken)]
                    self.escape(Ev(UNKNOWN, self.content(taken)), f"`{name}(...)` puts it into a container")
                    self.grow_container(arg.value, ev, UNKNOWN, False, held)

    def _foreign(self, node: cst.Call, name: str) -> Ev:
        """A function of another package: reads its arguments unless a row says otherwise."""
        self.facts.reached[node] = (name,)
        if name in THREADS:
            self._started(node, THREADS[name])
        row = find(self.tables.declared, name)
        if row is not None:
            return self._declared(node, name, row)
        if name in {"copy.copy", "copy.deepcopy"} and len(node.args) == 1 and not node.args[0].star:
            return self._copy(node, deep=name == "copy.deepcopy")
        shares = {"copy.replace", "dataclasses.replace", "dataclasses.astuple", "inspect.getmembers"}
        if name in shares and node.args:
            self.shared_with(node, node.args[0].value, self.ev(node.args[0].value).value)
        if name == "functools.partial":
            self._written_to(node)
        if name in {"operator.attrgetter", "operator.methodcaller"}:
            self._reached_by_name(node)
            for ev in self._arguments(node)[1:]:  # `methodcaller("append", x)` puts it into what it is called with
                self.tables.grow(self.tables.scattered, "", ev.value)
        elif name == "operator.itemgetter":
            return self._unknown_call(node)
        host = CALLS.get(name)
        if host is not None:
            return self._host(node, name, host)
        if (drawn := artists.drawing(name)) is not None:
            return self._draw(node, drawn)
        package = name
        while package:
            if package in PACKAGES:
                if PACKAGES[package] in {"host_array", "none", "number"}:
                    self.lend(node)
                evs = self._arguments(node)
                self._by_class(node, name, evs)
                self._expose(evs)
                if package == "matplotlib" and artists.may_keep(name):
                    for ev in evs:
                        self.escape(ev, f"`{name}(...)` may keep it")
                if name.count(".") > 1 and name.rpartition(".")[2] in RETAINING_METHODS:  # `sys.path.append`
                    for ev in evs:
                        self.escape(ev, f"`{name}(...)` keeps it")
                for arg in node.args:
                    self.called_back(arg.value)
                self._may_call_back(node)
                return self._host_result(
                    node,
                    name,
                    PACKAGES[package],
                    [e for e, a in zip(evs, node.args, strict=True) if a.keyword is None],
                    evs,
                )
            package = package.rpartition(".")[0]
        return self._unknown_call(node)

    def _by_class(self, node: cst.Call, name: str, evs: Sequence[Ev]) -> None:
        """Some functions tell numbers from arrays by their class: they have to get NumPy's."""
        if name in BY_CLASS and evs and node.args[0].keyword is None and not node.args[0].star:
            self.facts.for_host[node] = evs[0].value

    def _copy(self, node: cst.Call, *, deep: bool) -> Ev:
        """`copy.copy(x)`: a container of the same elements, an object with the same attributes; or nothing shared."""
        argument = node.args[0].value
        if deep and is_dict_of_object(argument):
            self.ev(argument.value)  # type: ignore[attr-defined]
            return Ev(Value("dict", elem=UNKNOWN))
        ev = self.ev(argument)
        value = ev.value
        if value.kind in CONTAINERS:
            return Ev(value, (), None, () if deep else self._elements(ev))
        own = value.kind == "object" and self.tables.known(value.name)
        if own and any(self.tables.method(value.name or "", name) for name in ("__copy__", "__deepcopy__")):
            return self._unknown_call(node)  # the class says itself what its copies share
        if not deep and (own or value.kind == "unknown"):
            self.shared_with(node, node, value)
        return Ev(value) if own else self._host_result(node, "copy.copy", "fresh", [ev], [ev])

    def _declared(self, node: cst.Call, name: str, row: Declared) -> Ev:
        """A function of which the project's configuration says what it does."""
        evs = self._arguments(node)
        arguments = [(a.keyword.value if a.keyword is not None else None, a.star) for a in node.args]
        named = frozenset(key for key in row.mutates if isinstance(key, str))
        for key in row.mutates:
            for k in bound(key, arguments, named)[0]:
                if arguments[k][1]:
                    what = "it is not known what a call with starred arguments changes"
                    self._trouble(node, Problem("NT102", what, "name the arguments"))
                elif evs[k].value.may_be_array:
                    self._mutation(node, "function", name, Argument(node.args[k].value, evs[k].value))
        for arg in node.args:
            self.called_back(arg.value)
        if not row.pure:
            self.impure(node)
            for ev in evs:
                self.escape(ev, f"`{name}(...)` may keep it, which only `pure` in [tool.np2tf.functions] rules out")
        if row.returns in {"fresh", "host", "number", "none"}:
            return Ev({"fresh": MAYBE, "host": UNKNOWN, "number": NUMBER, "none": NONE}[row.returns])
        meant, sure = bound(row.position, arguments, frozenset()) if row.returns else (list(range(len(evs))), False)
        if sure and row.returns == "argument":
            return evs[meant[0]]
        may = dict.fromkeys((s, MAY) for k in meant for s, _ in (*evs[k].origins, *evs[k].held))
        return Ev(UNKNOWN, tuple(may) if row.returns else (*may, (HEAP, MAY)))

    def _reached_by_name(self, node: cst.Call) -> None:
        """`attrgetter("x")` hands out the `x` of any object, and methods that change an argument are lost on it."""
        for arg in node.args:
            if not isinstance(arg.value, cst.SimpleString):
                self.attributes_shared(UNKNOWN)
                self.tables.mark(self.tables.computed, None)
                self.from_a_module(None)
                continue
            for attr in str(literal(arg.value)).split("."):
                self.from_a_module(attr)
                self.hand_out((None, attr), f"`{self.module.source.code(node)}` hands it out")
                self.tables.opened(attr)
                for scope in self.tables.methods_named(attr):
                    self._hand_over(scope)

    def _draw(self, node: cst.Call, method: str) -> Ev:
        """A function of Matplotlib's, or a method of what it made."""
        evs = self._arguments(node)
        self._expose(evs)
        copies, most = artists.COPIES.get(method), artists.MOST.get(method)
        placed = [ev.value for arg, ev in zip(node.args, evs, strict=True) if arg.keyword is None and not arg.star]
        if most is not None and len(placed) > most and placed[most] != STRING:
            copies = None
        for arg, ev in zip(node.args, evs, strict=True):
            self.called_back(arg.value)
            keyword = arg.keyword.value if arg.keyword is not None else ""
            if copies is None or arg.star or (keyword and keyword not in copies):
                self.escape(ev, f"`{shorten(self.module.source.code(node.func))}(...)` keeps it")
        self._may_call_back(node)
        if method in artists.GIVES:
            return Ev(ARTISTS)
        return Ev(UNKNOWN) if copies is not None else ANYONE

    def _foreign_method(self, node: cst.Call, func: cst.Attribute, receiver: Ev) -> Ev:
        """A method of an object that a known package made."""
        self.facts.reached[node] = (f"{receiver.value.name}.{func.attr.value}",)
        self._started_by_a_method(node, func.attr.value, receiver.value)
        name = f"{(receiver.value.name or '').removeprefix('host:')}.{func.attr.value}"
        if (host := CALLS.get(name)) is not None and (host.mutates or name in BY_CLASS):
            self._may_call_back(node)
            return self._host(node, name, host)
        evs = self._arguments(node)
        for arg in node.args:
            self.called_back(arg.value)
        self._may_call_back(node)
        if func.attr.value in RETAINING_METHODS:
            for ev in evs:
                self.escape(ev, f"`{shorten(self.module.source.code(func))}(...)` keeps it")
        given = [s for ev in (receiver, *evs) for s, _ in self.content(ev)]
        keeps = (receiver.value.name or "").removeprefix("host:").partition(".")[0] in _KEEPING
        given += [HEAP] if keeps or not receiver.origins else []
        return Ev(UNKNOWN, tuple((s, MAY) for s in dict.fromkeys(given)))

    def _started(self, node: cst.Call, places: tuple[int | str, ...]) -> None:
        """A function that is handed over in one of these places is to run in a thread."""
        for k, arg in enumerate(node.args):
            if arg.star or (k if arg.keyword is None else arg.keyword.value) in places:
                value = self.ev(arg.value).value
                if value.kind not in {"bottom", "number"}:
                    targets: Sequence[Target] = self.functions_of(value) or (None,)
                    for target in targets:
                        self.tables.mark(self.tables.threads, target)

    def _started_by_a_method(self, node: cst.Call, name: str, receiver: Value) -> None:
        """`pool.map(f, xs)`, `executor.submit(f, x)`."""
        if name not in THREAD_METHODS or not self.tables.knows_threads:
            return
        made_by = (receiver.name or "").removeprefix("host:")
        known = made_by.partition(".")[0] in {"asyncio", "concurrent", "multiprocessing"}
        if (known and made_by not in PROCESSES) or (not known and self.tables.knows_pools):
            self._started(node, (THREAD_METHODS[name],))

    def _may_call_back(self, node: cst.Call) -> None:
        """Code of other packages runs, which calls the functions that it was handed, now or before."""
        if self.tables.any_handed():
            self.impure(node)

    def called_back(self, node: cst.BaseExpression) -> None:
        """A function that is handed over as a value: it will be called by others."""
        value = self.ev(node).value if isinstance(node, (cst.Name, cst.Attribute, cst.Lambda)) else NUMBER
        if value.kind == "function":
            self.used_as_value(value)

    # -- the project's own functions ---------------------------------------------------------------------------------

    def _project_method(self, node: cst.Call, func: cst.Attribute, receiver: Ev) -> Ev:
        name, cls = func.attr.value, receiver.value.name or ""
        methods = self.tables.method(cls, name)
        if not methods and self.tables.pending(cls):
            self._arguments(node)
            return Ev(BOTTOM)
        stored = self.tables.attrs.get(self.key(receiver.value, name))
        if not methods and not self.tables.elsewhere(cls, name):
            if stored is not None:
                return self._call_value(node, self.ev(func), None)
            if self.bottom == BOTTOM:  # what binds it is still to be found
                self._arguments(node)
                return Ev(BOTTOM)
        if not methods or stored is not None or self.tables.elsewhere(cls, name):
            path = self.path(func)
            if path is not None:
                self.attribute_ev(path, receiver.value, name)
            for scope in methods:
                self.tables.mark(self.tables.open_calls, scope)
            other = bool(methods) or self.tables.elsewhere(cls, name)
            return self._unknown_call(node, methods, keeps=other or not self._keeps_nothing(func))
        return self._project(node, methods, receiver)

    def _super_class(self, node: cst.BaseExpression) -> str | None:
        """The class of the project in whose method this is `super()`."""
        plain = isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "super"
        if not plain or self.scope.owner("super") is not None or not self.scope.params:
            return None
        assert isinstance(node, cst.Call)
        cls, method = self.scope.parent, self.scope.node
        if cls is None or cls.kind != "class" or not isinstance(method, cst.FunctionDef) or method.decorators:
            return None
        named = [arg.value for arg in node.args]
        if named and [getattr(arg, "value", None) for arg in named] != [cls.name, self.scope.params[0]]:
            return None
        return self.tables.class_of(cls)

    def _super_method(self, node: cst.Call, name: str, cls: str) -> Ev:
        """`super().m(...)`: the next version of the method, for the class itself and for all below it."""
        receiver = Ev(Value("object", name=cls), ((self.scope.params[0], SAME),))
        methods = self.tables.method(cls, name, after=cls)
        if not methods and self.tables.pending(cls):
            self._arguments(node)
            return Ev(BOTTOM)
        if self.tables.attrs.get(self.key(receiver.value, name)) is not None:
            methods = []
        if not methods or self.tables.elsewhere(cls, name, after=cls):
            for scope in methods:
                self.tables.mark(self.tables.open_calls, scope)
            return self._unknown_call(node, methods)
        return self._project(node, methods, receiver)

    def _bound_method(self, node: cst.Call, cls: str, attr: str) -> Ev:
        """`f(...)` where `f` is a method of some object: `f = obj.m`."""
        methods = self.tables.method(cls, attr)
        if not methods or self.tables.elsewhere(cls, attr):
            return self._unknown_call(node, methods)
        return self._project(node, methods, Ev(Value("object", name=cls), ((HEAP, MAY),)))

    def _method_of_class(self, node: cst.Call, cls: str, attr: str) -> Ev:
        """`C.m(obj, ...)`: the version that the class has, and no other."""
        owner = self.ev(node.func.value).value if isinstance(node.func, cst.Attribute) else UNKNOWN
        below = owner.dtype == "below" or owner.name != cls  # `cls.m(...)`: any version; so for a method under a name
        for base in () if below else self.tables.linear(cls):
            if base not in self.tables.classes and base not in PLAIN_BASES:
                break
            methods = self.tables.defined(base, attr)
            if methods:
                return self._project(node, methods, None)
        methods = self.tables.method(cls, attr)
        if below and len(methods) == 1 and not self.tables.elsewhere(cls, attr):
            return self._project(node, methods, None)
        for scope in methods:
            self.tables.mark(self.tables.open_calls, scope)
        return self._unknown_call(node, methods)

    def _construct(self, node: cst.Call, name: str) -> Ev:
        methods = self.tables.method(name, "__init__")
        result = Ev(Value("object", name=name))
        if makers := self.tables.method(name, "__new__"):  # which may give an object that others have got
            self._project(node, makers, Ev(Value("class", dtype="below", name=name)))
            result = result._replace(origins=((HEAP, MAY),))
        taken = self._fields_taken(node, name) if self.tables.is_dataclass(name) and not methods else None
        if taken is not None:
            self.impure(node, self.tables.method(name, "__post_init__"))
            for attr, ev in taken.items():
                self.field_taken(node, name, attr, ev)
        elif self.tables.is_dataclass(name) or (not methods and node.args):
            for field in [f for cls in self.tables.linear(name) for f in self.tables.fields.get(cls, ())]:
                key = (self.tables.hierarchy(name), field.name)
                self.tables.note(self.tables.unowned, key, f"`{name.rpartition(':')[2]}(...)` takes it from its caller")
            for ev in self._arguments(node):
                self.escape(ev, f"an object of class `{name.rpartition(':')[2]}` holds it")
            self.impure(node)
        elif methods:
            around = self.constructing, self.beside
            self.constructing, self.beside, self.given = (node, tuple(methods), name), set(), {}
            self._project(node, methods, result)
            if not self.beside and not result.origins:
                self.made_with(node, methods, result.value)
            if self.beside:  # whose attributes names show
                result = result._replace(origins=tuple((some, MAY) for some in sorted(self.beside)))
            self.constructing, self.beside = around
            summaries = [self.tables.summaries.get(scope) for scope in methods]
            if any(
                s is not None and set(scope.params[:1]) & s.retains for scope, s in zip(methods, summaries, strict=True)
            ):
                result = result._replace(origins=((HEAP, MAY),))  # somebody else has got it already
        else:
            self.impure(node)
        self.facts.reached[node] = (name,)
        if self.tables.made_by_a_metaclass(name):
            for ev in self._arguments(node):
                self.escape(ev, f"the metaclass of `{name.rpartition(':')[2]}` got it")
            result = result._replace(origins=(*result.origins, (HEAP, MAY)))
        return result

    def _fields_taken(self, node: cst.Call, name: str) -> dict[str, Ev] | None:
        """What each field of a dataclass gets, or None where the call does not tell."""
        fields = self.tables.taken(name)
        if fields is None or any(arg.star for arg in node.args):
            return None
        evs, rest = self._arguments(node), [field.name for field in fields if not field.by_name]
        found: dict[str, Ev] = {}
        for arg, ev in zip(node.args, evs, strict=True):
            if arg.keyword is None and not rest:
                return None
            attr = rest.pop(0) if arg.keyword is None else arg.keyword.value
            if arg.keyword is not None and attr in rest:
                rest.remove(attr)
            found[attr] = ev
        return found if set(found) <= {field.name for field in fields} else None

    def field_taken(self, node: cst.Call, name: str, attr: str, ev: Ev) -> None:
        """A generated constructor keeps an argument in a field."""
        raise NotImplementedError

    def _project(self, node: cst.Call, targets: list[Scope], receiver: Ev | None) -> Ev:
        """A call of functions of the project: their summaries say what comes back and what is kept."""
        self.lend(node)  # and if they hand on a function, they say so
        evs = self._arguments(node)
        waiting = len(self.waiting)
        self.waiting += evs
        self.impure(node, targets)
        if receiver is None or receiver.origins:
            self.constructed_again([scope for scope in targets if scope.name == "__init__"])
        if receiver is not None and isinstance(self.statement, (cst.Assign, cst.Expr)) and self.statement.value is node:
            self.left_with(receiver, targets)  # elsewhere it may not be called, or what it is called beside waits
        del self.waiting[waiting:]
        self.facts.reached[node] = tuple(targets)
        tables = self.tables
        tables.link(targets)
        results: list[Ev] = []
        threaded: tuple[Scope, dict[str, Ev], frozenset[str]] | None = None
        for scope in targets:
            if tables.called_from_elsewhere(scope):
                tables.mark(tables.open_calls, scope)
            bound = self._bind_arguments(node, scope, evs, receiver)
            if bound is None:
                tables.mark(tables.open_calls, scope)
                results.append(self._unknown_call(node, (), evs))
                continue
            tables.mark(tables.called, scope)
            nodes = self._argument_nodes(node, scope, receiver)
            for param in scope.params:
                if param in bound:
                    if param in nodes or any(arg.star for arg in node.args):  # a default is noted where it is made
                        self.note_callable((scope, param), bound[param].value, nodes.get(param))
                    tables.grow(tables.params, (scope, param), bound[param].value)
                    if bound[param].value.is_array:
                        tables.mark(tables.arrays_in, (scope, param))
                    if (scope, param) in tables.nullable and bound[param].value.kind not in {"array", "bottom"}:
                        bound[param] = weaken(bound[param])  # where it is None, the result is something else
            self._left_at_defaults(scope, bound)
            copied = self._copied_first(scope, bound, nodes)
            threaded = (scope, dict(bound), copied)
            bound.update((param, Ev(bound[param].value)) for param in copied if bound[param].value.is_array)
            tables.look_at(scope)
            summary = tables.summaries.get(scope)
            if summary is None:
                results.append(Ev(self.bottom))
                continue
            for param in summary.retains:
                if param in bound:
                    self.retained(node, scope, param, bound[param])
            self.grow_arguments(summary, bound, nodes, node)
            self.change_elements(node, scope, bound, nodes)
            results.append(self._returned(summary, bound, bound.get(scope.params[0]) if scope.params else None))
        if threaded is not None:  # all versions give back the same
            scope, bound, copied = threaded
            self.threaded(node, scope, bound, self._argument_nodes(node, scope, receiver), copied)
        if not results:
            return self._unknown_call(node, (), evs)
        result = results[0]
        for other in results[1:]:
            value = join(result.value, other.value)
            origins = tuple(dict.fromkeys((s, MAY) for s, _ in (*result.origins, *other.origins)))
            result = Ev(value, origins, None, tuple(dict.fromkeys((*result.held, *other.held))))
        return result

    def left_with(self, receiver: Ev, targets: list[Scope]) -> None:
        """A method has given its object new arrays."""
        raise NotImplementedError

    def made_with(self, node: cst.Call, targets: list[Scope], made: Value) -> None:
        """A constructor has given its object new arrays."""
        raise NotImplementedError

    def constructed_again(self, targets: Sequence[Scope]) -> None:
        """Constructors run on objects that are there already: `super().__init__(...)`."""
        raise NotImplementedError

    def _argument_nodes(self, node: cst.Call, scope: Scope, receiver: Ev | None) -> dict[str, cst.BaseExpression]:
        """The expression that each parameter gets."""
        function = scope.node
        assert isinstance(function, (cst.FunctionDef, cst.Lambda))
        names = [p.name.value for p in (*function.params.posonly_params, *function.params.params)]
        given = is_classmethod(scope) or (receiver is not None and not is_static(scope))
        rest = names[1:] if given else names
        found = {}
        for arg in node.args:
            if arg.keyword is not None:
                found[arg.keyword.value] = arg.value
            elif arg.star:
                rest = []
            elif rest:
                found[rest[0]] = arg.value
                rest = rest[1:]
        return found

    def unthread(self, scope: Scope, problem: Problem) -> None:
        """A function can't give its changed parameters back."""
        raise NotImplementedError

    def threaded(
        self,
        node: cst.Call,
        scope: Scope,
        bound: dict[str, Ev],
        nodes: dict[str, cst.BaseExpression],
        copied: frozenset[str] = frozenset(),
    ) -> None:
        """The callee changes arguments and gives them back; it has copies of those in `copied`."""
        raise NotImplementedError

    def grow_arguments(
        self, summary: Summary, bound: dict[str, Ev], nodes: dict[str, cst.BaseExpression], node: cst.Call
    ) -> None:
        """The callee puts something into containers that it is handed."""
        raise NotImplementedError

    def change_elements(
        self, node: cst.Call, scope: Scope, bound: dict[str, Ev], nodes: dict[str, cst.BaseExpression]
    ) -> None:
        """The callee may change the arrays in containers that it is handed."""
        raise NotImplementedError

    def retained(self, node: cst.Call, scope: Scope, param: str, ev: Ev) -> None:
        """The callee keeps an argument."""
        raise NotImplementedError

    def _left_at_defaults(self, scope: Scope, bound: dict[str, Ev]) -> None:
        """Parameters that a call leaves out are the numbers that their defaults are."""
        assert isinstance(scope.node, (cst.FunctionDef, cst.Lambda))
        for param in parameters(scope.node):
            if param.name.value not in bound and param.default is not None and _constant(param.default):
                value = self.ev(param.default).value
                if value.kind == "number" and value != NONE:
                    self.tables.grow(self.tables.params, (scope, param.name.value), value)

    def _copied_first(self, scope: Scope, bound: dict[str, Ev], nodes: dict[str, cst.BaseExpression]) -> frozenset[str]:
        """The parameters whose arrays this call makes a function copy before anything becomes of them."""
        if not scope.copying:
            return frozenset()
        versions = self.tables.versions(scope)
        kinds = {"array"} if self.tables.methods_named("copy") else {"array", "maybe", "unknown"}
        return frozenset(
            param
            for param, ev in bound.items()
            if ev.value.kind in kinds and all(_told_to_copy(version, param, bound, nodes) for version in versions)
        )

    def _bind_arguments(self, node: cst.Call, scope: Scope, evs: list[Ev], receiver: Ev | None) -> dict[str, Ev] | None:
        function = scope.node
        assert isinstance(function, (cst.FunctionDef, cst.Lambda))
        if isinstance(function, cst.FunctionDef) and not _plain(scope, function):
            return None
        params = function.params
        names = [p.name.value for p in (*params.posonly_params, *params.params)]
        bound: dict[str, Ev] = {}
        rest = list(names)
        if is_classmethod(scope) and rest:
            cls = self.tables.class_of(scope.parent)
            bound[rest.pop(0)] = Ev(Value("class", dtype="below", name=cls))
        elif receiver is not None and rest and not is_static(scope):
            bound[rest.pop(0)] = receiver
        every = [p.name.value for p in parameters(function)]
        spread: list[tuple[Slot, Rel]] = []
        extra: dict[str, list[Ev]] = {"tuple": [], "dict": []}
        starred = ""
        for arg, ev in zip(node.args, evs, strict=True):
            if arg.star:
                starred += arg.star
                spread += self._elements(ev)
                self.escape(Ev(UNKNOWN, self._elements(ev)), "it was handed over in a starred argument")
            elif arg.keyword is None:
                if starred:
                    return None  # nobody knows which parameter it is for
                if not rest:
                    if isinstance(params.star_arg, cst.Param):
                        extra["tuple"].append(ev)
                        continue
                    return None
                bound[rest.pop(0)] = ev
            elif arg.keyword.value in every:
                bound[arg.keyword.value] = ev
                if arg.keyword.value in rest:
                    rest.remove(arg.keyword.value)
            else:
                extra["dict"].append(ev)
        for kind, param in (("tuple", params.star_arg), ("dict", params.star_kwarg)):
            if isinstance(param, cst.Param) and extra[kind]:
                held = (*(pair for ev in extra[kind] for pair in self.content(ev)), *spread)
                bound[param.name.value] = Ev(Value(kind, elem=UNKNOWN), (), None, held)
        if starred:  # it may be for any of the others
            more = [params.star_arg.name.value] if isinstance(params.star_arg, cst.Param) else []
            unnamed = every if "**" in starred else [*rest, *more]
            given = Ev(UNKNOWN, tuple(dict.fromkeys((*spread, (HEAP, MAY)))))
            bound.update((name, given) for name in unnamed if name not in bound)
        for param in parameters(function):  # a default is one object for all calls
            if param.name.value not in bound and param.default is not None and not _constant(param.default):
                bound[param.name.value] = ANYONE
        return bound

    def got(self, methods: Sequence[Scope], base: Ev) -> Ev:
        if any(not is_getter(scope) for scope in methods if not is_setter(scope)):
            return ANYONE
        found: list[Ev] = []
        for scope in methods:
            summary = self.tables.summaries.get(scope)
            if is_getter(scope) and scope.params:
                self.tables.mark(self.tables.called, scope)
                found.append(
                    Ev(self.bottom) if summary is None else self._returned(summary, {scope.params[0]: base}, base)
                )
        result = found[0] if found else ANYONE
        for other in found[1:]:
            result = either(result, other)
        return result

    def _returned(self, summary: Summary, bound: dict[str, Ev], receiver: Ev | None) -> Ev:
        origins: list[tuple[Slot, object]] = []
        held: list[tuple[Slot, object]] = []
        for name, rel in summary.relations:
            if name in {"*", "!"}:
                origins += [(HEAP, MAY), *([(HELD, MAY)] if name == "!" else [])]
            elif name[0] in ".?":
                own = self._attribute_of(receiver, name)
                origins += own if rel.kind == "same" else self._in_attribute(own)
            elif name in bound:
                ev = bound[name]
                parts = [(s, MAY) for s, _ in (*ev.origins, *self._elements(ev))]
                origins += ev.origins if rel.kind == "same" else parts
                held += [*ev.held, *((s, MAY) for item in ev.items or () for s, _ in item.origins)]
        for name in summary.held:
            if name in bound:
                ev = bound[name]
                held += [(s, MAY) for s, _ in (*ev.origins, *ev.held, *self._elements(ev))]
            else:
                held += [(HEAP, MAY), *([(HELD, MAY)] if name == "!" else [])]
                held += self._in_attribute(self._attribute_of(receiver, name))
        items = None
        if summary.items is not None:
            items = tuple(self._returned(item, bound, receiver) for item in summary.items)
            if summary.shared:
                items = tuple(
                    item._replace(origins=(*item.origins, (HEAP, MAY))) if _is_shared(item.value) else item
                    for item in items
                )
            held += [pair for item in items for pair in item.origins]
        return Ev(summary.value, tuple(dict.fromkeys(origins)), items, tuple(dict.fromkeys(held)))  # type: ignore[arg-type]

    def given_by(self, node: cst.CSTNode, name: str, base: Ev, *others: Ev) -> list[Ev]:
        value, found = base.value, list[Ev]()
        own = value.kind == "object" and self.tables.known(value.name)
        for scope in self.tables.method(value.name or "", name) if own else ():
            summary = self.tables.summaries.get(scope)
            if summary is None:
                found.append(Ev(self.bottom))
                continue
            bound = dict(zip(scope.params, (base, *others), strict=False))
            for param in summary.retains & bound.keys():
                if bound[param] is not base and bound[param].value.kind != "object":
                    text = shorten(self.module.source.code(node))
                    self.kept_by_a_function(f"`{text}`", bound[param], scope, param)
            found.append(self._returned(summary, bound, base))
        return found

    def kept_by_a_function(self, text: str, ev: Ev, scope: Scope, param: str, node: cst.Call | None = None) -> None:
        """A function of the project's keeps what it gets for a parameter."""
        raise NotImplementedError

    @staticmethod
    def _in_attribute(own: Iterable[tuple[Slot, Rel]]) -> list[tuple[Slot, Rel]]:
        """What shares memory with an attribute, or with what is in the container that it is."""
        slots = [s for s, _ in own]
        inside = [part for s in slots if s != HEAP for part in (elements_of(s), elements_of(elements_of(s)))]
        return [(s, MAY) for s in (*slots, *inside)]

    def _attribute_of(self, first: Ev | None, term: str) -> tuple[tuple[Slot, Rel], ...]:
        """What an attribute shares memory with: of the object that a function got as its first argument (".name"), or
        of any of a class ("?class.name")."""
        if term[0] not in ".?":
            return ()
        cls, _, attr = term[1:].rpartition(".")
        if cls:
            self.any_object(Value("object", name=cls))
            return self.some_attribute(Value("object", name=cls), attr).origins
        if first is not None and len(first.origins) == 1 and first.origins[0][1] == SAME:
            path = f"{first.origins[0][0]}.{attr}"
            if path not in self.state.values:
                self.attribute_ev(path, first.value, attr)
            return ((path, SAME),)
        value = UNKNOWN if first is None else first.value
        self.any_object(value)
        return self.some_attribute(value, attr).origins


def _is_shared(value: Value) -> bool:
    """Whether two names for a value may show the same array: one, or one in it."""
    return value.kind not in {"number", "function", "class", "module"}


def _bound(k: int, number: int, size: str, *, even: bool) -> str:
    """Where the k-th of several parts begins: equal ones, or the first of them longer by one."""
    if even:
        return f"{size} // {number}" if k == 1 else f"{k} * {size} // {number}"
    times = "" if k == 1 else f"{k} * "
    return f"({size} + 1) // 2" if number == 2 else f"{times}({size} // {number}) + min({k}, {size} % {number})"


def _computes_numbers(name: str) -> bool:
    """Whether a function of NumPy's asks no object for its text.

    >>> _computes_numbers("numpy.exp"), _computes_numbers("numpy.einsum"), _computes_numbers("numpy.asarray")
    (True, True, False)
    """
    module, _, last = name.rpartition(".")
    return (module == "numpy" and (KINDS.get(name) == "ufunc" or last in _NUMERIC)) or module in _NUMERIC


def _runs(node: cst.CSTNode) -> bool:
    """Whether other code may run where this is evaluated."""
    return any(isinstance(part, (cst.Await, cst.Call, cst.NamedExpr, cst.Yield)) for part in walk(node))


def _says_how(node: cst.Call) -> bool:
    """Whether nothing but an axis and the like is handed to a reduction: neither `out`, nor what it begins with.

    >>> [_says_how(cst.parse_expression(t)) for t in ("x.sum(0, keepdims=True)", "x.sum(0, None, y)", "x.sum(*a)")]
    [True, False, False]
    """
    keywords = [arg.keyword.value for arg in node.args if arg.keyword is not None]
    plain = not any(arg.star for arg in node.args) and len(node.args) - len(keywords) <= 1
    return plain and _HOW.issuperset(keywords)


def _has_several_operands(node: cst.Call) -> bool:
    """Whether `np.einsum` combines arrays: of one alone it may give a view."""
    given = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
    return len(given) > 2 and isinstance(given[0], (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString))


def _kept_or_copied(
    name: str, value: Value, given: frozenset[str], origins: tuple[tuple[Slot, Rel], ...]
) -> tuple[tuple[Slot, Rel], ...]:
    """How the result of a call stands to what its argument relates to, where it is the argument itself or a copy.

    The runtime keeps identity as NumPy does, but knows nothing of strides.
    """
    unsure = tuple((s, PERHAPS if rel.kind in {"same", "perhaps"} else MAY) for s, rel in origins)
    if name in {"ndarray.conj", "ndarray.conjugate"} and value.dtype is not None:
        return () if value.dtype.startswith("complex") else origins
    if name == "numpy.ascontiguousarray" and value.order and len(given) == 1:
        return origins
    by_dtype = {"ndarray.astype", "numpy.array", "numpy.asanyarray", "numpy.asarray", "numpy.astype"}
    plain = given <= {"self", "x", "object", "a", "dtype", "copy", "casting"}
    if name in {"ndarray.conj", "ndarray.conjugate"} or (name in by_dtype and plain):
        return unsure
    return tuple(dict.fromkeys((s, MAY) for s, _ in origins))


def _lays_out(name: str, value: Value, given: Iterable[str]) -> bool:
    """Whether a call copies an array that lies in memory in another way than it asks for, and else gives it back."""
    if name == "numpy.ascontiguousarray":
        return not value.order
    return name in {"numpy.asfortranarray", "numpy.require"} or ("order" in given and name not in VIEWS)


_BUILTIN_NUMBERS = {
    "len": Value("number", dtype="int"),
    "int": Value("number", dtype="int"),
    "ord": Value("number", dtype="int"),
    "hash": Value("number", dtype="int"),
    "id": Value("number", dtype="int"),
    "float": Value("number", dtype="float"),
    "range": Value("number", dtype="range"),
}


def _joined(evs: Sequence[Ev]) -> Value:
    """What covers several values."""
    result = BOTTOM
    for ev in evs:
        result = join(result, ev.value)
    return result


def _plain(scope: Scope, function: cst.FunctionDef) -> bool:
    """Without decorators that change how it is called; generators and coroutines are told apart by their summaries."""
    plain = not function.decorators or is_static(scope) or is_classmethod(scope)
    return plain and function.asynchronous is None


def _brings(value: Value) -> bool:
    """Whether there may be arrays in a value that a container comes to hold."""
    return value.may_be_array or (value.kind in CONTAINERS and (value.elem or UNKNOWN).kind not in {"number", "bottom"})


def _only_computes(name: str) -> bool:
    """Whether a function of NumPy's calls none that it is handed."""
    return is_numpy(name) and name not in _CALLING


def _names(node: cst.CSTNode) -> frozenset[str]:
    from np2tf.tree import names_read

    return names_read(node)


def _told_to_copy(scope: Scope, param: str, bound: dict[str, Ev], nodes: dict[str, cst.BaseExpression]) -> bool:
    """Whether a call says, or leaves to a default that says, that a function copies an argument before all else."""
    flag, wanted = scope.copying.get(param, ("", True))
    assert isinstance(scope.node, (cst.FunctionDef, cst.Lambda))
    given = nodes.get(flag)
    if flag and given is None and flag not in bound:
        given = next((p.default for p in parameters(scope.node) if p.name.value == flag), None)
    said = UNSURE if given is None else _literal(given)
    return said is not UNSURE and bool(said) is wanted


def _constant(node: cst.BaseExpression) -> bool:
    """Whether a default is certainly no array."""
    if isinstance(node, cst.Tuple):
        return all(_constant(element.value) for element in node.elements)
    if isinstance(node, cst.UnaryOperation):
        return _constant(node.expression)
    named = isinstance(node, cst.Name) and node.value in {"True", "False", "None"}
    return named or isinstance(node, (cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString))


def _literal(node: cst.BaseExpression) -> object:
    if isinstance(node, cst.Name) and node.value in {"True", "False", "None"}:
        return {"True": True, "False": False, "None": None}[node.value]
    if (value := constant_int(node)) is not None:
        return value
    if isinstance(node, cst.SimpleString):
        return literal(node)
    return UNSURE


def _axes(args: Sequence[cst.Arg]) -> tuple[int, ...] | None:
    nodes: list[cst.BaseExpression]
    if len(args) == 1 and isinstance(args[0].value, (cst.Tuple, cst.List)):
        nodes = [e.value for e in args[0].value.elements]
    else:
        nodes = [a.value for a in args]
    values = [constant_int(n) for n in nodes]
    if not values or any(v is None for v in values):
        return None
    return tuple(v for v in values if v is not None)
