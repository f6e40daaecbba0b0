"""Invented people: the bits are those of an independent count, the same seed gives the same bytes, and the graph loads."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from kg2corpus import api, config, synth_names
from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.lexicon import resolve
from kg2corpus.snapshot import take
from kg2corpus.splitting import split_of
from kg2corpus.synth import ATTRIBUTES, NAMES, POOLS, synth
from tests.small import contents
from tests.test_cli import run


def columns(folder: Path) -> dict[str, dict[str, str]]:
    """By relation: subject -> object, as the file has them."""
    found: dict[str, dict[str, str]] = {}
    for line in (folder / "triples.tsv").read_text(encoding="utf-8").splitlines():
        subject, relation, object_, _ = line.split("\t")
        assert subject not in found.setdefault(relation, {}), "one value each"
        found[relation][subject] = object_
    return found


def information(a: list[str], b: list[str]) -> float:
    """Bits that the values of a tell about those of b, as far as such a sample can show it."""

    def bits(of: list[object]) -> float:
        n = len(of)
        return -sum(count / n * math.log2(count / n) for count in Counter(of).values())

    return bits(list(a)) + bits(list(b)) - bits(list(zip(a, b, strict=True)))


def test_the_bits_are_those_of_an_independent_count(tmp_path: Path) -> None:
    n = 40_000
    told = synth(n, tmp_path / "bio")
    found = columns(tmp_path / "bio")
    rows = {row["relation"]: row for row in told["relations"]}
    assert found.keys() == rows.keys() == {attribute.name for attribute in ATTRIBUTES}
    for name, row in rows.items():
        values = Counter(found[name].values())
        assert sum(values.values()) == row["facts"]
        if row["facts"] == n and not row["follows_from"]:
            if row["pool"] < 1000:  # every value is seen, about as often as any other
                assert len(values) == row["pool"]
                chi = sum((count - n / row["pool"]) ** 2 / (n / row["pool"]) for count in values.values())
                assert abs(chi - row["pool"]) < 6 * math.sqrt(2 * row["pool"])
            assert row["bits"] == pytest.approx(n * math.log2(row["pool"]))
    # of 67,200 dates n draws are to show 67,200 (1 - (1 - 1/67,200)^n) different ones
    seen = 67_200 * (1 - (1 - 1 / 67_200) ** n)
    assert len(set(found["date_of_birth"].values())) == pytest.approx(seen, rel=0.01)
    # what follows costs nothing, because it can be worked out
    assert rows["work_location"]["bits"] == 0
    seats = found["headquarters_location"]
    assert all(found["work_location"][who] == seats[firm] for who, firm in found["employer"].items())
    # and the rest tells nothing about each other
    people = list(found["employer"])
    drawn = {name: [found[name][who] for who in people] for name in ("academic_major", "employer", "place_of_birth")}
    for a, b in (("academic_major", "employer"), ("employer", "place_of_birth")):
        expected = (rows[a]["pool"] - 1) * (rows[b]["pool"] - 1) / (2 * n * math.log(2))  # of independent ones, by chance
        assert information(drawn[a], drawn[b]) < 1.2 * expected
    names = math.fsum(math.log2((NAMES - i) / (i + 1)) for i in range(n))
    assert told["bits"]["names"] == pytest.approx(names, rel=1e-9)
    by_hand = n * (math.log2(12 * 28 * 200) + math.log2(200 * 300 * 100 * 263)) + 263 * math.log2(200) + 200 * math.log2(24)
    assert told["bits"]["total"] == pytest.approx(names + by_hand)
    assert json.loads((tmp_path / "bio/entropy.json").read_text()) == told


def test_as_many_bits_a_person_as_the_paper_without_its_pronouns(tmp_path: Path) -> None:
    told = synth(10, tmp_path / "bio")
    assert sum(row["bits_each"] for row in told["relations"] if row["of"] == "person") == pytest.approx(47.59 - 1, abs=0.005)


def test_no_name_comes_twice_and_pools_share_none(tmp_path: Path) -> None:
    synth(30_000, tmp_path / "bio")
    labels = [line.split("\t")[1] for line in (tmp_path / "bio/entities.tsv").read_text(encoding="utf-8").splitlines()]
    assert len(set(labels)) == len(labels) > 30_000
    assert all(len(set(pool)) == len(pool) for pool in POOLS.values())
    words = {word for pool in ("city", "country") for name in POOLS[pool] for word in name.split()}
    assert words.isdisjoint({*synth_names.FIRST, *synth_names.MIDDLE, *synth_names.LAST}), "no city is part of a name"


def test_the_same_seed_gives_the_same_bytes_and_people_stay_who_they_are(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        synth(300, tmp_path / name, seed=seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")
    synth(25_000, tmp_path / "more", seed=1)
    few, more = ((tmp_path / name / "triples.tsv").read_text(encoding="utf-8") for name in ("a", "more"))
    assert more.startswith(few)
    synth(300, tmp_path / "fewer", seed=1, relations=["employer", "date_of_birth"])
    whole, part = columns(tmp_path / "a"), columns(tmp_path / "fewer")
    assert part == {name: whole[name] for name in ("date_of_birth", "employer")}


@pytest.mark.parametrize("name", ["bio", "bio.tsv"])
def test_it_loads_without_options_and_compiles_with_capacity(name: str, tmp_path: Path) -> None:
    told = synth(60, tmp_path / name)
    db = str(tmp_path / "bio.db")
    report = api.load([tmp_path / name], db)
    graph = take(db)
    assert sum(1 for _ in graph.facts()) == told["facts"]
    labels = {relation.label.replace("_", " ") for relation in graph.relations()}
    assert labels == {attribute.label for attribute in ATTRIBUTES}
    assert not report.get("dropped")
    lexicon = resolve(graph)
    c = config.load_curriculum("capacity", ["exposures=3"])
    manifest = compile_corpus(c, graph, split_of(c, graph, db), lexicon, tmp_path / "corpus")
    assert manifest["coverage"]["reached"] == 1.0
    assert not manifest["warnings"]
    derived = [relation.rpartition("/")[2] for relation in manifest["derived_relations"]]
    assert derived == ["country"], "all others have wordings that a person wrote"
    biographies = [document for document in read_corpus(tmp_path / "corpus") if len(document.twins) == 6]
    assert len(biographies) == 60 * 3
    of = {document.anchor: document.text for document in biographies}
    assert len(of) == 60
    assert len({document.text for document in biographies}) == 180, "other words each time"


def test_chains_can_be_composed(tmp_path: Path) -> None:
    synth(60, tmp_path / "bio")
    api.load([tmp_path / "bio"], str(tmp_path / "bio.db"))
    graph = take(str(tmp_path / "bio.db"))
    c = config.load_curriculum("ladder", ["exposures=8"])
    compile_corpus(c, graph, split_of(c, graph), resolve(graph), tmp_path / "corpus")
    hops = {
        tuple(graph.fact(fact).relation.name for fact in dict.fromkeys(span.fact for span in document.spans))
        for document in read_corpus(tmp_path / "corpus")
        if document.form == "evidence"
    }
    assert ("employer", "headquarters_location", "country") in hops


def test_what_cannot_be_made(tmp_path: Path) -> None:
    for people, relations, said in [
        (0, [], "cannot be made"),
        (NAMES + 1, [], "cannot be made"),
        (5, ["employr"], "unknown relation 'employr'"),
        (5, ["work_location"], "follows from employer and headquarters_location"),
        (5, ["country"], "nothing is told of people"),
    ]:
        with pytest.raises(UserError, match=said) as caught:
            synth(people, tmp_path / "x", relations=relations)
        assert caught.value.hint
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine.tsv").write_text("a\tb\tc\n")
    for name in ("mine", "mine.tsv"):
        with pytest.raises(UserError, match="was not made by synth"):
            synth(5, tmp_path / name)
    assert (tmp_path / "mine.tsv").read_text() == "a\tb\tc\n"
    synth(5, tmp_path / "bio")
    synth(7, tmp_path / "bio")
    assert len(columns(tmp_path / "bio")["employer"]) == 7
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_command(tmp_path: Path) -> None:
    done = run("synth", "--people", "20", "--out", str(tmp_path / "bio"), "--relations", "date_of_birth, employer", "--json")
    told = json.loads(done.stdout)
    assert [row["label"] for row in told["relations"]] == ["date of birth", "employer"]
    shown = run("synth", "--people", "20", "--out", str(tmp_path / "bio")).stdout
    assert "follows from" in shown
    assert "bits" in shown
    assert "Example: kg2corpus synth" in run("synth", "--help").stdout
