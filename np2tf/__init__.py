"""np2tf turns NumPy source into TensorFlow source. This package never imports numpy or tensorflow."""

__version__ = "0.1.0"
