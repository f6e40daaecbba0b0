"""Names and values are found in text wherever they stand, and only where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.faithful import Reader, mentions, reader, reader_of, stray_numbers, tokens, values
from kg2corpus.lexicon.resolve import resolve

from .graphs import make_graph

NAMES = {
    1: [".bt"],
    2: ["+975"],
    3: ["St. John's", "Saint John’s"],
    4: ["Guinea"],
    5: ["Papua New Guinea"],
    6: ["US", "United States"],
    7: ["東京"],
    8: ["東京都"],
    9: ["بوتان"],
    10: ["38,394 square kilometres", "38,394"],
    11: ["5"],
    12: ["Côte d'Ivoire"],
    13: ["भूटान"],
    14: ["부탄"],
    15: ["ประเทศไทย"],
    16: ["C++"],
    17: ["Bahamas", "the Bahamas"],
    18: ['Say "no"'],
    19: ["ישראל"],
    20: ["-5"],
    21: ["قطر."],
    22: ["قطر"],
}


@pytest.fixture(scope="module")
def names() -> Reader:
    return reader_of([(name, uid) for uid, texts in NAMES.items() for name in texts], literals=frozenset({1, 2, 10, 11, 20}))


def found(names: Reader, text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(text[m.start : m.end], m.uids) for m in mentions(names, text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Its domain is .bt.", [(".bt", 1)]),
        ("Not foo.bt, nor .btx. BT, nor . bt", []),
        ("ドメインは.btです", [(".bt", 1)]),
        ("Dial +975, not +9751 or 975.", [("+975", 2)]),
        ("St. John's is one; St. John’s's port.", [("St. John's", 3), ("St. John’s", 3)]),
        ("From Papua New Guinea to Guinea-Bissau.", [("Papua New Guinea", 5), ("Guinea", 4)]),
        ("Guinean coffee", []),
        ("The US told us so; the united states did.", [("US", 6), ("united states", 6)]),
        ("首都は東京です。", [("東京", 7)]),
        ("東京都は大きい", [("東京都", 8)]),
        ("عاصمة بوتان.", [("بوتان", 9)]),
        ("It has 38,394 square kilometres.", [("38,394 square kilometres", 10)]),
        ("It has 38,394 people, 138,394 cows and 38,394,1 sheep.", [("38,394", 10)]),
        ("5 of 15, 5.5, 1,5 and -5.", [("5", 11), ("-5", 20)]),
        ("Cote d'Ivoire is Co\u0302te d’Ivoire.", [("Co\u0302te d’Ivoire", 12)]),
        ("भूटान की राजधानी", [("भूटान", 13)]),
        ("부탄은 나라다", [("부탄", 14)]),
        ("อยู่ในประเทศไทยครับ", [("ประเทศไทย", 15)]),
        ("In C++, and in C.", [("C++", 16)]),
        ("The Bahamas' capital", [("The Bahamas", 17)]),
        ('Say "no".', [('Say "no"', 18)]),
        ("(ישראל)", [("ישראל", 19)]),
        ("They call it قطر.", [("قطر.", 21), ("قطر", 22)]),
        ("", []),
        (" \n ", []),
    ],
)
def test_mentions(names: Reader, text: str, wanted: list[tuple[str, int]]) -> None:
    assert found(names, text) == [(name, (uid,)) for name, uid in wanted]


label = st.text(min_size=1, max_size=24).filter(lambda text: bool(text.strip()))
around = st.sampled_from([("It is ", "."), ("(", ")"), ("", " is it."), ("“", "”?"), ("In ", ", they say."), ("« ", " »")])


@given(label, around)
def test_every_name_is_found_where_it_stands(name: str, frame: tuple[str, str]) -> None:
    # a mark that combines, or a joiner, joins what stands before it, as it should; and names are said in one line
    before, after = frame
    text = f"{before}{name.strip()}{after}"
    pieces = [(word, start) for word, start, _ in tokens(text)]
    start, end = len(before), len(before) + len(name.strip())
    if "\n" in name.strip() or start not in [at for _, at in pieces] or any(at < end < stop for _, at, stop in tokens(text)):
        return
    assert (start, end) in [(m.start, m.end) for m in mentions(reader_of([(name, 1)]), text)]


def test_names_that_several_nodes_bear() -> None:
    both = reader_of([("Georgia", 1), ("georgia", 2)])
    assert found(both, "Georgia") == [("Georgia", (1, 2))]


def test_values_as_the_lexicon_says_them() -> None:
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    graph = make_graph(
        [("c/A", "area_km2", ("38394", integer)), ("c/A", "capital", "t/B")],
        labels={"c/A": "Avaria", "t/B": "Bel"},
        units={"area_km2": "square kilometre"},
        datatypes={"area_km2": integer},
    )
    made = reader(graph, resolve(graph))
    text = "Avaria has 38,394 square kilometres; Bel has 38,395 of them."
    assert [text[m.start : m.end] for m in values(made, text)] == ["38,394 square kilometres"]
    assert [text[a:b] for a, b in stray_numbers(text, mentions(made, text))] == ["38,395"]


def test_lone_surrogates_do_not_stop_it() -> None:
    odd = reader_of([("a\ud800b", 1)])
    assert found(odd, "x a\ud800b y")
