"""Forms that are laid out as a mind map: the facts of a node as a tree, and a text behind the outline of what it tells."""

from __future__ import annotations

from collections.abc import Sequence

from ..lexicon import Lexicon
from ..lexicon.english import capital
from ..lexicon.framing import frames
from ..lexicon.names import THING
from ..lexicon.nouns import numbers
from ..types import Subgraph
from ._forms_lines import rows, whole
from ._layout import WORDS, label, topic
from ._page import Page
from ._prose import Prose, groups
from ._reason import framed

BRANCH, LAST, BESIDE = "├─ ", "└─ ", "│  "


def mind_map(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """A tree with the node as its root and a branch for each relation: "├─ Capital: Thimphu"."""
    rng = page.rng()
    for block in whole(subgraph.facts, slots):
        name = capital(topic(lexicon, block.node))
        title = capital(framed(rng, frames()["mind_map"], {"a": topic(lexicon, block.node)}))
        page.head(f"{title}\n\n{name}\n")
        lines = list(rows(lexicon, block).items())
        for i, ((what, value), facts) in enumerate(lines):
            page.add(f"{LAST if i + 1 == len(lines) else BRANCH}{what}: {value}", facts, "stated")


def structured(page: Page, lexicon: Lexicon, subgraph: Subgraph, slots: Sequence[int]) -> None:
    """The outline of a text, as a tree in which the node that it tells of is marked; then the text, in another order each time.

    The outline is the context in which the text is learned (StructTuning's structure-aware continual pretraining, Liu et al.,
    ACL 2025: p(text | its place in a taxonomy), loss on the text alone); it says no fact.
    """
    rng, lines, facts = page.rng(), frames()["structured"], subgraph.facts
    node = facts[0].subject
    told = list(groups(facts, slots))
    noun = lexicon.namer.noun(node)
    field = "" if noun == THING or noun in WORDS else numbers(noun)[1]
    words = {"a": topic(lexicon, node), "lots": field}
    headings = list(dict.fromkeys(label(lexicon, block.facts) for one in whole(facts, slots) for block in one.groups))
    tree = [f"**{capital(topic(lexicon, node))}**"]
    tree += [(LAST if i + 1 == len(headings) else BRANCH) + heading for i, heading in enumerate(headings)]
    if field:
        tree = [capital(field), LAST + tree[0], *("   " + line for line in tree[1:])]
    outline = "\n".join(tree)
    opening, bridge = (capital(framed(rng, lines[part], words)) for part in ("open", "bridge"))
    page.frame(f"{opening}\n\n```\n{outline}\n```\n\n{bridge}")
    Prose(page, lexicon, node, rng, facts).tell(told)


TELL = {"mind_map": mind_map, "structured": structured}
