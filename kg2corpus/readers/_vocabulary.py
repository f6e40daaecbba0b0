"""IRIs that readers write and the loader recognises."""

from __future__ import annotations

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SCHEMA = "https://schema.org/"
DCTERMS = "http://purl.org/dc/terms/"
DC = "http://purl.org/dc/elements/1.1/"
FOAF = "http://xmlns.com/foaf/0.1/"
QUDT = "http://qudt.org/schema/qudt/"
K2C = "urn:kg2corpus:"
PART = K2C + "part:"  # named graphs for the parts of a data set's own split: PART + "train"

# prefixes that need no declaration in relations, types and datatypes of a TSV set
WELL_KNOWN = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "skos": SKOS,
    "xsd": XSD,
    "schema": SCHEMA,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "qudt": QUDT,
}

TYPE = RDF + "type"
PROPERTY = RDF + "Property"
REIFIES = RDF + "reifies"
LABEL = RDFS + "label"
RANGE = RDFS + "range"
DESCRIPTION = DCTERMS + "description"
ALT_LABEL = SKOS + "altLabel"
SYMMETRIC = OWL + "SymmetricProperty"
TRANSITIVE = OWL + "TransitiveProperty"
FUNCTIONAL = OWL + "FunctionalProperty"
INVERSE = OWL + "inverseOf"
UNIT = SCHEMA + "unitText"
NAME_LIKE = K2C + "nameLike"
ROLE = K2C + "role"  # of a relation whose values describe their subject: label, alias, description, type or subclass
KIND = K2C + "kind"  # of what a relation holds: identifier, code, coordinate, syntax or plain
# what a source calls itself, and so what its licence is said of
DATASETS = frozenset(
    {OWL + "Ontology", "http://rdfs.org/ns/void#Dataset", "http://www.w3.org/ns/dcat#Dataset", SKOS + "ConceptScheme"}
    | {s + "Dataset" for s in (SCHEMA, "http://schema.org/")}
)

_NAMES = """
string boolean decimal integer double float date time dateTime dateTimeStamp duration yearMonthDuration dayTimeDuration gYear
gYearMonth gMonth gMonthDay gDay byte short int long unsignedByte unsignedShort unsignedInt unsignedLong nonNegativeInteger
positiveInteger nonPositiveInteger negativeInteger hexBinary base64Binary anyURI language normalizedString token NMTOKEN Name
NCName
"""
XSD_NAMES = frozenset(_NAMES.split())
