"""What tests/test_read_low.py says in new words is read back by `faithful` as what it states, and refused where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kg2corpus.faithful import gate, judge
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.types import Fact, Subgraph
from kg2corpus.verbalizers.template import tell

from .graphs import make_graph


def read_back(graph: Graph, lexicon: Lexicon, form: str, facts: Sequence[Fact], wrong: tuple[str, str]) -> set[str]:
    """The texts that the slots bring: each states its facts, and none with a word put in place of another."""
    held, found = gate(graph, lexicon), set[str]()
    for i in range(60):
        subgraph = Subgraph(facts[0].subject.uid, tuple(facts), form, (i,) * len(facts))
        for document in tell([subgraph], lexicon, stage="s", lesson="l", level=1):
            found.add(document.text)
            assert judge(document, facts, held).ok, document.text
            assert not judge(replace(document, text=document.text.replace(*wrong)), facts, held).ok, document.text
    return found


@pytest.fixture(scope="module")
def dog() -> Graph:
    facts = [("e:dog", "derivationally_related", f"e:{name}") for name in ("canine", "cat", "pet")]
    types = dict.fromkeys(("e:dog", "e:canine", "e:pet", "e:cat", "e:lamb"), "noun/05")
    return make_graph([*facts, ("e:lamb", "antonym", "e:dog")], types=types)


@pytest.mark.parametrize("count", [2, 3])
def test_lists_of_words_in_quotation_marks(dog: Graph, count: int) -> None:
    facts = dog.out(dog.find("dog")[0].uid)[:count]
    found = read_back(dog, resolve(dog), "statement", facts, (facts[-1].object.label, "lamb"))
    assert len(found) > 3


def test_a_request_that_names_whom_it_asks_about() -> None:
    facts = [("e:Ann", "place_of_birth", "e:Rome"), ("e:Ann", "language", "e:Latin"), ("e:Bob", "language", "e:Greek")]
    graph = make_graph(facts)
    found = read_back(graph, resolve(graph), "dialogue", graph.out(graph.find("Ann")[0].uid), ("Rome", "Greek"))
    assert any("Ann's place of birth?" in text for text in found)


def test_a_label_that_is_given_the_other_way_round() -> None:
    key = "/media_common/netflix_genre/titles"
    facts = [("e:Horror", key, "e:Alien"), ("e:Horror", "parent_genre", "e:Fiction"), ("e:Poem", "parent_genre", "e:Text")]
    graph = make_graph(facts)
    own = graph.out(graph.find("Horror")[0].uid)
    found = read_back(graph, resolve(graph), "infobox", own, ("Alien", "Poem"))
    assert all("Genre of:" in text for text in found)
