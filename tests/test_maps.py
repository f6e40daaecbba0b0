"""Mind maps, and texts behind their outline: what they say, and that the outline bears no loss."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from kg2corpus import config
from kg2corpus.checks import check
from kg2corpus.checks.faithfulness import faithful
from kg2corpus.checks.packing import check_packing
from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus
from kg2corpus.faithful import gate
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon
from kg2corpus.models.tokens import open_codec
from kg2corpus.pack import pack, read_boundaries, read_pack
from kg2corpus.store.split import Split
from kg2corpus.train.data import Blocks
from kg2corpus.types import Document
from tests import tiny
from tests.graphs import make_graph
from tests.small import atlas, parts
from tests.test_lessons import everywhere

MASKED = "only what is there to be read is kept out of the loss"


@dataclass(frozen=True)
class Made:
    graph: Graph
    split: Split
    lexicon: Lexicon
    corpus: Path
    blocks: Path
    tokenizer: Path
    documents: dict[str, Document]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, graph = tmp_path_factory.mktemp("maps"), atlas()
    split, lexicon = parts(graph)
    compile_corpus(config.load_curriculum("structtuning", ["exposures=8"]), graph, split, lexicon, folder / "corpus")
    tokenizer = tiny.save(folder / "model")
    pack(folder / "corpus", folder / "blocks", tokenizer=tokenizer, block=512, replay_share=0)
    documents = {d.id: d for d in read_corpus(folder / "corpus")}
    return Made(graph, split, lexicon, folder / "corpus", folder / "blocks", tokenizer, documents)


def test_shares_of_rounds() -> None:
    graph = atlas()
    assert {s.form for s in everywhere("taxonomy", graph, trees=1, maps=0)} == {"tree"}
    assert {s.form for s in everywhere("taxonomy", graph, trees=0, maps=1)} == {"mind_map"}
    texts = list(everywhere("taxonomy", graph, trees=0, maps=0, structured=1, most=5))
    assert {s.form for s in texts} == {"structured"}
    assert {len(s.facts) for s in texts} <= {2, 3, 4, 5}
    for subgraph in texts:
        assert {fact.subject.uid for fact in subgraph.facts} == {subgraph.anchor}


def test_a_mind_map_has_a_branch_for_each_relation(made: Made) -> None:
    maps = [d for d in made.documents.values() if d.form == "mind_map"]
    assert maps
    for document in maps:
        title, empty, root, *branches = document.text.split("\n")
        assert root in title
        assert not empty
        assert all(re.match(r"├─ \S.*: \S", line) for line in branches[:-1]), document.text
        assert branches[-1].startswith("└─ ")
        relations = {made.graph.fact(span.fact).relation.uid for span in document.spans}
        assert len(branches) == len(relations)


def test_an_outline_lists_what_its_text_tells(made: Made) -> None:
    texts = [d for d in made.documents.values() if d.form == "structured"]
    assert len(texts) > 10
    for document in (d for d in texts if d.frames):
        (start, end), *more = document.frames
        assert (start, more) == (0, [])
        outline = document.text[:end]
        assert outline.count("```") == 2
        relations = {made.graph.fact(span.fact).relation.uid for span in document.spans}
        assert len(re.findall("[├└]─ (?!\\*)", outline)) >= len(relations) - 1, "relations of one heading share it"
        name = made.graph.node(document.anchor).label
        assert f"**{name}**" in outline
        for fact in {span.fact for span in document.spans}:
            assert made.graph.fact(fact).object.label not in outline
        assert min(span.start for span in document.spans) == end + 1


def test_texts_and_maps_are_faithful_and_pass_all_checks(made: Made) -> None:
    results, _ = faithful(made.documents.values(), gate(made.graph, made.lexicon))
    assert all(r.ok for r in results), [r for r in results if not r.ok]
    report = check(made.corpus, graph=made.graph, split=made.split, lexicon=made.lexicon, sample=100)
    assert report.ok, report.failed


def test_the_outline_bears_no_loss_and_the_text_does(made: Made) -> None:
    blocks, codec, seen = Blocks(made.blocks), open_codec(made.tokenizer), 0
    for boundary in read_boundaries(made.blocks):
        document = made.documents[boundary.document]
        row = blocks[boundary.block]
        ids, labels = row["input_ids"][boundary.start : boundary.end], row["labels"][boundary.start : boundary.end]
        learned = codec.tokenizer.decode(ids[labels != -100].tolist(), skip_special_tokens=True)
        if document.form == "structured" and document.frames and boundary.part == 0:
            assert learned.strip() == document.text[document.frames[0][1] :].strip()
            assert int(labels[-1]) == codec.eos
            seen += 1
        else:
            assert bool((labels == ids).all()), "every other token is learned"
    assert seen > 10
    masked = np.load(made.blocks / "masked.npy")
    assert read_pack(made.blocks)["masked"] == int((masked[:, 2] - masked[:, 1]).sum()) > 0


@pytest.mark.parametrize("fault", ["longer", "none", "elsewhere"])
def test_check_finds_an_outline_that_is_learned(made: Made, tmp_path: Path, fault: str) -> None:
    import shutil

    assert all(r.ok for r in check_packing(made.corpus, made.blocks, tokenizer=made.tokenizer))
    shutil.copytree(made.blocks, tmp_path / "blocks")
    rows = np.load(made.blocks / "masked.npy")
    changed = {"longer": rows + np.array([0, 0, 1]), "none": rows[1:], "elsewhere": rows + np.array([0, 1, 0])}[fault]
    np.save(tmp_path / "blocks" / "masked.npy", changed.astype("<i4"))
    assert {r.name for r in check_packing(made.corpus, tmp_path / "blocks") if not r.ok} == {MASKED}


def test_a_long_text_has_its_outline_once(made: Made) -> None:
    from kg2corpus.verbalizers.template import tell

    (subgraph, *_) = [s for s in everywhere("taxonomy", made.graph, trees=0, maps=0, structured=1) if len(s.facts) > 5]
    documents = list(tell([replace(subgraph)], made.lexicon, stage="s", lesson="taxonomy", level=2, max_chars=260))
    assert len(documents) > 1
    assert [bool(d.frames) for d in documents] == [True, *[False] * (len(documents) - 1)]
    assert {s.fact for d in documents for s in d.spans} == {f.uid for f in subgraph.facts}


def test_a_tree_is_read_line_by_line(made: Made) -> None:
    """Each line is held against the one above it: a node that hangs elsewhere is found."""
    trees = [d for d in made.documents.values() if d.form == "tree"]
    assert trees
    judge = gate(made.graph, made.lexicon)
    for document in trees:
        town = next(made.graph.fact(span.fact) for span in document.spans)
        assert all(r.ok for r in faithful([document], judge)[0])
        other = "Town13" if town.subject.label != "Town13" else "Town12"
        wrong = replace(document, text=document.text.replace(town.subject.label, other))
        results, figures = faithful([wrong], judge)
        assert figures["failed"] == 1, wrong.text
        assert {r.name for r in results if not r.ok} & {"every promised fact is stated", "every statement holds in the graph"}


def test_a_tree_with_long_names_is_cut_and_stays_one_document() -> None:
    long = {f"n:{i}": f"Node {i} {'of a very long name ' * 4}".strip() for i in range(40)}
    facts = [(f"n:{i}", "part_of", f"n:{(i - 1) // 4}") for i in range(1, 40)]
    found = list(everywhere("taxonomy", make_graph(facts, labels=long, transitive=["part_of"]), maps=0))
    assert found
    for subgraph in found:
        assert 1 < len(subgraph.facts) < 14
        above = {subgraph.anchor}
        for fact in subgraph.facts:
            assert fact.object.uid in above, "whatever a line stands below is there"
            above.add(fact.subject.uid)
