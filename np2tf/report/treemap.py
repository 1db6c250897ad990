"""Where the tiles of a treemap lie: areas in proportion to weights, as near to squares as may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Tile(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float


def tiles(weights: Sequence[float], room: Tile) -> list[Tile]:
    """The tiles for positive weights, the heaviest first, that fill the room.

    >>> for tile in tiles([6, 2, 1], Tile(0, 0, 3, 3)):
    ...     print(*tile)
    0 0.0 2.0 3.0
    2.0 0 1.0 2.0
    2.0 2.0 1.0 1.0
    """
    found: list[Tile] = []
    rest = list(weights)
    while rest:
        share = room.width * room.height / sum(rest)
        count = 1
        while count < len(rest) and _worst(rest[: count + 1], share, room) <= _worst(rest[:count], share, room):
            count += 1
        along, rest = rest[:count], rest[count:]
        placed, room = _laid(along, share, room)
        found += placed
    return found


def _worst(weights: Sequence[float], share: float, room: Tile) -> float:
    """The largest ratio of two sides in a line of tiles along the shorter side of the room."""
    side, area = min(room.width, room.height), sum(weights) * share
    return max(max(side * side * w * share / area**2, area**2 / (side * side * w * share)) for w in weights)


def _laid(weights: Sequence[float], share: float, room: Tile) -> tuple[list[Tile], Tile]:
    """A line of tiles along the shorter side of the room, and the room that is left."""
    area, at, placed = sum(weights) * share, 0.0, []
    if room.width >= room.height:
        depth = area / room.height
        for weight in weights:
            placed.append(Tile(room.left, room.top + at, depth, weight * share / depth))
            at += weight * share / depth
        return placed, Tile(room.left + depth, room.top, max(room.width - depth, 1e-9), room.height)
    depth = area / room.width
    for weight in weights:
        placed.append(Tile(room.left + at, room.top, weight * share / depth, depth))
        at += weight * share / depth
    return placed, Tile(room.left, room.top + depth, room.width, max(room.height - depth, 1e-9))
