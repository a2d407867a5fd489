"""escnn, imported in silence: it warns on every machine that installs it without its optional py3nj, as we do."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "`py3nj` package not found", UserWarning)
    # From escnn's own strings, when Python first compiles it; the category changed with Python 3.12.
    warnings.filterwarnings("ignore", "invalid escape sequence", DeprecationWarning)
    warnings.filterwarnings("ignore", "invalid escape sequence", SyntaxWarning)
    import escnn
    from escnn import gspaces
    from escnn import nn as enn
    from escnn.group import _numerical
    from escnn.group.groups import octa

# escnn finds Clebsch-Gordan coefficients by a *randomised* SVD where scikit-learn is installed: other bases in every
# process, and since scikit-learn 1.9 an error (escnn #112). Without it, escnn falls back to an exact, repeatable one.
_numerical.randomized_svd = None
# Groups are values that nothing changes, and those of space fail to be copied: their elements are hashed half made.
escnn.group.Group.__deepcopy__ = lambda self, memo: self  # type: ignore[attr-defined]
octa._build_octa_irrep_picklable._verbose = 0  # it would print each time that its cache is read or written

__all__ = ["enn", "escnn", "gspaces"]
