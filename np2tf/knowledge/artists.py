"""Which of Matplotlib's functions and methods copy the arrays that they are handed, and which give its objects out.

Matplotlib's objects (figures, axes, lines, lists and arrays of them) are one kind of value here, an artist. What a
method does with an array was measured with Matplotlib 3.11: a figure is drawn after the array has changed, as if it had
not (`tests/converter/test_artists.py` does it again). Whatever isn't listed keeps what it is handed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ARTIST: Final = "host:matplotlib.artist.Artist"
PYPLOT: Final = "matplotlib.pyplot"

COPIES: Final[Mapping[str, frozenset[str]]] = {
    "acorr": frozenset(),
    "axis": frozenset(),
    "bar": frozenset({"bottom", "color", "height", "width", "x", "xerr", "yerr"}),
    "bar3d": frozenset(),
    "barbs": frozenset(),
    "barh": frozenset({"color", "height", "left", "width", "xerr", "y", "yerr"}),
    "boxplot": frozenset({"positions", "x"}),
    "contour": frozenset({"levels", "linewidths"}),
    "contour3D": frozenset({"levels"}),
    "contourf": frozenset({"levels"}),
    "contourf3D": frozenset({"levels"}),
    "ecdf": frozenset(),
    "errorbar": frozenset({"x", "xerr", "y", "yerr"}),
    "eventplot": frozenset(),
    "fill": frozenset(),
    "fill_between": frozenset({"where", "x", "y1", "y2"}),
    "fill_betweenx": frozenset({"where", "x1", "x2", "y"}),
    "hexbin": frozenset({"C", "x", "y"}),
    "hist": frozenset({"bins", "weights", "x"}),
    "hist2d": frozenset({"bins", "x", "y"}),
    "hlines": frozenset({"xmax", "xmin", "y"}),
    "imshow": frozenset({"X", "extent"}),
    "loglog": frozenset(),
    "matshow": frozenset(),
    "pcolor": frozenset(),
    "pcolormesh": frozenset(),
    "pie": frozenset({"x"}),
    "plot": frozenset(),
    "plot_surface": frozenset({"X", "Y", "Z", "facecolors"}),
    "plot_trisurf": frozenset(),
    "plot_wireframe": frozenset({"X", "Y", "Z"}),
    "psd": frozenset({"x"}),
    "quiver": frozenset(),
    "scatter": frozenset({"c", "linewidths", "x", "y"}),
    "semilogx": frozenset(),
    "semilogy": frozenset(),
    "set_UVC": frozenset(),
    "set_array": frozenset(),
    "set_data": frozenset(),
    "set_offsets": frozenset(),
    "set_xdata": frozenset(),
    "set_xlim": frozenset(),
    "set_ydata": frozenset(),
    "set_ylim": frozenset(),
    "specgram": frozenset({"x"}),
    "spy": frozenset(),
    "stackplot": frozenset(),
    "stairs": frozenset({"baseline", "edges"}),
    "stem": frozenset(),
    "step": frozenset(),
    "streamplot": frozenset({"color", "linewidth", "start_points"}),
    "tricontour": frozenset(),
    "tricontourf": frozenset(),
    "tripcolor": frozenset(),
    "triplot": frozenset(),
    "violinplot": frozenset({"positions"}),
    "vlines": frozenset({"x", "ymax", "ymin"}),
    "xcorr": frozenset(),
}
"""What copies the arrays that it is handed by position, and by which keywords."""

MOST: Final[Mapping[str, int]] = {"errorbar": 2, "plot": 2, "scatter": 2, "stem": 2}
"""How many arrays by position are copied: a third one is that of a line in space, or the sizes, which are kept. Text as
the third argument is a format."""

_DATA: Final = frozenset({"acorr", "axis", "hist", "hist2d", "psd", "set_xlim", "set_ylim", "specgram", "xcorr"})
_MAKES: Final = frozenset(
    {
        "add_axes", "add_gridspec", "add_subfigure", "add_subplot", "annotate", "axes", "axhline", "axhspan", "axvline",
        "axvspan", "colorbar", "figure", "flatten", "gca", "gcf", "get_figure", "get_legend", "inset_axes", "legend",
        "ravel", "reshape", "secondary_xaxis", "secondary_yaxis", "set_title", "set_xlabel", "set_ylabel", "set_zlabel",
        "subfigures", "subplot", "subplot2grid", "subplot_mosaic", "subplots", "suptitle", "text", "title", "twinx",
        "twiny", "xlabel", "ylabel",
    }
)  # fmt: skip
GIVES: Final = (COPIES.keys() - _DATA) | _MAKES
"""What gives artists out."""

ATTRIBUTES: Final = frozenset(
    {
        "T", "artists", "ax", "axes", "canvas", "collections", "colorbar", "figure", "flat", "images", "legend_",
        "lines", "patch", "patches", "spines", "texts", "title", "xaxis", "yaxis", "zaxis",
    }
)  # fmt: skip
"""Attributes of artists, and of arrays of them, that are artists."""

EVIDENCE: Final = frozenset(
    {
        "add_subplot", "contourf", "errorbar", "fill_between", "fill_betweenx", "hexbin", "hist2d", "imshow", "loglog",
        "pcolormesh", "plot_surface", "plot_wireframe", "semilogx", "semilogy", "set_title", "set_xlabel", "set_xlim",
        "set_xticks", "set_ylabel", "set_ylim", "streamplot", "twinx",
    }
)  # fmt: skip
"""What only artists have, in a file that names Matplotlib: not `plot`, `fill` or `step`, which others have, too."""

CLASSES: Final = frozenset(
    {
        "matplotlib.axes.Axes",
        "matplotlib.figure.Figure",
        "matplotlib.pyplot.Axes",
        "matplotlib.pyplot.Figure",
        "mpl_toolkits.mplot3d.Axes3D",
        "mpl_toolkits.mplot3d.axes3d.Axes3D",
    }
)
"""Classes of artists, as annotations name them."""


def drawing(name: str) -> str | None:
    """The drawing function that a full name is, if it is one.

    >>> drawing("matplotlib.pyplot.plot"), drawing("matplotlib.pyplot.imread"), drawing("scipy.plot")
    ('plot', None, None)
    """
    package, _, last = name.rpartition(".")
    return last if package == PYPLOT and (last in COPIES or last in GIVES) else None


def may_keep(name: str) -> bool:
    """Whether another function or class of Matplotlib's may keep an array: colour maps don't."""
    return ".cm." not in name
