"""The properties file that the data suggests: what has strong evidence and is not declared yet, for a person to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from .graph import Graph
from .marks import Mark
from .measured import Measured

# what the evidence must come to: the shares are high and not whole, since real graphs have gaps
SYMMETRIC = 0.98, 10  # share of the facts that hold both ways, and of how many at least
INVERSE = 0.95, 10  # share of both relations' facts, and how many at least
TRANSITIVE = 0.98, 50  # share of the paths that a fact closes, and of how many at least
FUNCTIONAL = 200  # subjects, all of which have one object


def suggested(
    graph: Graph, measured: Sequence[Measured], marked: Mapping[int, Mark]
) -> list[tuple[str, dict[str, Any], list[str]]]:
    """(key of a relation, characteristics, evidence for each in words), by key. Each inverse pair comes once."""
    declared = graph.columns.relations.to_pylist()
    found = []
    for m in measured:
        own = declared[m.relation]
        said: dict[str, Any] = {}
        why: list[str] = []
        if not own["symmetric"] and m.symmetric is not None and m.symmetric >= SYMMETRIC[0] and m.both_ways >= SYMMETRIC[1]:
            said["symmetric"] = True
            why.append(f"{m.symmetric:.1%} of its facts hold both ways")
        elif inverse := _inverse(graph, m):
            other, support, share = inverse
            said["inverse"] = other
            why.append(f"{support:,} facts, at least {share:.0%} of both relations, stand in both")
        closes = m.transitive is not None and m.transitive >= TRANSITIVE[0] and m.paths >= TRANSITIVE[1]
        if closes and not own.get("transitive"):
            said["transitive"] = True
            why.append(f"a third fact closes {m.transitive:.1%} of {m.paths:,} paths")
        if m.functional == 1 and m.subjects >= FUNCTIONAL and not own.get("functional"):
            said["functional"] = True
            why.append(f"each of {m.subjects:,} subjects has one object")
        mark = marked.get(m.relation)
        if mark and mark.kind != "plain" and not mark.declared:
            said["kind"] = mark.kind
            why.append(mark.why)
        if said and own["label"].casefold() != own["name"].replace("_", " ").casefold():
            why.insert(0, f"({own['label']})")
        if said:
            found.append((own["key"], said, why))
    return found


def _inverse(graph: Graph, m: Measured) -> tuple[str, int, float] | None:
    """The relation that says the same the other way round, if it is strong enough, undeclared, and later in order of key."""
    relations = graph.relations()
    for other in m.inverses:
        strong = min(other.share, other.other_share) >= INVERSE[0] and other.support >= INVERSE[1]
        known = {relations[other.relation].uid} & {uid for uid, turns in graph.readings(relations[m.relation].uid) if turns}
        if strong and not known and other.relation > m.relation:
            return relations[other.relation].key, other.support, min(other.share, other.other_share)
    return None


def as_yaml(found: Sequence[tuple[str, dict[str, Any], list[str]]]) -> list[str]:
    """A line of YAML per relation, each with its evidence as a comment."""
    lines = []
    for key, said, why in found:
        text = yaml.safe_dump({key: said}, default_flow_style=None, sort_keys=False, allow_unicode=True, width=1 << 20).strip()
        # a long key is written as a complex one, on two lines
        lines.append(text if "\n" in text else f"{text:<48}  # {'; '.join(why)}")
    return lines
