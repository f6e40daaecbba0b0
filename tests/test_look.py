"""What `look` says about a graph and about one entity of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from kg2corpus import uid as uids
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.look import entity, summary
from kg2corpus.measured import cardinality
from kg2corpus.types import Fact
from tests.graphs import make_graph


class Plain:
    """Says facts by their labels, as any lexicon could."""

    def say(self, facts: Sequence[Fact], pool: str, slot: int) -> str:
        assert (pool, slot) == ("forward", 0)
        assert len({(f.subject.uid, f.relation.uid) for f in facts}) == 1
        return f"{facts[0].subject.label} {facts[0].relation.label} {' and '.join(f.object.label for f in facts)}."


def asia() -> Graph:
    facts: list[Any] = [(f"e/{i}", "p/in", "e/asia") for i in range(30)]
    facts += [("e/1", "p/borders", f"e/{i}") for i in (2, 3, 4)] + [("e/1", "p/area", ("38394", "xsd:integer"))]
    return make_graph(
        facts,
        labels={"e/1": "Bhutan", "e/2": "India", "e/3": "بغداد", "e/4": "India"},
        types={f"e/{i}": "country" for i in range(30)},
        aliases={"e/asia": ["India"], "e/1": ["Druk Yul"]},
        symmetric=["p/borders"],
        units={"p/area": "km²"},
        datatypes={"p/area": "xsd:integer"},
    )


def look(graph: Graph, text: str, **options: Any) -> dict[str, Any]:
    found = entity(graph, Plain(), text, **options)  # type: ignore[arg-type]
    assert json.loads(json.dumps(found)) == found, "plain data only"
    return found


def test_summary() -> None:
    found = summary(asia())
    assert json.loads(json.dumps(found)) == found
    assert (found["facts"], found["entities"], found["literals"], found["subjects"]) == (34, 31, 1, 30)
    assert found["types"] == [{"type": "country", "nodes": 30}]
    rows = {row["relation"]: row for row in found["relations"]}
    assert [row["relation"] for row in found["relations"]] == ["area", "borders", "in"]
    kept = ("facts", "subjects", "objects", "cardinality", "symmetric", "literal_share", "datatype", "unit")
    assert [rows["in"][k] for k in kept] == [30, 30, 1, "n-1", False, 0.0, "", ""]
    assert [rows["borders"][k] for k in kept] == [3, 1, 3, "1-n", True, 0.0, "", ""]
    assert [rows["area"][k] for k in kept] == [1, 1, 1, "1-1", False, 1.0, "xsd:integer", "km²"]


def test_summary_of_a_view_and_of_nothing() -> None:
    view = asia().restrict(lambda f: f.relation.name == "area")
    assert [(row["relation"], row["facts"]) for row in summary(view)["relations"]] == [("area", 1)]
    empty = summary(make_graph([]))
    assert (empty["facts"], empty["relations"], empty["types"]) == (0, [], [])


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((10, 10, 10), "1-1"), ((15, 10, 15), "1-n"), ((15, 15, 10), "n-1"), ((30, 20, 20), "n-m"), ((14, 10, 14), "1-1")],
)
def test_cardinality_is_many_from_one_and_a_half(sizes: tuple[int, int, int], expected: str) -> None:
    assert cardinality(*sizes) == expected


def test_an_entity_and_its_facts() -> None:
    found = look(asia(), "druk yul")
    assert found["entity"]["label"] == "Bhutan"
    assert found["entity"]["uid"] == uids.show(uids.entity_uid("e/1"))
    assert [g["relation"] for g in found["out"]] == ["area", "borders", "in"]
    assert found["out"][0]["said"] == ["Bhutan area 38394."]
    assert found["out"][0]["facts"][0]["where"] == [["test.tsv", "triples.tsv", 34]]
    assert found["out"][1]["said"] == ["Bhutan borders India and India and بغداد."]
    assert found["into"] == []


def test_incoming_facts_are_limited_and_counted() -> None:
    (group,) = look(asia(), "e/asia", limit=4)["into"]
    assert group["total"] == 30
    assert len(group["said"]) == len(group["facts"]) == 4


def test_one_name_for_several() -> None:
    found = look(asia(), "India")
    assert found["entity"] is None
    assert sorted(c["key"] for c in found["candidates"]) == ["e/2", "e/4", "e/asia"]
    one = found["candidates"][0]
    assert look(asia(), one["uid"])["entity"] == one


def test_a_label_goes_before_an_alias_and_an_entity_before_a_literal() -> None:
    g = make_graph(
        [("e/1", "p/x", "e/2"), ("e/1", "p/name", ("Ghana", ""))], labels={"e/1": "Ghana"}, aliases={"e/2": ["Ghana"]}
    )
    assert look(g, "ghana")["entity"]["key"] == "e/1"
    assert look(make_graph([("e/1", "p/name", ("Mali", ""))]), "mali")["entity"]["literal"] is True


def test_right_to_left() -> None:
    assert look(asia(), "بغداد")["entity"]["key"] == "e/3"


def test_unknown_entity() -> None:
    with pytest.raises(UserError, match="'Butan'") as caught:
        look(asia(), "Butan")
    assert "'Bhutan'" in caught.value.hint
    with pytest.raises(UserError) as caught:
        look(make_graph([]), "x")
    assert caught.value.hint


def test_a_hub() -> None:
    g = make_graph([("e/hub", "p/has", f"e/{i}") for i in range(5000)], statements=False)
    (group,) = look(g, "hub", limit=3)["out"]
    assert (group["total"], len(group["facts"])) == (5000, 3)
