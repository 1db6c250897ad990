"""`python -m np2tf`."""

import sys

from np2tf.cli import main

if __name__ == "__main__":
    sys.exit(main())
