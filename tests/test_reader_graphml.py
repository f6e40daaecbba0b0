"""The GraphML reader: files that networkx writes, files as yEd and Neo4j write them, faults, attacks and mutations."""

from __future__ import annotations

import csv
import re
import tracemalloc
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import graphml
from kg2corpus.readers._common import Log
from kg2corpus.types import Term, Triple
from tests.conftest import COUNTRIES

INTEGER, DOUBLE, BOOLEAN = v.XSD + "integer", v.XSD + "double", v.XSD + "boolean"


def write(folder: Path, text: str | bytes, name: str = "a.graphml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def inside(text: str, keys: str = "") -> str:
    return f'<graphml xmlns="http://x.test/graphml">{keys}<graph edgedefault="directed">{text}</graph></graphml>'


def facts(triples: list[Triple]) -> list[tuple[str, str, str]]:
    return [(t.subject, t.predicate.rpartition("#")[2], t.object.value) for t in triples]


# networkx as an independent writer


@pytest.mark.parametrize("make", [nx.karate_club_graph, nx.les_miserables_graph, nx.florentine_families_graph])
def test_undirected_graphs_of_networkx(make, tmp_path: Path) -> None:
    made = make()
    nx.write_graphml(made, tmp_path / "a.graphml")
    found = list(graphml.read(tmp_path / "a.graphml"))
    edges = [t for t in found if t.predicate == "linked to"]
    wanted = {frozenset((str(a), str(b))) for a, b in made.edges}
    assert {frozenset((t.subject, t.object.value)) for t in edges} == wanted
    assert len(edges) == made.number_of_edges(), "each edge is stated once"
    symmetric = [t for t in found if t.object.value == v.SYMMETRIC]
    assert [(t.subject, t.position) for t in symmetric] == [("linked to", made.number_of_nodes() + 1)]
    weights = {frozenset((str(a), str(b))): str(w) for a, b, w in made.edges(data="weight") if w is not None}
    assert {frozenset((t.subject, t.object.value)): t.qualifiers[0][1].value for t in edges if t.qualifiers} == weights
    clubs = {str(n): c for n, c in made.nodes(data="club") if c}
    assert {t.subject: t.object.value for t in found if t.predicate == "club"} == clubs
    assert len(found) == len(edges) + len(symmetric) + len(clubs)


def test_countries_through_networkx(tmp_path: Path) -> None:
    """The demo graph, written with node and edge data; the counts are those of its TSV files."""
    rows = {name: list(csv.reader((COUNTRIES / f"{name}.tsv").open(encoding="utf-8"), delimiter="\t")) for name in
            ("entities", "relations", "triples")}  # fmt: skip
    made = nx.MultiDiGraph()
    entities = {row[0]: row for row in rows["entities"]}
    for key, name, kind, *_ in entities.values():
        made.add_node(key, name=name, type=kind)
    values: dict[tuple[str, str], str] = {}
    links = []
    for subject, relation, object_, kind, *_ in rows["triples"]:
        if kind == "entity":
            links.append((subject, relation, object_))
            made.add_edge(subject, object_, label=relation, row=len(links))
        else:
            values[subject, relation] = object_  # networkx holds one value for each property
            made.nodes[subject][relation] = object_
    nx.write_graphml(made, tmp_path / "a.graphml")
    text = (tmp_path / "a.graphml").read_text(encoding="utf-8")
    assert (text.count("<node "), text.count("<edge ")) == (len(made), len(links))
    found = list(graphml.read(tmp_path / "a.graphml"))
    between = [t for t in found if t.object.kind == "iri" and t.predicate != v.TYPE]
    assert sorted((t.subject, t.predicate, t.object.value) for t in between) == sorted(links)
    assert sorted(int(q[1].value) for t in found for q in t.qualifiers) == list(range(1, len(links) + 1))
    assert {t.subject: t.object.value for t in found if t.predicate == v.LABEL} == {k: row[1] for k, row in entities.items()}
    assert {t.subject: t.object.value for t in found if t.predicate == v.TYPE} == {
        k: f"type:{row[2]}" for k, row in entities.items()
    }
    rest = {(t.subject, t.predicate): t.object.value for t in found if t.object.kind == "literal" and t.predicate != v.LABEL}
    assert rest == values
    assert len(found) == len(links) + len(values) + 2 * len(entities)
    positions = [t.position for t in found]
    assert positions == sorted(positions)
    assert positions[-1] == len(made) + len(links)


def test_datatypes_defaults_and_values_that_are_not_there(tmp_path: Path) -> None:
    made = nx.DiGraph(node_default={"alive": False}, edge_default={"sure": 0.5})
    made.add_node("a", name="A", born=1815, height=1.7, alive=True, far=float("inf"), note=" ", description="Says so")
    made.add_node("b")
    made.add_edge("a", "b", type="knows", since=1833)
    made.add_edge("b", "a", type="likes", sure=0.9)
    nx.write_graphml(made, tmp_path / "a.graphml")
    log = Log()
    found = list(graphml.read(tmp_path / "a.graphml", log=log))
    assert {(t.subject, t.predicate): t.object for t in found if t.object.kind == "literal"} == {
        ("a", v.LABEL): Term("literal", "A"),
        ("a", "born"): Term("literal", "1815", INTEGER),
        ("a", "height"): Term("literal", "1.7", DOUBLE),
        ("a", "far"): Term("literal", "INF", DOUBLE),
        ("a", "alive"): Term("literal", "true", BOOLEAN),
        ("a", v.DESCRIPTION): Term("literal", "Says so"),
        ("b", "alive"): Term("literal", "false", BOOLEAN),
    }
    edge, other = [t for t in found if t.object.kind == "iri"]
    assert (other.predicate, dict(other.qualifiers)) == ("likes", {"sure": Term("literal", "0.9", DOUBLE)})
    assert dict(edge.qualifiers) == {"since": Term("literal", "1833", INTEGER), "sure": Term("literal", "0.5", DOUBLE)}
    assert log.notes["empty value"] == 1


# files as other programs write them

YED = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml"
         xmlns:yed="http://www.yworks.com/xml/yed/3">
  <key attr.name="Description" attr.type="string" for="graph" id="d0"/>
  <key for="port" id="d1" yfiles.type="portgraphics"/>
  <key attr.name="url" attr.type="string" for="node" id="d4"/>
  <key attr.name="description" attr.type="string" for="node" id="d5"/>
  <key for="node" id="d6" yfiles.type="nodegraphics"/>
  <key for="graphml" id="d7" yfiles.type="resources"/>
  <key for="edge" id="d10" yfiles.type="edgegraphics"/>
  <graph edgedefault="directed" id="G">
    <data key="d0"/>
    <node id="n0" yfiles.foldertype="group">
      <data key="d4"/>
      <data key="d6"><y:ProxyAutoBoundsNode><y:Realizers active="0"><y:GroupNode><y:Geometry height="1"/>
        <y:NodeLabel>Accounting
          department<y:LabelModel/></y:NodeLabel></y:GroupNode><y:GroupNode><y:NodeLabel>Folder 1</y:NodeLabel></y:GroupNode>
        </y:Realizers></y:ProxyAutoBoundsNode></data>
      <graph edgedefault="directed" id="n0:">
        <node id="n0::n0">
          <data key="d5"><![CDATA[Pays <everybody>]]></data>
          <data key="d6"><y:ShapeNode><y:NodeLabel>Payroll</y:NodeLabel></y:ShapeNode></data>
        </node>
      </graph>
    </node>
    <node id="n1"><data key="d6"><y:ShapeNode><y:NodeLabel>Bank</y:NodeLabel></y:ShapeNode></data><port name="p"/></node>
    <edge id="e0" source="n0::n0" target="n1">
      <data key="d10"><y:PolyLineEdge><y:EdgeLabel>reports
         to</y:EdgeLabel></y:PolyLineEdge></data>
    </edge>
    <edge id="e1" source="n1" target="n0"><data key="d10"><y:PolyLineEdge><y:Arrows/></y:PolyLineEdge></data></edge>
    <hyperedge><endpoint node="n0"/><endpoint node="n1"/></hyperedge>
  </graph>
  <data key="d7"><y:Resources/></data>
</graphml>
"""


def test_as_yed_writes(tmp_path: Path) -> None:
    log = Log()
    found = list(graphml.read(write(tmp_path, YED), log=log, relation="goes to"))
    assert facts(found) == [
        ("n0::n0", "label", "Payroll"),
        ("n0::n0", v.DESCRIPTION, "Pays <everybody>"),
        ("n0::n0", "part of", "n0"),
        ("n0", "label", "Accounting department"),
        ("n1", "label", "Bank"),
        ("n0::n0", "reports to", "n1"),
        ("n1", "goes to", "n0"),
    ]
    assert [t.position for t in found] == [2, 2, 2, 1, 3, 4, 5]
    assert log.notes == {
        "hyperedge, an edge of more than two nodes": 1,
        "port of a node": 1,
        "data of the graph itself": 2,
        "drawing of a node or edge, of which the label alone is read": 5,
        "empty value": 1,
    }
    assert not [t for t in graphml.read(write(tmp_path, YED), nested="") if t.predicate == "part of"]


APOC = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<key id="born" for="node" attr.name="born" attr.type="long"/>
<key id="name" for="node" attr.name="name" attr.type="string"/>
<key id="aliases" for="node" attr.name="aliases" attr.type="string" attr.list="string"/>
<key id="marks" for="node" attr.name="marks" attr.type="string" attr.list="long"/>
<key id="label" for="edge" attr.name="label" attr.type="string"/>
<key id="roles" for="edge" attr.name="roles" attr.type="string" attr.list="string"/>
<graph id="G" edgedefault="directed">
<node id="n188" labels=":Person:Actor"><data key="labels">:Person:Actor</data><data key="born">1964</data>
<data key="name">Keanu Reeves</data><data key="aliases">["Neo","The One"]</data><data key="marks">[1,2]</data></node>
<node id="n189" labels=":Movie"><data key="labels">:Movie</data><data key="title">The Matrix</data></node>
<edge id="e267" source="n188" target="n189" label="ACTED_IN"><data key="label">ACTED_IN</data>
<data key="roles">["Neo"]</data></edge>
</graph>
</graphml>
"""


def test_as_neo4j_writes(tmp_path: Path) -> None:
    """Also data whose key is not declared, as older versions of APOC leave `labels`."""
    found = list(graphml.read(write(tmp_path, APOC), prefix="film:"))
    assert facts(found) == [
        ("film:n188", "label", "Keanu Reeves"),
        ("film:n188", "type", "type:Person"),
        ("film:n188", "type", "type:Actor"),
        ("film:n188", "born", "1964"),
        ("film:n188", "altLabel", "Neo"),
        ("film:n188", "altLabel", "The One"),
        ("film:n188", "marks", "1"),
        ("film:n188", "marks", "2"),
        ("film:n189", "label", "The Matrix"),
        ("film:n189", "type", "type:Movie"),
        ("film:n188", "ACTED_IN", "film:n189"),
    ]
    assert found[3].object.datatype == found[6].object.datatype == INTEGER
    assert found[-1].qualifiers == (("roles", Term("literal", "Neo")),)


def test_undirected_edges(tmp_path: Path) -> None:
    keys = '<key id="l" for="edge" attr.name="label" attr.type="string"/>'
    edge = '<edge source="{}" target="{}" {}><data key="l">{}</data></edge>'
    text = "".join(
        edge.format(*e)
        for e in [("a", "b", 'directed="false"', "twin"), ("b", "c", 'directed="false"', "road"), ("c", "a", "", "road")]
    )
    log = Log()
    found = list(graphml.read(write(tmp_path, inside(text, keys)), log=log))
    assert facts(found) == [
        ("a", "twin", "b"), ("b", "road", "c"), ("c", "road", "a"), ("twin", "type", v.SYMMETRIC),
    ]  # fmt: skip
    assert log.notes == {
        "undirected edge of a relation that has directed ones too: stated in one direction": 1, graphml.STRANGER: 3
    }  # fmt: skip


def test_edges_to_nodes_that_are_not_there(tmp_path: Path) -> None:
    """Edges may stand before their nodes; what no node element declares is counted, each node once."""
    edges = [f'<edge source="{a}" target="{b}"/>' for a, b in ("ab", ("b", "bb"), ("bb", "a"))]
    text = edges[0] + '<node id="a"/><node id="b"/>' + "".join(edges[1:])
    log = Log()
    found = list(graphml.read(write(tmp_path, inside(text)), log=log, prefix="x:"))
    assert [f[2] for f in facts(found) if f[1] == "linked to"] == ["x:b", "x:bb", "x:a"]
    assert log.notes == {graphml.STRANGER: 1}


def test_names_with_marks_keep_them_as_labels(tmp_path: Path) -> None:
    keys = '<key id="v" for="node" attr.name="speed (km/h)" attr.type="double"/>'
    text = '<node id="a"><data key="v">3</data></node><node id="b"><data key="v">4</data></node>'
    assert facts(list(graphml.read(write(tmp_path, inside(text, keys))))) == [
        ("speed (km/h)", "label", "speed (km/h)"), ("a", "speed (km/h)", "3"), ("b", "speed (km/h)", "4"),
    ]  # fmt: skip


def test_options(tmp_path: Path) -> None:
    keys = "".join(f'<key id="{n}" for="all" attr.name="{n}" attr.type="string"/>' for n in ("name", "code", "kind", "via"))
    node = '<node id="a"><data key="name">A</data><data key="code">X1</data><data key="kind">thing</data></node>'
    path = write(tmp_path, inside(node + '<edge source="a" target="a"><data key="via">sees</data></edge>', keys))
    assert facts(list(graphml.read(path, label="code", types="kind", edge="via"))) == [
        ("a", "label", "X1"), ("a", "type", "type:thing"), ("a", "name", "A"), ("a", "sees", "a"),
    ]  # fmt: skip
    with pytest.raises(UserError, match=r"^a\.graphml: no node has a text as its property 'cod', which label= names") as caught:
        list(graphml.read(path, label="cod"))
    assert "'code'" in caught.value.hint
    with pytest.raises(UserError, match=r"^a\.graphml: relation= is empty"):
        list(graphml.read(path, relation=" "))


# faults and attacks


def test_faults_of_single_elements(tmp_path: Path) -> None:
    text = '<node/><node id="a"/><edge id="e1" source="a"/><edge source=" " /><edge source="a" target="b"><data>x</data></edge>'
    path = write(tmp_path, inside(text))
    with pytest.raises(UserError) as caught:
        list(graphml.read(path))
    assert caught.value.message.splitlines() == [
        "a.graphml:1: node '' has no id",
        "a.graphml:3: edge 'e1' has no target",
        "a.graphml:4: edge '' has no source and no target",
        "a.graphml:5: edge '' has data without a key",
    ]
    log = Log(skip_bad=True)
    assert facts(list(graphml.read(path, log=log))) == [("a", "linked to", "b")]
    assert log.count == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"^a\.graphml:1: no well-formed XML: no element found"),
        ("<graphml>\n<graph>", r"^a\.graphml:2: no well-formed XML: no element found \(column 8\)"),
        ("<graphml>\n<graph></grap></graphml>", r"^a\.graphml:2: no well-formed XML: mismatched tag \(column 10\)"),
        ("<svg/>", r"^a\.graphml: XML, but no GraphML: it begins with <svg>"),
        ("subject,object\n1,2\n", r"^a\.graphml:1: no well-formed XML: syntax error"),
        (b'<?xml version="1.0" encoding="latin-99"?><graphml/>', r"^a\.graphml:1: (cannot be decoded|no well-formed XML)"),
        (b"<graphml>\n<graph>\xff</graph></graphml>", r"^a\.graphml:2: no well-formed XML: not well-formed"),
        ("<!DOCTYPE graphml SYSTEM 'http://x.test/g.dtd'><graphml/>", r"^a\.graphml: it has a document type"),
        ("<!DOCTYPE g [<!ENTITY f SYSTEM 'file:///etc/hosts'>]><graphml>&f;</graphml>", r"^a\.graphml: it has a document"),
        ("<graphml>&lol;</graphml>", r"^a\.graphml:1: no well-formed XML: undefined entity"),
        ("<graphml>" + "<graph>" * 600, r"^a\.graphml: elements are nested more than 500 deep"),
    ],
)
def test_what_is_no_graphml(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message) as caught:
        list(graphml.read(write(tmp_path, text)))
    assert caught.value.hint
    if "well-formed" in message:
        with pytest.raises(UserError) as caught:
            list(graphml.read(write(tmp_path, text), log=Log(skip_bad=True)))
        assert caught.value.hint.startswith("--skip-bad does not work for") or "UTF-8" in caught.value.hint


def test_billion_laughs(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    text = f'<!DOCTYPE g [<!ENTITY l0 "lol">{laughs}]><graphml><graph><node id="&l9;"/></graph></graphml>'
    with pytest.raises(UserError, match=r"^a\.graphml: it has a document type"):
        list(graphml.read(write(tmp_path, text)))


@pytest.mark.parametrize(
    ("before", "piece", "message"),
    [
        ('<graphml><graph><node id="', "a", "one tag or value is longer than 8 MiB"),
        ("<graphml><graph><!--", "a", "one tag or value is longer"),
        ('<graphml><graph><node id="a"><data key="k">', "text ", "one tag or value is longer"),
        ('<graphml><graph><node id="a">', '<data key="k">x</data>', "node 1 holds more"),
        ("<graphml>", '<key id="k" for="node"><default>x</default></key>', "its keys hold more"),
    ],
)
def test_what_has_no_end(before: str, piece: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, before + piece * (10_000_000 // len(piece)))
    with pytest.raises(UserError, match=rf"^a\.graphml: {message}"):
        list(graphml.read(path))


def test_memory_is_flat(tmp_path: Path) -> None:
    """A group with 8,000 nodes, graph data and unknown elements: only what is open is held, and a number for each node."""
    node = '<node id="n{}"><data key="k">some text</data></node>\n<x><y/></x><data key="k">graph</data>'
    body = "".join(node.format(i) for i in range(8_000))
    path = write(tmp_path, inside(f'<node id="g"><graph edgedefault="directed">{"".join(body)}</graph></node>{body}'))
    del body
    tracemalloc.start()
    count = sum(1 for _ in graphml.read(path, nested=""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 16_000
    assert peak < 1_200_000 + 8_000 * 100
    assert path.stat().st_size > 1_400_000


def harmless(path: Path) -> None:
    """The only ways out: triples, or a UserError that begins with the file's name."""
    found: list[Triple] = []
    said = path.name
    try:
        found = list(graphml.read(path))
    except UserError as e:
        said = e.message
    assert said.startswith(path.name)
    assert all(t.position > 0 and t.subject.strip() and t.predicate.strip() and t.object.value.strip() for t in found)
    "".join(f"{t.subject} {t.predicate} {t.object.value}" for t in found).encode()


CUTS = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 40), st.binary(max_size=6)), max_size=4)


@given(st.sampled_from([YED, APOC]), CUTS)
def test_mutations(tmp_path_factory: pytest.TempPathFactory, text: str, cuts: list[tuple[int, int, bytes]]) -> None:
    data = text.encode()
    for start, length, new in cuts:
        data = data[:start] + new + data[start + length :]
    harmless(write(tmp_path_factory.getbasetemp(), data, "mutated.graphml"))


@given(st.sampled_from([YED, APOC]), st.integers(0, 60), st.integers(0, 60))
def test_tags_moved(tmp_path_factory: pytest.TempPathFactory, text: str, one: int, other: int) -> None:
    """Well-formed or not: tags out of their place."""
    parts = re.split(r"(?=<)", text)
    parts.insert(other % len(parts), parts.pop(one % len(parts)))
    harmless(write(tmp_path_factory.getbasetemp(), "".join(parts), "moved.graphml"))


@given(st.binary(max_size=300))
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    harmless(write(tmp_path_factory.getbasetemp(), data, "random.graphml"))
