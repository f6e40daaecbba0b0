"""The curated vocabularies of the web: every entry is complete, and every name that it claims is one of its vocabulary."""

from __future__ import annotations

import re
import tarfile
from functools import cache
from pathlib import Path

import pytest

from kg2corpus.lexicon import files
from kg2corpus.lexicon.entry import Entry
from kg2corpus.lexicon.resolve import DATA

FAMILIES = ("dbpedia", "dcterms", "foaf", "owl", "prov", "schema", "skos")
ASKED = {"questions": 3, "questions_unseen": 2, "inverse_questions": 3, "inverse_questions_unseen": 2}
# what may stand before a statement without making it another one
FRAME = re.compile(r"^(?:in|on|by|as|for|from|with|at|under|within|among|across|according)\b[^{},]*, |^also |^it is true that ")
# namespace: the file of shared data that lists its terms
LISTED = {
    "http://schema.org/": "schema.nq",
    "http://xmlns.com/foaf/0.1/": "foaf.nq",
    "http://www.w3.org/2004/02/skos/core#": "skos.nq",
    "http://purl.org/dc/terms/": "dcterms.nq",
    "http://www.w3.org/2002/07/owl#": "owl.nq",
    "http://www.w3.org/ns/prov#": "prov.nq",
}
ELEMENTS = "http://purl.org/dc/elements/1.1/"
ENTRIES = [
    (path.stem, name, entry)
    for path in sorted(DATA.glob("*.yaml"))
    if path.stem.split("_")[0] in FAMILIES
    for name, entry in files.read_relations(files.read_yaml(path), path).items()
]


def ids(case: object) -> str:
    return case if isinstance(case, str) else ""


def texts(entry: Entry, *keys: str) -> list[str]:
    return [template.text for key in keys for template in entry.lists.get(key, ())]


def said(entry: Entry, number: str, *keys: str) -> list[str]:
    """The wordings for one answer or for several, with S, O and T for the names, without case, stop and frame."""
    flats = [getattr(template, number) for key in keys for template in entry.lists.get(key, ())]
    plain = ["".join("SOSOSTSOSO"[code] if code >= 0 else text for code, text in flat.parts) for flat in flats]
    return [FRAME.sub("", text.casefold().rstrip("?.")) for text in plain]


@pytest.mark.parametrize(("file", "name", "entry"), ENTRIES, ids=ids)
def test_an_entry_is_complete(file: str, name: str, entry: Entry) -> None:
    for number in ("one", "many"):
        assert len(set(said(entry, number, "forward", "inverse"))) >= 8
    # a figure, a date or a quotation opens no sentence
    literal = entry.object in ("date", "quantity") or entry.value.kind == "text"
    assert len(texts(entry, "forward")) >= 3
    assert len(texts(entry, "inverse")) >= (1 if literal else 3)
    for kind, least in ASKED.items():
        assert len(set(said(entry, "one", kind))) >= least, kind
    assert {"noun", "such"} <= entry.phrases.keys()
    assert len(texts(entry, "chain")) >= 2


@pytest.mark.parametrize(("file", "name", "entry"), ENTRIES, ids=ids)
def test_an_unseen_question_is_never_a_seen_one(file: str, name: str, entry: Entry) -> None:
    for number in ("one", "many"):
        for kind in ("questions", "inverse_questions"):
            assert set(said(entry, number, kind)).isdisjoint(said(entry, number, f"{kind}_unseen"))


@pytest.mark.parametrize(("file", "name", "entry"), ENTRIES, ids=ids)
def test_a_wording_fits_names_of_any_kind(file: str, name: str, entry: Entry) -> None:
    for kind in ("forward", "inverse", "chain", "both", *ASKED):
        for template in entry.lists.get(kind, ()):
            assert not re.search(r"\b(?:an?|he|she|his|her) \{[SOT]\}", template.text), template.text
            for flat in (template.one, template.many):
                text = "".join("_" if code >= 0 else part for code, part in flat.parts)
                assert text == text.strip(" ,")
                assert "  " not in text
                assert not re.search(r"\b(?:he|she|his|her|hers|him)\b", text), text
    for text in texts(entry, *ASKED):
        assert text.endswith("?") or (text.startswith(("name ", "give ", "state ")) and text.endswith((".", '"'))), text
    for pool in ("forward", "inverse", *ASKED):
        # a date may come as words that are no date: then {on O} is not there
        assert any("{on O}" not in text for text in texts(entry, pool)), pool


@pytest.mark.parametrize(("file", "name", "entry"), [case for case in ENTRIES if case[2].multi], ids=ids)
def test_one_of_several_does_not_deny_the_others(file: str, name: str, entry: Entry) -> None:
    for template in entry.lists["forward"]:
        text = "".join("SOSOSTSOSO"[code] if code >= 0 else part for code, part in template.one.parts)
        assert not re.match(r"the [a-z ]+ of S is O$|S's [a-z ]+ is O$", text), template.text


def names(name: str, entry: Entry) -> list[str]:
    return [key for key in (name, *entry.match) if "://" in key]


def test_no_name_is_claimed_twice() -> None:
    keys = [key.casefold() for _, name, entry in ENTRIES for key in {name.casefold(), *(m.casefold() for m in entry.match)}]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_name_of_schema_org_is_claimed_with_and_without_tls() -> None:
    found = {key for _, name, entry in ENTRIES for key in names(name, entry) if "schema.org/" in key}
    assert len(found) > 200
    assert {key.replace("https:", "http:") for key in found if key.startswith("https:")} == {
        key for key in found if key.startswith("http:")
    }


@cache
def terms(archive: Path) -> dict[str, frozenset[str]]:
    """The IRIs that each file of the vocabularies speaks of, as subject or as relation."""
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if (file := tar.extractfile(member)) is not None and member.name.endswith(".nq"):
                starts = [line.split(" ", 2)[:2] for line in file.read().decode("utf-8").splitlines()]
                found[member.name] = frozenset(end.strip("<>") for start in starts for end in start)
    return found


@pytest.mark.data
@pytest.mark.parametrize("namespace", LISTED)
def test_every_name_is_a_term_of_its_vocabulary(kg_data: Path, namespace: str) -> None:
    known = terms(kg_data / "formats" / "vocabularies.tar.xz")[LISTED[namespace]]
    claimed = {key for _, name, entry in ENTRIES for key in names(name, entry) if key.startswith(namespace)}
    assert len(claimed) > 5
    assert sorted(claimed - known) == []


@pytest.mark.data
def test_every_old_element_has_its_term(kg_data: Path) -> None:
    known = terms(kg_data / "formats" / "vocabularies.tar.xz")["dcterms.nq"]
    claimed = {key for _, name, entry in ENTRIES for key in names(name, entry) if key.startswith(ELEMENTS)}
    assert len(claimed) > 5
    assert sorted(key for key in claimed if key.replace(ELEMENTS, "http://purl.org/dc/terms/") not in known) == []
