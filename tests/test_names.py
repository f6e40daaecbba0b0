"""Names in running text: which take "the" and which must not, which are plural, and which common nouns take "a"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.faithful.cues import cues_of
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.agreement import plural_verbs
from kg2corpus.lexicon.articles import Articles
from kg2corpus.lexicon.english import indefinite
from kg2corpus.lexicon.names import Namer
from kg2corpus.lexicon.nouns import countable

from .graphs import make_graph
from .tools.count_names import caught, curated, labels

EVERY = Namer(curated())


@pytest.fixture
def namer() -> Namer:
    return EVERY


THE = """
Ionian Sea|Yellow Sea|Rhine|Seine|Danube|River Teign|Hudson River|Amazon River|Caledonian Canal|English Channel
Bering Strait|Strait of Hormuz|Gulf of Aden|Persian Gulf|Bay of Bengal|Gobi Desert|Sahara|Iberian Peninsula
Malay Archipelago|Colorado Plateau|Great Dividing Range|Drakensberg|Massif Central|Black Forest|Isle of Wight|Levant
Middle East|West Bank|Bronx|Isthmus of Panama|Ottoman Empire|Weimar Republic|Kingdom of Prussia|Electoral Palatinate
Province of Turin|Canton of Bern|Duchy of Saxe-Altenburg|House of Habsburg|Ming Dynasty|Piast dynasty|Third Crusade|Cold War
Nine Years' War|Battle of Britain|French Revolution|Treaty of Versailles|United States Congress
United States Secretary of State|110th United States Congress|39th Canadian Parliament|European Parliament
Cyprus Football Association|International Workingmen's Association|Japan Maritime Self-Defense Force
Federal Security Service|BBC|FBI|KGB|Central Intelligence Agency|Federal Bureau of Investigation
Securities and Exchange Commission|Sturmabteilung|Luftwaffe|Bundestag|Knesset|Labour Party|Communist Party of China
European People's Party|Royal Navy|Order of the Elephant|Carthusian Order|Roman Catholic Church|University of Oslo
Technical University of Munich|University at Buffalo|California Institute of Technology|Royal Academy of Music
Metropolitan Museum of Art|London Symphony Orchestra|New York Stock Exchange|Empire State Building|Lubyanka Building
Lincoln Tunnel|Supreme Court of Canada|American Association for the Advancement of Science|Wikimedia Foundation
World Trade Organization|Cannes Film Festival|1982 Cannes Film Festival|2009 Tour de France|2003 NFL Draft
1996 Major League Baseball season|Ryder Cup|Heisman Trophy|Nobel Peace Prize|Hugo Award for Best Short Story
Pulitzer Prize for Drama|Turing Award|Rock and Roll Hall of Fame|Fields Medal|Czech Language|Gregorian calendar
Cyrillic alphabet|Quran|Iliad|Bronze Age|Milky Way|Internet|Pont de Normandie|Mexico national football team
Sweden women's national football team|Xuande Emperor|Firth of Clyde|Council of Europe|Eurovision Song Contest
Second Vatican Council|French Foreign Legion|Moscow Conservatory|Washington Monument|Temple of Artemis|Yale School of Drama
War of 1812|Stamp Act|San Francisco Bay Area|New York Times|Gallipoli Campaign
""".replace("\n", "|").strip("|").split("|")
PLURAL = """
Alps|Julian Alps|Mourne Mountains|Dandenong Ranges|Himalayas|Pyrenees|Hebrides|South Shetland Islands|British Isles
Southern Uplands|Great Lakes|Cyclades|2004 Summer Olympics|Commonwealth Games|25th Academy Awards|Grammy Awards
Pittsburgh Steelers|San Jose Sharks|Dallas Stars|Miami Heat|Chicago White Sox|Tampa Bay Lightning|Utah Jazz|Passionists
Knights Templar|Israel Defense Forces|Napoleonic Wars
""".replace("\n", "|").strip("|").split("|")
BARE = """
Lake Ontario|Mount Everest|Niagara Falls|Tugela Falls|Tower Bridge|Ha'penny Bridge|Ford Motor Company|Manchester United
Chelsea F.C.|SAP Center|Heinz Field|Emirates Stadium|Stamford Bridge|HMS Seraph|RMS Umbria|Annals of Mathematics|Trey Parker
Harvard University|Stanford Law School|Long Island|Hong Kong Island|Ivory Coast|Westminster Abbey|Windsor Castle
Death Valley|Cherkasy Oblast|Kerala|Bachelor of Arts|Doctor of Philosophy|King of Pop|Joan of Arc|Night at the Museum
Lord of War|Charlie Wilson's War|Star Wars|Dexter's Laboratory|A League of Their Own|The Hunger Games|The Last Emperor
The Hague|George Strait|Billy Ocean|River Phoenix|British Sign Language|Business Administration|Law & Order|Palm Desert
New Order|Avengers: Infinity War|Kingdom of Heaven|Charlie's Angels|Harry Potter and the Order of the Phoenix|House of Cards
Henry, Duke of the Baltic Sea|1984|20th Century Fox|7th Heaven|search party|perpetual calendar|water|Guild of Thieves
Ferdinand I, Holy Roman Emperor|Orlando Bloom|Phoenix|Jordan|Olympic|Sea|Bill Gates|Los Angeles|Dire Straits|Crimea|Bergen
Discovery Channel|Bank of America|Church|Trinity College|Brown v. Board of Education|River Plate|Leicester Tigers
Pratt Institute|Dead Poets Society|Sister Act|War of the Worlds|War for the Planet of the Apes|Electric Light Orchestra
""".replace("\n", "|").strip("|").split("|")


@pytest.mark.parametrize("label", [*THE, *PLURAL])
def test_takes_the(namer: Namer, label: str) -> None:
    assert namer.of_label(label) == f"the {label}"


@pytest.mark.parametrize("label", BARE)
def test_stays_bare(namer: Namer, label: str) -> None:
    assert namer.of_label(label) == label


@pytest.mark.parametrize("label", THE)
def test_a_name_with_the_is_one_thing(namer: Namer, label: str) -> None:
    assert not namer.plural_name(f"the {label}")


@pytest.mark.parametrize("label", PLURAL)
def test_a_plural_name_has_no_it(namer: Namer, label: str) -> None:
    assert namer.plural_name(f"the {label}")
    assert not namer.plural_name(label)


@pytest.mark.parametrize(
    ("label", "types", "name"),
    [
        ("Missouri", ("river",), "the Missouri"),
        ("Piano", (), "the Piano"),
        ("Eidsvold-class coastal defence ship", (), "the Eidsvold-class coastal defence ship"),
        ("Light Tank Mk VI", (), "the Light Tank Mk VI"),
        ("Il-40", (), "the Il-40"),
        ("IL-6", (), "IL-6"),
        ("High-class", (), "High-class"),
        ("Rub' al Khali", ("desert",), "the Rub' al Khali"),
        ("Sierra Maestra", ("mountain range", "landform"), "the Sierra Maestra"),
        ("Ladoga", ("sovereign state/sea",), "the Ladoga"),
        ("Soviet Union", ("sovereign state/communist state/socialist state",), "the Soviet Union"),
        ("Gulf of Aden", ("human settlement",), "the Gulf of Aden"),
        ("Union of Leeds", ("human who may be fictional",), "Union of Leeds"),
        ("Mystic River", ("film",), "Mystic River"),
        ("Alps", ("film",), "Alps"),
        ("Iliad", ("video game",), "Iliad"),
        ("Fall River", ("city",), "Fall River"),
        ("BBC", ("public broadcaster", "business"), "the BBC"),
        ("Rebecca Party", ("human",), "Rebecca Party"),
        ("The Beatles", ("band",), "the Beatles"),
        ("Beatles", (), "the Beatles"),
        ("The Alps", (), "the Alps"),
        ("the Alps", (), "the Alps"),
        ("", (), ""),
        ("The", (), "The"),
    ],
)
def test_types_decide(namer: Namer, label: str, types: tuple[str, ...], name: str) -> None:
    assert namer.of_label(label, types) == name


@pytest.mark.parametrize(
    ("name", "possessive"),
    [
        ("the Beatles", "the Beatles'"),
        ("the 2004 Summer Olympics", "the 2004 Summer Olympics'"),
        ("the Mourne Mountains", "the Mourne Mountains'"),
        ("the Rhine", "the Rhine's"),
        ("the Bahamas", "the Bahamas'"),
        ("Seychelles", "Seychelles'"),
        ("Guns N' Roses", "Guns N' Roses'"),
        ("Paris", "Paris's"),
    ],
)
def test_possessives(namer: Namer, name: str, possessive: str) -> None:
    assert namer.possessive(name) == possessive


@pytest.mark.parametrize(
    "name", ["the Bahamas", "the Netherlands", "the United States", "the Solomon Islands", "Seychelles", "the Thames"]
)
def test_plural_in_form_but_one(namer: Namer, name: str) -> None:
    assert not namer.plural_name(name)


def test_the_count_of_names_tells_rule_and_labels(tmp_path: Path) -> None:
    table = tmp_path / "entities.tsv"
    table.write_text("1\tIonian Sea\tsea\n2\tJulian Alps\n3\tParis\tcity|place\n4\tsea\n5\tRhine\t\n6\tJules Sea\thuman\n7\n")
    assert caught(curated(), labels([table])) == {
        "plural": ["Julian Alps"], "the": ["Rhine"], "the_plural_endings: Alps": ["Julian Alps"], "the_types": ["Ionian Sea"],
    }  # fmt: skip


def test_every_listed_name_takes_the_and_no_list_contradicts_another() -> None:
    rules, articles = EVERY.rules, Articles(EVERY.rules)
    assert [label for label in rules.the if articles.rule(label) != "the"] == []
    assert rules.bare.isdisjoint(rules.the)
    assert rules.plural.isdisjoint(rules.one)


# verbs


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("@ is in {}", "@ are in {}"),
        ("@ spans {}", "@ span {}"),
        ("@ also carries {}", "@ also carry {}"),
        ("@ was founded by {} in its first year", "@ were founded by {} in their first year"),
        ("@ has {} as its range", "@ have {} as their range"),
        ("@ is a range and has {}", "@ are a range and have {}"),
        ("@ passes through {}", "@ pass through {}"),
        ("@ took part in {}", "@ took part in {}"),
        ("@ and {} are neighbours", "@ and {} are neighbours"),
        ("where is @?", "where are @?"),
        ("what does @ cross?", "what do @ cross?"),
        ("what does @ have as its capital?", "what do @ have as their capital?"),
        ("what does @ have within it?", "what do @ have within them?"),
        ("in which country is @ located?", "in which country are @ located?"),
        ("whose home is @?", "whose home is @?"),
        ("which town has @ as its team?", "which town has @ as its team?"),
        ("what has @ been called?", "what have @ been called?"),
        ("{} is where @ plays", "{} is where @ play"),
        ("the sea that @ borders is {}", "the sea that @ border is {}"),
        ("on the map, @ has {}", "on the map, @ have {}"),
        ("among the members of {} is @", "among the members of {} are @"),
        ("inside {} is @", "inside {} are @"),
        ("in the north of {} the capital is @", "in the north of {} the capital is @"),
        ("one part of {} is @", "one part of {} is @"),
        ("{} sees @ play its home games", "{} sees @ play their home games"),
        ("it is @ that borders {}", "it is @ that border {}"),
        ("the home of @ is {}", "the home of @ is {}"),
        ("{} borders @ and has its capital there", "{} borders @ and has its capital there"),
        ("@'s home is {}", "@'s home is {}"),
    ],
)
def test_verbs_agree_with_a_plural_name(wording: str, said: str) -> None:
    """`@` is the plural name, {} the other one."""
    pieces = [piece for piece in re.split(r"(@|\{\})", wording) if piece]
    texts = ["" if piece in ("@", "{}") else piece for piece in pieces]
    found = plural_verbs(texts, pieces.index("@"))
    assert "".join(text or piece for text, piece in zip(found, pieces, strict=True)) == said


@given(st.lists(st.text("abis w.,?that ", max_size=12), min_size=1, max_size=5), st.integers(0, 4))
def test_agreement_keeps_the_pieces(texts: list[str], at: int) -> None:
    texts = [*texts, *[""] * max(0, at + 1 - len(texts))]
    texts[at] = ""
    found = plural_verbs(texts, at)
    assert len(found) == len(texts)
    assert found[at] == ""


@pytest.fixture(scope="module")
def alpine(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    path = tmp_path_factory.mktemp("names") / "own.yaml"
    path.write_text(
        """
relations:
  range of:
    forward: ['the name "{S}" is met in {O}', "{S} spans {O}", "{S} has its end in {O}", "{S's} end is in {O}"]
    inverse: ["{O} is crossed by {S}", "{O} is where {S} ends"]
    questions: ["what does {S} span?", "where is {S}?"]
    questions_unseen: ["name what {S} spans."]
"""
    )
    return resolve(GRAPH, [path])


GRAPH = make_graph(
    [
        ("a", "range of", "u"), ("r", "range of", "u"), ("s", "range of", "w"), ("f", "range of", "w"),
    ],
    labels={"a": "Julian Alps", "u": "Slovenia", "r": "Rhine", "s": "Pittsburgh Steelers", "w": "United States", "f": "Alps"},
    types={"f": "film"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Julian Alps", {
            "The Julian Alps span Slovenia.", "The Julian Alps have their end in Slovenia.",
            "The Julian Alps' end is in Slovenia.", 'The name "Julian Alps" is met in Slovenia.',
        }),
        ("Rhine", {"The Rhine spans Slovenia.", "The Rhine has its end in Slovenia.", "The Rhine's end is in Slovenia."}),
        ("Alps", {
            "Alps spans the United States.", "Alps has its end in the United States.", "Alps's end is in the United States.",
        }),
    ],
)  # fmt: skip
def test_sentences(alpine: Lexicon, label: str, said: set[str]) -> None:
    [fact] = [f for f in GRAPH.facts() if f.subject.label == label]
    found = {alpine.say([fact], "forward", i) for i in range(alpine.wordings(fact, "forward"))}
    assert found >= said


def test_questions_and_inverse_sentences(alpine: Lexicon) -> None:
    [fact] = [f for f in GRAPH.facts() if f.subject.label == "Julian Alps"]
    asked = {alpine.say([fact], "question", i) for i in range(alpine.wordings(fact, "question"))}
    assert asked >= {"What do the Julian Alps span?", "Where are the Julian Alps?"}
    assert {alpine.say([fact], "inverse", i) for i in range(alpine.wordings(fact, "inverse"))} >= {
        "Slovenia is crossed by the Julian Alps.", "Slovenia is where the Julian Alps end.",
    }  # fmt: skip
    assert alpine.accepted(fact.subject, fact.relation)[:2] == ("the Julian Alps", "Julian Alps")
    assert alpine.namer.pronouns(fact.subject, [fact]) is None


def test_the_checker_reads_plural_verbs(alpine: Lexicon) -> None:
    [relation] = GRAPH.relations()
    said = {" ".join(words) for words in cues_of(GRAPH, alpine).sequences[relation.uid]}
    assert {"qqs spans qqo", "qqs span qqo"} <= said


def test_own_rules_go_before_ours(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "names: {bare: [Rhine], the_plural: [Shirefolk], bare_endings: [Alps], one: [Pittsburgh Steelers]}\n"
        "relations: {range of: {phrase: covers}}\n"
    )
    lexicon = resolve(GRAPH, [path])
    said = [lexicon.namer.of_label(label) for label in ("Rhine", "Shirefolk", "Julian Alps")]
    assert said == ["Rhine", "the Shirefolk", "Julian Alps"]
    assert lexicon.namer.plural_name("the Shirefolk")
    assert not lexicon.namer.plural_name("the Pittsburgh Steelers")
    saved = tmp_path / "lexicon.yaml"
    lexicon.save(saved)
    again = Lexicon.load(saved)
    assert again.rules == lexicon.rules
    assert again.fingerprint == lexicon.fingerprint
    path.write_text("names: {the_ending: [Alps]}\n")
    with pytest.raises(UserError, match=r"the_ending.*unknown"):
        resolve(GRAPH, [path])


# common nouns

UNCOUNTED = """
water|gold|music|classical music|chemistry|football|American football|philosophy|realism|astronomy|physics
kindergarten teaching|happiness|electricity|skateboarding|motherhood|photography|tuberculosis|arthritis|leukemia|software
mathematics|heart failure|lung cancer|bagpipes|carbon dioxide|patent leather|breast cancer|jazz|blues rock|poetry|honey
karate|mammals|performing arts
""".replace("\n", "|").strip("|").split("|")


@pytest.mark.parametrize("noun", UNCOUNTED)
def test_no_article_before_what_is_not_counted(noun: str) -> None:
    assert not countable(noun)
    assert indefinite(noun) == noun


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("pub", "a pub"), ("actor", "an actor"), ("organism", "an organism"), ("building", "a building"), ("city", "a city"),
        ("body of water", "a body of water"), ("university", "a university"), ("musical instrument", "a musical instrument"),
        ("business", "a business"), ("biography", "a biography"), ("kingdom", "a kingdom"), ("trilogy", "a trilogy"),
        ("wedding", "a wedding"), ("disease", "a disease"), ("gold mine", "a gold mine"), ("heart attack", "a heart attack"),
        ("music hall", "a music hall"), ("bus", "a bus"), ("species", "a species"), ("rhinoceros", "a rhinoceros"),
        ("diagnosis", "a diagnosis"), ("neighbourhood", "a neighbourhood"), ("witness", "a witness"), ("king", "a king"),
    ],
)  # fmt: skip
def test_an_article_before_what_is_counted(noun: str, said: str) -> None:
    assert indefinite(noun) == said


@given(st.text(max_size=40) | st.sampled_from([*THE, *PLURAL, *BARE]), st.sampled_from([(), ("river",), ("film",), ("human",)]))
def test_a_name_is_its_label_with_or_without_the(label: str, types: tuple[str, ...]) -> None:
    said = EVERY.of_label(label, types)
    assert said in (label, f"the {label}", f"the {label.removeprefix('The ')}")
    assert EVERY.possessive(said).startswith(said)
    if types in (("film",), ("human",)):
        assert said == label
