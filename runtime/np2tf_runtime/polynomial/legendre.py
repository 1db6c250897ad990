"""`numpy.polynomial.legendre`: NumPy's functions on the host, tensors in and out."""

from ._host import fill

__all__ = fill(globals(), "legendre")
