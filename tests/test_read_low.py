"""What a strict reader refused in the lessons of levels 1 and 2 and in the forms without questions, class by class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from kg2corpus import registry
from kg2corpus.compile.gates import Gates
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon import phrases as ph
from kg2corpus.lexicon.english import indefinites, sentence, stopped
from kg2corpus.lexicon.text import other_names
from kg2corpus.store.split import make_split
from kg2corpus.types import Fact, Subgraph
from kg2corpus.verbalizers._layout import label
from kg2corpus.verbalizers.template import suits, tell

from .graphs import make_graph
from .test_lexicon import countries, group


def texts(lexicon: Lexicon, form: str, facts: Sequence[Fact], n: int = 120) -> set[str]:
    anchor = facts[0].subject.uid
    found = (Subgraph(anchor, tuple(facts), form, (i,) * len(facts)) for i in range(n))
    return {d.text for s in found for d in tell([s], lexicon, stage="s", lesson="l", level=1)}


def of(graph: Graph, name: str) -> list[Fact]:
    return list(graph.out(next(node for node in graph.find(name) if not node.literal).uid))


def both_of(facts: Sequence[tuple[str, str, str]], **options: Any) -> tuple[Graph, Lexicon]:
    graph = make_graph(facts, **options)
    return graph, resolve(graph)


@pytest.fixture(scope="module")
def words() -> tuple[Graph, Lexicon]:
    """Some nouns of WordNet, and a name among them."""
    facts = [("e:dog", "derivationally_related", "e:canine"), ("e:dog", "derivationally_related", "e:pet"),
             ("e:wolf", "hypernym", "e:canine"), ("e:wolf", "antonym", "e:lamb"), ("e:Oslo", "instance_hypernym", "e:city")]
    types = dict.fromkeys(("e:dog", "e:canine", "e:pet", "e:wolf", "e:lamb", "e:Oslo", "e:city"), "noun/05")
    return both_of(facts, types=types, aliases={"e:dog": ["domestic dog"], "e:Oslo": ["Christiania"]})


# lists


def test_no_list_follows_one_of_or_stands_in_a_possessive() -> None:
    """ "One of A and B's genres is C" speaks of a genre that they share."""
    key = "/media_common/netflix_genre/titles"
    graph, lexicon = both_of([("e:Horror", key, f"e:{name}") for name in ("Ann", "Bob", "Cy")])
    facts = of(graph, "Horror")
    said = {lexicon.say(facts, pool, i) for pool in ("statement", "inverse") for i in range(60)}
    assert len(said) > 2
    assert not any(re.match(r"(?:One|An?) [^,]*Ann,|.*Cy's", text) for text in said), said


def test_each_word_of_a_list_has_its_own_quotation_marks(words: tuple[Graph, Lexicon]) -> None:
    graph, lexicon = words
    said = {lexicon.say(of(graph, "dog"), "statement", i) for i in range(40)}
    assert any('"canine" and "pet"' in text for text in said)
    assert not any(re.search(r'(?<!")\b(?:canine|pet)\b', text) for text in said), said


def test_all_in_a_list_take_an_article_or_none_does() -> None:
    assert indefinites(["Comedian", "Announcer", "Film Director"]) == ["a Comedian", "an Announcer", "a Film Director"]
    assert indefinites(["Bhutan", "Announcer"]) == ["Bhutan", "Announcer"]
    assert indefinites(["Animator-GB", "Film Director"]) == ["an Animator-GB", "a Film Director"]
    assert indefinites(["Set decorator-GB", "Peter Parker"]) == ["a Set decorator-GB", "Peter Parker"]
    assert indefinites(["Model", "Music", "Diplomat"]) == ["a Model", "Music", "a Diplomat"]


def test_a_name_with_an_enumeration_of_its_own_is_in_no_list() -> None:
    """ "falls under binding of A and B and transport" could be cut anywhere."""
    own = "transfer of acyl groups, acyl groups converted into alkyl"
    facts = [("e:x", "part_of", "e:one"), ("e:x", "part_of", "e:two"), ("e:x", "part_of", "e:three")]
    graph, lexicon = both_of(facts, labels={"e:x": "enzyme", "e:one": own, "e:two": "binding", "e:three": "transport"})
    for text in texts(lexicon, "statement", of(graph, "enzyme")):
        alone = next(part for part in re.split(r"(?<=\.) ", text) if own.casefold() in part.casefold())
        assert "binding" not in alone
        assert "transport" not in alone
    for text in texts(lexicon, "table", [*of(graph, "enzyme"), *of(graph, "enzyme")]):
        assert text.count("Part of") == 1, "a cell has room for all of them"


# marks, labels, questions


def test_a_name_keeps_the_one_mark_at_its_end() -> None:
    assert sentence("her uncle is Cal Ripken Jr.") == "Her uncle is Cal Ripken Jr."
    assert sentence("another name for it is Goal!.") == "Another name for it is Goal!"
    assert sentence("and so on...") == "And so on..."
    assert sentence("interleukin-7 binding is binding") == "Interleukin-7 binding is binding."
    assert stopped("What do you know about Who Knows??") == "What do you know about Who Knows?"
    assert sentence("p53-binding is binding") == "p53-binding is binding."
    graph, lexicon = both_of([("e:song", "performer", "e:Wham!")])
    assert all(text.endswith(" Wham!") for text in texts(lexicon, "question", of(graph, "song")))


def test_labels_of_lines_say_what_the_relation_is() -> None:
    graph, lexicon = both_of([("e:oud", "is_a", "e:lute"), ("e:Old Ship", "commissioned", "e:1902")],
                             relation_labels={"is_a": "is a"})  # fmt: skip
    assert label(lexicon, of(graph, "oud")) != "A"
    assert label(lexicon, of(graph, "Old Ship")) == "Commissioned"


def test_nobody_is_asked_for_what_the_question_names() -> None:
    names = {"e:Chad": "Chad", "e:Mali": "Republic of Mali", "e:Iran": "Persia"}
    facts = [(key, "official_name", (name, "")) for key, name in names.items()]
    graph = make_graph(facts, types=dict.fromkeys(names, "country"))
    gates = Gates(graph, make_split(graph, held_out=0, qa_held_out=0), resolve(graph))

    def asked(name: str, form: str) -> bool:
        (fact,) = of(graph, name)
        return gates.judge(Subgraph(fact.subject.uid, (fact,), form))[0] is not None

    assert asked("Mali", "question")
    assert not asked("Mali", "inverse_question"), "which country is called the Republic of Mali?"
    assert asked("Iran", "inverse_question")
    assert not asked("Chad", "question")


def test_a_thing_is_known_by_its_subject_only_where_most_are() -> None:
    """ "Boy band: the genre of 'N Sync" is no definition, though one band alone has that genre."""
    facts = [("e:N Sync", "genre", "e:boy band"), *((f"e:band {i}", "genre", "e:pop") for i in range(9))]
    facts += [(f"e:land {i}", "capital", f"e:town {i}") for i in range(9)]
    graph, lexicon = both_of(facts)
    gates = Gates(graph, make_split(graph, held_out=0, qa_held_out=0), lexicon)
    genre, capital = (Subgraph(f.subject.uid, (f,), "statement") for f in (*of(graph, "N Sync"), *of(graph, "land 3")))
    assert not gates.may_stand_for("inverse_glossary", genre)
    assert gates.may_stand_for("inverse_glossary", capital)
    assert suits("inverse_glossary", lexicon, capital)


# names


def test_other_names_are_of_the_same_script_and_no_sounds() -> None:
    assert other_names("Angola", ["ʁɛpublika de an'ɡɔla", "República de Angola", "安哥拉"]) == ("República de Angola",)
    assert other_names("Ελλάδα", ["Ελλάς", "Greece"]) == ("Ελλάς",)
    assert other_names("9/11", ["September 11"]) == ("September 11",)
    assert not other_names("The War of the Gargantuas", ["War of the Gargantuas"])
    assert not other_names("regulation of intracellular transport", ["regulation of transport, intracellular"])


def test_words_are_spoken_of_as_words(words: tuple[Graph, Lexicon]) -> None:
    graph, lexicon = words
    assert all(text.startswith('"dog" is a noun. ') for text in texts(lexicon, "definition", of(graph, "dog")))
    assert not any(" is a noun" in text for text in texts(lexicon, "definition", of(graph, "Oslo"))), "it is a city"
    for text in texts(lexicon, "alias", of(graph, "dog")):
        assert re.match(r'"(?:domestic )?dog" (?:means the same as|is another way of saying|and) "(?:domestic )?dog"', text)
    assert any(text.startswith("Oslo is also ") for text in texts(lexicon, "alias", of(graph, "Oslo")))
    for text in texts(lexicon, "dialogue", [*of(graph, "wolf")]):
        assert '"wolf"' in text.split("\n")[0]


def test_a_second_name_is_no_description() -> None:
    facts = [("e:Kosovo", "capital", "e:Pristina"), ("e:Chad", "capital", "e:N'Djamena")]
    descriptions = {"e:Kosovo": "Republic of Kosovo", "e:Chad": "The largest country of the Sahel"}
    graph, lexicon = both_of(facts, descriptions=descriptions)
    assert not any("Republic" in text for text in texts(lexicon, "definition", of(graph, "Kosovo")))
    assert any(re.match("Chad(:| –) the largest", text) for text in texts(lexicon, "definition", of(graph, "Chad")))


# running text


def test_it_is_not_said_after_its() -> None:
    """ "Its capital is Thimphu. It borders China": the capital, or the country?"""
    graph = countries()
    lexicon = resolve(graph)
    facts = [f for name in ("capital", "borders", "in_region", "landlocked") for f in group(graph, "Bhutan", name)]
    for form in ("profile", "conversation", "glossary", "encyclopaedia"):
        for text in texts(lexicon, form, facts):
            assert not re.search(r"(?:^|[.] )(?:Its|Bhutan's) [^.]*[.] It ", text), text


def test_a_thing_without_a_type_is_it_where_its_relations_say_so() -> None:
    facts = [("e:Alphaville", "director", "e:Godard"), ("e:Alphaville", "screenwriter", "e:Godard"),
             ("e:Godard", "place of birth", "e:Paris"), ("e:Homer", "creator", "e:Groening")]  # fmt: skip
    graph, lexicon = both_of(facts)
    film, person, figure = (of(graph, name) for name in ("Alphaville", "Godard", "Homer"))
    assert ph.pronouns(lexicon, film[0].subject, film) is lexicon.speech.IT
    assert ph.pronouns(lexicon, person[0].subject, person) is None
    assert ph.pronouns(lexicon, figure[0].subject, figure) is None, "a figure in a play has a creator too"


def test_no_name_tells_itself_between_commas_and_no_relation_twice_there() -> None:
    facts: list[Any] = [("e:Chad", "official_name", ("Chad", "")), ("e:Chad", "borders", "e:Niger"),
                        ("e:Chad", "borders", "e:lakes, some of them, and more")]  # fmt: skip
    graph = make_graph(facts, types={"e:Chad": "country"})
    lexicon, every = resolve(graph), of(graph, "Chad")
    named = next(fact for fact in every if fact.object.literal)
    niger = next(fact for fact in every if fact.object.label == "Niger")
    lakes = next(fact for fact in every if fact not in (named, niger))
    assert any(text.startswith("Chad, which borders Niger, ") for text in texts(lexicon, "profile", [niger, named], 300))
    for facts in ([named, niger], [niger, lakes]):
        for text in texts(lexicon, "profile", facts, 300):
            assert not re.match("Chad, (?:whose official name|which borders)", text)


def test_a_dialogue_repeats_no_request_and_asks_for_nobody_s_gender() -> None:
    facts = [("e:Ann Lee", name, f"e:{name} {i}") for name in ("language", "friend", "teacher", "pupil") for i in range(12)]
    graph, lexicon = both_of(facts)
    for text in texts(lexicon, "dialogue", of(graph, "Ann Lee"), 60):
        assert not re.search(r"^\S+ The \w+\?$", text, re.M), "curt"
        requests = [line.partition(" ")[2] for line in text.splitlines()[::2]]
        more = [line for line in requests if not re.search("Ann|the ", line)]
        assert len(set(more)) == len(more)
    long = {t for t in texts(lexicon, "dialogue", of(graph, "Ann Lee"), 60) if " also " in t}
    assert long, "a list that goes on says so"


def test_relations_side_by_side_are_not_told_in_the_same_words() -> None:
    """ "Berlin is located in Germany. Berlin is located in Germany.": two relations of one name."""
    keys = ("a/located_in", "b/located_in", "c/located_in")
    graph, lexicon = both_of([("e:Berlin", key, "e:Germany") for key in keys])
    for form in ("list", "dialogue", "conversation", "news"):
        for text in texts(lexicon, form, of(graph, "Berlin"), 60):
            told = re.findall(r"(?:Berlin|Germany)[^.?]*Germany[^.?]*[.]", text)
            assert len(set(told)) == len(told), text


# level 2


def pair_facts() -> tuple[Graph, Lexicon]:
    facts = [("e:Ann", "born_in", "e:Rome"), ("e:Ann", "sport", "e:golf"), ("e:Bob", "born_in", "e:Rome"), ("e:Cy", "born_in",
             "e:Rome"), ("e:Dee", "born_in", "e:Rome")]  # fmt: skip
    return both_of(facts)


def test_two_are_linked_only_where_both_were_told() -> None:
    graph, lexicon = pair_facts()
    link, own = of(graph, "Ann")
    others = [f for name in ("Bob", "Cy", "Dee") for f in of(graph, name)]
    for text in texts(lexicon, "pair", [link, own, *others]):
        assert not re.search("the two|The two", text), "Rome was not told of as one of two"
        assert re.search("Ann[^.]*Rome|Rome[^.]*Ann", re.split(r"(?<=\.) ", text)[-1]), "the link comes last"


def test_links_are_told_once_and_lead_one_way() -> None:
    graph = make_graph([("e:a", "contains", "e:b"), ("e:b", "lies_in", "e:a"), ("e:a", "near", "e:b"), ("e:a", "size", "e:2"),
                        ("e:b", "size", "e:3")])  # fmt: skip
    pick = registry.find("lessons", "pairs").pick
    anchor = min(graph.find("a")[0].uid, graph.find("b")[0].uid)
    for seed in range(20):
        (found,) = [s for s in pick(graph, graph.node(anchor), Random(seed)) if s.facts[0].object.label in "ab"]
        links = [f for f in found.facts if {f.subject.label, f.object.label} == {"a", "b"}]
        assert len({f.subject.uid for f in links}) == 1, "what is contained lies in it"
        assert len({f.relation.uid for f in links}) == len(links)


def test_what_two_share_is_said_of_both() -> None:
    graph = countries()
    lexicon = resolve(graph)
    facts = [*group(graph, "Bhutan", "in_region"), *group(graph, "India", "in_region"), *group(graph, "Bhutan", "capital"),
             *group(graph, "India", "capital")]  # fmt: skip
    for text in texts(lexicon, "overview", facts):
        assert re.search(r"(?:Bhutan and India|both Bhutan and India)", text)
        assert text.count("Asia") == 1


def test_a_contrast_says_like_things_alike_and_shared_ones_first() -> None:
    graph = countries()
    lexicon = resolve(graph)
    names = ("capital", "in_region")
    facts = [f for name in names for land in ("Bhutan", "India") for f in group(graph, land, name)]
    for text in texts(lexicon, "contrast", facts):
        _, shared, differ = re.split(r"(?<=[.?]) ", text)
        assert "Asia" in shared, "what holds of both comes first"
        assert not re.search("but|contrast", differ), "two capitals are no contradiction"
        first, second = re.split(", while |, whereas |; ", differ.strip("."))
        one = first.casefold().replace("bhutan", "_").replace("thimphu", "_")
        assert one == second.casefold().replace("india", "_").replace("new delhi", "_")


def test_siblings_are_contrasted_before_any_other() -> None:
    names = [f"e:{i:02d}" for i in range(60)]
    facts = [fact for i, name in enumerate(names) for fact in ((name, "kind", f"e:kind {i % 20}"), (name, "size", f"e:{i}0"))]
    graph = make_graph(facts, types={f"e:{i:02d}": "thing" for i in range(60)})
    pick = registry.find("lessons", "contrast").pick
    for i in range(20):
        group_of = sorted(graph.find(f"{k:02d}")[0].uid for k in range(i, 60, 20))
        found = list(pick(graph, graph.node(group_of[0]), Random(i), count=1))
        assert {f.subject.uid for f in found[0].facts} <= set(group_of)


def test_members_of_an_overview_are_near_each_other() -> None:
    facts = [(f"e:{i}", "near", f"e:{i + 1}") for i in range(40)] + [(f"e:{i}", "size", f"e:s{i}") for i in range(41)]
    graph = make_graph(facts)
    pick = registry.find("lessons", "neighbourhood").pick
    found = [s for uid in graph.anchors() for s in pick(graph, graph.node(uid), Random(1))]
    assert found
    for subgraph in found:
        told = sorted({int(f.subject.label) for f in subgraph.facts})
        assert told == list(range(told[0], told[0] + len(told))), "each is near another one"
