"""What must follow a store so that every live holder of the array sees it, or why that can't be done.

A store to T is sound if every slot live after it whose object may overlap T's is T itself, is rebound to its new
value, or is proved not to overlap (semantics, section 2). This module finds the rebindings, or says who is in the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from np2tf.analysis.relations import BASE, HEAP, VIEW, Lens, Rel, Slot, State, handed_in, is_caller, root
from np2tf.facts import Place, Problem, Refresh, Update

Live = Callable[[Slot], bool]
Origin = Callable[[Slot], str]  # where a slot got its object, in words
#: Why a changed parameter can't be given back, or None: it is. With True, why what is in it can't be changed.
Caller = Callable[[str, bool], "Problem | None"]


def forward(text: str, lens: Lens) -> str:
    """The text of a view from the text of its base."""
    for step in lens:
        text = step.forward.replace(BASE, text)
    return text


def backward(base: str, lens: Lens, new: str) -> str:
    """The text of the base's new value from the text of the view's.

    >>> from np2tf.analysis.relations import Step
    >>> row = Step(BASE + "[0]", f"update({BASE}, 0, {VIEW})")
    >>> backward("a", (row, row), "v")
    'update(a, 0, update(a[0], 0, v))'
    """
    for k in range(len(lens) - 1, -1, -1):
        new = lens[k].inverse.replace(BASE, forward(base, lens[:k])).replace(VIEW, new)
    return new


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


_COUNTED = re.compile(r"^[^\[]*\[[^\W\d]\w*\]$")  # `name.attribute[counter]`


def assignable(slot: Slot) -> bool:
    """Whether the program can assign to the slot: a name, an attribute, the element of a list that a loop stands at;
    not a tuple's item or a caller's variable."""
    return slot[0] != "<" and ("[" not in slot or _COUNTED.search(slot) is not None)


def plan(state: State, place: Place, live: Live, origin: Origin, callers: Caller) -> Update | Problem:
    """The rebindings that a store to `place` asks for."""
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
    bases = {s: rel for s, rel in row.items() if rel.kind == "base" and assignable(s)}
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
        top = max(bases, key=lambda s: (len(bases[s].lens), live(s)))
        if problem := blocked(bases[top].lens, writing=True):
            return problem
        if top in state.partial:
            return _perhaps(slot, top)
        trouble = _outsiders(state, top, live, origin, callers)
        if trouble is not None:
            return trouble
        for other, rel in state.row(top).items():
            if rel.kind == "perhaps" and live(other):
                return _perhaps(top, other)
        group = [
            top,
            *(
                s
                for s, rel in state.row(top).items()
                if rel.kind == "same" and live(s) and s not in done and not is_caller(s)
            ),
        ]
        for name in group:
            if not assignable(name):
                return _unassignable(name)
        then.append(Refresh(tuple(_ordered(state, group)), backward(top, bases[top].lens, slot)))
        done.update(group, (s for s, rel in state.row(top).items() if rel.kind == "same"))
        source, text = top, top
    guarded = [s for s, rel in row.items() if rel.kind == "perhaps" and live(s) and s not in done]
    for name in (*same, *guarded):
        if not assignable(name):
            return _unassignable(name)
    if guarded and (place.lens or state.partial.intersection(guarded)):
        return _perhaps(slot, guarded[0])
    refreshed = _views(state, slot, place.text, source, text, done, live)
    if isinstance(refreshed, Problem):
        return refreshed
    return Update(tuple(_ordered(state, same)), (*then, *refreshed), tuple(_ordered(state, guarded)))


def _views(
    state: State, slot: Slot, slot_text: str, top: Slot, top_text: str, done: set[Slot], live: Live
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
    taken: set[Slot] = set()
    for other in _ordered(state, list(ways)):
        if other in taken:
            continue
        text, lens = ways[other]
        if problem := blocked(lens, writing=False):
            return Problem(problem.code, f"{problem.message}: `{other}`", problem.help)
        if any(state.partial & step.operands for step in lens):
            message = f"what selected the view `{other}` may not be bound here"
            return Problem("NT104", message, "bind it before, or copy the view")
        group = [other, *(s for s in ways if s not in taken and state.row(other).get(s) == Rel("same"))]
        for name in group:
            if not assignable(name):
                return _unassignable(name)
        taken.update(group)
        result.append(Refresh(tuple(_ordered(state, group)), forward(text, lens)))
    return tuple(result)


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
        if other.startswith("<temp"):
            return _unassignable(other)
        if "[*]" in other:
            return Problem(
                "NT105",
                f"`{slot}` is also held in `{root(other)}`",
                "put a copy into the container, or write to the array before it goes in",
            )
        if rel.kind == "may":
            return _perhaps(slot, other)
    return None


def _callers_own(state: State, slot: Slot, other: Slot, rel: Rel, callers: Caller) -> Problem | None:
    """The array came from the caller: it is given back if the parameter's name still holds it."""
    name = handed_in(other)
    if other.endswith("]"):
        return callers(name, True)
    if rel.kind in {"may", "perhaps"}:
        return Problem(
            "NT102",
            f"`{slot}` may be the caller's own array, handed in as `{name}`, or a copy of it",
            "copy it with `.copy()` first if the caller must not see the change; return it if the caller must",
        )
    if state.row(name).get(other) != Rel("same"):
        return Problem(
            "NT201",
            f"this changes the array that the caller handed in as `{name}`, and `{name}` is something else by now",
            f"copy it first if the caller must not see the change; otherwise keep `{name}` and return it",
        )
    return callers(name, False)


def _perhaps(slot: Slot, other: Slot) -> Problem:
    if other.startswith("<temp"):
        return _unassignable(other)
    return Problem(
        "NT101",
        f"`{other}` may be the same array as `{slot}`, or a view of it, depending on how the program ran",
        "copy one of them where they part, or write to both names",
    )


def _unassignable(slot: Slot) -> Problem:
    if slot.startswith("<temp"):
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
    return "a value in use" if slot.startswith("<temp") else f"`{slot}`"


def _ordered(state: State, slots: list[Slot]) -> list[Slot]:
    order = {slot: k for k, slot in enumerate(state.values)}
    return sorted(slots, key=lambda s: order.get(s, len(order)))
