"""`python -m homossl`: the command line, as `torchrun -m homossl` starts it."""

import sys

from homossl.cli import main

sys.exit(main())
