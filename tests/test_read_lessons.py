"""What a strict reader of every lesson and form refused, class by class: each fails on the text that he was shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import pytest

from kg2corpus import registry
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon import phrases as ph
from kg2corpus.lexicon.english import capital
from kg2corpus.types import FORMS, Fact, Subgraph
from kg2corpus.verbalizers._forms_reason import sayable
from kg2corpus.verbalizers.template import suits, tell

from .graphs import make_graph
from .tools.read_lessons import _lessons

LAND = dict.fromkeys(("e:Bhutan", "e:India", "e:Nepal", "e:Bosnia and Herzegovina", "e:Svalbard and Jan Mayen"), "country")
ELEMENTS = dict.fromkeys(("e:tin", "e:lead", "e:zinc"), "chemical element")


def texts(lexicon: Lexicon, form: str, facts: Sequence[Fact], n: int = 60) -> set[str]:
    found = (Subgraph(facts[0].subject.uid, tuple(facts), form, (i,) * len(facts)) for i in range(n))
    return {d.text for s in found for d in tell([s], lexicon, stage="s", lesson="l", level=1)}


def of(graph: Graph, *ends: tuple[str, str]) -> list[Fact]:
    return [next(f for f in graph.facts() if (f.subject.label, f.object.label) == pair) for pair in ends]


def test_every_form_is_read_from_lessons_that_pick_what_it_stands_for() -> None:
    for name, form in FORMS.items():
        if form.of:
            assert all(registry.find("lessons", lesson) for lesson in _lessons(name))
    known = {"news": {"profile"}, "conversation": {"profile", "pairs"}, "exercise": {"chains"}, "chain_flashcard": {"chains"},
             "fill_in": {"facts"}, "list": {"profile", "pairs", "facts"}, "tree": {"taxonomy"}}  # fmt: skip
    assert {name: set(_lessons(name)) for name in known} == known


def test_a_denial_follows_from_one_fact_which_stands_right_before_it() -> None:
    graph = make_graph([("e:Bhutan", "in_region", "e:Asia"), ("e:Chad", "in_region", "e:Africa")], types=LAND)
    for text in texts(resolve(graph), "negation", of(graph, ("Bhutan", "Asia"), ("Chad", "Africa"))):
        other, true, denied = re.split(r"(?<=\.) ", text)
        assert "Chad" in other
        assert true.startswith("By contrast, ")
        assert "Bhutan" in true
        assert "Taken together" not in denied


def test_a_count_is_said_as_a_person_would() -> None:
    graph = make_graph([(f"e:{land}", "borders", "e:India") for land in ("Bhutan", "Nepal")], types=LAND)
    facts = of(graph, ("Bhutan", "India"), ("Nepal", "India"))
    found = texts(resolve(graph), "inverse_count", facts) | texts(resolve(graph), "inverse_count_conclusion", facts)
    assert any("the number of countries that border india is two" in text.lower() for text in found)
    assert not any(re.search(r"are known (that|who|where)|Counted together", text) for text in found)


def test_groups_are_asked_for_in_english() -> None:
    graph = make_graph([(f"e:{a}", "borders", f"e:{b}") for a in ("Bhutan", "Nepal") for b in ("India", "China")], types=LAND)
    facts = of(graph, ("Bhutan", "India"), ("Bhutan", "China"), ("Nepal", "India"), ("Nepal", "China"))
    for form in ("intersection_question", "union_question"):
        found = texts(resolve(graph), form, facts)
        assert any("Which are the countries that border " in text for text in found)
        assert not any("are there" in text for text in found)


def elements() -> tuple[Graph, Lexicon]:
    facts = [(f"e:{name}", key, f"e:{value}") for name in ("tin", "lead") for key, value in (
        ("in series", "Poor metals"), ("discovered by", "Davy"))]  # fmt: skip
    sizes = [("e:tin", "covalent_radius_cordero", ("139.0", "")), ("e:lead", "covalent_radius_cordero", ("146.0", ""))]
    graph = make_graph([*facts, *sizes, ("e:zinc", "in series", "e:Transition metals")], types=ELEMENTS)
    return graph, resolve(graph)


def test_a_participle_is_not_about_the_noun_before_it() -> None:
    graph, lexicon = elements()
    facts = of(graph, ("tin", "Davy"), ("tin", "Poor metals"), ("lead", "Davy"), ("lead", "Poor metals"))
    found = texts(lexicon, "intersection_conclusion", facts)
    assert any("among the poor metals that were discovered by Davy" in text for text in found), found
    assert not any(text.startswith("Among the chemical elements among") for text in found)
    counted = of(graph, ("tin", "Davy"), ("lead", "Davy"))
    assert not any("are there discovered" in text for text in texts(lexicon, "inverse_count_question", counted))


def test_a_noun_with_a_phrase_of_its_own_takes_no_of() -> None:
    graph, lexicon = elements()
    facts = [next(f for f in graph.facts() if f.subject.label == name and f.object.literal) for name in ("lead", "tin")]
    assert sayable(lexicon, "comparison_conclusion", facts)
    for text in texts(lexicon, "comparison_conclusion", facts):
        assert "tables of" not in text, text


def test_no_second_phrase_comes_between_as_for_and_its_subject() -> None:
    keys = ("en_allen", "en_pauling", "covalent_radius_pyykko")
    facts = [(f"e:{name}", key, (f"{n}.{i}", "")) for i, name in enumerate(("tin", "lead")) for n, key in enumerate(keys)]
    graph = make_graph([*facts, ("e:tin", "near", "e:lead")], types=ELEMENTS)
    lexicon, found = resolve(graph), list(graph.facts())
    link = [f for f in found if f.relation.name == "near"]
    for form in ("overview", "pair"):
        said = texts(lexicon, form, [*link, *(f for f in found if f not in link)], 200)
        turned = [word for text in said for word in re.findall(r"(?:As for|Turning to) \w+, (\w+)", text)]
        assert turned
        assert set(turned) <= {"it", "its"}, turned


def test_two_names_that_are_lists_are_not_joined() -> None:
    graph = make_graph([(land, "in_region", "e:Europe") for land in LAND], types=LAND)
    lexicon = resolve(graph)

    def both(one: str, other: str) -> set[str | None]:
        return {ph.both(lexicon, of(graph, (one, "Europe"), (other, "Europe")), Random(i)) for i in range(20)}

    assert both("Svalbard and Jan Mayen", "Bosnia and Herzegovina") == {None}
    found = both("Svalbard and Jan Mayen", "India")
    assert None not in found
    assert all("India and Svalbard" in str(text) for text in found), "the plain name comes first"
    facts = of(graph, ("Svalbard and Jan Mayen", "Europe"), ("Bosnia and Herzegovina", "Europe"))
    for text in texts(lexicon, "contrast", facts):
        assert not re.search("while|whereas|;", text), "they do not differ"


def test_notes_are_not_set_against_each_other_in_one_sentence() -> None:
    graph = make_graph([("e:tin", "uses", ("Used in cans.", "")), ("e:lead", "uses", ("Used in paint.", ""))], types=ELEMENTS)
    for text in texts(resolve(graph), "contrast", list(graph.facts())):
        assert ": " not in text or not re.search(r", (while|whereas) |; ", text), text


def test_a_definition_does_not_say_twice_what_it_is() -> None:
    graph = make_graph([("e:Polynesia", "part_of", "e:Oceania")], types={"e:Polynesia": "subregion", "e:Oceania": "region"})
    for text in texts(resolve(graph), "definition", list(graph.facts())):
        assert text.count("a subregion") < 2, text


def test_names_are_not_told_under_another_name() -> None:
    facts = [("e:Iran", "native_name", (f"Iran {i}", "")) for i in range(5)] + [("e:Iran", "capital", "e:Tehran")]
    graph = make_graph(facts, aliases={"e:Iran": ["Persia"]}, name_like=["native_name"])
    iran = graph.find("Iran")[0]
    picked = [s for i in range(20) for s in registry.find("lessons", "aliases").pick(graph, iran, Random(i))]
    assert picked
    assert {f.relation.name for s in picked for f in s.facts} == {"capital"}


@pytest.mark.parametrize(("text", "said"), [
    ("rubredoxin-NAD(P)+ reductase", "Rubredoxin-NAD(P)+ reductase"), ("p53", "p53"), ("tRNA", "tRNA"), ("c++", "c++"),
])  # fmt: skip
def test_a_word_before_a_formula_begins_a_sentence(text: str, said: str) -> None:
    assert capital(text) == said


def test_a_gap_says_what_is_asked_for() -> None:
    graph = make_graph([("e:Ada", "/people/person/gender", "e:Female"), ("e:Ada", "/people/person/profession", "e:Poet")])
    lexicon = resolve(graph)
    for text in texts(lexicon, "fill_in", of(graph, ("Ada", "Female"))):
        assert not re.search(r"(^|: )Ada is ____", text), text


def test_one_of_many_places_is_not_the_place() -> None:
    key = "/location/location/contains"
    graph = make_graph([("e:Asia", key, "e:India"), ("e:India", "capital", "e:New Delhi")])
    lexicon = resolve(graph)
    facts = of(graph, ("Asia", "India"), ("India", "New Delhi"))
    asked = [ph.chain_question(lexicon, facts, i) for i in range(20)]
    assert not any(each and "the place in" in each[0] for each in asked), asked


def test_no_phrase_stands_inside_a_name() -> None:
    key = "/music/instrument/family"
    graph = make_graph([("e:toy piano", key, "e:piano"), ("e:piano", key, "e:keyboard")])
    lexicon = resolve(graph)
    facts = of(graph, ("toy piano", "piano"), ("piano", "keyboard"))
    assert not ph.reads(lexicon, facts) or not any("the a " in ph.conclusion(lexicon, facts, Random(i)) for i in range(40))


def test_an_entry_begins_with_its_name() -> None:
    values = {"name_origin": "Old word.", "symbol": "Sn", "period": "5"}
    graph = make_graph([("e:tin", key, (value, "")) for key, value in values.items()], types=ELEMENTS)
    for text in texts(resolve(graph), "encyclopaedia", list(graph.facts())):
        assert text.startswith("**Tin**"), text


def test_news_of_what_has_no_type_says_it() -> None:
    facts = [("e:Jaws", f"/film/film/{key}", f"e:{value}") for key, value in (
        ("country", "USA"), ("language", "English"), ("genre", "Thriller"), ("written_by", "Ada"))]  # fmt: skip
    graph = make_graph(facts)
    lexicon, found = resolve(graph), list(graph.facts())
    assert suits("news", lexicon, Subgraph(found[0].subject.uid, tuple(found), "profile"))
    for text in texts(lexicon, "news", found):
        assert re.search(r"\n(It|Its) ", text), text


def test_a_triple_of_an_inverse_relation_reads_from_left_to_right() -> None:
    graph = make_graph([("e:Jazz", "/music/genre/artists", "e:Sun Ra")])
    assert texts(resolve(graph), "triple", list(graph.facts())) == {"Jazz | genre of | Sun Ra"}
