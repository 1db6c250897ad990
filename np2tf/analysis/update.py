"""What must follow a store so that every live holder of the array sees it, or why that can't be done.

A store to T is sound if every slot live after it whose object may overlap T's is T itself, is rebound to its new
value, or is proved not to overlap (semantics, section 2). This module finds the rebindings, or says who is in the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from np2tf.analysis.relations import (
    BASE,
    HEAP,
    MAY,
    RETURNED,
    SELF,
    TEMP,
    VIEW,
    Lens,
    Rel,
    Slot,
    State,
    Step,
    caller,
    elements_of,
    handed_in,
    is_caller,
    is_item,
    part_of,
    root,
    settled,
    view,
)
from np2tf.facts import Guard, Place, Problem, Refresh, Update

Live = Callable[[Slot], bool]
Origin = Callable[[Slot], str]  # where a slot got its object, in words
#: What of a parameter changes: its array; what is in it, a container; an array that may be a copy of it; one that may
#: be a copy or a part of it, while another name may keep it; its array, while its name stands for another.
Change = Literal["array", "elements", "perhaps", "beside", "exchanged"]
#: Why a changed parameter can't be given back, or None: it is, or need not be.
Caller = Callable[[str, Change], "Problem | None"]


def forward(text: str, lens: Lens, name: str = "") -> str:
    """The text of a view from the text of its base; `name` is the view's own, which keeps what it has where it is none.

    >>> from np2tf.analysis.relations import Step
    >>> forward("x", (Step(BASE, VIEW, test="c"), Step(BASE + "[1:]", "")), "y")
    'x[1:] if c else y'
    """
    for step in lens:
        text = step.forward.replace(BASE, text).replace(SELF, name)
    test = _tests(lens, name)
    return f"{text} if {test} else {name}" if test else _bare(text)


def _bare(text: str) -> str:
    """Without parentheses around the whole.

    >>> _bare("(a if b else c)"), _bare("(a)[0] + (b)")
    ('a if b else c', '(a)[0] + (b)')
    """
    depth = 0
    for k, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if not depth and k < len(text) - 1:
            return text
    return text[1:-1] if text[:1] == "(" else text


def _tests(lens: Lens, name: str) -> str:
    return " and ".join(dict.fromkeys(step.test.replace(SELF, name) for step in lens if step.test))


def backward(base: str, lens: Lens, new: str) -> str:
    """The text of the base's new value from the text of the view's.

    >>> from np2tf.analysis.relations import Step
    >>> row = Step(BASE + "[0]", f"update({BASE}, 0, {VIEW})")
    >>> backward("a", (row, row), "v")
    'update(a, 0, update(a[0], 0, v))'
    """
    test = _tests(lens, new)
    for k in range(len(lens) - 1, -1, -1):
        to = base
        for step in lens[:k]:
            to = step.forward.replace(BASE, to)
        new = lens[k].inverse.replace(BASE, to).replace(VIEW, new)
    return f"{new} if {test} else {base}" if test else _bare(new)


def either_way(one: Rel | None, two: Rel | None, test: str, operands: frozenset[str]) -> Rel | None:
    """How a value stands to a slot that gets one of two by a test which can be read again."""
    if one == two:
        return one
    if not {r.kind for r in (one, two) if r is not None} <= {"same", "view"}:
        return MAY
    lenses = [None if rel is None else rel.lens for rel in (one, two)]
    if any(step.stale or not step.forward or step.test for lens in lenses if lens for step in lens):
        return MAY
    first, second = lenses
    if first is None or second is None:
        lens = first or second or ()
        opposite = f"not {test}" if test.isidentifier() else f"not ({test})"
        only = Step(BASE, VIEW, operands, test=test if first is not None else opposite)
        return view(only, *lens) if len(lens) < 4 else MAY
    texts = forward(BASE, first), forward(BASE, second)
    back = "", ""
    if all(step.inverse for step in (*first, *second)):
        back = backward(BASE, first, VIEW), backward(BASE, second, VIEW)
    read = operands.union(*(step.operands for step in (*first, *second)))
    inverse = f"({back[0]} if {test} else {back[1]})" if back[0] else ""
    return view(Step(f"({texts[0]} if {test} else {texts[1]})", inverse, read))


def blocked(lens: Lens, *, writing: bool) -> Problem | None:
    """Why a lens can't be replayed, or inverted."""
    for step in lens:
        if step.stale or not step.forward:
            return Problem(
                "NT104",
                "a view of this array can't be rebuilt: what selected it has changed or can't be repeated",
                "give the index a name that keeps its value, or copy the view where it is made",
            )
        if writing and not step.inverse:
            what = step.why or "a view that has no inverse"
            return Problem("NT103", f"this writes through {what}", "write to the array itself, or copy the view first")
    return None


_LONGEST = 6  # items of a tuple that is made again
_COUNTED = re.compile(r"^[^\[]*\[[^\W\d]\w*\]$")  # `name.attribute[counter]`


def assignable(state: State, slot: Slot) -> bool:
    """Whether the program can assign to the slot: a name, an attribute, an item that is told apart, the element of a
    list that a loop stands at, a value on its way to one of several targets; not a caller's variable."""
    if is_item(slot) or "[" not in slot:
        return is_item(slot) or slot[0] != "<"
    container = slot.rpartition("[")[0]
    return slot[0] != "<" and (
        _COUNTED.search(slot) is not None or container in state.items or bool(_made_again(state, container))
    )


def _made_again(state: State, name: Slot) -> list[Slot]:
    """The items of a tuple that can be made again, since it is known by names alone."""
    value = state.values.get(name)
    if value is None or value.kind != "tuple" or value.items is None or len(value.items) > _LONGEST:
        return []
    items = [part_of(name, k) for k in range(len(value.items))]
    known = all(item in state.values for item in items) and not state.row(elements_of(name))
    alone = all(rel.kind == "same" and s == root(s) and s[0] != "<" for s, rel in state.row(name).items())
    return items if known and alone and name == root(name) and name not in state.partial else []


def _with_tuples(state: State, place: Place, update: Update, live: Live) -> Update | Problem:
    """The update with tuples made again where it would assign to their items."""
    assigned = [*update.same, *(guard.name for guard in update.guarded)]
    assigned += (name for refresh in (*update.then, *update.last) for name in refresh.names)
    containers = {slot.rpartition("[")[0] for slot in assigned if "[" in slot}
    tuples = {name: items for name in _ordered(state, [*containers]) if (items := _made_again(state, name))}
    if not tuples:
        return update
    owner = {item: name for name, items in tuples.items() for item in items}
    if taken := owner.keys() & {*(g.name for g in update.guarded), *(n for r in update.last for n in r.names)}:
        return _unassignable(min(taken))
    steps: list[Refresh] = []
    texts: dict[Slot, dict[Slot, str]] = {}  # of tuples that wait: the new items

    def make(name: Slot) -> None:
        made = ", ".join(texts[name].get(item, item) for item in tuples[name])
        group = [name, *(s for s in state.row(name) if live(s))]
        steps.append(Refresh(tuple(_ordered(state, group)), f"({made}{',' * (len(tuples[name]) == 1)})"))
        del texts[name]

    own = tuple(name for name in update.same if name not in owner)
    for direct, refresh in ((True, Refresh(update.same, place.text)), *((False, r) for r in update.then)):
        names = tuple(name for name in refresh.names if name not in owner)
        inside = [item for item in refresh.names if item in owner]
        text = refresh.value if direct or not names else names[0]
        if not direct:
            for name in [name for name in texts if f"{name}[" in refresh.value]:
                make(name)
            steps += [Refresh(names, refresh.value)] if names else []
        again = set[Slot]()
        for item in inside:
            if owner[item] in again:
                continue  # another name of the same tuple
            mine = [other for other in inside if owner[other] == owner[item]]
            if not (names or direct) and len(mine) + len(again) > 1:
                return _unassignable(item)  # one new object for several places
            texts.setdefault(owner[item], {}).update(dict.fromkeys(mine, text))
            again.update((owner[item], *state.row(owner[item])))
    for name in list(texts):
        make(name)
    return update._replace(same=own, then=tuple(steps))


def plan(
    state: State, place: Place, live: Live, origin: Origin, callers: Caller, sure: Live = lambda slot: False
) -> Update | Problem:
    """The rebindings that a store to `place` asks for. `sure` tells what is certainly read later: so it is bound."""
    slot = place.slot
    if place.lens and (problem := blocked(place.lens, writing=True)):
        return problem
    trouble = _outsiders(state, slot, live, origin, callers)
    if trouble is not None:
        return trouble
    row = state.row(slot)
    done = {slot}
    same = [s for s, rel in row.items() if rel.kind == "same" and live(s) and not is_caller(s)]
    done.update(s for s, rel in row.items() if rel.kind == "same")
    then: list[Refresh] = []
    source, text = slot, place.text
    bases = {s: rel for s, rel in row.items() if rel.kind == "base" and assignable(state, s) and not is_item(s)}
    needs_base = any(live(s) and rel.kind in {"base", "sib"} and not is_caller(s) for s, rel in row.items())
    if needs_base:
        if not bases:
            other = next(s for s, rel in row.items() if live(s) and rel.kind in {"base", "sib"} and not is_caller(s))
            return Problem(
                "NT101",
                f"{_named(other)} shares memory with `{slot}`, "
                "and the array that both are views of has no name here any more",
                "keep the base array in a variable, or copy one of the views",
            )
        top = max(bases, key=lambda s: (len(bases[s].lens), s not in state.partial, live(s)))
        if problem := blocked(bases[top].lens, writing=True):
            return problem
        if top in state.partial:
            return _perhaps(slot, top)
        others = [s for s in bases if s != top and live(s) and s not in state.partial]
        between = sorted(others, key=lambda s: len(bases[s].lens))
        below = slot
        lower: Mapping[Slot, Rel] = bases
        for base in (*between, top):
            if base in done:
                continue
            if problem := _outsiders(state, base, live, origin, callers):
                return problem
            group = [
                base,
                *(
                    s
                    for s, rel in state.row(base).items()
                    if rel.kind == "same" and live(s) and s not in done and not is_caller(s)
                ),
            ]
            for name in group:
                if not assignable(state, name):
                    return _unassignable(name)
            lens = lower[base].lens if lower.get(base, MAY).kind == "base" else ()
            value = backward(base, lens, below) if lens else backward(base, bases[base].lens, slot)
            then.append(Refresh(tuple(_ordered(state, group)), value))
            below, lower = base, state.row(base)
            done.update(group, (s for s, rel in state.row(base).items() if rel.kind == "same"))
        source, text = top, top
    for name in same:
        if not assignable(state, name):
            return _unassignable(name)
    refreshed = _views(state, slot, place.text, source, text, done, live, sure)
    if isinstance(refreshed, Problem):
        return refreshed
    then += refreshed
    update = Update(tuple(_ordered(state, same)), tuple(then))
    found = _decided(state, place, update, {slot, source, *(s for s in bases if s in done)}, done, live, sure)
    return found if isinstance(found, Problem) else _with_tuples(state, place, found, live)


def _decided(
    state: State, place: Place, update: Update, changed: set[Slot], done: set[Slot], live: Live, sure: Live
) -> Update | Problem:
    """The update with what is decided at run time: names that may hold one of the new arrays, and views of those."""
    made = [place.slot, *update.same, *(name for refresh in update.then for name in refresh.names)]
    settled, guards = {*made, *done}, dict[Slot, Guard]()
    unsure: dict[Slot, list[tuple[Slot, Rel]]] = {}
    for slot in dict.fromkeys((*made, *sorted(changed))):
        for other, rel in state.row(slot).items():
            doubt = rel.kind == "perhaps" or (rel.kind == "may" and slot in changed)
            if doubt and live(other) and other not in settled and other != HEAP and not is_caller(other):
                unsure.setdefault(other, []).append((slot, rel))
    waiting = _ordered(state, list(unsure))
    for other in waiting:
        of: list[Slot] = []
        for slot in dict.fromkeys(made):
            again = any(state.row(slot).get(s) == Rel("same") for s in of)
            if not again and state.row(slot).get(other, MAY).kind == "perhaps":
                of.append(slot)
        known = all(r.kind == "perhaps" or any(_is_view(state, s, w, r.lens) for w in of) for s, r in unsure[other])
        bound = state.partial.isdisjoint((other, *of)) or state.partial.intersection((other, *of)) == {place.slot}
        if known and bound and assignable(state, other) and not is_item(other):
            guards[other] = Guard(other, tuple(place.text if s == place.slot else s for s in of))
    last = _follow(state, [other for other in waiting if other not in guards], list(guards), unsure, sure)
    if isinstance(last, Problem):
        return last
    return update._replace(guarded=tuple(guards.values()), last=last)


def _follow(
    state: State, waiting: list[Slot], known: list[Slot], unsure: dict[Slot, list[tuple[Slot, Rel]]], sure: Live
) -> tuple[Refresh, ...] | Problem:
    """What is made again from names that were guarded: it is right whether or not those changed."""
    last: list[Refresh] = []
    while waiting:
        found = None
        for kind in ("base", "view"):
            for other in waiting:
                sources = [g for g in known if state.row(g).get(other, MAY).kind == kind]
                source = min(sources, key=lambda g: len(state.row(g)[other].lens), default=None)
                if source is not None and found is None:
                    found = other, source, state.row(source)[other]
        if found is None:
            return _perhaps(unsure[waiting[0]][0][0], waiting[0])
        other, source, rel = found
        problem = _unmade(state, other, rel.lens, sure)
        if problem is None and rel.kind == "base":
            problem = blocked(rel.lens, writing=True)
            if not all(_only_through(state, other, slot, known) for slot, _ in unsure[other]):
                return _perhaps(unsure[other][0][0], other)
        if problem is not None:
            return problem
        group = [other, *(s for s in waiting if s != other and state.row(other).get(s) == Rel("same"))]
        for name in group:
            if not assignable(state, name) or is_item(name) or name in state.partial:
                return _perhaps(unsure[other][0][0], other)
        value = backward(other, rel.lens, source) if rel.kind == "base" else forward(source, rel.lens, other)
        last.append(Refresh(tuple(_ordered(state, group)), value))
        known += group
        waiting = [s for s in waiting if s not in group]
    return tuple(last)


def _only_through(state: State, base: Slot, slot: Slot, known: list[Slot]) -> bool:
    """Whether a slot shares with a base only what one of these, which are right by now, is of it."""
    rel = state.row(base).get(slot, MAY)
    return bool(rel.lens) and any(_is_view(state, base, other, rel.lens) for other in known)


def _is_view(state: State, base: Slot, slot: Slot, lens: Lens) -> bool:
    """Whether a slot certainly is this view of another."""
    rel = state.row(base).get(slot, MAY)
    return rel.kind == "view" and bool(lens) and settled(rel.lens) == settled(lens)


def _unmade(state: State, slot: Slot, lens: Lens, sure: Live) -> Problem | None:
    """Why a view can't be made again. Where it is bound, what selected it is, too."""
    if problem := blocked(lens, writing=False):
        return Problem(problem.code, f"{problem.message}: `{slot}`", problem.help)
    read = {name for step in lens for name in step.operands}
    doubt = read & state.partial
    if slot in state.partial:  # and if it is not, neither are a test's name and an index's
        doubt |= {name for name in read if name not in state.values} | {s.test for s in lens if s.test}
    if doubt and not sure(slot):
        message = f"what selected the view `{slot}` may not be bound here"
        return Problem("NT104", message, "bind it before, or copy the view")
    return None


def _views(
    state: State, slot: Slot, slot_text: str, top: Slot, top_text: str, done: set[Slot], live: Live, sure: Live
) -> tuple[Refresh, ...] | Problem:
    """The live views of the changed array and of its base, rebuilt, names for one view together."""
    ways: dict[Slot, tuple[str, Lens]] = {}
    for base, text in ((slot, slot_text), (top, top_text)):
        for other, rel in state.row(base).items():
            if other in done or other in ways or rel.kind != "view" or not live(other) or is_caller(other):
                continue
            if base != slot and other not in state.row(slot):
                continue  # another part of the base
            ways[other] = (text, rel.lens)
    for other, rel in state.row(slot).items():
        if (
            rel.kind in {"sib", "base"}
            and live(other)
            and other not in ways
            and other not in done
            and not is_caller(other)
        ):
            return Problem(
                "NT101",
                f"{_named(other)} shares memory with `{slot}` in a way that can't be rebuilt",
                "keep the base array in a variable, or copy one of the views",
            )
    result: list[Refresh] = []
    taken: dict[Slot, None] = {}  # in order: what is written must not hang on the order of a set
    for other in _ordered(state, list(ways)):
        if other in taken:
            continue
        text, lens = min([ways[other], *_from_views(state, other, taken)], key=lambda way: len(way[1]))
        if problem := _unmade(state, other, lens, sure):
            return problem
        group = [other, *(s for s in ways if s not in taken and state.row(other).get(s) == Rel("same"))]
        for name in group:
            if not assignable(state, name):
                return _unassignable(name)
        taken.update(dict.fromkeys(group))
        names = tuple(_ordered(state, group))
        result.append(Refresh(names, forward(text, lens, names[0])))
    return tuple(result)


def _from_views(state: State, slot: Slot, made: Iterable[Slot]) -> Iterator[tuple[str, Lens]]:
    """The ways to make a view from views that have been made again before."""
    for other in made:
        rel = state.row(other).get(slot)
        if rel is not None and rel.kind == "view" and not is_item(other) and not blocked(rel.lens, writing=False):
            yield other, rel.lens


def _outsiders(state: State, slot: Slot, live: Live, origin: Origin, callers: Caller) -> Problem | None:
    """A holder of the slot's array that no assignment in this place can reach."""
    container = slot
    while container.endswith("[*]"):
        container = container.removesuffix("[*]")
        if HEAP in state.row(container):
            return Problem(
                "NT105",
                f"`{container}` is known elsewhere, and what is in it may be held there: {origin(container)}",
                "hand out a copy of it, then the write concerns this name alone",
            )
    for other, rel in state.row(slot).items():
        if other == HEAP:
            return Problem(
                "NT105",
                f"`{slot}` may be held elsewhere: {origin(slot)}",
                "hand out or keep a copy (`.copy()`), then the write concerns this name alone",
            )
        if is_caller(other):
            problem = _callers_own(state, slot, other, rel, callers)
            if problem is not None:
                return problem
            continue
        if not live(other):
            continue
        if other.startswith(TEMP):
            return _unassignable(other)
        if "[*]" in other:
            return Problem(
                "NT105",
                f"`{slot}` is also held in `{root(other)}`",
                "put a copy into the container, or write to the array before it goes in",
            )
    return None


def _callers_own(state: State, slot: Slot, other: Slot, rel: Rel, callers: Caller) -> Problem | None:
    """The array came from the caller: it is given back if the parameter's name still holds it."""
    name = handed_in(other)
    if other.endswith("]"):
        holders = (slot, *(s for s, to_slot in state.row(slot).items() if to_slot == Rel("same")))
        kept = state.row(name).get(caller(name)) == Rel("same")
        if not kept or not any(holder.startswith(f"{name}[") for holder in holders):
            return Problem(
                "NT105",
                f"`{slot}` may be an array in the container that the caller handed in as `{name}`",
                "write to the element in its place (`c[i] += 1`), or copy the array first",
            )
        return callers(name, "elements")
    change: Change = "exchanged" if rel == Rel("same") else "perhaps" if rel.kind == "may" else "beside"
    if rel.kind in {"may", "perhaps"}:
        problem = callers(name, change)
        whose = f"`{slot}` may be the caller's own array, handed in as `{name}`, or a copy of it"
        return problem and problem._replace(message=f"{whose}{problem.message}")
    if state.row(name).get(other) != Rel("same"):
        problem = callers(name, change)
        what = f"this changes the array that the caller handed in as `{name}`, and `{name}` is something else by now"
        help = f"copy it first if the caller must not see the change; otherwise keep `{name}` and return it"
        return problem and Problem("NT201", f"{what}{problem.message}", help)
    return callers(name, "array")


def _perhaps(slot: Slot, other: Slot) -> Problem:
    if other.startswith((TEMP, "<item")):
        return _unassignable(other)
    return Problem(
        "NT101",
        f"`{other}` may be the same array as `{slot}`, or a view of it, depending on how the program ran",
        "copy one of them where they part, or write to both names",
    )


def _unassignable(slot: Slot) -> Problem:
    if slot.startswith(RETURNED):
        return Problem(
            "NT101",
            "what is written here shares memory with what a `return` gives back, and that has been evaluated by then",
            "write before the `return`, or return after the `try`",
        )
    if slot.startswith((TEMP, "<item")):
        return Problem(
            "NT101",
            "what is written here shares memory with a value that is still in use: one on the right side that is "
            "assigned later, or the array that a loop iterates over",
            "copy the value first, or loop over `range(len(x))`",
        )
    return Problem(
        "NT303",
        f"the array is also held in `{slot}`, which can't be assigned",
        "use a list in place of the tuple, or copy the array into it",
    )


def _named(slot: Slot) -> str:
    return "a value in use" if slot.startswith((TEMP, "<item")) else f"`{slot}`"


def _ordered(state: State, slots: list[Slot]) -> list[Slot]:
    if len(slots) < 2:
        return slots
    order = {slot: k for k, slot in enumerate(state.values)}
    return sorted(slots, key=lambda s: order.get(s, len(order)))
