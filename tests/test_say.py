"""`kg2corpus say`: groups of lines in, one text a group out, every fact said, names as given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg2corpus import cli
from kg2corpus.errors import UserError
from kg2corpus.groups import graph_of, read
from kg2corpus.say import Said, as_json, as_line, forms, say, stars
from kg2corpus.types import FORMS, Fact

CHAIN = "Bhutan\tcapital\tThimphu\nThimphu\televation\t2320\nBhutan\tcurrency\tNgultrum\nBhutan\tborders\tIndia\n"


def told(text: str | bytes, **options: object) -> list[Said]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(say(raw.splitlines(keepends=True), "x.tsv", **options))  # type: ignore[arg-type]


def texts(text: str | bytes, **options: object) -> list[str]:
    return [said.text for said in told(text, **options)]


def test_a_group_is_a_paragraph_in_order() -> None:
    first, second = texts(f"{CHAIN}\nOslo\tcountry\tNorway\n")
    assert all(name in first for name in ("Bhutan", "Thimphu", "2320", "Ngultrum", "India"))
    assert first.index("Thimphu") < first.index("2320"), "a city is named before its own story is told"
    assert "Oslo" in second
    assert "Norway" in second
    assert "Bhutan" not in second
    assert re.fullmatch(r"[A-Z].*[.]", first)


def test_the_same_seed_says_the_same_and_another_says_it_otherwise() -> None:
    assert texts(CHAIN, seed=3) == texts(CHAIN, seed=3)
    assert len({texts(CHAIN, seed=seed)[0] for seed in range(12)}) > 6


@pytest.mark.parametrize("form", forms())
def test_every_form_says_every_fact(form: str) -> None:
    for said in told(f"{CHAIN}\nAnn\twrote\tEmma\nBob\twrote\tEmma\n", form=form):
        exposed = {span.fact for document in said.documents for span in document.spans}
        assert exposed == {fact.uid for fact in said.facts}
        for fact in said.facts:
            assert fact.object.label in said.text
        found = json.loads(as_json(said, form))
        assert found["text"] == said.text
        for fact in found["facts"]:
            assert fact["spans"], fact
            assert any(fact["object"] in said.text[start:end] for start, end, _ in fact["spans"])
        assert "\n" not in as_line(said)


def test_forms_that_do_not_suit_are_refused_with_the_nearest() -> None:
    assert set(forms()) < set(FORMS)
    with pytest.raises(UserError, match="profle") as caught:
        told(CHAIN, form="profle")
    assert "profile" in caught.value.hint
    for form in ("evidence", "unknown", "contrast", "alias"):  # they need facts that a lesson picks
        with pytest.raises(UserError, match=f"'{form}'"):
            told(CHAIN, form=form)
    with pytest.raises(UserError) as caught:
        told(CHAIN, form="")
    assert all(form in caught.value.hint for form in forms())


def test_the_page_of_say_lists_every_form() -> None:
    page = (Path(__file__).parents[1] / "docs" / "say.md").read_text(encoding="utf-8")
    listed = {form for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for form in re.findall(r"`(\w+)`", row)}
    assert listed == set(forms())


@pytest.mark.parametrize("form", forms())
def test_yes_and_no_are_told_in_every_form(form: str) -> None:
    lines = "Bhutan\tlandlocked\tyes\nBhutan\tcapital\tThimphu\nNepal\tcapital\tyes\nNepal\tlandlocked\tno\n"
    for said in told(lines, form=form):
        assert {span.fact for document in said.documents for span in document.spans} == {fact.uid for fact in said.facts}


def test_a_group_of_a_thousand_lines_is_told_whole() -> None:
    lines = [f"node {i}\tleads to\tnode {i * 7 % 1000}" for i in range(900)]
    lines += [f"hub\tlists\tmember {i}" for i in range(100)]
    (said,) = told("\n".join(lines))
    assert len(said.facts) == 1000
    assert said.text.count("\n") == 0
    for i in range(900):
        assert re.search(rf"\bnode {i}\b", said.text, re.IGNORECASE)


def test_each_group_is_a_world_of_its_own() -> None:
    """What other groups say of a subject of the same name makes no list of what this one says of it."""
    groups = [f"The Inn\tfood\t{food}\nThe Inn\tprice\t{price}\n" for food in ("Thai", "Greek") for price in ("low", "high")]
    first, *others = texts("\n".join([*groups, groups[0]]))
    assert others[-1] == first, "the same lines are told the same way wherever they stand"
    for text, group in zip((first, *others), groups, strict=False):
        assert "include" not in text
        assert all(value.casefold() in text.casefold() for value in re.findall(r"\w+(?=\n)", group))


def test_a_repeated_line_is_said_once() -> None:
    (said,) = told("Oslo\tcountry\tNorway\n" * 3)
    assert len(said.facts) == 1
    assert said.text.count("Norway") == 1


def test_names_stand_as_they_are_given() -> None:
    given = "iPhone\tmaker\tApple :apple: [bold]Inc.[/bold]\nIPHONE\tmaker\tapple\nGeorgia\tpart of\tgeorgia\n"
    (text,) = texts(given)
    for name in ("iPhone", "IPHONE", "Apple :apple: [bold]Inc.[/bold]", "apple"):
        assert name in text
    assert "(" not in text, "no qualifier is made up"


def test_names_of_any_script_and_with_quotes() -> None:
    (text,) = texts('بغداد\tcountry\tالعراق\n北京\tcountry\t中国\nO\'Neill\tnick"name\tThe "Shaq"\n')
    for name in ("بغداد", "العراق", "北京", "中国", 'The "Shaq"'):
        assert name in text


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("1973", True), ("-3.5", True), ("1,234.5", True), ("1.0E-5", True), ("£20-25", True), ("12%", True),
        ("1932-03-15", True), ("15 March 1932", True), ("March 15, 1932", True), ("yes", True), ('"Two words"', True),
        ("Two words", False), ("30 Rock", False), ("5 out of 5", False), ("Apollo 11", False), ('"half', False),
    ],
)  # fmt: skip
def test_what_is_a_literal(value: str, literal: bool) -> None:
    (group,) = read([f"s\tr\t{value}\n".encode()], "x")
    assert group[0].literal is literal
    assert group[0].object == (value[1:-1] if value == '"Two words"' else value)


def test_an_object_that_is_a_subject_in_its_group_is_an_entity() -> None:
    graph, (group,) = graph_of(list(read([b"film\tsequel\t1984\n", b"1984\tdirector\tRadford\n"], "x")), "x")
    assert not graph.fact(group[0]).object.literal
    assert [graph.statements(uid)[0][2] for uid in group] == [1, 2]


def test_a_type_gives_a_pronoun() -> None:
    lines = "Oslo\tinstance of\tcity\n" + "".join(f"Oslo\t{r}\tx{r}\n" for r in ("country", "mayor", "river", "twin", "club"))
    assert any(re.search(r"\b(it|its)\b", texts(lines, seed=seed)[0], re.IGNORECASE) for seed in range(5))


def test_line_ends_marks_and_blank_lines() -> None:
    plain = texts(f"{CHAIN}\nOslo\tcountry\tNorway")
    assert texts(f"{CHAIN}\t \t\nOslo\tcountry\tNorway") == plain
    assert texts(b"\xef\xbb\xbf\n" + f"{CHAIN}\n\n  \nOslo\tcountry\tNorway\n\n".replace("\n", "\r\n").encode()) == plain


def test_a_lexicon_of_ones_own_may_speak_of_more(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "relations:\n  capital: {forward: ['{O} rules over {S} as its capital']}\n  river: {forward: ['{O} crosses {S}']}\n"
    )
    assert texts("Bhutan\tcapital\tThimphu\n", lexicon=[own]) == ["Thimphu rules over Bhutan as its capital."]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "no triples"),
        (b"\n \r\n\n", "no triples"),
        (b"a\tb\tc\n\na\tb\n", "line 3 has 2 columns"),
        (b"a\tb\tc\td\n", "line 1 has 4 columns"),
        (b"just a line\n", "line 1 has 1 column,"),
        (b"a\tb\tc\n \tb\tc\n", "line 2 has an empty subject"),
        (b"a\t\tc\n", "line 1 has an empty relation"),
        (b'a\tb\t""\n', "line 1 has an empty object"),
        (b"a\tb\t\xff\n", "line 1 is not UTF-8"),
        ("a\tb\t\u200b\n".encode(), "line 1 has an object of characters that cannot be seen"),
        (b"\x00\tb\tc\n", "line 1 has a subject of characters that cannot be seen"),
        (b"a\t\x07\tc\n", "line 1 has a relation of characters that cannot be seen"),
        (b"a\tb\n" * 104, "and 4 more"),
    ],
)
def test_faults_name_their_lines(given: bytes, says: str) -> None:
    with pytest.raises(UserError, match=re.escape(says)) as caught:
        told(given)
    assert caught.value.message.startswith("x.tsv")
    assert caught.value.hint


def test_nothing_is_told_of_a_file_with_a_fault() -> None:
    with pytest.raises(UserError, match="line 5"):
        say(f"{CHAIN}bad\n".encode().splitlines(), "x.tsv")


def _stars(text: str) -> list[list[tuple[str, str]]]:
    graph, (group,) = graph_of(list(read(text.encode().splitlines(), "x")), "x")
    facts = [graph.fact(uid) for uid in group]
    found: list[tuple[int, tuple[Fact, ...]]] = list(stars(facts))
    assert sorted(f.uid for _, star in found for f in star) == sorted(group), "each fact once"
    assert all(node in (f.subject.uid, f.object.uid) for node, star in found for f in star)
    return [[(f.subject.label, f.object.label) for f in star] for _, star in found]


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        ("a r b\nb r c\na r d", [["ab", "ad"], ["bc"]]),
        ("b r c\nb s d\na r b", [["ab"], ["bc", "bd"]]),  # what leads to b comes first
        ("a r x\nb r x\nc r x", [["ax", "bx", "cx"]]),  # all is told of x
        ("a r b\nb r a", [["ab"], ["ba"]]),
        ("a r a", [["aa"]]),
        ("a r b\na s c\na r d", [["ab", "ad", "ac"]]),  # facts of one relation stand together
        ("z r y\na r b\na r c", [["ab", "ac"], ["zy"]]),
    ],
)
def test_stars(lines: str, order: list[list[str]]) -> None:
    assert [["".join(pair) for pair in star] for star in _stars(lines.replace(" ", "\t"))] == order


def test_the_command(tmp_path: Path) -> None:
    runner = CliRunner()
    (tmp_path / "x.tsv").write_text(f"{CHAIN}\nOslo\tis :cat: of\tNorway\n", encoding="utf-8")
    done = runner.invoke(cli.app, ["say", str(tmp_path / "x.tsv"), "--seed", "2"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == texts((tmp_path / "x.tsv").read_text(), seed=2)
    assert runner.invoke(cli.app, ["say", "-", "--seed", "2"], input=(tmp_path / "x.tsv").read_text()).stdout == done.stdout
    asked = runner.invoke(cli.app, ["say", "-", "--form", "question"], input=CHAIN).stdout
    assert len(asked.splitlines()) == 1
    assert "\\n" in asked
    rows = [json.loads(row) for row in runner.invoke(cli.app, ["say", "-", "--json"], input=CHAIN).stdout.splitlines()]
    assert [row["line"] for row in rows] == [1]
    assert rows[0]["facts"][0] | {"spans": 0} == {"subject": "Bhutan", "relation": "capital", "object": "Thimphu", "spans": 0}


def test_a_missing_file() -> None:
    with pytest.raises(UserError, match=r"nowhere\.tsv"):
        CliRunner().invoke(cli.app, ["say", "nowhere.tsv"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("keys", "labels"),
    [
        (["HOME_TEAM", "YEAR", "birthPlace"], ["home team", "year", "birth place"]),
        (["ISBN", "birthPlace", "title"], ["ISBN", "birth place", "title"]),
        (["http://x.org/birthPlace", "/people/person/spouse", "time/retired"], ["birth place", "spouse", "time/retired"]),
    ],
)
def test_labels_of_relations(keys: list[str], labels: list[str]) -> None:
    graph, _ = graph_of(list(read([f"s\t{key}\to\n".encode() for key in keys], "x")), "x")
    assert {r.key: r.label for r in graph.relations()} == dict(zip(keys, labels, strict=True))


def test_running_text_keeps_what_is_stilted_for_sentences_that_stand_alone(tmp_path: Path) -> None:
    lines = "".join(f"Oslo\tmayor {i}\tAnn {i}\n" for i in range(4))
    forward = "['{O} is listed as M of {S}', '{S} has {O} for its M', '{O} is given as M of {S}']"
    own = tmp_path / "own.yaml"
    own.write_text("relations:\n" + "".join(f"  mayor {i}: {{forward: {forward}}}\n" for i in range(4)), encoding="utf-8")
    told_ = [texts(lines, seed=seed, lexicon=[own])[0] for seed in range(6)]
    assert all("listed" not in text and "given" not in text for text in told_)
    alone = [texts(lines, seed=seed, lexicon=[own], form="statement")[0] for seed in range(6)]
    assert any("listed" in text for text in alone)
    own.write_text("relations:\n  mayor 0: {forward: ['{O} is listed as M of {S}']}\n", encoding="utf-8")
    assert texts("Oslo\tmayor 0\tAnn\n", lexicon=[own]) == ["Ann is listed as M of Oslo."], "where there is nothing else"


def test_what_there_is_can_be_meant_by_it(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("relations:\n  eat: {forward: ['there is a {O} called {S}']}\n  area: {forward: ['{S} lies in {O}']}\n")
    (text,) = texts("The Inn\teat\tpub\nThe Inn\tarea\tSoho\n", lexicon=[own])
    assert text == "There is a pub called The Inn. It lies in Soho."
