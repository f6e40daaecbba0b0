"""Canonical literals, labels, names made from keys, and uids: one thing has one form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import uid as uids
from kg2corpus.store.canonical import DATES, NUMBERS, XSD, canonical, clean_label
from kg2corpus.store.naming import label_from_key, relation_label, relation_name
from kg2corpus.store.terms import Terms, fact_uids

NUMERIC = sorted(NUMBERS)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DIGITS = st.from_regex(r"[ \t]?[+-]?[0-9]{0,6}(\.[0-9]{0,6})?([eE][+-]?[0-9]{1,3})?[ \n]?", fullmatch=True)


@given(
    TEXTS | DIGITS,
    st.sampled_from(["", XSD + "string", XSD + "boolean", *NUMERIC, *sorted(DATES)]),
    st.sampled_from(["", "en", "DE-at"]),
)
def test_canonical_is_stable(value: str, datatype: str, language: str) -> None:
    once = canonical(value, datatype, language)
    assert canonical(*once[:3]) == once


@given(st.integers(-(10**12), 10**12), st.integers(0, 4), st.booleans())
def test_one_integer_has_one_form(number: int, zeros: int, plus: bool) -> None:
    sign = "-" if number < 0 else "+" if plus else ""
    assert canonical(f" {sign}{'0' * zeros}{abs(number)}\n", XSD + "int", "")[0] == str(number)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6), st.integers(0, 3))
def test_one_decimal_has_one_form(number: Any, zeros: int) -> None:
    from decimal import Decimal

    form, _, _, well = canonical(f"{number:f}" + "0" * zeros, XSD + "decimal", "")
    assert well
    assert Decimal(form) == number
    assert form == canonical(form + (".0" if "." not in form else "0"), XSD + "decimal", "")[0]


@given(st.floats(allow_nan=False))
def test_one_double_has_one_form(number: float) -> None:
    forms = {canonical(text, XSD + "double", "")[0] for text in (repr(number), f"{number:.17e}") if "inf" not in text}
    assert len(forms) <= 1
    assert all(float(f) == number for f in forms)


@pytest.mark.parametrize(
    ("value", "datatype", "form"),
    [
        ("1", "boolean", "true"), ("1.80E2", "double", "180"), ("1e+16", "double", "1e16"), ("+INF", "float", "INF"),
        ("-0", "integer", "0"), ("-0.0", "decimal", "0"), (".5", "decimal", "0.5"), ("5.", "decimal", "5"),
        ("2020-01-01T00:00:00.500+00:00", "dateTime", "2020-01-01T00:00:00.5Z"),
        ("2020-01-01T00:00:00.000", "dateTime", "2020-01-01T00:00:00"),
    ],
)  # fmt: skip
def test_canonical_examples(value: str, datatype: str, form: str) -> None:
    assert canonical(value, XSD + datatype, "") == (form, XSD + datatype, "", True)


@pytest.mark.parametrize(
    ("value", "datatype"), [("abc", "integer"), (".", "decimal"), ("", "double"), ("yes", "boolean"), ("1.5", "int")]
)
def test_ill_formed_literals_stay(value: str, datatype: str) -> None:
    assert canonical(value, XSD + datatype, "") == (value, XSD + datatype, "", False)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_the_fast_uid_is_the_uid(s: int, r: int, o: int) -> None:
    columns = (np.array([i, 0]) for i in (s, r, o))
    assert fact_uids(*columns).tolist() == [uids.fact_uid(s, r, o), uids.fact_uid(0, 0, 0)]


@given(TEXTS)
def test_clean_labels_stand_in_a_line(text: str) -> None:
    cleaned = clean_label(text)
    assert cleaned == clean_label(cleaned) == " ".join(cleaned.split())


@pytest.mark.parametrize(
    ("key", "name", "label", "said"),
    [
        ("https://x.test/a#bornIn", "bornIn", "born In", "born in"),
        ("/people/person/place_of_birth", "place_of_birth", "place of birth", "place of birth"),
        ("GO:0000001", "GO:0000001", "GO:0000001", "GO:0000001"), ("city:Abu Dhabi", "Abu Dhabi", "Abu Dhabi", "abu dhabi"),
        ("https://x.test/Abu%20Dhabi/", "Abu Dhabi", "Abu Dhabi", "abu dhabi"),
        ("ACTED_IN", "ACTED_IN", "ACTED IN", "acted in"), ("KNOWS", "KNOWS", "KNOWS", "knows"),
        ("ISBN", "ISBN", "ISBN", "ISBN"),
        ("P36", "P36", "P36", "P36"), ("#", "#", "#", "#"),
    ],
)  # fmt: skip
def test_names_from_keys(key: str, name: str, label: str, said: str) -> None:
    assert (relation_name(key), label_from_key(key), relation_label(key)) == (name, label, said)


@given(TEXTS, TEXTS, TEXTS)
def test_the_numbers_of_names_stand_for_their_uids(graph_id: str, key: str, other: str) -> None:
    terms = Terms(graph_id, Path("unused"))
    numbers = [terms.entity(key), *terms.literals([(key, other, "en"), (other, key, ""), (key, other, "en")])]
    assert numbers == [0, 1, 2, 1]
    named = [uids.entity_uid(key, graph_id), *(uids.literal_uid(*n, graph_id) for n in ((key, other, "en"), (other, key, "")))]
    assert terms.uids().tolist() == named


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("AC/DC", "AC/DC"), ("C#", "C#"), ("LaTeX", "LaTeX"), ("TCP/IP", "TCP/IP"), ("iOS", "iOS"), ("H2O", "H2O"),
        ("2001: A Space Odyssey", "2001: A Space Odyssey"), ("New_York", "New York"),
        ("http://x.test/HGNC_PPP3CB", "HGNC PPP3CB"), ("http://x.test/GO_0005739", "GO:0005739"),
        ("http://x.test/CreativeWork", "Creative Work"), ("http://x.test/iPhone", "iPhone"),
    ],
)  # fmt: skip
def test_texts_as_keys_stand_as_they_are(key: str, label: str) -> None:
    assert label_from_key(key) == label
