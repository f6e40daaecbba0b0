"""The bits of invented graphs are the known ones, what follows from other facts counts nothing, and what is said twice once."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import api
from kg2corpus.forecast.bits import NAME, bits, entropy, facts_of, held, plain_entropy, spelled
from kg2corpus.graph import Graph
from kg2corpus.synth import synth
from tests.graphs import make_graph
from tests.small import world

NUMBER = "http://www.w3.org/2001/XMLSchema#integer"


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["relation"]: row for row in found["relations"]}


@pytest.mark.parametrize(("people", "within"), [(300, 0.05), (3000, 0.01)])
def test_the_bits_of_an_invented_graph_are_the_known_ones(tmp_path: Path, people: int, within: float) -> None:
    known = synth(people, tmp_path / "bio", seed=2)
    api.load([tmp_path / "bio"], str(tmp_path / "bio.db"))
    found = bits(api.snapshot(str(tmp_path / "bio.db")))
    assert found["facts"] == pytest.approx(known["bits"]["relations"], rel=within)
    rows = by_name(found)
    for row in known["relations"]:
        if row["follows_from"]:
            told = rows[row["relation"]]
            assert (told["bits"], told["implied"]) == (0, people)
            assert told["follows_from"] == row["follows_from"], "the city of a person's employer"
        elif row["relation"] != "date_of_birth" or people >= 3000:  # 300 dates say little of a calendar of 67,200
            assert rows[row["relation"]]["bits"] == pytest.approx(row["bits"], rel=0.05)
    people_only = spelled(people, round(people * 20.1))
    assert people_only["low"] < known["bits"]["names"] * 1.25
    assert known["bits"]["names"] < people_only["high"]


@given(st.integers(2, 300), st.integers(0, 5))
def test_entropy_allows_for_what_was_not_drawn(pool: int, seed: int) -> None:
    drawn = np.random.default_rng(seed).integers(0, pool, 600)
    counts = np.unique(drawn, return_counts=True)[1]
    assert plain_entropy(counts) <= math.log2(pool) + 1e-9
    assert entropy(counts) == pytest.approx(math.log2(pool), abs=0.3)


def test_entropy_of_a_skewed_distribution_and_of_nearly_nothing() -> None:
    weights = 1 / np.arange(1, 51)
    weights /= weights.sum()
    drawn = np.random.default_rng(0).choice(50, 5000, p=weights)
    counts = np.unique(drawn, return_counts=True)[1]
    assert entropy(counts) == pytest.approx(float(-(weights * np.log2(weights)).sum()), abs=0.05)
    assert entropy(np.array([], dtype=np.int64)) == entropy(np.array([7])) == entropy(np.array([1])) == 0.0
    assert 0 < entropy(np.array([1, 1])) < 4


def graph_of(*relations: tuple[str, dict[str, str]], **more: Any) -> Graph:
    return make_graph([(s, f"p/{name}", o) for name, pairs in relations for s, o in pairs.items()], **more)


def drawn(n: int, pool: int, seed: int, kind: str = "o") -> dict[str, str]:
    rng = Random(seed)
    return {f"e/{i}": f"{kind}/{rng.randrange(pool)}" for i in range(n)}


def test_what_follows_from_another_relation_counts_only_its_rule() -> None:
    city = drawn(400, 20, 1, "city")
    country = {s: f"country/{int(o.removeprefix('city/')) % 6}" for s, o in city.items()}
    rows = by_name(bits(graph_of(("city", city), ("country", country))))
    assert (rows["country"]["how"], rows["country"]["follows_from"]) == ("by object", ["city"])
    assert rows["country"]["implied"] == 400 - len(set(city.values())), "the country of each city is told once"
    assert rows["city"]["implied"] == 0
    # one exception, and there is no rule
    broken = country | {"e/7": "country/99"}
    assert by_name(bits(graph_of(("city", city), ("country", broken))))["country"]["implied"] == 0


def test_a_path_and_a_copy_count_nothing() -> None:
    city = drawn(300, 20, 1, "city")
    lies_in = {f"city/{i}": f"country/{i % 6}" for i in range(20)}
    country = {s: lies_in[o] for s, o in city.items()}
    rows = by_name(bits(graph_of(("city", city), ("country", country), ("lies_in", lies_in), ("place", city))))
    assert rows["country"]["bits"] == 0
    assert (rows["country"]["how"], set(rows["country"]["follows_from"])) in [
        ("by path", {"city", "lies_in"}), ("by path", {"place", "lies_in"}),
    ]  # fmt: skip
    copies = [rows["city"], rows["place"]]
    assert sorted(row["implied"] for row in copies) == [0, 300], "one of two that say the same, never both"


def test_a_key_and_chance_give_no_rule() -> None:
    number = {f"e/{i}": f"n/{i}" for i in range(200)}
    colour = drawn(200, 8, 3, "colour")
    rows = by_name(bits(graph_of(("number", number), ("colour", colour), ("other", drawn(200, 8, 4, "x")))))
    assert {name: row["implied"] for name, row in rows.items()} == {"number": 0, "colour": 0, "other": 0}
    assert rows["colour"]["bits"] == pytest.approx(600, rel=0.05)
    assert rows["number"]["bits_each"] <= math.log2(200 + 200 + 8 + 8), "no entity is worth more than to name one of all"


def test_what_is_said_both_ways_is_counted_once() -> None:
    edges = {f"a/{i}": f"a/{(i * 7 + 3) % 50}" for i in range(50)}
    turned = {o: s for s, o in edges.items()}
    once = facts_of(graph_of(("joins", edges), symmetric=["p/joins"]))
    ways = [(s, "p/joins", o) for pairs in (edges, turned) for s, o in pairs.items()]
    twice = facts_of(make_graph(ways, symmetric=["p/joins"]))
    assert np.array_equal(once.subject, twice.subject)
    capital = {f"land/{i}": f"town/{i % 10}" for i in range(40)}
    facts = [(s, "p/lies_in", o) for s, o in capital.items()] + [(o, "p/holds", s) for s, o in list(capital.items())[:20]]
    one = held(make_graph(facts, inverses={"p/holds": "p/lies_in"}))[0]
    assert [(row.facts, row.each < math.log2(11)) for row in one] == [(40, True)], "read towards the fewer objects"


def test_the_objects_of_one_subject_come_in_no_order() -> None:
    rng = Random(0)
    facts = [(f"e/{i}", "p/knows", f"o/{k}") for i in range(100) for k in rng.sample(range(30), 4)]
    found = bits(make_graph(facts))
    assert found["relations"][0]["bits"] == pytest.approx(100 * (4 * math.log2(30) - math.log2(24)), rel=0.02)


def test_texts_are_spelled_and_numbers_have_digits() -> None:
    glosses = [(f"e/{i}", "p/gloss", (f"a thing of the kind {i} that is told of at some length here", "")) for i in range(50)]
    sizes = [(f"e/{i}", "p/size", (str(100 + i), NUMBER)) for i in range(50)]
    found = bits(make_graph(glosses + sizes))
    rows = by_name(found)
    assert found["texts"]["low"] < found["texts"]["value"] < found["texts"]["high"]
    characters = sum(len(gloss[0]) for _, _, gloss in glosses)
    assert found["texts"]["value"] == pytest.approx(characters - math.lgamma(51) / math.log(2), abs=1)
    assert rows["size"]["bits_each"] == pytest.approx(3 * math.log2(10), abs=1e-3)


def test_bits_of_a_view_are_those_of_its_facts() -> None:
    graph = world()
    whole, less = bits(graph), bits(graph.restrict(lambda f: f.relation.name != "capital"))
    assert less["facts"] < whole["facts"]
    assert "capital" not in by_name(less)
    assert less["names"]["entities"] == whole["names"]["entities"] - 14
    assert bits(make_graph([("e/a", "p/size", ("1", NUMBER))]))["facts"] == 0.0
    assert spelled(0, 0) == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert NAME.low < NAME.value < NAME.high
