"""`python -m np2tf`."""

import os
import sys

if not getattr(sys.flags, "safe_path", False):
    # -m puts the working directory first. A json.py or click.py that lies there is source, and never to be executed.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from np2tf.cli import main

if __name__ == "__main__":
    sys.exit(main())
