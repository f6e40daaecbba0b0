"""How relation names are read: a table of names for each shape, what the data decides, and that wordings are distinct."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.derive import derive, sample, shape_of
from kg2corpus.lexicon.distinct import apart, core, distinct
from kg2corpus.lexicon.identifiers import heading, name_of
from kg2corpus.lexicon.names import NameRules
from kg2corpus.lexicon.patterns import families
from kg2corpus.lexicon.tagging import RULES, tagger, word_class
from kg2corpus.snapshot import Graph
from kg2corpus.types import Fact, Relation

from .graphs import make_graph

ENTITY, TEXT, NUMBER, YEAR, DAY, YES = "Y", ("brown", ""), ("12.5", ""), ("1964", ""), ("1964-05-02", ""), ("true", "")
SHAPES: list[tuple[str, Any, str]] = [
    ("noun", ENTITY, """capital; field of work; director of photography; hasColor; head of state; nationality
        native language; religion; genre; parent taxon; CEO; hasCapital; official_language; runner-up; coach
        hometown; eatType; headquarters; geochemical class; country of origin; hadPrimarySource; parent
        mother; predecessor; target
        license"""),
    ("nouns", ENTITY, "sources; interests; campuses; risk factors; ingredients; side effects; hasSymptoms; DRIVERS; hasUses"),
    ("quantity", NUMBER, """population; atomic weight; Height (m); Weight (kg); AREA_KM2; area in square kilometres; ENROLLMENT
        POP._(2010); POPULATION_(2001_CENSUS); 2008 population; price_per_kg; rating; runtime; AREA_OF_LAND
        atomic number"""),
    ("sort", "pub", "eat type; bar kind"),
    ("count", ("12", ""), """number of employees; goals; VOTES; SEATS; points; U.S._VIEWERS_(MILLIONS)
        NUMBER_OF_STUDENTS; PAGES"""),
    ("code", TEXT, """iso code; product id; ISBN; cas; nickname; native name; official name; title; callsign; GEO_ID
        abbreviation"""),
    ("agent", ENTITY, """founded by; is owned by; director; author; owner; isDefinedBy; wasDerivedBy; WRITTEN_BY; DIRECTED_BY
        produced by; supersededBy; discovered by; negatively regulated by; hasAuthor; founder; publisher
        program creator"""),
    ("deed", ENTITY, """regulates; negatively_regulates; contains; owns; TREATS; KNOWS; WROTE; directed; imports; targets
        uses; phosphorylates; inhibits; treat; encodes; employs; speaks language; follows; manages
        partially contains"""),
    ("modal", ENTITY, "may cause; may_treat; canContain; mayCause; might affect; must follow"),
    ("with", ENTITY, """works for; WORKS_FOR; ACTED_IN; married; is married to; interacts with; depends on; meets_with
        composed of; derivationally related; adjacent to; consists of; similar to; reports to; locatedInCity
        educated at; LIVES_IN; known for; associated with; contraindicated with; countries spoken in
        diplomatic relation; disjointWith"""),
    ("located", ENTITY, "locatedIn; LOCATED_IN; is located in; based in; headquartered in; situated in; located"),
    ("inside", ENTITY, "in group; in_series; is in region; inCategory"),
    ("role", ENTITY, """member of; is member of; is a member of; symptom of; IS_THE_CAPITAL_OF; first level division of
        aliasOf; isTagOf; category_of; is the capital of; specializationOf; subsidiary of; author of
        child of; instance_of_recurring_event"""),
    ("part", ENTITY, "part of; part_of; isPartOf; is a part of; component of"),
    ("whole", ENTITY, "has part; hasPart; HAS_PART; has component"),
    ("kind", ENTITY, "is a; isa; subClassOf; subclass of; is a kind of; hypernym; sub class of; kind of"),
    ("instance", ENTITY, "instance of; is an instance of; example of"),
    ("grouped", ENTITY, "family; subfamily; protein superfamily"),
    ("mutual", ENTITY, "sibling; spouse; antonym; synonym; twin city; hasSpouse; unmarried partner; friend"),
    ("by", ENTITY, "story by; costume design by; film_art_direction_by; music by; cinematography; lyrics"),
    ("done", ENTITY, """languages spoken; celebrities impersonated; organizations founded; film sets designed
        languages_spoken"""),
    ("event", YEAR, """born; RELEASED; discovery year; birth year; ESTABLISHED; JOINED; OPENING; inception; year founded
        FIRST_ELECTED; WITHDRAWN; foundation; died"""),
    ("event", DAY, """date of birth; release date; Date of Appointment; deathDate; ORIGINAL_AIR_DATE; date issued; issued
        modified"""),
    ("event", ENTITY, """place of birth; birthPlace; wasBornIn; diedIn; place of burial; discovery location; birthplace
        place_founded"""),
    ("truth", YES, """landlocked; is_radioactive; is UN member; has moons; familyFriendly; allowsSmoking; canFly; hasPool
        isDeltaQuantity; independent; deprecated"""),
    ("near", ENTITY, "near; nearby; is near; close to"),
    ("beside", ENTITY, "next to; is next to"),
    ("see", ENTITY, "seeAlso; see also; also_see"),
    ("same", ENTITY, "sameAs; same as"),
    ("among", ENTITY, "countries within; notable people with this condition; entities involved"),
    ("cause", ENTITY, "cause of death; cause_of_death"),
    ("active", ENTITY, "participating countries; competing_teams; borderingState"),
    ("member", ENTITY, "/music/genre/artists; /media/netflix_genre/titles; /people/ethnicity/people"),
    ("link", ("https://example.org/x", ""), "homepage; constraints; sourceUrl"),
    ("texts", TEXT, "skills; TOP_3_PRODUCERS; notes"),
    ("term", ENTITY, "or; P19; dm; not"),
]  # fmt: skip
NAMES = [
    (name.strip(), value, family) for family, value, names in SHAPES for name in names.replace("\n", ";").split(";")
]  # fmt: skip


def derived(graph: Graph) -> Lexicon:
    """A lexicon without the curated files."""
    return Lexicon({r.key: derive(r, sample(graph, r)) for r in graph.relations()}, NameRules())


def said(graph: Graph, relation: str, pool: str = "statement") -> set[str]:
    lexicon = derived(graph)
    fact = next(f for f in graph.facts() if f.relation.name == relation)
    return {lexicon.say((fact,), pool, i) for i in range(lexicon.wordings(fact, pool))}


def read_as(name: str, value: Any = ENTITY, **options: Any) -> str:
    graph = make_graph([("X", name, value)], **options)
    relation = graph.relations()[0]
    return shape_of(relation, sample(graph, relation))[0].family


@pytest.mark.parametrize(("name", "value", "family"), NAMES)
def test_shape_of_a_name(name: str, value: Any, family: str) -> None:
    assert read_as(name, value) == family


@pytest.mark.parametrize(("name", "value", "family"), NAMES)
def test_every_name_gets_five_distinct_wordings_and_questions(name: str, value: Any, family: str) -> None:
    graph = make_graph([("Xanadu", name, value)])
    lexicon = derived(graph)
    fact = next(graph.facts())
    if family == "truth":
        assert lexicon.wordings(fact, "question") >= 2
        assert all(distinct([t.text for t in lexicon.entries[name].lists[key]]) >= 5 for key in ("true", "false"))
        return
    said = {lexicon.say((fact,), "statement", i) for i in range(lexicon.wordings(fact, "statement"))}
    assert distinct(said) >= 5
    assert all("Xanadu" in text for text in said)
    for pool in ("question", "question_unseen", "inverse_question", "inverse_question_unseen"):
        assert lexicon.wordings(fact, pool) >= 1
    for pool in ("question", "inverse_question"):
        seen = {lexicon.say((fact,), pool, i) for i in range(lexicon.wordings(fact, pool))}
        assert not seen & {lexicon.say((fact,), f"{pool}_unseen", i) for i in range(lexicon.wordings(fact, f"{pool}_unseen"))}


# what the data decides

FAMILY = [(f"child{i}", "parent", f"parent{i // 3}") for i in range(9)]


def test_the_direction_of_a_parent_is_measured() -> None:
    up = make_graph(FAMILY)
    down = make_graph([(o, r, s) for s, r, o in FAMILY])
    assert "The parent of child0 is parent0." in {s for f in up.facts() for s in _of(up, f)}
    assert "parent0 is a parent of child0." in {s for f in down.facts() for s in _of(down, f)}
    entries = [derived(g).entries["parent"] for g in (up, down)]
    assert ["measured by numbers" in e.reasons[0] for e in entries] == [True, True]
    assert entries[0].confidence > entries[1].confidence > 0.6


def _of(graph: Graph, fact: Fact) -> set[str]:
    lexicon = derived(graph)
    return {lexicon.say((fact,), "statement", i) for i in range(lexicon.wordings(fact, "statement"))}


def test_the_direction_of_a_parent_is_told_by_years() -> None:
    pairs = [(f"a{i}", "parent", f"b{i}") for i in range(6)]
    older = [(f"{side}{i}", "birth year", (str(1900 + 30 * (side == young) + i), "")) for i in range(6) for side in "ab"
             for young in "b"]  # fmt: skip
    graph = make_graph([*pairs, *older])
    entry = derived(graph).entries["parent"]
    assert "by 100 % of the years" in entry.reasons[0]
    assert "a0 is a parent of b0." in {s for f in graph.facts() if f.subject.label == "a0" for s in _of(graph, f)}


def test_a_direction_that_the_data_does_not_tell_is_said_to_be_uncertain() -> None:
    entry = derived(make_graph([("a", "parent", "b")])).entries["parent"]
    assert entry.confidence <= 0.6
    assert "direction is uncertain" in entry.reasons[0]


@pytest.mark.parametrize(("subject", "object_", "statement"), [
    ("element", "person", "X was discovered by Y."), ("person", "element", "X discovered Y."),
])  # fmt: skip
def test_types_tell_who_discovered_whom(subject: str, object_: str, statement: str) -> None:
    graph = make_graph([("X", "discovered", "Y")], types={"X": subject, "Y": object_})
    assert statement in said(graph, "discovered")
    assert derived(graph).entries["discovered"].confidence >= 0.75


def test_a_relation_with_several_objects_never_denies_the_others() -> None:
    graph = make_graph([("X", "official language", o) for o in "ABC"] + [("Y", "official language", "A")])
    for text in said(graph, "official language"):
        assert not text.startswith("The official language of")
        assert "as its official language" not in text
    assert "One of Y's official languages is A." in said(graph, "official language") | {
        s for f in graph.facts() if f.subject.label == "Y" for s in _of(graph, f)
    }


@pytest.mark.parametrize(("name", "types", "question"), [
    ("director", {"X": "film", "Y": "human"}, "Who directed X?"),
    ("place of birth", {"X": "human", "Y": "city"}, "Where was X born?"),
    ("works for", {"X": "human", "Y": "company"}, "Which company does X work for?"),
    ("spouse", {"X": "human", "Y": "human"}, "Who is a spouse of X?"),
    ("acted in", {"X": "human", "Y": "film"}, "In which film did X act?"),
])  # fmt: skip
def test_questions_ask_for_what_is_there(name: str, types: dict[str, str], question: str) -> None:
    assert question in said(make_graph([("X", name, "Y")], types=types), name, "question")


@pytest.mark.parametrize(("value", "statement"), [
    (("1964", ""), "X was born in 1964."),
    (("1964-05-02", "http://www.w3.org/2001/XMLSchema#date"), "X was born on 2 May 1964."),
    (("1964-05", "http://www.w3.org/2001/XMLSchema#gYearMonth"), "X was born in May 1964."),
])  # fmt: skip
def test_a_date_takes_its_preposition(value: tuple[str, str], statement: str) -> None:
    assert statement in said(make_graph([("X", "date of birth", value)]), "date of birth")


SAID = [
    ("may cause", ENTITY, "Y may be caused by X."),
    ("goals", ("12", ""), "X has 12 goals."),
    ("goals", ("1", ""), "X has 1 goal."),
    ("Height (m)", ("4810", ""), "X has a height of 4,810 metres."),
    ("U.S._VIEWERS_(MILLIONS)", ("5.3", ""), "X has 5.3 million U.S. viewers."),
    ("is UN member", YES, "X is a UN member."),
    ("isDeltaQuantity", YES, "X is a delta quantity."),
    ("familyFriendly", ("no", ""), "X is not family-friendly."),
    ("allowsSmoking", ("false", ""), "X does not allow smoking."),
    ("languages spoken", ENTITY, "X speaks Y."),
    ("FIRST_ELECTED", YEAR, "X was first elected in 1964."),
    ("diplomatic relation", ENTITY, "X has diplomatic relations with Y."),
    ("costume design by", ENTITY, "Y is responsible for the costume design of X."),
    ("cause of death", ENTITY, "X died of Y."),
    ("covalent_radius_cordero", NUMBER, "The covalent radius (cordero) of X is 12.5."),
    ("covalent radius (cordero)", NUMBER, "The covalent radius (cordero) of X is 12.5."),
    ("vdw_radius", NUMBER, "X has a van der Waals radius of 12.5."),
    ("maximum speed limit", NUMBER, "X has a maximum speed limit of 12.5."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "statement"), SAID)
def test_statements(name: str, value: Any, statement: str) -> None:
    assert statement in said(make_graph([("X", name, value)]), name)


# names


@pytest.mark.parametrize(("name", "phrase", "unit"), [
    ("Height (m)", "height", "metre"), ("Weight (kg)", "weight", "kilogram"), ("AREA_KM2", "area", "square kilometre"),
    ("LAND_(_SQMI_)", "land area", "square mile"), ("POP._(2010)", "2010 population", ""), ("PRESIDENT(S)_SERVED_UNDER",
    "presidents served under", ""), ("REGION/COUNTRY", "region or country", ""), ("[TITLE]", "title", ""), ("W-L", "W-L", ""),
    ("priceRange", "price range", ""), ("ACTED_IN", "acted in", ""), ("is UN member", "is UN member", ""), ("price_per_kg",
    "price per kg", ""), ("GEO_ID", "geo ID", ""), ("tRNA", "tRNA", ""), ("CEO", "CEO", ""), ("TYPE", "type", ""),
    ("Date of Appointment", "date of appointment", ""), ("area in square kilometres", "area", "square kilometre"),
    ("DENSITY_(PER_KM2)", "density per square kilometre", ""), ("hasQUDTReference", "has QUDT reference", ""),
])  # fmt: skip
def test_words_of_a_name(name: str, phrase: str, unit: str) -> None:
    assert heading(name) == (phrase, unit)


@pytest.mark.parametrize(("key", "phrase", "domain"), [
    ("/people/person/place_of_birth", "place of birth", "person"), ("/film/film/film_format", "format", "film"),
    ("/tv/tv_program/program_creator", "creator", "TV program"),
    ("/location/us_county/county_seat", "county seat", "US county"),
    ("/film/film/release_date_s./film/film_regional_release_date/film_release_region", "film release region", "film"),
])  # fmt: skip
def test_words_of_a_path(key: str, phrase: str, domain: str) -> None:
    name = name_of(Relation(1, key, key.rsplit("/", 1)[-1], key.strip("/").replace("/", " ").replace("_", " ")))
    assert (name.phrase, name.domain) == (phrase, domain)
    assert bool(name.doubt) == ("./" in key)


def test_a_code_is_known_by_its_label_and_doubted_without() -> None:
    with_label = make_graph([("X", "P19", "Y")], relation_labels={"P19": "place of birth"})
    without = make_graph([("X", "P19", "Y")])
    assert "X was born in Y." in said(with_label, "P19")
    assert derived(without).entries["P19"].confidence <= 0.4


# distinct wordings


def test_frames_and_adverbs_make_no_other_wording() -> None:
    same = ["the capital of {S} is {O}", "In fact, the capital of {S} is {O}.", "it is true that the capital of {S} is {O}",
            "The capital of {S} is also {O}", "moreover, the {capital|capitals} of {S} {is|are} {O}",
            "According to the record, the capital of {S} is {O}."]  # fmt: skip
    assert distinct(same) == 1
    assert apart(same) == same[:1]
    assert distinct([*same, "{S's} capital is {O}", "{O} is the capital of {S}", "{S} has its capital in {O}"]) == 4


@given(st.text(max_size=60))
def test_a_core_is_its_own_core(text: str) -> None:
    assert core(core(text)) == core(text)


def test_every_family_is_in_the_table() -> None:
    assert {family for _, _, family in NAMES} == set(families()) - {"odd", "passage", "plain", "within"}


# the tagger


def test_words_are_told_apart_by_rules() -> None:
    assert [word_class(w)[0] for w in ("regulates", "treat", "written", "landlocked", "director", "brightness")] == [
        "verb", "base", "past", "past", "noun", "noun",
    ]  # fmt: skip


def test_the_lexicon_says_what_told_words_apart() -> None:
    lexicon = resolve(make_graph([("X", "frobs", "Y")]))
    assert lexicon.tagger == tagger()


@pytest.mark.skipif(tagger() == RULES, reason="spaCy's English model is not installed")
def test_the_model_knows_verbs_that_no_list_has() -> None:
    assert word_class("parasitizes", tagger())[0] == "verb"
    assert word_class("attests", tagger())[0] == "verb"


def _eats(*objects: str, relation: str = "eatType") -> list[str]:
    graph = make_graph([(f"Inn {i}", relation, o) for i, o in enumerate(objects)])
    (relation_,) = graph.relations()
    return [template.text for template in derive(relation_, sample(graph, relation_)).lists["forward"]]


def test_a_type_whose_objects_are_nouns_says_what_the_subject_is() -> None:
    assert "{S} is {a O}" in _eats("pub", "coffee shop", "restaurant")
    assert "{S} is {a O}" in _eats("pub", "inn")
    assert "The Eagle is a coffee shop." in said(make_graph([("The Eagle", "eatType", "coffee shop")]), "eatType")
    for others in (("Pub", "bar"), ("pub", "B+"), ("slim", "pubs")):
        assert not any("{a O}" in text for text in _eats(*others)), others
    assert not any("{a O}" in text for text in _eats("pub", "bar", relation="venue"))


def test_values_in_words_are_had() -> None:
    assert any(text.endswith("of {O}") for text in _eats("cheap", "less than £20", relation="priceRange"))
    assert not any("a food of {O}" in text for text in _eats("French", "Fast food", relation="food"))
