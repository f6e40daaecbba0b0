"""The predicates that the loader recognises: they describe nodes and relations and are not facts.

`NOTES` maps a predicate to (kind, rank): of several notes of a kind the lowest rank wins, English or untagged text first.
"""

from __future__ import annotations

from ..readers import _vocabulary as v

_SCHEMAS = ("https://schema.org/", "http://schema.org/")

# about any node; only with a literal object (schema:name of an IRI is an ordinary fact)
NOTES: dict[str, tuple[str, int]] = {
    v.RDFS + "label": ("label", 0),
    v.SKOS + "prefLabel": ("label", 1),
    v.FOAF + "name": ("label", 3),
    # a document's title is its label unless it has a proper one; then it is an alias
    v.DCTERMS + "title": ("label", 4),
    v.DC + "title": ("label", 5),
    v.SKOS + "altLabel": ("alias", 0),
    v.RDFS + "comment": ("description", 2),
    v.DCTERMS + "description": ("description", 1),
    v.DC + "description": ("description", 4),
    v.SKOS + "definition": ("description", 0),
    **{s + "name": ("label", 2) for s in _SCHEMAS},
    **{s + "alternateName": ("alias", 1) for s in _SCHEMAS},
    **{s + "description": ("description", 3) for s in _SCHEMAS},
}

# about a relation; the subject is a relation because of them
SCHEMA_NOTES: dict[str, str] = {
    v.RDFS + "range": "range",
    v.RDFS + "domain": "property",
    v.RDFS + "subPropertyOf": "sub_property",
    v.OWL + "inverseOf": "inverse",
    v.OWL + "equivalentProperty": "property",
    v.NAME_LIKE: "name_like",
    v.ROLE: "role",
    v.KIND: "kind",
    **{s + "inverseOf": "inverse" for s in _SCHEMAS},
    **{s + "domainIncludes": "property" for s in _SCHEMAS},
    **{s + "rangeIncludes": "property" for s in _SCHEMAS},
}

# the unit of a relation, but an ordinary fact of any other node (a quantity, say)
UNITS = frozenset({v.QUDT + "unit", v.QUDT + "hasUnit"} | {s + n for s in _SCHEMAS for n in ("unitText", "unitCode")})

PROPERTY_TYPES = frozenset(
    {v.RDF + "Property", v.RDFS + "ContainerMembershipProperty"}
    | {
        v.OWL + name
        for name in (
            "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "OntologyProperty", "FunctionalProperty",
            "InverseFunctionalProperty", "TransitiveProperty", "SymmetricProperty", "AsymmetricProperty",
            "ReflexiveProperty", "IrreflexiveProperty", "DeprecatedProperty",
        )
    }
)  # fmt: skip
# types of relations that say how its facts behave: the kind of note that they make
CHARACTERISTICS = {
    v.SYMMETRIC: "symmetric",
    v.TRANSITIVE: "transitive",
    v.FUNCTIONAL: "functional",
}
# qualifiers that say from when and until when a statement held
_WIKIDATA = ("http://www.wikidata.org/prop/direct/", "http://www.wikidata.org/prop/qualifier/", "http://www.wikidata.org/entity/")
VALID_FROM = frozenset({p + "P580" for p in _WIKIDATA} | {s + "startDate" for s in _SCHEMAS} | {v.K2C + "validFrom"})
VALID_TO = frozenset({p + "P582" for p in _WIKIDATA} | {s + "endDate" for s in _SCHEMAS} | {v.K2C + "validTo"})
EMPTY_TYPES = frozenset({v.OWL + "Thing", v.OWL + "NamedIndividual", v.RDFS + "Resource"})

# the kinds of rows of the annotation table; their order is that of the codes in which a load keeps them
NOTE_KINDS = (
    "label", "alias", "description", "property", "range", "inverse", "symmetric", "transitive", "functional", "unit",
    "name_like", "role", "kind", "sub_property", "individual",
)  # fmt: skip

# OWL class expressions and deprecation, which are looked at as a whole (`ontology`)
ON, SOME, VALUE = v.OWL + "onProperty", v.OWL + "someValuesFrom", v.OWL + "hasValue"
SUBCLASS, EQUIVALENT, BOTH = v.RDFS + "subClassOf", v.OWL + "equivalentClass", v.OWL + "intersectionOf"
FIRST, REST = v.RDF + "first", v.RDF + "rest"
DEPRECATED = v.OWL + "deprecated"
OTHER_EXPRESSIONS = tuple(
    v.OWL + name
    for name in (
        "allValuesFrom", "unionOf", "complementOf", "oneOf", "cardinality", "minCardinality", "maxCardinality", "onClass",
        "qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality", "onDataRange", "hasSelf", "onDatatype",
        "withRestrictions",
    )
)  # fmt: skip
APART = frozenset({ON, SOME, VALUE, SUBCLASS, EQUIVALENT, BOTH, FIRST, REST, DEPRECATED, *OTHER_EXPRESSIONS})
LICENCES = frozenset(
    {v.DCTERMS + "license", v.DCTERMS + "rights", v.DC + "rights", "http://creativecommons.org/ns#license"}
    | {s + "license" for s in _SCHEMAS}
)
# what the values of a relation are that plays such a role: kind and rank of the note that they make
ROLES = {"label": ("label", 2), "alias": ("alias", 2), "description": ("description", 2)}
