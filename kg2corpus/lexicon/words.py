"""Words of relation phrases: verbs and their forms, participles, adjectives; by lists first, by endings where no list knows."""

from __future__ import annotations

import re

from .vocabulary import lists, pairs, words

PREPOSITIONS = frozenset({
    "of", "in", "on", "at", "by", "for", "from", "to", "with", "under", "into", "within", "about", "as", "against", "between",
    "near", "through", "after", "before", "over", "during", "onto", "upon", "via", "inside", "outside", "among", "per", "along",
    "behind", "above", "below", "beside", "without", "toward", "towards", "until", "since", "across", "around",
})  # fmt: skip
MODALS = frozenset({"may", "can", "might", "could", "must", "should", "will", "would"})
BE = frozenset({"is", "are", "was", "were"})
VERBS, INTRANSITIVE, AMBIGUOUS, TWOFOLD = words("verbs"), words("intransitive"), words("ambiguous"), words("twofold")
# "founded by" is "was founded by", what is not here is "is ... by"
EVENTS = words("events")
# states, not deeds, with their prepositions: "related" is "is related to"
STATES = {word: preposition for preposition, found in lists("states").items() for word in found}
_NOT_PARTICIPLES, _NOUNS, _ADJECTIVES = words("not_participles"), words("not_verbs"), words("adjectives")
_IRREGULAR_VERBS = pairs("irregular")
_PAST_OF = {base: forms.split()[0] for base, forms in _IRREGULAR_VERBS.items()}
_PARTICIPLE_OF = {base: forms.split()[1] for base, forms in _IRREGULAR_VERBS.items()}
_SAME_FORMS = ("be", "become", "come", "run", "cut", "put", "set")
_FROM_PARTICIPLE = {p: base for base, p in _PARTICIPLE_OF.items() if base not in _SAME_FORMS}
_FROM_PARTICIPLE |= {"died": "die", "tied": "tie", "lain": "lie", "run": "run", "cut": "cut", "set": "set", "found": "find"}
_FROM_PAST = {p: base for base, p in _PAST_OF.items() if base not in ("cut", "put", "set", "read", "hit", "let", "be")}
_DOUBLING = frozenset({"control", "refer", "occur", "overlap", "transfer", "prefer", "permit", "submit", "transmit", "emit"})
_DOUBLED = frozenset({"b", "d", "g", "m", "n", "p", "r", "t"})


def third_person(base: str) -> str:
    """ "own" -> "owns", "occupy" -> "occupies", "have" -> "has"."""
    if base in ("have", "do", "be"):
        return {"have": "has", "do": "does", "be": "is"}[base]
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou"):
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


THIRD = {third_person(base): base for base in (*VERBS, *_IRREGULAR_VERBS) if base != "be"}


def participle(word: str) -> bool:
    """Whether a word is a past participle, as far as its ending tells."""
    if word in _FROM_PARTICIPLE:
        return word not in _NOT_PARTICIPLES
    return (word.endswith("ed") and len(word) > 4 and word not in _NOT_PARTICIPLES) or word in EVENTS


def past_tense(word: str) -> bool:
    """Whether a word is a past tense that is no participle: "wrote"."""
    return word in _FROM_PAST and word not in _FROM_PARTICIPLE and word not in ("saw", "lay", "fell", "bore")


def past(word: str) -> str:
    """A participle as a past tense: "written" -> "wrote", "directed" stays."""
    return _PAST_OF.get(_FROM_PARTICIPLE.get(word, ""), word)


def base(word: str) -> str:
    """The base form of a participle, past tense or third person: "owned" -> "own", "wrote" -> "write", "owns" -> "own"."""
    if word in THIRD:
        return THIRD[word]
    if word in _FROM_PARTICIPLE or word in _FROM_PAST:
        return _FROM_PARTICIPLE.get(word) or _FROM_PAST[word]
    if word.endswith("ed") and len(word) > 4:
        return _base_of_ed(word)
    if word in ("has", "does", "is", "are", "was"):
        return {"has": "have", "does": "do"}.get(word, "be")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "oes", "zzes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _base_of_ed(word: str) -> str:
    stem = word[:-2]
    for known in (stem + "e", stem):
        if known in VERBS:
            return known
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in _DOUBLED and stem not in ("add", "err"):
        return stem[:-1]
    soft = ("c", "g", "s", "u", "v", "z", "at", "ut", "ir", "id", "bin", "iz", "ur", "am", "as", "as", "ok", "ot", "in")
    hard = ("ss", "ng", "ain", "oin", "eat", "oat", "ign", "out", "uit", "it", "pt", "our", "ot", "ay", "ey")
    return stem + "e" if stem.endswith(soft) and not stem.endswith(hard) else stem


def participle_of(verb: str) -> str:
    """The past participle of a base form: "own" -> "owned", "write" -> "written"."""
    return _PARTICIPLE_OF.get(verb) or _ed(verb)


def past_of(verb: str) -> str:
    """The past tense of a base form: "own" -> "owned", "write" -> "wrote"."""
    return _PAST_OF.get(verb) or _ed(verb)


def _ed(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeiou"):
        return verb[:-1] + "ied"
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb)
    doubles = short or verb in (
        "control",
        "refer",
        "occur",
        "overlap",
        "transfer",
        "prefer",
        "permit",
        "submit",
        "transmit",
        "emit",
    )
    return verb + (verb[-1] if doubles else "") + "ed"


def is_third(word: str) -> bool:
    """Whether a word is a verb in the third person, as far as the lists and its ending tell."""
    ending = word.endswith(("ates", "izes", "ises", "ifies", "duces", "serts", "tains"))
    return word in THIRD or (ending and word not in _NOUNS)


def is_base(word: str) -> bool:
    """Whether a word is the base form of a verb that the lists know."""
    return word in VERBS or word in _IRREGULAR_VERBS


_ADJECTIVE_ENDINGS = (
    "able", "ible", "ous", "ful", "less", "topic", "ctive", "ative", "itive", "friendly", "free", "proof", "like",
)  # fmt: skip


def is_adjective(word: str) -> bool:
    """Whether a word is an adjective, as far as a list and its ending tell."""
    return word in _ADJECTIVES or (word.endswith(_ADJECTIVE_ENDINGS) and len(word) > 5)
