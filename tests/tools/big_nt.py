"""A million N-Triples to measure loading with: 180,000 labelled entities, 40 relations, skewed degrees, a fifth integers.

python tests/tools/big_nt.py big.nt
"""

from __future__ import annotations

import random
import sys

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def main(path: str, triples: int = 1_000_000, entities: int = 180_000) -> None:
    """Write the file; the same bytes each time."""
    rng = random.Random(1)
    with open(path, "w", encoding="utf-8") as out:
        for i in range(entities):
            out.write(f'<http://example.org/entity/Q{i}> <{LABEL}> "Entity number {i}"@en .\n')
        for _ in range(triples - entities):
            subject, object_ = int(entities * rng.random() ** 2), int(entities * rng.random() ** 3)
            relation = rng.randrange(40)
            value = f'"{rng.randrange(100000)}"^^<{INTEGER}>' if relation >= 32 else f"<http://example.org/entity/Q{object_}>"
            out.write(f"<http://example.org/entity/Q{subject}> <http://example.org/rel/p{relation}> {value} .\n")


if __name__ == "__main__":
    main(sys.argv[1])
