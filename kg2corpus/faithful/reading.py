"""What documents are judged by: the names and cues of a graph, and the graph itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..graph import Graph
from ..lexicon.resolve import Lexicon
from .bases import Whole
from .cues import Cues, cues_of
from .lines import Columns, read_line
from .names import Reader, reader
from .overlap import Overlap
from .parse import Parse, Word, parse
from .sentences import UNSPELLED, Element

STRICT = 0.55  # how much of a wording the words of a sentence must have where no cue matches them word by word
_REMEMBERED = 1 << 16


@dataclass
class Gate:
    """What documents are judged by: the names and cues of a graph, and the graph. Made by `gate`.

    `strict` is the share of a wording that a sentence must have to state a fact in other words, see `overlap`; above 1, only
    cues count that match word by word.
    """

    graph: Graph
    names: Reader
    cues: Cues
    strict: float = STRICT
    whole: Whole = field(init=False)
    overlap: Overlap = field(init=False)
    _parses: dict[tuple[Word, ...], Parse] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.whole, self.overlap = Whole(self.graph, self.readings), Overlap(self.cues)

    def readings(self, relation: int) -> frozenset[tuple[int, bool]]:
        """The ways to read a fact of a relation (`Graph.readings`), also of one that the lexicon alone calls symmetric."""
        found = self.graph.readings(relation)
        return found | {(relation, True)} if relation in self.cues.symmetric else found

    def parse(self, elements: Sequence[Element]) -> Parse:
        """The reading of a sentence's skeleton, remembered."""
        telling = self.cues.telling
        words: tuple[Word, ...] = tuple(
            e.word if e.word else e.spelled if telling.issuperset(e.spelled) else UNSPELLED for e in elements
        )
        found = self._parses.get(words)
        if found is None:
            if len(self._parses) >= _REMEMBERED:
                self._parses.clear()
            found = self._parses[words] = parse(words, self.cues)
        return found

    def read(self, elements: Sequence[Element], columns: Columns) -> tuple[Parse, Columns]:
        """What a sentence or line says, by its layout or by its words; and the columns of the table that it belongs to."""
        words = tuple(e.spelled if e.uids else e.word for e in elements)
        clauses, columns = read_line(words, self.cues, columns)
        if not clauses:
            return self.parse(elements), columns
        read = {place for clause in clauses for place in range(clause.start, clause.end)}
        return Parse(clauses, frozenset(range(len(elements))) - read), columns


def gate(graph: Graph, lexicon: Lexicon, *, names: Reader | None = None, strict: float = STRICT) -> Gate:
    """The gate of a graph and the lexicon that says it."""
    return Gate(graph, names or reader(graph, lexicon), cues_of(graph, lexicon), strict)
