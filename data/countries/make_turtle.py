"""Write countries.ttl from the TSV files beside it: python data/countries/make_turtle.py"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg2corpus.readers import tsv
from kg2corpus.readers._common import Log
from kg2corpus.readers._vocabulary import WELL_KNOWN

HERE = Path(__file__).parent


def triples(log: Log) -> Iterator[ox.Triple]:
    for t in tsv.read(HERE, log=log):
        o = t.object
        value: ox.NamedNode | ox.Literal
        if o.kind == "literal":
            value = ox.Literal(o.value, datatype=ox.NamedNode(o.datatype)) if o.datatype else ox.Literal(o.value)
        else:
            value = ox.NamedNode(o.value)
        yield ox.Triple(ox.NamedNode(t.subject), ox.NamedNode(t.predicate), value)


def main() -> None:
    log = Log()
    # by subject and predicate, so that the serializer can group them
    found = sorted(set(triples(log)), key=lambda t: (t.subject.value, t.predicate.value, str(t.object)))
    log.check()
    prefixes = {"" if name == "_" else name: iri for name, iri in log.prefixes.items()}
    prefixes["type"] = prefixes[""] + "type/"
    known = {name: WELL_KNOWN[name] for name in ("rdf", "rdfs", "owl", "skos", "xsd", "dcterms", "schema")}
    header = "# Made from the TSV files beside it by make_turtle.py. Open Database License 1.0, see README.md.\n"
    text = ox.serialize(found, format=ox.RdfFormat.TURTLE, prefixes=known | prefixes)
    assert text is not None
    lines = text.decode().splitlines(keepends=True)
    lines.sort(key=lambda line: (0, line) if line.startswith("@prefix") else (1, ""))  # the serializer's order varies
    (HERE / "countries.ttl").write_text(header + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
