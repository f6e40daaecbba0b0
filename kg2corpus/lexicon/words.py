"""Words of relation phrases: verbs and their forms, participles, numbers of nouns."""

from __future__ import annotations

from .english import plural

PREPOSITIONS = frozenset({
    "of", "in", "on", "at", "by", "for", "from", "to", "with", "under", "into", "within", "about", "as", "against", "between",
    "near", "through", "after", "before", "over", "during",
})  # fmt: skip
VERBS = frozenset({
    "borders", "regulates", "contains", "includes", "precedes", "follows", "causes", "treats", "inhibits", "activates", "binds",
    "encodes", "expresses", "produces", "owns", "employs", "crosses", "represents", "plays", "knows", "likes", "cites",
    "mentions", "describes", "requires", "supports", "influences", "affects", "controls", "targets", "catalyzes", "catalyses",
    "overlaps", "bounds", "eats", "hosts", "supplies", "manages", "leads", "teaches", "speaks", "wears", "holds", "prevents",
    "replaces", "succeeds", "implements", "extends", "defines", "starts", "ends", "works", "appears", "flows", "lives",
    "belongs",
    "lies", "occurs", "interacts", "participates", "depends", "consists", "refers", "uses", "adjoins", "marries",
})  # fmt: skip
# third person of a verb or plural of a noun: a noun where the objects are literals or several
AMBIGUOUS = frozenset({
    "uses", "ends", "leads", "targets", "controls", "influences", "supplies", "hosts", "causes", "plays", "bounds", "starts",
})  # fmt: skip
# participle -> past tense, base
IRREGULAR = {
    "written": ("wrote", "write"), "sung": ("sang", "sing"), "made": ("made", "make"), "built": ("built", "build"),
    "drawn": ("drew", "draw"), "led": ("led", "lead"), "won": ("won", "win"), "known": ("knew", "know"),
    "found": ("found", "find"), "held": ("held", "hold"), "taught": ("taught", "teach"), "run": ("ran", "run"),
    "given": ("gave", "give"), "taken": ("took", "take"), "spoken": ("spoke", "speak"), "worn": ("wore", "wear"),
    "bought": ("bought", "buy"), "sold": ("sold", "sell"), "died": ("died", "die"), "had": ("had", "have"),
    "said": ("said", "say"), "seen": ("saw", "see"), "born": ("bore", "bear"),
}  # fmt: skip
# past tense -> participle, where they differ
PAST = {past: participle for participle, (past, _) in IRREGULAR.items() if past != participle}
# participles that tell of an event: "founded by" is "was founded by", the others ("owned by") "is owned by"
EVENTS = frozenset({
    "educated", "named", "discovered", "founded", "influenced", "published", "released", "born", "nominated", "awarded",
    "created", "written", "directed", "produced", "composed", "designed", "invented", "built", "killed", "performed",
    "authored", "painted", "developed", "buried", "died", "established", "formed",
})  # fmt: skip
# what its subject does by itself: "acted in" is no passive
INTRANSITIVE = frozenset({
    "acted", "appeared", "starred", "worked", "lived", "died", "studied", "played", "graduated", "competed", "participated",
    "served", "resided", "belonged", "collaborated", "fought", "voted", "arrived", "moved", "emigrated", "immigrated",
    "contributed", "interacted", "evolved", "resulted", "occurred", "happened", "lasted", "ruled", "reigned", "retired",
    "travelled", "traveled", "stayed", "emerged", "reacted", "debuted", "performed", "ended", "started", "closed", "opened",
    "migrated", "dissolved", "ceased", "collapsed", "erupted",
})  # fmt: skip
# states, not deeds: "related" is "is related to", "located" is "is located in"
_STATES = {
    **dict.fromkeys(("related", "connected", "linked", "married", "allied", "opposed", "attached", "engaged", "bound"), "to"),
    **dict.fromkeys(("associated", "affiliated", "involved"), "with"),
    **dict.fromkeys(("located", "based", "situated", "headquartered", "born", "buried"), "in"),
}
_NOT_PARTICIPLES = frozenset({
    "breed", "seed", "speed", "bed", "feed", "need", "weed", "red", "shed", "open", "garden", "citizen",
})  # fmt: skip
_SAME = frozenset({
    "cas", "status", "genus", "species", "series", "class", "mass", "basis", "radius", "address", "focus", "gas",
})  # fmt: skip
_NOUNS = frozenset({"states", "dates", "plates", "rates", "sizes", "coordinates", "certificates"})


def participle(word: str) -> bool:
    """Whether a word is a past participle, as far as its ending tells."""
    return word in IRREGULAR or (word.endswith("ed") and len(word) > 4 and word not in _NOT_PARTICIPLES)


def past(word: str) -> str:
    """A participle as a past tense: "written" -> "wrote", "directed" stays."""
    return IRREGULAR.get(word, (word,))[0]


def state(word: str) -> str:
    """ "related" -> "is related to"; empty for a participle that tells of a deed."""
    if word not in _STATES:
        return ""
    return f"{'was' if word in EVENTS or word == 'buried' else 'is'} {word} {_STATES[word]}"


def is_verb(word: str) -> bool:
    """Whether a word is a verb in the third person, as far as a list and its ending tell."""
    ending = word.endswith(("ates", "izes", "ifies", "duces"))
    return word in VERBS or (ending and word not in _NOUNS)


def base_of_participle(word: str) -> str:
    """ "owned" -> "own", "produced" -> "produce", "occupied" -> "occupy", "written" -> "write"."""
    if word in IRREGULAR:
        return IRREGULAR[word][1]
    stem = word[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsf":
        return stem[:-1]
    soft = ("c", "g", "s", "u", "v", "z", "at", "ut", "ir", "id", "bin")
    return stem + "e" if stem.endswith(soft) and not stem.endswith(("ss", "ng")) else stem


def third_person(base: str) -> str:
    """ "own" -> "owns", "occupy" -> "occupies"."""
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "ch", "sh", "o")) else "s")


def active(words: list[str]) -> str:
    """ "was founded by" -> "founded", "is owned by" -> "owns"; empty for any other phrase."""
    if len(words) != 3 or words[-1] != "by" or not participle(words[1]):
        return ""
    if words[0] == "was":
        return past(words[1])
    return third_person(base_of_participle(words[1])) if words[0] == "is" else ""


def asking(phrase: str) -> str:
    """The question's verb group around the subject: "works for" -> "does {S} work for", "died in" -> "did {S} die in"."""
    words = phrase.split(" ")
    if words[0] in ("is", "was", "are", "were", "has been"):
        return f"{words[0]} {{S}} {' '.join(words[1:])}"
    if words[:2] == ["used", "to"]:
        return f"did {{S}} use {' '.join(words[1:])}"
    if participle(words[0]) or words[0] in ("wrote", "led", "won", "held"):
        past = {"wrote": "write", "led": "lead", "won": "win", "held": "hold"}
        return f"did {{S}} {' '.join([past.get(words[0]) or base_of_participle(words[0]), *words[1:]])}"
    at = next((i for i, w in enumerate(words) if is_verb(w)), None)
    if at is None:
        at = next((i for i, w in enumerate(words) if w.endswith("s") and not w.endswith(("ly", "ss"))), 0)
    words[at] = {"has": "have", "does": "do"}.get(words[at]) or _base(words[at])
    return f"does {{S}} {' '.join(words)}"


def _base(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def numbers(phrase: str) -> tuple[str, str]:
    """Singular and plural of a noun phrase; a label that is a plural ("languages spoken") is brought to its singular."""
    words = phrase.split(" ")
    after = [i for i, w in enumerate(words) if i and (w.strip(",") in PREPOSITIONS or participle(w.strip(",")))]
    at = (after[0] if after else len(words)) - 1
    head = words[at]
    if head.endswith("s") and not head.endswith(("ss", "us", "is")) and head.casefold() not in _SAME and head != "headquarters":
        single = head[:-3] + "y" if head.endswith("ies") else head[:-2] if head.endswith(("ches", "shes", "xes")) else head[:-1]
        return " ".join([*words[:at], single, *words[at + 1 :]]), phrase
    return phrase, " ".join([plural(" ".join(words[: at + 1])), *words[at + 1 :]])


def is_plural(word: str) -> bool:
    """Whether a single word is a plural noun by its look ("uses", "sources")."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")) and word.casefold() not in _SAME
