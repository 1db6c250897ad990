"""What may be seen of an object's attributes while statements of one of its methods run somewhere else.

A step of a simulation is often a method that reads and writes its object (`self.u = self.u + self.dt * ...`), which
no compiled function may do. Its statements become a function of values (`np2tf.outlining`): what they read of the
object is read before them, what they write is written after them. The program stays the one it was iff

* attributes are plain: no property, no class that looks them up itself, none from elsewhere, none that is deleted;
* what is read is there, since each constructor assigns it and doesn't call the method, or since the statements read it
  before they do anything else, whatever happens;
* nobody reads in the meantime what is to be written: no function that may be called mentions an attribute of its name,
  nor does a generator expression that somebody goes over later, or a text that is filled in, no objects are compared
  that have it for a field, the object itself is handed to nobody, and there are no threads;
* no exception is caught anywhere in the program, whoever catches it would find what had been written until then.

So it must be the whole program: a class of which it makes no object is there for others, and is left alone. Functions
are told apart by their names alone, so more is refused than must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import libcst as cst

from np2tf.analysis.scopes import parameters, targets
from np2tf.analysis.tables import ModuleInfo
from np2tf.once import once
from np2tf.tree import block, bound_names, children, dotted, walk

_UNPLAIN = {
    "__class__", "__delattr__", "__delete__", "__dict__", "__exit__", "__get__", "__getattr__", "__getattribute__",
    "__new__", "__set__", "__set_name__", "__setattr__", "__setstate__", "assertRaises", "assertRaisesRegex",
    "assert_raises", "assert_raises_regex", "attrgetter", "contextmanager", "delattr", "eval", "excepthook", "exec",
    "getattr", "make_dataclass", "methodcaller", "new_class", "raises", "setattr", "settrace", "suppress", "vars",
    "ThreadPool",
}  # fmt: skip
_AT_ONCE = {"_thread", "asyncio", "atexit", "concurrent", "signal", "threading"}  # by which others may look meanwhile
_PROPERTIES = {"cached_property", "property"}
_STOPPING = {"EOFError", "ImportError", "KeyboardInterrupt", "ModuleNotFoundError"}
_MAKING = (".__init__", ".__post_init__")
_DEPTH = 4  # of methods that a constructor calls
_LOOPS = (cst.For, cst.While, cst.CompFor)
_LITERALS = (cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString, cst.FormattedString, cst.UnaryOperation)
_TAKING_ALL = {"all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"}
_PUTTING_OFF = {
    "accumulate", "dropwhile", "filter", "filterfalse", "groupby", "iter", "map", "starmap", "takewhile",
}  # fmt: skip
_COMPARING = {"count", "index", "remove"}  # methods that compare what they are given with items
_SHOWN = re.compile(r"\{\w*((?:\.\w+|\[[^][{}]*\])+)[}!:]")  # in a text that has a `format`
_ONLY_NAMED = {"classmethod", "property", "staticmethod", "setter"}  # decorators of what nobody calls unnamed
_ONLY_SHOWN = {"__init__", "__post_init__", "__repr__", "__str__", "__format__"}  # nor in what computes only


class Attributes(NamedTuple):
    """The attributes of an object."""

    made: frozenset[str]  # those that it has, whatever happened
    computed: frozenset[str]  # those that are no values: methods and properties


class Objects:
    """The classes and functions of a program."""

    def __init__(self, modules: Iterable[ModuleInfo]) -> None:
        self.lasting: dict[str, Any] = {}
        self._modules = list(modules)
        self._functions: dict[str, list[cst.FunctionDef]] = {}
        self._classes: dict[str, list[cst.ClassDef]] = {}
        self._methods = set[cst.CSTNode]()
        self._words: dict[cst.CSTNode, frozenset[str]] = {}
        for module in self._modules:
            for function in module.every(cst.FunctionDef):
                self._functions.setdefault(function.name.value, []).append(function)
            for cls in module.every(cst.ClassDef):
                self._classes.setdefault(cls.name.value, []).append(cls)
                self._methods.update(node for node in block(cls.body) if isinstance(node, cst.FunctionDef))

    def attributes(self, cls: cst.ClassDef, method: cst.FunctionDef) -> Attributes | None:
        """What is known of the attributes of the objects that a method has; None if they may be anything."""
        family = self._family(cls)
        if not family or not self._is_plain or self._is_lent(method.name.value, family):
            return None
        if not any(one.name.value in self._made_here for one in family):
            return None  # it is there for programs that nobody sees
        computed = self._put_on_classes.union(*(_bound_in_class(one) for one in self._relatives(family)))
        if f".{method.name.value}" in self._in_making:  # the constructor may not be done
            return Attributes(frozenset(), computed)
        return Attributes(frozenset.intersection(*(self._made(one) for one in family)), computed)

    def is_repeated(self, function: cst.FunctionDef) -> bool:
        """Whether a loop calls a function of that name, as far as names tell."""
        return function.name.value in self._repeated

    def is_method(self, name: str) -> bool:
        """Whether a function of the program has that name."""
        return name in self._functions

    def methods_called(self, parts: Iterable[cst.CSTNode], name: str) -> list[cst.FunctionDef]:
        """The methods that some code calls on the object of that name, and those that they call on theirs."""
        found: list[cst.FunctionDef] = []
        pending = [attribute.attr.value for attribute in called_on(name, parts)]
        while pending:
            for method in self._functions.get(pending.pop(), ()):
                if method not in found and len(method.params.params):
                    found.append(method)
                    own = method.params.params[0].name.value
                    pending += [attribute.attr.value for attribute in called_on(own, walk(method))]
        return found

    @once
    def _made_here(self) -> frozenset[str]:
        """The classes of which the program makes objects, as far as names tell."""
        called = (_last(call.func) for module in self._modules for call in module.every(cst.Call))
        return frozenset(self._classes.keys() & set(called))

    @once
    def _in_making(self) -> frozenset[str]:
        """The words in what a constructor may run."""
        special = {name for name in self._functions if name[:2] == "__" == name[-2:]} - _ONLY_SHOWN
        return self._mentioned([*_MAKING, *(f".{name}" for name in special)])[0]

    def mentioned(self, node: cst.CSTNode) -> frozenset[str]:
        """The names of attributes that functions read or write which may be called by a statement."""
        seen, attributes = self._unnamed
        return attributes | self._mentioned(_words(node), seen)[1]

    @once
    def _unnamed(self) -> tuple[frozenset[str], frozenset[str]]:
        seen, attributes = self._mentioned(self._always)
        return seen, attributes | self._shown | {word[1:] for word in self._put_off if word[0] == "."}

    def _mentioned(
        self, words: Iterable[str], known: frozenset[str] = frozenset()
    ) -> tuple[frozenset[str], frozenset[str]]:
        """All words in the functions that words stand for, and those that are there; and the attributes among them.
        What is known is not looked at again."""
        pending, seen, inside = list(words), set[str](), set[str]()
        while pending:
            word = pending.pop()
            if word not in seen and word not in known:
                seen.add(word)
                if word.lstrip(".") in self._classes:
                    pending += _MAKING
                for function in self._functions.get(word.lstrip("."), ()):
                    if word[0] == "." or function not in self._methods:
                        if function not in self._words:
                            self._words[function] = frozenset(_words(function))
                        inside |= self._words[function]
                        pending += self._words[function] - seen
                if word == "==":
                    inside |= self._compared
        return frozenset(seen), frozenset(word[1:] for word in inside if word[0] == ".")

    @once
    def _compared(self) -> frozenset[str]:
        """The attributes that comparisons of dataclasses read, with a dot before them."""
        fields = (part.target for cls in self._dataclasses for part in _fields(cls))
        return frozenset(f".{name}" for target in fields for name in bound_names(target))

    @once
    def _dataclasses(self) -> list[cst.ClassDef]:
        return [cls for found in self._classes.values() for cls in found if any(map(_is_dataclass, cls.decorators))]

    @once
    def _is_plain(self) -> bool:
        for module in self._modules:
            if module.source.path.endswith(".ipynb") or not _UNPLAIN.isdisjoint(module.source.words):
                return False
            imported: list[Any] = [*module.every(cst.Import), *module.every(cst.ImportFrom)]
            if any(not _AT_ONCE.isdisjoint(_imported(node)) for node in imported):
                return False
            if any(isinstance(target, cst.Attribute) for node in module.every(cst.Del) for target in targets(node)):
                return False
            if any(_catches(node) for kind in (cst.Try, cst.TryStar) for node in module.every(kind)):
                return False
            if not all(map(self._is_known, module.every(cst.ClassDef))):
                return False
            calls = [call for call in module.every(cst.Call) if _makes_property(call) or _makes_class(call)]
            if calls and not self._named_properties.issuperset(calls):
                return False
            functions = [node for node in module.every(cst.FunctionDef) if node not in self._inside_classes]
            if any(map(_is_property, functions)):
                return False
        return True

    @once
    def _inside_classes(self) -> frozenset[cst.CSTNode]:
        return frozenset(part for found in self._classes.values() for cls in found for part in _of_body(cls))

    @once
    def _named_properties(self) -> frozenset[cst.CSTNode]:
        """The properties that are made where an attribute gets them."""
        return frozenset(
            node.value
            for module in self._modules
            for node in module.every(cst.Assign)
            if _makes_property(node.value)
            and (node in self._inside_classes or all(isinstance(target, cst.Attribute) for target in targets(node)))
        )

    @once
    def _put_on_classes(self) -> frozenset[str]:
        """The names of attributes that a class may get where it isn't defined."""
        return frozenset(
            attribute.attr.value
            for module in self._modules
            for node in module.every(cst.Assign, cst.AugAssign, cst.AnnAssign)
            for target in targets(node)
            for attribute in stored(target)
            if _last(attribute.value) in self._classes or getattr(node, "value", None) in self._named_properties
        )

    def _is_known(self, cls: cst.ClassDef) -> bool:
        """Whether the text tells which classes of the program a class is made of: they go by their own names."""
        for arg, base in zip(cls.bases, _bases(cls), strict=True):
            holder = _last(arg.value.value) if isinstance(arg.value, cst.Attribute) else ""
            elsewhere = base in self._classes and isinstance(arg.value, cst.Attribute) and holder not in self._stems
            if not base or base in self._other_names or elsewhere:
                return False
        return True

    @once
    def _stems(self) -> frozenset[str]:
        """The names of the program's modules, without the packages that they are in."""
        return frozenset(module.name.rpartition(".")[2] for module in self._modules)

    @once
    def _other_names(self) -> frozenset[str]:
        """The names that stand for something else than a class, or for one that has another name, or may do so."""
        found = set[str]()
        own = (cst.ClassDef, cst.Import, cst.ImportFrom)
        for module in self._modules:
            for scope in module.scope.all():
                found |= {name for name, ways in scope.bound.items() if not all(isinstance(way, own) for way in ways)}
            for node in module.every(cst.ImportAlias):
                if node.asname is not None and _last(node.name) in self._classes:
                    found.update(bound_names(node.asname.name))
            for imported in module.every(cst.ImportFrom):
                elsewhere = imported.module is not None and _last(imported.module) not in self._stems
                if elsewhere and not isinstance(imported.names, cst.ImportStar):
                    found |= {_last(alias.name) for alias in imported.names}.intersection(self._classes)
        return frozenset(found)

    @once
    def _through_classes(self) -> dict[str, list[cst.Attribute]]:
        """Where the methods of a name are asked of a class, `Base.step`, and not of an object."""
        found: dict[str, list[cst.Attribute]] = {}
        for module in self._modules:
            for node in module.every(cst.Attribute):
                if node.attr.value in self._functions and _last(node.value) in self._classes:
                    found.setdefault(node.attr.value, []).append(node)
        return found

    def _is_lent(self, method: str, family: Iterable[cst.ClassDef]) -> bool:
        """Whether objects of other classes may have a method."""
        names = {cls.name.value for cls in family}
        asked = [node for node in self._through_classes.get(method, ()) if _last(node.value) in names]
        inside = {part.func for cls in family for part in walk(cls) if isinstance(part, cst.Call)} if asked else set()
        return not inside.issuperset(asked)

    @once
    def _always(self) -> frozenset[str]:
        """Names of functions that may run without being named: operators, generators, and what is handed around."""
        found = {name for name in self._functions if name[:2] == "__" == name[-2:]} - _ONLY_SHOWN
        for name, functions in self._functions.items():
            if any(not _only_named(d) for one in functions for d in one.decorators):
                found.add(name)
            if any(isinstance(part, cst.Yield) for one in functions for part in walk(one)):
                found.add(name)
        found |= {f".{name}" for name in found}
        for module in self._modules:
            handed = dict.fromkeys(module.every(cst.Name, cst.Attribute))
            for node in module.every(cst.Call, cst.Attribute, cst.FunctionDef, cst.Arg, cst.ImportAlias):
                part = {cst.Call: "func", cst.Attribute: "attr", cst.Arg: "keyword"}.get(type(node), "name")
                handed.pop(getattr(node, part), None)
            for node in handed:
                if isinstance(node, cst.Attribute):  # of a property it is a read
                    if not all(map(_is_property, self._functions.get(node.attr.value, ()))):
                        found.add(f".{node.attr.value}")
                elif isinstance(node, cst.Name) and node.value in self._functions:
                    found.add(node.value)
            renamed = [node.name for node in module.every(cst.ImportAlias) if node.asname is not None]
            found |= {_last(name) for name in renamed}
            for node in module.every(cst.Lambda):
                found |= set(_words(node))
        if any(map(_is_ordered, self._dataclasses)):
            found.add("==")
        return frozenset(found) | self._put_off

    @once
    def _put_off(self) -> frozenset[str]:
        """The words in code that runs when somebody goes over its values: generator expressions, lambdas of `map`."""
        found, lambdas, is_mapped = set[str](), set[str](), False
        for module in self._modules:
            calls = module.every(cst.Call)
            taken = {arg.value for call in calls if takes_all(call) for arg in call.args}
            is_mapped = is_mapped or any(_last(call.func) in _PUTTING_OFF and call not in taken for call in calls)
            for node in module.every(cst.GeneratorExp):
                found |= set(_words(node)) if node not in taken else set()
            for function in module.every(cst.Lambda):
                lambdas |= set(_words(function))
        return frozenset(found | lambdas if is_mapped else found)

    @once
    def _shown(self) -> frozenset[str]:
        """The attributes that texts to be filled in name."""
        return frozenset(
            name
            for module in self._modules
            if not module.source.words.isdisjoint({"format", "format_map"})
            for text in module.every(cst.SimpleString)
            for field in _SHOWN.findall(text.value)
            for name in re.findall(r"\.(\w+)", field)
        )

    @once
    def _repeated(self) -> frozenset[str]:
        pending = [
            name
            for module in self._modules
            for loop in module.every(*_LOOPS)
            for name in _called(loop)
            if name in self._functions
        ]
        found = set[str]()
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += [n for one in self._functions[name] for n in _called(one) if n in self._functions]
        return frozenset(found)

    def _family(self, cls: cst.ClassDef) -> list[cst.ClassDef]:
        """A class and those below it; none, if one of them or of those above isn't as plain as it looks."""
        family = [cls]
        for one in family:
            below = [c for found in self._classes.values() for c in found if one.name.value in _bases(c)]
            family += [c for c in below if c not in family]
        plain = all(
            len(self._classes[one.name.value]) == 1
            and one.name.value not in self._other_names
            and not one.keywords
            and all(_is_dataclass(d) for d in one.decorators)
            and all(base in {"object", "ABC"} or base in self._classes for base in _bases(one))
            and not any(one.name.value in _bases(above) for above in self._relatives([one]))
            for one in self._relatives(family)
        )
        return family if plain else []

    def _relatives(self, family: list[cst.ClassDef]) -> list[cst.ClassDef]:
        """With all classes above them."""
        found = list(family)
        for one in found:
            above = [c for base in _bases(one) for c in self._classes.get(base, ())]
            found += [c for c in above if c not in found]
        return found

    def _order(self, cls: cst.ClassDef) -> list[cst.ClassDef]:
        """The classes in which what an object of this very class has is looked up, one after the other."""
        above = [self._order(c) for base in _bases(cls) for c in self._classes.get(base, ())]
        found, waiting = [cls], [*above, [order[0] for order in above]]
        while any(waiting):
            heads = [order[0] for order in waiting if order]
            # Python refuses classes for which there is none.
            first = next((one for one in heads if not any(one in order[1:] for order in waiting)), heads[0])
            found.append(first)
            waiting = [[one for one in order if one is not first] for order in waiting]
        return found

    def _made(self, cls: cst.ClassDef) -> frozenset[str]:
        """The attributes that an object of this very class has when its constructor is done."""
        order = self._order(cls)
        made = {name for one in order for name in _constants(one)}
        for at, one in enumerate(order):
            if "__init__" in _bound_in_class(one):
                break
            if one.decorators:
                if all(_makes_init(node) for node in one.decorators):
                    made |= _filled(order[at:])
                    found = self._resolved(order, "__post_init__")
                    made |= self._assigned(*found, cls, 0) if found is not None else set()
                return frozenset(made)
        found = self._resolved(order, "__init__")
        return frozenset(made | (self._assigned(*found, cls, 0) if found is not None else set()))

    def _resolved(self, order: list[cst.ClassDef], name: str) -> tuple[cst.FunctionDef, cst.ClassDef] | None:
        """The method that a name stands for in the first class that has one, and that class, if it is a plain one."""
        for one in order:
            if name in _bound_in_class(one):
                found = [n for n in block(one.body) if isinstance(n, cst.FunctionDef) and n.name.value == name]
                plain = len(found) == 1 and not found[0].decorators and not found[0].asynchronous
                if not plain or any(isinstance(part, cst.Yield) for part in walk(found[0])):
                    return None
                return found[0], one
        return None

    def _assigned(self, method: cst.FunctionDef, owner: cst.ClassDef, cls: cst.ClassDef, depth: int) -> set[str]:
        """The attributes that a method of an object of `cls` assigns whatever happens, if it returns."""
        first = next((param.name.value for param in parameters(method)), "")
        order = self._order(cls)
        if depth > _DEPTH:
            return set()

        def of_block(body: Iterable[cst.CSTNode]) -> set[str] | None:
            found = set[str]()
            for node in body:
                if isinstance(node, cst.Raise):
                    return None
                if any(isinstance(part, cst.Return) for part in walk(node)):
                    break
                more: set[str] | None = set()
                if isinstance(node, cst.SimpleStatementLine):
                    more = of_block(node.body)
                elif isinstance(node, cst.If) and node.orelse is not None:
                    one, other = of_block(block(node.body)), of_orelse(node.orelse)
                    more = other if one is None else one if other is None else one & other
                elif isinstance(node, cst.With):
                    more = of_block(block(node.body))
                elif isinstance(node, (cst.Assign, cst.AnnAssign)):
                    attributes = (attribute for target in targets(node) for attribute in stored(target))
                    more = {attribute.attr.value for attribute in attributes if dotted(attribute.value) == first}
                elif isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
                    more = of_call(node.value.func)
                if more is None:
                    return None
                found |= more
            return found

        def of_orelse(node: cst.If | cst.Else) -> set[str] | None:
            return of_block([node]) if isinstance(node, cst.If) else of_block(block(node.body))

        def of_call(func: cst.CSTNode) -> set[str]:
            if not isinstance(func, cst.Attribute):
                return set()
            found = None
            if dotted(func.value) == first:
                found = self._resolved(order, func.attr.value)
            elif isinstance(func.value, cst.Call) and dotted(func.value.func) == "super":
                found = self._resolved(order[order.index(owner) + 1 :], func.attr.value)
            return self._assigned(*found, cls, depth + 1) if found is not None else set()

        return of_block(block(method.body)) or set()


def stored(target: cst.CSTNode) -> Iterator[cst.Attribute]:
    """The attributes that a target assigns to."""
    if isinstance(target, cst.Attribute):
        yield target
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from stored(element.value)
    elif isinstance(target, cst.StarredElement):
        yield from stored(target.value)


def called_on(name: str, parts: Iterable[cst.CSTNode]) -> Iterator[cst.Attribute]:
    """What is called of the object of that name: `self.method` in `self.method(x)`."""
    for part in parts:
        func = part.func if isinstance(part, cst.Call) else None
        if isinstance(func, cst.Attribute) and dotted(func.value) == name:
            yield func


def _catches(node: Any) -> bool:
    """Whether a `try` may go on after an exception of a step, or look at what it left."""
    if node.finalbody is not None:
        return True
    for handler in node.handlers:
        kinds = [handler.type]
        if isinstance(handler.type, cst.Tuple):
            kinds = [element.value for element in handler.type.elements]
        if any(kind is None or dotted(kind) not in _STOPPING for kind in kinds):
            return True
    return False


def _makes_property(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and _last(node.func) in _PROPERTIES


def _makes_class(call: cst.Call) -> bool:
    return _last(call.func) == "type" and len(call.args) > 1


def _bases(cls: cst.ClassDef) -> list[str]:
    """The names of the classes that a class is made of, without their modules; "" for what has none."""
    return [_last(arg.value.value if isinstance(arg.value, cst.Subscript) else arg.value) for arg in cls.bases]


def _last(node: cst.CSTNode) -> str:
    """The last name of a dotted one; "" if it is none."""
    return (dotted(node) or "").rpartition(".")[2]


def _is_dataclass(node: cst.Decorator) -> bool:
    func = node.decorator.func if isinstance(node.decorator, cst.Call) else node.decorator
    return dotted(func) in {"dataclass", "dataclasses.dataclass"}


def _small(body: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """The statements of a block that certainly run, as far as none of them returns."""
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            yield from node.body
        elif any(isinstance(part, cst.Return) for part in walk(node)):
            return


def _is_ordered(cls: cst.ClassDef) -> bool:
    """Whether objects of a dataclass may be compared where nobody sees it."""
    calls = (node.decorator for node in cls.decorators if isinstance(node.decorator, cst.Call))
    keywords = (arg.keyword for call in calls for arg in call.args)
    return any(keyword is None or keyword.value in {"order", "unsafe_hash"} for keyword in keywords)


def _makes_init(node: cst.Decorator) -> bool:
    """Whether a dataclass gets a constructor for sure."""
    args = node.decorator.args if isinstance(node.decorator, cst.Call) else ()
    return all(arg.keyword is not None and arg.keyword.value != "init" for arg in args)


def _fields(cls: cst.ClassDef) -> list[cst.AnnAssign]:
    """The fields of a dataclass."""
    if not cls.decorators:
        return []
    declared = [part for part in _small(block(cls.body)) if isinstance(part, cst.AnnAssign)]
    return [part for part in declared if not _mentions(part.annotation, "ClassVar")]


def _mentions(annotation: cst.Annotation, word: str) -> bool:
    texts = (part.value for part in walk(annotation) if isinstance(part, (cst.Name, cst.SimpleString)))
    return any(word in text for text in texts)


def _filled(order: Iterable[cst.ClassDef]) -> set[str]:
    """The fields that the constructor of a dataclass assigns; it comes first."""
    found: dict[str, bool] = {}
    for cls in order:
        for part in _fields(cls):
            options = part.value.args if isinstance(part.value, cst.Call) else ()
            named = {arg.keyword.value if arg.keyword is not None else "" for arg in options}
            sure = "init" not in named or not named.isdisjoint({"default", "default_factory"})
            for name in bound_names(part.target):
                found.setdefault(name, sure and not _mentions(part.annotation, "InitVar"))
    return {name for name, sure in found.items() if sure}


def _of_body(cls: cst.ClassDef) -> Iterator[cst.CSTNode]:
    """The statements of a class and the parts of them, but for what functions and classes in it are made of."""
    pending: list[cst.CSTNode] = [*block(cls.body)]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            pending += children(node)


def _bound_in_class(cls: cst.ClassDef) -> set[str]:
    """The names that a class gives its objects, but for fields and constants: methods and descriptors among them."""
    found = {node.name.value for node in _of_body(cls) if isinstance(node, (cst.FunctionDef, cst.ClassDef))}
    fields = {name for part in _fields(cls) for name in bound_names(part.target)}
    for node in block(cls.body):
        if not isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            for part in walk(node):
                names = {n.value for target in targets(part) for n in walk(target) if isinstance(n, cst.Name)}
                found |= set() if _is_constant(part) else names - fields if isinstance(part, cst.AnnAssign) else names
    return found


def _constants(cls: cst.ClassDef) -> set[str]:
    """The numbers and texts that a class gives its objects."""
    assigned = [part for part in _small(block(cls.body)) if _is_constant(part)]
    return {name for part in assigned for target in targets(part) for name in bound_names(target)}


def _is_constant(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Assign) and isinstance(node.value, (cst.Integer, cst.Float, cst.SimpleString))


def _only_named(node: cst.Decorator) -> bool:
    return _last(node.decorator) in _ONLY_NAMED


def _is_property(function: cst.FunctionDef) -> bool:
    return any(_last(d.decorator) in {*_PROPERTIES, "setter"} for d in function.decorators)


def _imported(node: cst.Import | cst.ImportFrom) -> set[str]:
    """The packages of which it imports something."""
    if isinstance(node, cst.Import):
        return {(dotted(alias.name) or "").partition(".")[0] for alias in node.names}
    return {(dotted(node.module) or "").partition(".")[0]} if node.module is not None else set()


def _words(node: cst.CSTNode) -> Iterator[str]:
    """The names in some code, its attributes with a dot before them, and "==" where objects may be compared."""
    attributes = set()
    for part in walk(node):
        if isinstance(part, cst.Attribute):
            attributes.add(part.attr)
            yield f".{part.attr.value}"
        elif isinstance(part, (cst.Call, cst.Comparison)):
            if _asks_objects(part):
                yield "=="
        elif isinstance(part, cst.Name) and part not in attributes:
            yield part.value


def takes_all(call: cst.Call) -> bool:
    """Whether a function is called that goes through all of its argument at once."""
    return isinstance(call.func, cst.Name) and call.func.value in _TAKING_ALL


def _asks_objects(node: cst.Call | cst.Comparison) -> bool:
    """Whether some code may ask two objects whether they are equal."""
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Attribute) and node.func.attr.value in _COMPARING
    left = node.left
    for target in node.comparisons:
        asks = isinstance(target.operator, (cst.Equal, cst.NotEqual, cst.In, cst.NotIn))
        if asks and not isinstance(left, _LITERALS) and not isinstance(target.comparator, _LITERALS):
            return True
        left = target.comparator
    return False


def _called(node: cst.CSTNode) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, cst.Call) and isinstance(part.func, (cst.Name, cst.Attribute)):
            yield part.func.value if isinstance(part.func, cst.Name) else part.func.attr.value
