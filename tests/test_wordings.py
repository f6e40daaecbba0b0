"""Names and values as they are said, and the wordings derived for a relation that no file speaks of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.english import an, clean, guarded, indefinite, join, plural, sentence
from kg2corpus.lexicon.language import Language, language
from kg2corpus.lexicon.values import ValueRule, say_literal
from kg2corpus.types import Node

from .graphs import make_graph
from .test_lexicon import countries, said


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return resolve(countries())


# names and values


@pytest.mark.parametrize(
    ("label", "types", "name", "possessive"),
    [
        ("Bahamas", ("country",), "the Bahamas", "the Bahamas'"),
        ("The Gambia", ("country",), "the Gambia", "the Gambia's"),
        ("Cyprus", ("country",), "Cyprus", "Cyprus's"),
        ("Seychelles", ("country",), "Seychelles", "Seychelles'"),
        ("Cook Islands", ("country",), "the Cook Islands", "the Cook Islands'"),
        ("Heard Island and McDonald Islands", (), "Heard Island and McDonald Islands", "Heard Island and McDonald Islands'"),
        ("Dominican Republic", (), "the Dominican Republic", "the Dominican Republic's"),
        ("The Valley", ("city",), "The Valley", "The Valley's"),
        ("Weimar Republic", (), "the Weimar Republic", "the Weimar Republic's"),
        ("United Kingdom of Great Britain", (), "the United Kingdom of Great Britain", "the United Kingdom of Great Britain's"),
        ("Mystic River", ("film",), "Mystic River", "Mystic River's"),
        ("Amazon River", ("river",), "the Amazon River", "the Amazon River's"),
        ("Euro", ("currency",), "the euro", "the euro's"),
        ("Zimbabwean bonds", ("currency",), "Zimbabwean bonds", "Zimbabwean bonds'"),
        ("St. George's", ("city",), "St. George's", "St. George's'"),
        ("a\nb\t c", (), "a b c", "a b c's"),
        ("", (), "an unnamed node", "an unnamed node's"),
    ],
)
def test_names(lexicon: Lexicon, label: str, types: tuple[str, ...], name: str, possessive: str) -> None:
    node = Node(hash((label, types)) & 0xFFFF, "k", label, types=types)
    assert lexicon.name(node) == name
    assert lexicon.namer.possessive(name) == possessive


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Kingdom of Bhutan", "the Kingdom of Bhutan"),
        ("Italian Republic", "the Italian Republic"),
        ("Aruba", "Aruba"),
        ("Turks and Caicos Islands", "the Turks and Caicos Islands"),
        ("South Georgia and the South Sandwich Islands", "South Georgia and the South Sandwich Islands"),
        ("United Kingdom of Great Britain and Northern Ireland", "the United Kingdom of Great Britain and Northern Ireland"),
    ],
)
def test_official_names(lexicon: Lexicon, label: str, name: str) -> None:
    assert lexicon.namer.formal(label) == name


def literal(value: str, datatype: str = "") -> Node:
    return Node(1, value, value, literal=True, datatype=datatype)


@pytest.mark.parametrize(
    ("value", "datatype", "rule", "text"),
    [
        ("38394", "", ValueRule("number", "square kilometre"), "38,394 square kilometres"),
        ("1", "", ValueRule("number", "metre per second"), "1 metre per second"),
        ("2.50", "", ValueRule("number", "metre per second"), "2.50 metres per second"),
        ("1200", "", ValueRule(unit="km"), "1,200 km"),
        ("27.5", "", ValueRule("latitude"), "27.5 degrees north"),
        ("-0.53333333", "", ValueRule("latitude"), "0.53 degrees south"),
        ("-69.96666666", "", ValueRule("longitude"), "69.97 degrees west"),
        ("0", "", ValueRule("latitude"), "0 degrees"),
        ("about 5", "", ValueRule("number", "metre"), "about 5"),
        ("1949-12-08", "http://www.w3.org/2001/XMLSchema#date", ValueRule(), "8 December 1949"),
        ("1949-12-08T10:30:00Z", "xsd:dateTime", ValueRule(), "10:30 UTC on 8 December 1949"),
        ("-0044-03-15", "xsd:date", ValueRule(), "15 March 45 BC"),
        ("1949", "xsd:integer", ValueRule(), "1949"),
        ("1949000", "xsd:integer", ValueRule(), "1,949,000"),
        ("NaN", "xsd:double", ValueRule(), "NaN"),
        ("true", "xsd:boolean", ValueRule(), "Yes"),
        ("none", "", ValueRule("boolean", say={"none": "unstated"}), "unstated"),
        ('he said\n"no"', "", ValueRule(), 'he said "no"'),
        ("a\u202eb\x00c", "", ValueRule(), "a b c"),
    ],
)
def test_values(value: str, datatype: str, rule: ValueRule, text: str) -> None:
    assert say_literal(literal(value, datatype), rule) == text


def test_english() -> None:
    assert [join(["A"]), join(["A", "B"]), join(["A", "B", "C"])] == ["A", "A and B", "A, B and C"]
    assert join(["A and B", "C", "D"]) == "A and B, C, and D"
    assert join(["X", "Paris, Texas", "Y"]) == "X; Paris, Texas; and Y"
    assert join(["مصر", "x"]) == "مصر\u200e and x"
    assert [an("hour"), an("unit"), an("island"), an("FBI agent"), an("euro"), an("uncle")] == [
        "an hour", "a unit", "an island", "an FBI agent", "a euro", "an uncle",
    ]  # fmt: skip
    assert [plural(w) for w in ("country", "field of work", "species", "person", "church")] == [
        "countries", "fields of work", "species", "people", "churches",
    ]  # fmt: skip
    assert [sentence("tRNA is short"), sentence("it is in D.C."), sentence("is it?"), sentence('he said "no."')] == [
        "tRNA is short.", "It is in D.C.", "Is it?", 'He said "no."',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("iPhone is a product", "iPhone is a product."),
        ("eBay sells it", "eBay sells it."),
        ("pH is a measure", "pH is a measure."),
        ("macOS runs", "macOS runs."),
        ("p53 binds DNA", "p53 binds DNA."),
        ("n-butane burns", "n-butane burns."),
        ("α-helix is a shape", "α-helix is a shape."),
        ("e-mail is old", "E-mail is old."),
        ("x-ray crystallography works", "X-ray crystallography works."),
        ("van Gogh painted it", "Van Gogh painted it."),
        ("d'Artagnan rides", "D'Artagnan rides."),
        ("example.org is a site", "example.org is a site."),
        ("http://a.org/ is a site", "http://a.org/ is a site."),
        ("snake_case is a style", "snake_case is a style."),
        ("ßeta is odd", "ßeta is odd."),
        ("it is in Washington D.C.", "It is in Washington D.C."),
        ("it is Yahoo!", "It is Yahoo!"),
        ('he said "no."', 'He said "no."'),
        ('he said "no"', 'He said "no".'),
        ("it is A (of B)", "It is A (of B)."),
        ("it has the code St.)", "It has the code St.)"),
    ],
)
def test_a_sentence_begins_and_ends_as_one_writes_it(clause: str, said: str) -> None:
    assert sentence(clause) == said


def test_right_to_left_names_do_not_draw_the_sentence_along() -> None:
    graph = make_graph([("X", "code", ("مصر", "")), ("مصر", "code", ("12", "")), ("X", "area", ("3 مصر", ""))])
    lexicon = resolve(graph)
    said = {lexicon.say((f,), "forward", i) for f in graph.facts() for i in range(lexicon.wordings(f, "forward"))}
    assert "The code of مصر\u200e is 12." in said  # without the mark 12 would be drawn on the left of the name
    assert "The code of X is مصر." in said  # nothing follows
    assert guarded("3 مصر") == "\u20683 مصر\u2069"
    assert guarded("Cairo مصر 3") == "Cairo مصر 3\u200e"
    assert guarded("Cairo") == "Cairo"


@given(st.lists(st.text(alphabet="bc .,مص1", min_size=1).map(clean).filter(bool), min_size=1, max_size=5))
def test_names_in_a_list_are_unaltered_and_in_order(names: list[str]) -> None:
    text, at = join(names), 0
    for name in names:
        at = text.index(name, at) + len(name)
    assert text.endswith(names[-1])
    assert len(re.sub("[\u200e\u2068\u2069]", "", text)) <= sum(map(len, names)) + 2 * len(names) + len(" and")


@given(st.text())
def test_a_sentence_ends_once(text: str) -> None:
    said = sentence(clean(text) or "x")
    assert not said.endswith(("!.", "?.", "...."))
    assert said[1:].startswith(clean(text)[1:])


def test_a_realizer_has_all_that_the_engine_asks_of_a_language() -> None:
    asked = {name for name in (*Language.__annotations__, *vars(Language)) if not name.startswith("_")}
    assert len(asked) > 25
    assert asked <= set(vars(language("en")).keys())
    with pytest.raises(UserError, match="language"):
        language("xx")


@given(st.text())
def test_cleaned_text_is_one_line(text: str) -> None:
    out = clean(text)
    assert out == " ".join(out.split())
    assert not set(out) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\n")


# derived wordings

DERIVED = [
    ("field of work", "X's field of work is Y.", "What is the field of work of X?"),
    ("employer", "Y is the employer of X.", "Who is the employer of X?"),
    ("part_of", "X is part of Y.", "What is X part of?"),
    ("isa", "X is a kind of Y.", "What is X a kind of?"),
    ("instance of", "X is an instance of Y.", "What is X an instance of?"),
    ("has_part", "Y is part of X.", "What is a part of X?"),
    ("founded by", "Y founded X.", "Who founded X?"),
    ("is owned by", "Y owns X.", "Who is the owner of X?"),
    ("locatedIn", "X is located in Y.", "Where is X located?"),
    ("/people/person/profession", "The profession of X is Y.", "What is X's profession?"),
    ("ACTED_IN", "X acted in Y.", "What did X act in?"),
    ("diedIn", "X died in Y.", "Where did X die?"),
    ("WROTE", "X wrote Y.", "What did X write?"),
    ("directed", "Y was directed by X.", "What did X direct?"),
    ("married", "X is married to Y.", "To whom is X married?"),
    ("director/manager", "Y is the director or manager of X.", "Who is the director or manager of X?"),
    ("http://example.org/ns#birthPlace", "X's place of birth is Y.", "Where was X born?"),
    ("regulates", "X regulates Y.", "What does X regulate?"),
    ("negatively_regulates", "X negatively regulates Y.", "What does X negatively regulate?"),
    ("member of", "X is a member of Y.", "Of what is X a member?"),
    ("languages spoken", "One of the languages spoken by X is Y.", "What language is spoken by X?"),
    ("The native language of [X] is [Y].", "X's native language is Y.", "What is the native language of X?"),
    ("[X] works for [Y].", "X works for Y.", "For which organisation does X work?"),
    ("[X] died from [Y].", "X died from Y.", "What did X die from?"),
    ("The [X] flows into the [Y].", "The X flows into the Y.", "Into which place does the X flow?"),
    ("[Y] produced [X].", "Y produced X.", "What produced X?"),
    ("[X] and [Y] are siblings.", "X and Y are siblings.", "Who is a sibling of X?"),
    ("[X] had [Y] as its director.", "X had Y as its director.", "Who was the director of X?"),
    ("The lyrics of [X] are by [Y].", "The lyrics of X are by Y.", "What fills the blank: the lyrics of X are by ____?"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "statement", "question"), DERIVED)
def test_derived_wordings(label: str, statement: str, question: str) -> None:
    graph = make_graph([("X", "r", "Y")], relation_labels={"r": label})
    lexicon = resolve(graph, curated=False)
    assert lexicon.derived == ["r"]
    fact = next(graph.facts())
    assert statement in {lexicon.say((fact,), "statement", i) for i in range(lexicon.wordings(fact, "statement"))}
    assert question in {lexicon.say((fact,), "question", i) for i in range(lexicon.wordings(fact, "question"))}
    for pool in ("forward", "inverse", "question", "question_unseen", "inverse_question", "inverse_question_unseen"):
        assert lexicon.wordings(fact, pool) >= 1


@pytest.mark.parametrize(
    ("name", "value", "statement", "question"),
    [
        ("born", ("1964", "xsd:integer"), "X was born in 1964.", "When was X born?"),
        ("died", ("1999-03-02", "xsd:date"), "X died on 2 March 1999.", "On which date did X die?"),
        ("RELEASED", ("1999", "xsd:gYear"), "X was released in 1999.", "In which year was X released?"),
    ],
)
def test_events_have_their_day_or_year(name: str, value: tuple[str, str], statement: str, question: str) -> None:
    graph = make_graph([("X", name, (value[0], value[1].replace("xsd:", "http://www.w3.org/2001/XMLSchema#")))])
    lexicon = resolve(graph, curated=False)
    assert statement in said(graph, lexicon, "X", name)
    assert question in said(graph, lexicon, "X", name, "question")


def test_derived_truths_units_passages_and_several_objects() -> None:
    long = "Made by bombarding plutonium with helium ions. It glows in the dark."
    graph = make_graph(
        [
            ("X", "is_radioactive", ("true", "")),
            ("X", "atomic_radius", ("1250", "xsd:integer")),
            ("X", "sources", (long, "")),
            ("X", "uses", "lamps"),
            ("X", "uses", "paint"),
        ],
        units={"atomic_radius": "picometre"},
    )
    lexicon = resolve(graph, curated=False)
    assert "Is X radioactive?" in said(graph, lexicon, "X", "is_radioactive", "question")
    assert "X is radioactive." in said(graph, lexicon, "X", "is_radioactive")
    assert "The atomic radius of X is 1,250 picometres." in said(graph, lexicon, "X", "atomic_radius")
    assert f'The sources of X read: "{long}"' in said(graph, lexicon, "X", "sources")
    assert "X's uses include lamps and paint." in said(graph, lexicon, "X", "uses")


@given(st.text(max_size=40))
def test_any_label_of_a_relation_can_be_said(label: str) -> None:
    graph = make_graph([("X", "r", "Y")], relation_labels={"r": label})
    fact = next(graph.facts())
    lexicon = resolve(graph, curated=False)
    for i in range(lexicon.wordings(fact, "statement")):
        text = lexicon.say((fact,), "statement", i)
        assert "X" in text
        assert "Y" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [("pub", "a pub"), ("inn", "an inn"), ("coffee shop", "a coffee shop"), ("emperor (ruler)", "an emperor (ruler)"),
     ("software", "software"), ("mammals", "mammals"), ("Bhutan", "Bhutan"), ("the euro", "the euro"), ("iPhone", "iPhone"),
     ("p53", "p53"), ("", ""), ("people", "people"), ("man-of-war", "a man-of-war")],
)  # fmt: skip
def test_common_nouns_take_an_article(name: str, said: str) -> None:
    assert indefinite(name) == said
