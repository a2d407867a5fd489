"""Tables of experiments: one recipe file for each row, run in three sizes, kept, resumed and set beside the papers'."""

from homossl.experiment.conducting import conduct
from homossl.experiment.folder import Experiment, load_table
from homossl.experiment.row import SIZES, Published, Row, Size
from homossl.experiment.table import Table

__all__ = ["SIZES", "Experiment", "Published", "Row", "Size", "Table", "conduct", "load_table"]
