"""What a check says of places whose source is not known."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from groups import Action, Element
from homossl.verify.truncation import Truncation, truncation
from homossl.verify.words import in_words

SHOWN = 12
"""Elements in the table, those that cut off most."""
HEADER = ("element", "residual", "where the source is known", "truncation's share", "places cut off")


@dataclass(frozen=True, eq=False)
class TruncationTable:
    """The residual of a model with truncation told apart, by element."""

    elements: Element
    """Those that cut off most, (n)."""
    measured: Truncation
    """Means over samples, (n)."""

    def rows(self) -> list[tuple[str, ...]]:
        """One for each element."""
        cut = self.measured
        figures = zip(cut.total.tolist(), cut.seen.tolist(), cut.share.tolist(), cut.unseen.tolist(), strict=True)
        words = (in_words(self.elements[i]) for i in range(len(self.elements)))
        return [
            (word, f"{total:.2g}", f"{seen:.2g}", f"{share:.0%}", f"{unseen:.0%}")
            for word, (total, seen, share, unseen) in zip(words, figures, strict=True)
        ]

    def table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """A header and the rows."""
        return HEADER, self.rows()

    def to_dict(self) -> dict[str, list]:
        """Every figure, ready for JSON."""
        names = "total", "seen", "share", "unseen"
        params = {"elements": self.elements.params.tolist()}
        return params | {name: getattr(self.measured, name).tolist() for name in names}


def truncation_table(model: nn.Module, source: Action, target: Action, x: Tensor, g: Element) -> TruncationTable | None:
    """The elements of g: (n) that cut off most; None where none cuts off anything."""
    cut = truncation(model, g[:, None].to(x.dtype), x, source, target)
    mean = Truncation(*(part.mean(1) for part in (cut.total, cut.seen, cut.share.nan_to_num(), cut.unseen)))
    order = mean.unseen.argsort(descending=True, stable=True)[:SHOWN]
    order = order[mean.unseen[order] > 0]
    if not len(order):
        return None
    parts = (part[order] for part in (mean.total, mean.seen, mean.share, mean.unseen))
    return TruncationTable(g[order.to(g.device)], Truncation(*parts))
