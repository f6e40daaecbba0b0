"""A corpus with every kind of holding out at once keeps all of it out, and `check` finds each leak that is planted."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kg2corpus import api
from kg2corpus.checks import CheckReport
from kg2corpus.documents import APART, read_corpus, read_lines, write_lines
from kg2corpus.errors import UserError
from kg2corpus.ledger import FACTS, read_facts
from kg2corpus.store.split import Split
from kg2corpus.types import Document, Fact, Span, Subgraph
from kg2corpus.verbalizers.template import tell

from .corpora import PLAIN, Made, edited, make, packed
from .small import people

CLAIMED = "no document claims a fact of a held-out entity"
NAMED = "no text names a held-out entity"
TOGETHER = "no document brings the two facts of a held-out composition together"
COMPOSED = "no text says a held-out composition in words"
REPLAYED = "no replayed passage names a held-out entity or both ends of a held-out composition"
KINDS = {"min_values": 5, "min_facts": 5, "held_out_entities": 0.1, "held_out_compositions": 12, "qa_held_out": 0.2}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("run"), graph=people(), **KINDS)


@pytest.fixture(scope="module")
def clean(made: Made) -> list[Document]:
    return list(read_corpus(made.corpus))


def failed(report: CheckReport) -> dict[str, str]:
    return {r.name: "\n".join(e.what for e in r.examples) for r in report.failed}


def hop(made: Made) -> tuple[Fact, Fact]:
    """The two facts of a held-out composition, in a row."""
    one, other = min(made.split.held_out_compositions)
    firsts, lasts = ([f for f in made.graph.facts() if f.twin == twin] for twin in (one, other))
    chains = [pair for a in firsts for b in lasts for pair in ((a, b), (b, a))]
    return next((a, b) for a, b in chains if a.object == b.subject)


def test_all_kinds_are_held_out_at_once_and_the_corpus_is_clean(made: Made, clean: list[Document]) -> None:
    split = made.split
    assert all([split.held_out, split.qa_held_out, split.held_out_entities, split.held_out_compositions])
    assert {d.form for d in clean} >= {"statement", "profile", "pair", "evidence", "conclusion", "question", "chain_question"}
    report = made.check(blocks=made.blocks)
    assert report.ok, failed(report)
    assert {CLAIMED, NAMED, TOGETHER, COMPOSED, REPLAYED} <= {r.name for r in report.results}
    # read with nothing but regular expressions
    names = [made.graph.node(uid).label for uid in split.held_out_entities]
    forbidden = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b", re.IGNORECASE)
    assert not [d.text for d in clean if forbidden.search(d.text)]
    # both facts of each composition are said, and the lesson composes others
    stated = {span.fact for d in clean for span in d.spans if span.kind == "stated"}
    of_twin: dict[int, set[int]] = {}
    for fact in made.graph.facts():
        of_twin.setdefault(fact.twin, set()).add(fact.uid)
    apart = {frozenset(f.uid for f in made.graph.facts() if names_both(f, pair)) for pair in split.held_out_pairs(made.graph)}
    unsayable = frozenset().union(*apart)
    for pair in split.held_out_compositions:
        for twin in pair:
            assert stated & of_twin[twin] or of_twin[twin] & unsayable
    assert sum(d.form in ("evidence", "conclusion", "chain_question") for d in clean) > 20
    manifest = json.loads((made.corpus / "manifest.json").read_text("utf-8"))
    assert any("held-out composition" in reason for stage in manifest["rejected"].values() for reason in stage)


def names_both(fact: Fact, pair: frozenset[int]) -> bool:
    return frozenset((fact.subject.uid, fact.object.uid)) == pair


def planted(made: Made, clean: list[Document], out: Path, text: str, facts: Sequence[Fact] = ()) -> dict[str, str]:
    """What fails with the text in place of a statement; without `facts` it is a frame sentence after it."""
    old = next(d for d in clean if d.form == "statement" and len(d.spans) == 1)
    if facts:
        spans = tuple(Span(f.uid, 0, len(text), "stated") for f in facts)
        new = replace(old, text=text, spans=spans, twins=tuple(f.twin for f in facts))
    else:
        whole = f"{old.text} {text}"
        new = replace(old, text=whole, frames=((len(old.text) + 1, len(whole)),))
    change: Callable[[Document], Sequence[Document]] = lambda d: [new] if d.id == old.id else [d]  # noqa: E731
    return failed(made.check(edited(made.corpus, out, change)))


def test_a_fact_of_a_held_out_entity(made: Made, clean: list[Document], tmp_path: Path) -> None:
    fact = next(f for f in made.graph.facts() if made.split.names_held_out(f))
    found = planted(made, clean, tmp_path / "c", made.lexicon.say([fact], "statement", 0), [fact])
    assert {CLAIMED, NAMED} <= found.keys()
    assert "of a held-out entity" in found[CLAIMED]


def test_the_name_of_a_held_out_entity(made: Made, clean: list[Document], tmp_path: Path) -> None:
    """In small letters, in a sentence that claims nothing."""
    node = made.graph.node(min(made.split.held_out_entities))
    found = planted(made, clean, tmp_path / "c", f"Some would rather hear of {node.label.lower()}, of course.")
    assert CLAIMED not in found
    assert node.label in found[NAMED]


def test_an_anchor_that_is_held_out(made: Made, clean: list[Document], tmp_path: Path) -> None:
    uid = min(made.split.held_out_entities)
    moved = edited(made.corpus, tmp_path / "c", lambda d: [replace(d, anchor=uid) if d.id == clean[0].id else d])
    assert "is about held-out entity" in failed(made.check(moved))[CLAIMED]


@pytest.mark.parametrize("form", ["evidence", "conclusion", "chain_question", "profile"])
def test_a_composition_in_each_form(made: Made, clean: list[Document], tmp_path: Path, form: str) -> None:
    facts = hop(made)
    told = tell([Subgraph(facts[0].subject.uid, facts, form)], made.lexicon, stage="compose", lesson="chains", level=3)
    [new] = told
    old = next(d for d in clean if d.form == "evidence")
    placed = replace(new, id=old.id, order=old.order, stage=old.stage)
    found = failed(made.check(edited(made.corpus, tmp_path / "c", lambda d: [placed] if d.id == old.id else [d])))
    assert "brings together" in found[TOGETHER]


def test_a_composition_in_words_only(made: Made, clean: list[Document], tmp_path: Path) -> None:
    first, last = hop(made)
    text = f"{first.subject.label} has something to do with what has {made.lexicon.value(last)}."
    found = planted(made, clean, tmp_path / "c", text)
    assert TOGETHER not in found
    assert first.subject.label in found[COMPOSED]


def test_two_facts_of_a_composition_named_by_twins_alone(made: Made, clean: list[Document], tmp_path: Path) -> None:
    """A document whose spans do not say what its list of twins says."""
    pair = min(made.split.held_out_compositions)
    moved = edited(made.corpus, tmp_path / "c", lambda d: [replace(d, twins=pair) if d.id == clean[0].id else d])
    assert TOGETHER in failed(made.check(moved))


def test_replay(made: Made, tmp_path: Path) -> None:
    """Passages that name a held-out entity, or both ends of a composition, are left out and counted; `check` finds them where
    they are not."""
    first, last = hop(made)
    node = made.graph.node(min(made.split.held_out_entities))
    leaks = (
        f"{'It was late. ' * 100}An old {node.label} stood there.\n\n",
        f"{'It was late. ' * 100}They spoke of {first.subject.label} and then of {made.lexicon.value(last)}.\n\n",
    )
    plain = replace(made, run=tmp_path, replay=tmp_path / "replay.txt")
    shutil.copytree(made.corpus, plain.corpus)
    plain.replay.write_text(PLAIN * 40 + "".join(leaks), "utf-8")
    packed(plain, plain.corpus, plain.blocks)
    assert json.loads((plain.blocks / "pack.json").read_text("utf-8"))["replay_dropped"] == 2
    assert plain.check(blocks=plain.blocks).ok
    rows = [json.loads(line) for line in read_lines(plain.corpus / APART)]
    assert [node.label] in [row[0] for row in rows if len(row) == 1]
    assert len([row for row in rows if len(row) == 1]) == len(made.split.held_out_entities)
    write_lines(plain.corpus / APART, [])
    found = failed(plain.check(blocks=plain.blocks))
    assert node.label in found[REPLAYED]
    assert first.subject.label in found[REPLAYED]


def test_lessons_never_see_what_falls_with_an_entity(made: Made) -> None:
    rows = read_facts(made.corpus / FACTS)
    train = {f"{f.uid & (1 << 64) - 1:016x}" for f in made.graph.facts() if made.split.is_train(f)}
    assert {row["fact"] for row in rows} == train


def test_commands_take_the_corpus_own_split_only(tmp_path: Path) -> None:
    db, corpus = str(tmp_path / "kg.db"), tmp_path / "corpus"
    api.load([Path(__file__).parent.parent / "data" / "countries"], db)
    options = {"relations": ["capital", "currency", "in_subregion", "part_of"], "subjects": None}
    api.split(db, tmp_path / "a.json", seed=1, held_out_entities=0.1, **options)
    api.split(db, tmp_path / "b.json", seed=2, **options)
    api.compile("smoke", db, corpus, split=tmp_path / "a.json", sets=["exposures=1"])
    assert api.check(corpus, db, split=tmp_path / "a.json")["ok"]
    api.write_probes(corpus, db, tmp_path / "probes", split=tmp_path / "a.json")
    for run in (
        lambda: api.check(corpus, db, split=tmp_path / "b.json"),
        lambda: api.write_probes(corpus, db, tmp_path / "p", split=tmp_path / "b.json"),
    ):
        with pytest.raises(UserError, match="was compiled with split") as caught:
            run()
        assert "leave --split out" in caught.value.hint
    replace(Split.load(tmp_path / "b.json"), graph="0" * 16).save(tmp_path / "c.json")
    for run in (
        lambda: api.check(corpus, db, split=tmp_path / "c.json"),
        lambda: api.compile("smoke", db, tmp_path / "other", split=tmp_path / "c.json"),
    ):
        with pytest.raises(UserError, match="was made for graph"):
            run()


def test_countries_with_everything_held_out(tmp_path: Path) -> None:
    """The shipped graph, all relations: compiled, checked whole, and a sample read by eye's means."""
    db, corpus = str(tmp_path / "kg.db"), tmp_path / "corpus"
    api.load([Path(__file__).parent.parent / "data" / "countries"], db)
    found = api.split(
        db, tmp_path / "s.json", held_out_entities=0.05, held_out_compositions=40, qa_held_out=0.3, subjects=None
    )
    assert found["held_out_entities"] > 20
    assert found["held_out_compositions"] == 40
    api.compile("smoke", db, corpus, split=tmp_path / "s.json", sets=["exposures=2"])
    report = api.check(corpus, db, everything=True)
    assert report["ok"], [c for c in report["checks"] if not c["ok"]]
    graph, split, lexicon = api.parts_of(corpus, db)
    names = {text for uid in split.held_out_entities for text in (graph.node(uid).label, lexicon.name(graph.node(uid)))}
    documents = list(read_corpus(corpus))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(names))) + r")(?!\w)", re.IGNORECASE)
    assert not [d.text for d in documents if pattern.search(d.text)]
    twin = {f.uid: f.twin for f in graph.facts()}
    for document in documents:
        assert not split.composes(twin[span.fact] for span in document.spans)
