"""numpy.fft against NumPy."""

from __future__ import annotations

import numpy
import pytest
from numeric_samples import KINDS, arrays, check_all

import np2tf_runtime as np

KEYWORDS = ("", ", n=3", ", n=6", ", axis=0", ", norm='ortho'", ", norm='forward'", ", norm='backward', n=5", ", n=0",
", axis=7",
            ", norm='none'")  # fmt: skip
SEVERAL = ("", ", s=(2, 5), axes=(0, 1)", ", axes=(0, 1)", ", s=(3, 4), axes=(0, 2)", ", norm='ortho'", ", axes=(0, 0)",
           ", s=(-1, 2), axes=(0, 1)", ", axes=(1,)", ", s=(1,), axes=(0, 1)")  # fmt: skip


@pytest.mark.parametrize("dtype", KINDS)
def test_transforms(dtype):
    near = {"float16": 5e-3, "float32": 1e-5, "complex64": 1e-5}.get(dtype, 1e-12)
    one = [
        f"np.fft.{name}({x}{rest})"
        for name in ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
        for x in "vtz"
        for rest in KEYWORDS
    ]
    more = [
        f"np.fft.{name}(t{rest})"
        for name in ["fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2"]
        for rest in SEVERAL
    ]
    shifts = ["np.fft.fftshift(t)", "np.fft.ifftshift(t, axes=1)", "np.fft.fftshift(t, axes=(0, 2))"]
    check_all(one + more + shifts, rtol=near, atol=4 * near, **arrays(dtype))


def test_frequencies_and_errors():
    check_all(
        ["np.fft.fftfreq(8, .1)", "np.fft.fftfreq(7)", "np.fft.rfftfreq(8, .1)", "np.fft.rfftfreq(9)",
        "np.fft.fftfreq(2.5)",
         "np.fft.fft(5)", "np.fft.fftn(5)", "np.fft.fft(np.ones(4), n=2.5)", "np.fft.irfft([1])"]
    )  # fmt: skip


def test_double_precision_is_exact():
    x = numpy.random.default_rng(0).standard_normal(1000)
    assert numpy.abs(np.fft.fft(x).numpy() - numpy.fft.fft(x)).max() < 1e-13


def test_axes_without_lengths_warn_as_numpy():
    with pytest.warns(DeprecationWarning, match="axes"):
        np.fft.fftn(numpy.ones((2, 2)), s=(2,))
