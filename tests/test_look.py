"""What `look` says about a graph and about one entity of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg2corpus import uid as uids
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.lexicon import resolve
from kg2corpus.look import article, entity, summary
from kg2corpus.measured import cardinality
from tests.graphs import make_graph


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
    found = entity(graph, resolve(graph), text, **options)
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
    (area,) = found["out"][0]["said"]
    assert "38394" in area.replace(",", "")
    assert found["out"][0]["facts"][0]["where"] == [["test.tsv", "triples.tsv", 34]]
    (borders,) = found["out"][1]["said"]
    assert "بغداد" in borders
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


def told(graph: Graph, key: str, **options: Any) -> list[str]:
    return article(graph, resolve(graph), graph.find(key)[0], **options)


def test_an_article_tells_every_fact_in_paragraphs() -> None:
    first, second = told(asia(), "e/1")
    assert all(name in first for name in ("Bhutan", "India", "بغداد", "asia"))
    assert "38,394" in second or "38394" in second
    assert told(asia(), "e/1") == [first, second]


def test_an_article_lists_what_many_have_to_do_with_it() -> None:
    (listed,) = told(asia(), "e/asia", limit=4)
    assert "?" in listed
    assert listed.endswith("(26 more).")
    (told_,) = told(make_graph([("e/a", "p/in", "e/b")]), "e/b")
    assert "?" not in told_


def test_an_article_tells_nothing_twice_nor_of_the_nameless() -> None:
    both = [("e/1", "p/borders", "e/2"), ("e/2", "p/borders", "e/1"), ("e/1", "p/near", "_:b1")]
    graph = make_graph(both, symmetric=["p/borders"], labels={"_:b1": "unnamed thing"})
    (only,) = told(graph, "e/1")
    assert only.count("2") == 1
    assert "unnamed" not in only
    undeclared = make_graph(both[:2])
    assert len(" ".join(told(undeclared, "e/1")).split("2")) == 3, "two facts, unless something says that they are one"


def test_what_is_a_value_a_text_or_a_code_has_a_paragraph_of_its_own() -> None:
    gloss = ("a city of the plain, " * 6 + "on a river", "")
    facts: list[Any] = [("e/1", "p/gloss", gloss), ("e/1", "p/iso code", ("XYZ", "")), ("e/1", "p/height", ("12", ""))]
    graph = make_graph([*facts, ("e/1", "p/mayor", "e/ann")])
    mayor, height, text, code = told(graph, "e/1")
    for paragraph, part in ((mayor, "ann"), (height, "12"), (text, gloss[0]), (code, "XYZ")):
        assert part in paragraph.casefold() or part in paragraph
