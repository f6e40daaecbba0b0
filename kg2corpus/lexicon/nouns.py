"""Nouns of relation phrases: what they are called in the plural, whether they name a person, a place or a number, what is told
with them ("director" and "directed", "place of birth" and "was born")."""

from __future__ import annotations

from .english import plural
from .words import PREPOSITIONS, participle

KINDS = ("person", "agent", "place", "organisation", "date", "quantity", "code", "name", "event", "thing")
# the kinds that an entry may give; an agent is a person or an organisation, a code and a name are things
SAID_KINDS = ("person", "place", "organisation", "date", "quantity", "thing")

_KIND_OF = {
    **dict.fromkeys(
        "person people human man woman men women child children parent father mother son daughter sibling brother sister spouse "
        "husband wife partner relative ancestor descendant friend neighbour colleague student teacher director author writer actor "
        "actress artist poet singer musician composer lyricist librettist painter sculptor architect engineer scientist inventor "
        "discoverer president minister premier mayor governor senator king queen monarch emperor pope bishop chancellor judge "
        "player coach captain trainer referee athlete driver rider pilot astronaut winner loser runner-up champion hero heroine "
        "character celebrity cast screenwriter storyteller presenter narrator conductor choreographer photographer cinematographer "
        "editor translator illustrator incumbent candidate employee leader chief doctor physician patient advisor adviser supervisor "
        "chairperson chairman chairwoman ceo cto cfo officer dean rector professor head villain villains coach guardian victim "
        "killer songwriter instrumentalist boss colleague godparent heir suspect witness lawyer muse tutor designer namesake "
        "protagonist antagonist villager resident citizen inhabitant philosopher celebrity speaker".split(), "person"),
    **dict.fromkeys(
        "producer creator founder co-founder owner publisher developer manufacturer operator provider supplier distributor sponsor "
        "contributor maintainer performer employer agent licensor vendor seller buyer customer client builder maker host contractor "
        "broadcaster member opponent predecessor successor constructor holder user investor occupant rival ally".split(), "agent"),
    **dict.fromkeys(
        "place location country city town village region state province county district continent capital birthplace deathplace "
        "hometown residence address headquarters area territory island river lake sea ocean mountain peak street road venue stadium "
        "arena neighbourhood neighborhood municipality municipalities building room floor site birth_place settlement port station "
        "seat nation republic subregion constituency parish suburb borough ward".split(), "place"),
    **dict.fromkeys(
        "organisation organization company university school college institution club team party band label network league agency "
        "ministry government bank airline orchestra association federation union committee parliament newspaper journal consortium "
        "army museum library conference church business corporation institute faculty department subsidiary campus".split(),
        "organisation"),
    **dict.fromkeys("date year day month time birthday anniversary airdate inception dob century decade".split(), "date"),
    **dict.fromkeys(
        "population area height width length depth weight mass density volume speed temperature distance elevation altitude age "
        "size count number total rate ratio percentage percent share amount price cost revenue income budget salary score points "
        "goals votes seats enrollment enrolment capacity radius diameter duration frequency energy power pressure concentration "
        "affinity conductivity abundance latitude longitude average gdp attendance diameter circumference efficiency period "
        "level uncertainty".split(), "quantity"),
    **dict.fromkeys(
        "code id identifier isbn issn doi url uri iri symbol abbreviation acronym callsign cas key number barcode hash "
        "postcode zip iso licence license initials".split(), "code"),
    **dict.fromkeys("name nickname title alias pseudonym demonym motto slogan label surname".split(), "name"),
    **dict.fromkeys(
        "birth death burial foundation founding formation establishment release publication discovery completion construction "
        "opening closure launch marriage creation premiere introduction demolition invention dissolution election war battle "
        "event festival tournament championship match game season election ceremony".split(), "event"),
}  # fmt: skip
_NOT_PERSONS = frozenset({
    "number", "order", "matter", "letter", "paper", "color", "factor", "sensor", "motor", "vector", "sector", "error", "center",
    "layer", "river", "border", "chapter", "register", "computer", "server", "container", "parameter", "meter", "cluster", "cover",
    "filter", "offer", "answer", "water", "fiber", "cancer", "identifier", "power", "tower", "chamber", "shower", "flavor",
    "behavior", "labor", "harbor", "floor", "door", "indicator", "operator", "reactor", "receptor", "transporter", "inhibitor",
    "activator", "tumor", "marker", "carrier", "folder", "header", "footer", "pointer", "buffer", "adapter", "connector",
    "colour", "flavour", "tier", "pier", "corner", "quarter", "semester", "trimester", "transfer", "gender", "calendar", "super",
    "under", "other", "inner", "outer", "upper", "lower", "later", "former", "super", "over", "per", "for", "or", "amplifier",
    "modifier", "quantifier", "denominator", "numerator", "cofactor", "precursor", "predictor", "descriptor", "constraint",
    "narrower", "broader", "wider", "larger", "smaller", "greater", "prefer", "refer", "differ", "suffer", "consider", "monitor",
    "type", "anchor", "author_", "mirror", "horror", "terror", "tensor", "cursor", "processor", "plant", "variant", "constant",
    "restaurant", "component", "grant", "ligament", "list", "exist", "elephant", "pollutant", "determinant", "quadrant", "covenant",
    "degree", "fee", "committee", "tree", "knee", "coffee", "employee_", "guarantee", "specimen", "regimen", "abdomen", "omen",
})  # fmt: skip
_PERSON_ENDINGS = ("er", "or", "ist", "ian", "man", "men", "woman", "women", "ee", "eer", "ess_")


def noun_kind(noun: str) -> str:
    """What a noun phrase names by its head: one of KINDS, or "" where that cannot be told."""
    words = noun.casefold().replace("_", " ").split(" ")
    head = words[head_of(words)]
    for form in (head, _single(head)):
        if form in _KIND_OF:
            found = _KIND_OF[form]
            return "code" if form == "number" and len(words) > 1 and words[0] in ("phone", "telephone", "serial", "cas") else found
    return "person" if len(head) > 4 and _single(head).endswith(_PERSON_ENDINGS) and _single(head) not in _NOT_PERSONS else ""


def known_noun(word: str) -> bool:
    """Whether a list holds the word, or its singular, as a noun."""
    return word in _KIND_OF or _single(word) in _KIND_OF


def head_of(words: list[str]) -> int:
    """Where the head of a noun phrase stands: before its first preposition or participle that follows a noun, else last."""
    for i, word in enumerate(words):
        bare = word.strip(",()")
        if i and (bare in PREPOSITIONS or (participle(bare) and i + 1 in (len(words), len(words) - 1)) or word.startswith("(")):
            return i - 1
    return len(words) - 1


_SAME = frozenset({
    "cas", "status", "genus", "species", "series", "class", "mass", "basis", "radius", "address", "focus", "gas", "headquarters",
    "means", "news", "analysis", "hypothesis", "diagnosis", "axis", "crisis", "thesis", "synthesis", "genesis", "emphasis",
    "campus", "virus", "bonus", "census", "corpus", "locus", "nucleus", "bus", "plus", "surplus", "process", "access", "success",
    "business", "loss", "pass", "glass", "stress", "press", "illness", "princess", "actress", "politics", "physics", "mathematics",
    "economics", "ethics", "diabetes", "texas", "paris", "lens", "canvas", "atlas", "bias", "chaos", "cosmos", "always", "ibis",
    "athletics", "statistics", "genetics", "gymnastics", "sports_", "isis", "kudos", "corps", "chassis", "premises", "gps", "abs",
})  # fmt: skip
_SINGULARS = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "movies": "movie", "taxa": "taxon", "genera": "genus",
    "criteria": "criterion", "phenomena": "phenomenon", "data": "data", "media": "medium", "indices": "index", "axes": "axis",
    "vertices": "vertex", "analyses": "analysis", "theses": "thesis", "campuses": "campus", "statuses": "status", "buses": "bus",
    "viruses": "virus", "bases": "base", "diagnoses": "diagnosis", "wives": "wife", "lives": "life", "leaves": "leaf",
    "mice": "mouse", "feet": "foot", "teeth": "tooth", "lyrics": "lyrics", "credits": "credits", "shoes": "shoe", "cookies": "cookie",
    "causes": "cause", "uses": "use", "bonuses": "bonus", "aircraft": "aircraft", "studies": "study", "archives": "archive",
}  # fmt: skip
_PLURALS = {"campus": "campuses", "cast": "cast", "staff": "staff", "aircraft": "aircraft", "data": "data", "lyrics": "lyrics"}
_PLURALS |= {"wife": "wives", "life": "lives", "leaf": "leaves", "foot": "feet", "lens": "lenses", "status": "statuses"}
_PLURALS |= {"headquarters": "headquarters", "axis": "axes", "basis": "bases", "medium": "media", "bonus": "bonuses"}
_PLURALS |= {"music": "music", "information": "information", "equipment": "equipment", "evidence": "evidence"}
# nouns without a plural and without "a"
MASS = frozenset({
    "music", "information", "equipment", "evidence", "cinematography", "software", "hardware", "money", "cast", "staff",
    "literature", "nationality_", "food", "water", "land", "parking", "wifi", "wi-fi", "internet", "access", "breakfast", "seating",
    "heating", "cooling", "air", "energy_", "help", "advice", "traffic", "research", "substitutability", "editing",
    "art direction", "costume design", "production design", "lyrics", "credits", "data", "media", "headquarters",
})  # fmt: skip


def _single(word: str) -> str:
    if word in _SINGULARS:
        return _SINGULARS[word]
    if not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")) or word.casefold() in _SAME or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4 and word not in ("movies", "series", "species", "ties", "pies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses", "zzes")) else word[:-1]


def is_plural(word: str) -> bool:
    """Whether a word is a plural noun by its look ("uses", "sources", "people")."""
    return _single(word) != word


def numbers(phrase: str) -> tuple[str, str]:
    """Singular and plural of a noun phrase; a label that is a plural ("languages spoken") is brought to its singular."""
    words = phrase.split(" ")
    at = head_of(words)
    head = words[at]
    if (one := _single(head)) != head:
        return " ".join([*words[:at], one, *words[at + 1 :]]), phrase
    if "-or-" in head or (at >= 2 and words[at - 1] == "or"):  # "director or manager"
        first = words[: at - 1]
        lots = [*first[:-1], _plural(first[-1]), "or", _plural(head)]
        return phrase, " ".join([*lots, *words[at + 1 :]])
    return phrase, " ".join([*words[:at], _plural(head), *words[at + 1 :]])


def _plural(word: str) -> str:
    return _PLURALS.get(word) or (word if is_plural(word) else plural(word))


def countable(phrase: str) -> bool:
    """Whether "a" or "an" can stand before the noun phrase."""
    words = phrase.split(" ")
    head = words[head_of(words)]
    return head not in MASS and phrase not in MASS and not is_plural(head)


# who does what: noun of the doer -> participle
AGENTS = {
    "director": "directed", "film director": "directed", "author": "written", "writer": "written", "screenwriter": "written",
    "owner": "owned", "founder": "founded", "co-founder": "co-founded", "creator": "created", "producer": "produced",
    "executive producer": "executive-produced", "composer": "composed", "designer": "designed", "developer": "developed",
    "publisher": "published", "discoverer": "discovered", "inventor": "invented", "manufacturer": "manufactured",
    "performer": "performed", "translator": "translated", "editor": "edited", "operator": "operated", "builder": "built",
    "distributor": "distributed", "painter": "painted", "sculptor": "sculpted", "illustrator": "illustrated",
    "choreographer": "choreographed", "narrator": "narrated", "broadcaster": "broadcast", "sponsor": "sponsored",
    "employer": "employed", "teacher": "taught", "killer": "killed", "maintainer": "maintained", "program creator": "created",
    "photographer": "photographed", "winner": "won", "supervisor": "supervised", "maker": "made", "compiler": "compiled",
}  # fmt: skip
DOERS = {p: noun for noun, p in AGENTS.items() if " " not in noun and noun not in ("writer", "screenwriter")} | {
    "authored": "author", "influenced": "influence on", "edited": "editor", "produced": "producer",
}  # fmt: skip
DOERS = {p: noun for p, noun in DOERS.items() if " on" not in noun and p not in ("executive-produced", "taught", "won")}
# how the two ends of a relation between equals are called together
MUTUAL = {
    "sibling": "siblings", "spouse": "spouses", "antonym": "antonyms", "synonym": "synonyms", "twin city": "twin cities",
    "sister city": "sister cities", "friend": "friends", "neighbour": "neighbours", "neighbor": "neighbors", "colleague": "colleagues",
    "partner": "partners", "unmarried partner": "unmarried partners", "cousin": "cousins", "ally": "allies", "rival": "rivals",
    "relative": "relatives", "twin": "twins", "homologue": "homologues", "homolog": "homologs", "ortholog": "orthologs",
    "paralog": "paralogs", "co-author": "co-authors", "classmate": "classmates", "teammate": "teammates", "twinned town": "twinned towns",
    "antipode": "antipodes", "twinned administrative body": "twin towns", "isomer": "isomers", "stereoisomer": "stereoisomers",
}  # fmt: skip
# what the other end of a relation between unequals is called; the first of each pair says "the X of S is O" by convention
CONVERSE = {
    "parent": "child", "child": "parent", "father": "child", "mother": "child", "son": "parent", "daughter": "parent",
    "predecessor": "successor", "successor": "predecessor", "ancestor": "descendant", "descendant": "ancestor",
    "doctoral advisor": "doctoral student", "doctoral student": "doctoral advisor", "student": "teacher",
    "employee": "employer", "superclass": "subclass", "prequel": "sequel", "sequel": "prequel",
    "supervisor": "supervisee", "manager": "report", "subordinate": "superior", "master": "apprentice",
}  # fmt: skip
# an event's noun -> what its subject did or what was done to it, and its base after "did" ("" for "was ...ed")
EVENTS_OF = {
    "birth": ("was born", ""), "death": ("died", "die"), "burial": ("was buried", ""), "foundation": ("was founded", ""),
    "founding": ("was founded", ""), "formation": ("was formed", ""), "establishment": ("was established", ""),
    "inception": ("came into being", "come into being"), "release": ("was released", ""), "publication": ("was published", ""),
    "discovery": ("was discovered", ""), "completion": ("was completed", ""), "construction": ("was built", ""),
    "opening": ("opened", "open"), "closure": ("closed", "close"), "closing": ("closed", "close"), "launch": ("was launched", ""),
    "creation": ("was created", ""), "invention": ("was invented", ""), "introduction": ("was introduced", ""),
    "demolition": ("was demolished", ""), "dissolution": ("was dissolved", ""), "premiere": ("premiered", "premiere"),
    "debut": ("made its debut", "make its debut"), "appointment": ("was appointed", ""), "election": ("was elected", ""),
    "adoption": ("was adopted", ""), "independence": ("became independent", "become independent"),
    "retirement": ("retired", "retire"), "execution": ("was executed", ""), "baptism": ("was baptised", ""),
    "abolition": ("was abolished", ""), "approval": ("was approved", ""), "modification": ("was modified", ""),
    "issue": ("was issued", ""), "origin": ("originated", "originate"), "end": ("ended", "end"), "start": ("began", "begin"),
    "beginning": ("began", "begin"), "graduation": ("graduated", "graduate"), "air": ("was broadcast", ""),
    "arrival": ("arrived", "arrive"), "departure": ("departed", "depart"), "ratification": ("was ratified", ""),
    "coronation": ("was crowned", ""), "recording": ("was recorded", ""), "filming": ("was filmed", ""), "manufacture": ("was made", ""),
    "enactment": ("was enacted", ""), "expiry": ("expired", "expire"), "registration": ("was registered", ""),
}  # fmt: skip
# which of them can be named in "the place of S's birth"; of a person
OF_PERSONS = frozenset({"birth", "death", "burial", "appointment", "retirement", "execution", "baptism", "graduation", "coronation"})
PARTICIPLE_EVENTS = {
    "born": "birth", "died": "death", "buried": "burial", "founded": "foundation", "formed": "formation",
    "established": "establishment", "released": "release", "published": "publication", "discovered": "discovery",
    "completed": "completion", "built": "construction", "constructed": "construction", "opened": "opening", "closed": "closure",
    "launched": "launch", "created": "creation", "invented": "invention", "introduced": "introduction", "issued": "issue",
    "modified": "modification", "dissolved": "dissolution", "appointed": "appointment", "elected": "election",
    "adopted": "adoption", "abolished": "abolition", "demolished": "demolition", "retired": "retirement",
}  # fmt: skip
