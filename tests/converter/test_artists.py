"""What Matplotlib's methods keep of the arrays that they are handed: measured, and what the converter makes of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pytest

import soundness
from np2tf.knowledge import artists

matplotlib.use("Agg")

from matplotlib import pyplot

pytestmark = pytest.mark.filterwarnings("ignore")

SPACE = {"bar3d", "contour3D", "contourf3D", "plot_surface", "plot_trisurf", "plot_wireframe"}
COLOURS = np.random.default_rng(0).random((6, 3)) * 0.4


def line(n: int = 6) -> np.ndarray:
    """Numbers for an axis."""
    return np.arange(float(n)) * 1.3 + 0.5


def grid() -> np.ndarray:
    """Numbers for a plane."""
    return np.arange(30.0).reshape(5, 6) ** 1.2


def plane() -> list[np.ndarray]:
    """The places of these numbers, and the numbers."""
    return [*np.meshgrid(np.arange(6.0), np.arange(5.0)), grid()]


def triangles() -> list[np.ndarray]:
    """Corners of triangles, and numbers at them."""
    return [np.array([0.0, 1, 0, 1]), np.array([0.0, 0, 1, 1.1]), np.array([1.0, 2, 3, 4])]


def lines() -> list[np.ndarray]:
    """Two of the same length."""
    return [line(), line() ** 1.1]


#: By method: what it is called with, once for each form.
CALLS: dict[str, list[Callable[[], tuple[list[Any], dict[str, Any]]]]] = {
    "acorr": [lambda: ([line()], {"maxlags": 3})],
    "axis": [lambda: ([line(4)], {})],
    "bar": [
        lambda: (lines(), {"width": line() / 4, "bottom": line(), "color": COLOURS.copy()}),
        lambda: ([], {"x": line(), "height": line(), "xerr": line() / 5, "yerr": line() / 6}),
    ],
    "bar3d": [lambda: ([line(), line(), line() * 0, line(), line(), line()], {})],
    "barbs": [lambda: ([*plane(), grid()], {})],
    "barh": [
        lambda: (lines(), {"height": line() / 4, "left": line(), "color": COLOURS.copy()}),
        lambda: ([], {"y": line(), "width": line(), "xerr": line() / 5, "yerr": line() / 6}),
    ],
    "boxplot": [lambda: ([line()], {}), lambda: ([grid()], {"positions": line()}), lambda: ([], {"x": line()})],
    "contour": [
        lambda: ([grid()], {"levels": np.array([2.0, 10, 20]), "linewidths": np.array([2.0, 1, 2])}),
        lambda: (plane(), {}),
    ],
    "contour3D": [lambda: (plane(), {"levels": np.array([2.0, 10, 20])})],
    "contourf": [lambda: ([grid()], {"levels": np.array([2.0, 10, 20])}), lambda: (plane(), {})],
    "contourf3D": [lambda: (plane(), {"levels": np.array([2.0, 10, 20])})],
    "ecdf": [lambda: ([line()], {})],
    "errorbar": [
        lambda: (lines(), {"xerr": line(), "yerr": line()}),
        lambda: ([], {"x": line(), "y": line(), "yerr": line()}),
    ],
    "eventplot": [lambda: ([line()], {})],
    "fill": [lambda: (lines(), {})],
    "fill_between": [
        lambda: ([line(), line()], {"y2": line() * 3, "where": line() > 3}),
        lambda: ([line(), line(), line() * 2], {}),
        lambda: ([], {"x": line(), "y1": line() ** 2}),
    ],
    "fill_betweenx": [
        lambda: ([line(), line()], {"x2": line() * 3, "where": line() > 3}),
        lambda: ([], {"y": line(), "x1": line() ** 2}),
    ],
    "hexbin": [
        lambda: ([line(50), line(50) ** 2], {"C": line(50), "gridsize": 9}),
        lambda: ([], {"x": line(50), "y": line(50)}),
    ],
    "hist": [
        lambda: ([line()], {"weights": line(), "bins": np.array([0.0, 2, 3, 9])}),
        lambda: ([], {"x": line()}),
    ],
    "hist2d": [
        lambda: (lines(), {"bins": np.array([0.0, 2, 3, 9])}),
        lambda: ([], {"x": line(), "y": line()}),
    ],
    "hlines": [
        lambda: ([line(), line() * 0, line()], {}),
        lambda: ([], {"y": line(), "xmin": line() * 0, "xmax": line()}),
    ],
    "imshow": [
        lambda: ([grid()], {"extent": np.array([0.0, 2, 3, 9])}),
        lambda: ([np.linspace(0, 1, 90).reshape(5, 6, 3)], {}),
        lambda: ([(np.linspace(0, 1, 90).reshape(5, 6, 3) * 255).astype(np.uint8)], {}),
        lambda: ([], {"X": grid().astype(np.float32)}),
    ],
    "loglog": [lambda: (lines(), {})],
    "matshow": [lambda: ([grid()], {})],
    "pcolor": [lambda: ([grid()], {}), lambda: (plane(), {"shading": "auto"})],
    "pcolormesh": [
        lambda: ([grid()], {}),
        lambda: (plane(), {"shading": "auto"}),
        lambda: (plane(), {"shading": "gouraud"}),
    ],
    "pie": [lambda: ([line()], {}), lambda: ([], {"x": line()})],
    "plot": [
        lambda: ([line()], {}),
        lambda: (lines(), {}),
        lambda: ([line(5), grid()], {}),
        lambda: ([*lines(), "r--", *lines(), "b"], {}),
    ],
    "plot_surface": [
        lambda: (plane(), {"facecolors": np.random.default_rng(0).random((5, 6, 4)) * 0.4}),
        lambda: ([], dict(zip("XYZ", plane(), strict=True))),
    ],
    "plot_trisurf": [lambda: (triangles(), {})],
    "plot_wireframe": [lambda: (plane(), {}), lambda: ([], dict(zip("XYZ", plane(), strict=True)))],
    "psd": [lambda: ([line(600)], {}), lambda: ([], {"x": line(600)})],
    "quiver": [lambda: ([*plane(), grid()], {}), lambda: ([*plane(), grid(), grid()], {})],
    "scatter": [
        lambda: (lines(), {"c": line(), "linewidths": line()}),
        lambda: (lines(), {"c": COLOURS.copy()}),
        lambda: ([], {"x": line(), "y": line()}),
    ],
    "semilogx": [lambda: (lines(), {})],
    "semilogy": [lambda: (lines(), {})],
    "set_xlim": [lambda: ([line(2)], {})],
    "set_ylim": [lambda: ([line(2)], {})],
    "specgram": [lambda: ([line(600)], {}), lambda: ([], {"x": line(600)})],
    "spy": [lambda: ([grid() > 5], {})],
    "stackplot": [lambda: ([line(), *lines()], {})],
    "stairs": [lambda: ([line(), line(7)], {"baseline": line() / 2}), lambda: ([line()], {"edges": line(7)})],
    "stem": [lambda: (lines(), {})],
    "step": [lambda: (lines(), {"where": "mid"})],
    "streamplot": [
        lambda: ([np.arange(6.0), np.arange(5.0), grid(), grid()], {"color": grid(), "linewidth": grid() / 10}),
        lambda: ([np.arange(6.0), np.arange(5.0), grid(), grid()], {"start_points": np.array([[1.0, 1], [2, 2]])}),
    ],
    "tricontour": [lambda: (triangles(), {})],
    "tricontourf": [lambda: (triangles(), {})],
    "tripcolor": [lambda: (triangles(), {})],
    "triplot": [lambda: (triangles()[:2], {})],
    "violinplot": [lambda: ([grid()], {"positions": line()})],
    "vlines": [
        lambda: ([line(), line() * 0, line()], {}),
        lambda: ([], {"x": line(), "ymin": line() * 0, "ymax": line()}),
    ],
    "xcorr": [lambda: (lines(), {"maxlags": 3})],
}

#: Methods of what was drawn: what to draw, and what to call them with.
SETTERS: list[tuple[str, Callable[[Any], Any], Callable[[], list[np.ndarray]]]] = [
    ("set_UVC", lambda axes: axes.quiver(*plane(), grid()), lambda: [grid() / 2, grid()]),
    ("set_array", lambda axes: axes.imshow(grid()), lambda: [grid() / 2]),
    ("set_array", lambda axes: axes.pcolormesh(grid()), lambda: [grid() / 2]),
    ("set_array", lambda axes: axes.scatter(*lines(), c=line()), lambda: [line() ** 2]),
    ("set_data", lambda axes: axes.imshow(grid()), lambda: [grid() / 2]),
    ("set_data", lambda axes: axes.plot(*lines())[0], lines),
    ("set_offsets", lambda axes: axes.scatter(*lines()), lambda: [np.stack(lines(), 1)]),
    ("set_xdata", lambda axes: axes.plot(*lines())[0], lambda: [line() ** 1.1]),
    ("set_ydata", lambda axes: axes.plot(*lines())[0], lambda: [line() ** 1.1]),
]


def drawn(axes: Any) -> bytes:
    """The picture of a figure, or what was wrong with it."""
    picture = io.BytesIO()
    try:
        axes.figure.savefig(picture, format="raw", dpi=40)
    except ValueError as error:
        return str(error).encode()
    finally:
        pyplot.close(axes.figure)
    return picture.getvalue()


def keeps(method: str, given: Callable[[], tuple[list[Any], dict[str, Any]]], draw: Any = None) -> bool:
    """Whether a picture is another one if the arrays have changed since a method got them."""
    pictures = []
    for changed in (False, True):
        axes = pyplot.figure(figsize=(3, 2)).add_subplot(projection="3d" if method in SPACE else None)
        args, keywords = given()
        getattr(axes if draw is None else draw(axes), method)(*args, **keywords)
        for array in [*args, *keywords.values()] if changed else ():
            if isinstance(array, np.ndarray):
                array[...] = ~array if array.dtype == bool else array[..., ::-1].copy() * 2 + 1
        pictures.append(drawn(axes))
    return pictures[0] != pictures[1]


@pytest.mark.parametrize("method", sorted(CALLS))
def test_methods_of_axes(method: str) -> None:
    assert not any(keeps(method, given) for given in CALLS[method])


@pytest.mark.parametrize(("method", "draw", "given"), SETTERS)
def test_methods_of_what_was_drawn(method: str, draw: Any, given: Any) -> None:
    assert not keeps(method, lambda: (given(), {}), draw)


def test_what_is_not_listed_is_kept() -> None:
    assert keeps("scatter", lambda: (lines(), {"s": line() * 20}))
    assert keeps("set_xticks", lambda: ([line()], {}))
    assert "s" not in artists.COPIES["scatter"]
    assert "set_xticks" not in artists.COPIES


def test_everything_that_is_listed_is_measured() -> None:
    measured = {method: {k for given in forms for k in given()[1]} for method, forms in CALLS.items()}
    measured |= {method: set() for method, _, _ in SETTERS}
    assert measured.keys() == artists.COPIES.keys()
    assert {m: names - measured[m] for m, names in artists.COPIES.items() if names - measured[m]} == {}


HEADER = (
    "import numpy as np\nimport matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nu = np.ones(5)\n"
)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("fig, ax = plt.subplots()\nax.plot(u)", None),
        (
            "fig, axes = plt.subplots(2, 2)\naxes[0, 1].plot(u)\nfor ax in axes.flat:\n    ax.fill_between(u, u, u)",
            None,
        ),
        ("fig = plt.figure()\nax = fig.add_subplot(111)\nline, = ax.plot(u)\nline.set_ydata(u)", None),
        ("ax = plt.figure().add_subplot(projection='3d')\nax.plot_surface(u, u, np.outer(u, u))", None),
        ("n, bins, bars = plt.hist(u)\nn[0] = 7", None),
        ("plt.scatter(u, u, c=u)", None),
        ("def draw(ax, u):\n    ax.plot(u, 'r')\n    u[1] = 4\ndraw(plt.gca(), u)", None),
        ("class S:\n    def __init__(self):\n        self.ax = plt.gca()\nS().ax.plot(u)", None),
        ("plt.scatter(u, u, s=u)", "NT105"),
        ("plt.scatter(u, u, u)", "NT105"),
        ("plt.gca().set_xticks(u)", "NT105"),
        ("plt.xticks(u)", "NT105"),
        ("plt.figure().add_subplot(projection='3d').plot(u, u, u)", "NT105"),
        ("plt.gca().add_patch(plt.Polygon(np.outer(u, u)[:, :2]))\nplt.Polygon(u.reshape(1, 5)[:, :2])", "NT105"),
    ],
)
def test_conversions(lines: str, code: str | None) -> None:
    outcome = soundness.run_both(f"{HEADER}{lines}\nu[0] = 2\nout = u\n")
    assert outcome.verdict.sound, outcome.explain()
    assert outcome.error_codes == (() if code is None else (code,))


def test_what_others_have_too_is_no_evidence() -> None:
    """An array that nobody knows is filled in a file that draws: converted or marked, not passed over."""
    source = (
        f"{HEADER}import pickle\ndef clear(x):\n    x.fill(0)\n    return x.sum()\n"
        "x = pickle.loads(pickle.dumps(u))\nout = clear(x), x\n"
    )
    outcome = soundness.run_both(source)
    assert outcome.verdict.sound, outcome.explain()


def test_a_projects_own_method_is_no_axes() -> None:
    source = (
        f"{HEADER}class Model:\n    def plot(self, u):\n        u[0] = 7\n"
        "def show(model, u):\n    model.plot(u)\n    return u\nout = show(Model(), u), u\n"
    )
    outcome = soundness.run_both(source)
    assert outcome.verdict.sound, outcome.explain()
