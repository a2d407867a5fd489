import sys
from pathlib import Path

HOMOSSL = Path(__file__).parents[1]
sys.path[:0] = [str(HOMOSSL / name) for name in ("cli", "train", "experiment")]  # for `small`, `tiny`, `mini_table`
