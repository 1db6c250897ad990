"""Runs np2tf from a checkout that was not installed: `python cli.py convert model.py`."""

import sys

from np2tf.cli import main

if __name__ == "__main__":
    sys.exit(main())
