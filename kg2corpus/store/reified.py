"""RDF 1.2 triple terms: what is said about a reifier becomes the qualifiers of the statement that it reifies.

`_:r rdf:reifies <<( s p o )>>` says nothing about the world by itself: where the source asserts `s p o` too, the other triples
of `_:r` qualify that statement; where it does not, they are left out and counted. Two reifiers of one triple make two
statements of one fact: the n-th reification goes to the n-th statement of the fact in its source, and what is left over makes
statements more.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ..columns import ints
from .ingest import FACT, Apart, Ingest
from .terms import LITERAL
from .vocabulary import VALID_FROM, VALID_TO

LOST = "triple term (RDF 1.2) that the source does not assert"
Of = tuple[int, int]  # fact uid, source


def attach(ingest: Ingest) -> set[tuple[int, int]]:
    """Make qualifiers of reifications. Returns the reifiers as (number, source), of which that source's facts are not kept."""
    if not ingest.reified:
        return set()
    reifiers = {row[0] for row in ingest.reified}
    asserted, told = _look_up(ingest, {row[1] for row in ingest.reified}, reifiers)
    texts = ingest.names.texts({o for rows in told.values() for _, o, _ in rows if ingest.names.terms.kinds()[o] == LITERAL})
    keys = list(ingest.names.relations)
    taken: dict[Of, list[int]] = defaultdict(list)
    more: list[Apart] = []
    for reifier, uid, _, _, _, place, position in sorted(ingest.reified, key=lambda row: (row[5], row[6])):
        source = ingest.places[place][0]
        of = (uid, source)
        if of not in asserted:
            ingest.described.dropped[LOST] += 1
            continue
        n = len(taken[of])
        row = asserted[of][min(n, len(asserted[of]) - 1)]
        valid = ["", ""]
        number = len(ingest.extras)
        said = sorted(told.get((reifier, source), ()))
        for ordinal, (_, o, r) in enumerate(sorted(said, key=lambda one: (one[0], one[2], one[1]))):
            for i, known in enumerate((VALID_FROM, VALID_TO)):
                if keys[r] in known and o in texts:
                    valid[i] = max(valid[i], texts[o][0])
            ingest.qualify(number, ordinal, r, "value", o)
        rank, graph, *_ = ingest.extras[row[5]]
        ingest.extras.append((rank, graph, valid[0], valid[1]))
        taken[of].append(number)
        if n >= len(asserted[of]):
            more.append((*row[:5], number, row[6]))
        del position
    ingest.overrides |= {of: numbers[: len(asserted[of])] for of, numbers in taken.items()}
    ingest.flush()
    ingest.stage(more)
    return {(row[0], ingest.places[row[5]][0]) for row in ingest.reified}


def _look_up(
    ingest: Ingest, facts: set[int], reifiers: set[int]
) -> tuple[dict[Of, list[Apart]], dict[Of, list[tuple[int, int, int]]]]:
    """Staged statements of these facts by (uid, source), and what is said of each reifier as (position, object, relation)."""
    asserted: dict[Of, list[Apart]] = defaultdict(list)
    told: dict[Of, list[tuple[int, int, int]]] = defaultdict(list)
    wanted, who = np.fromiter(facts, np.int64, len(facts)), np.fromiter(reifiers, np.int64, len(reifiers))
    for part in ingest.facts.parts():
        c = {name: ints(part, name) for name in FACT.names}
        for i in np.flatnonzero(np.isin(c["uid"], wanted)).tolist():
            row = tuple(int(c[name][i]) for name in FACT.names)
            asserted[row[0], ingest.places[row[4]][0]].append(row)  # type: ignore[arg-type]
        for i in np.flatnonzero(np.isin(c["s"], who)).tolist():
            source = ingest.places[int(c["place"][i])][0]
            told[int(c["s"][i]), source].append((int(c["position"][i]), int(c["o"][i]), int(c["r"][i])))
    for rows in asserted.values():
        rows.sort(key=lambda row: (row[4], row[6]))
    return asserted, told
