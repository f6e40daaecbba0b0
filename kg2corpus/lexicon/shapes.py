"""The shapes of relation phrases, and the wordings of each shape."""

from __future__ import annotations

import re

from ..types import Relation
from .english import an, plural

Wordings = tuple[dict[str, list[str]], dict[str, str]]

_BE = ("is", "are", "was", "were", "has been")
_PREPOSITIONS = frozenset(
    "of in on at by for from to with under into within about as against near through after before over during between".split()
)
_KIND = frozenset(
    {"is a", "isa", "is an", "type", "instance of", "is a kind of", "kind of", "a kind of", "hypernym", "subclass of", "sub class of",
     "is a type of", "subtype of", "instance hypernym", "is instance of", "rdf type", "has type"}
)  # fmt: skip
_VERBS = frozenset(
    "borders regulates contains includes precedes follows causes treats inhibits activates binds encodes expresses produces owns "
    "employs crosses represents plays knows likes cites mentions describes requires supports influences affects controls targets "
    "catalyzes catalyses overlaps uses bounds eats hosts supplies manages leads teaches speaks wears holds prevents replaces "
    "succeeds implements extends defines interacts occurs starts ends".split()
)
_AMBIGUOUS = frozenset({"uses", "ends", "leads", "targets", "controls", "influences", "supplies", "hosts", "causes", "plays", "extends"})
_IRREGULAR = {"written": "wrote", "sung": "sang", "made": "made", "built": "built", "drawn": "drew", "led": "led", "won": "won",
              "born": "bore", "known": "knew", "found": "found", "held": "held", "taught": "taught", "run": "ran", "owned": "owned",
              "given": "gave", "taken": "took", "spoken": "spoke", "worn": "wore", "composed": "composed"}  # fmt: skip
_PARTICIPLES = frozenset(_IRREGULAR) | {"set", "sent", "kept", "cut", "put", "bound", "bought", "sold", "told"}
_PATTERN = re.compile(r"^(?=.*\[X\])(?=.*\[Y\]).+$", re.S)


def phrase_of(relation: Relation) -> str:
    """The relation in words: its label if that is a phrase, else the words of its name."""
    from .derive import words_of

    label = " ".join(relation.label.split())
    if not label or any(c in label for c in "_/#[]{}|") or ("." in label and " " not in label):
        return _plain(words_of(label or relation.name))
    return _plain(words_of(label) if " " not in label else label)


def _plain(text: str) -> str:
    words = re.sub(r"[{}\[\]|]", " ", text).split() or ["related to"]
    return " ".join(w[:1].lower() + w[1:] if w[1:].islower() and i == 0 else w for i, w in enumerate(words))


def pattern_of(relation: Relation) -> str:
    """A label or description that is a sentence with [X] and [Y]; empty for none."""
    for text in (relation.label, relation.description):
        flat = " ".join(text.split()).rstrip(".")
        if _PATTERN.match(flat) and flat.count("[X]") == flat.count("[Y]") == 1 and not set(flat) & set("{}|") and len(flat) < 200:
            return flat
    return ""


def from_pattern(pattern: str, *, multi: bool, literal: bool) -> Wordings:
    """Wordings of a sentence with [X] and [Y]: by its shape where it has one, after the sentence itself."""
    own = pattern.replace("[X]'s", "{S's}").replace("[Y]'s", "{O's}").replace("[X]", "{S}").replace("[Y]", "{O}")
    own = own[:1].lower() + own[1:] if not own.startswith("{") else own
    if found := re.fullmatch(r"[Tt]he (.+) (?:of|for|in) \[X\] (is|was|are|were)( written by)? \[Y\]", pattern):
        if not found[3]:
            lists, phrases = noun(found[1], multi=multi, past=found[2].startswith("w"))
            return _first(own, lists), phrases
    if found := re.fullmatch(r"\[X\]'s (.+) (is|was)( the)? \[Y\]", pattern):
        lists, phrases = noun(found[1], multi=multi, past=found[2] == "was")
        return _first(own, lists), phrases
    if found := re.fullmatch(r"\[X\] ([^\[\]]+?)( the)? \[Y\]( \w+)?", pattern):
        if not found[2] and not found[3]:
            lists, phrases = from_phrase(found[1], multi=multi, literal=literal)
            return _first(own, lists), phrases
        the, tail = found[2] or "", found[3] or ""
        lists, phrases = verb(found[1], obj=f"{the.strip()} {{O}}{tail}".strip())
        return _first(own, lists), phrases
    if found := re.fullmatch(r"\[X\] and \[Y\] are (.+)", pattern):
        lists, phrases = mutual(found[1])
        return _first(own, lists), phrases
    return _odd(own)


def _first(own: str, lists: dict[str, list[str]]) -> dict[str, list[str]]:
    rest = [t for t in lists["forward"] if _one(t) != own]
    if own.startswith("{O}"):
        return {**lists, "inverse": [own, *lists["inverse"]]}
    return {**lists, "forward": [own, *rest]}


def _one(text: str) -> str:
    return re.sub(r"\{([^{}|]*)\|[^{}|]*\}", r"\1", text)


def _odd(own: str) -> Wordings:
    """A sentence of no known shape is said as it is, and asked about with a blank."""
    gap, turned = own.replace("{O}", "what"), own.replace("{S}", "what")
    lists = {
        "forward": [own, f"it is true that {own}", f"one may say that {own}", f"as is recorded, {own}"],
        "inverse": [f"of {{O}} one may say that {own.replace('{O}', 'it', 1)}" if "{O's}" not in own else own],
        "questions": [f"{gap}?", f"complete this: {own.replace('{O}', '...')}?"],
        "questions_unseen": [f"what belongs in the blank: {own.replace('{O}', '____')}?"],
        "inverse_questions": [f"{turned}?"],
        "inverse_questions_unseen": [f"what belongs in the blank: {own.replace('{S}', '____').replace(chr(123) + 'S' + chr(39) + 's}', '____')}?"],
    }
    if "{S}" not in own:
        lists["inverse_questions"] = []
        lists["inverse_questions_unseen"] = []
    return lists, {}


def boolean(phrase: str) -> Wordings:
    """Yes and no: "is radioactive", "landlocked", "has moons"."""
    head, _, rest = phrase.partition(" ")
    if head in ("is", "was", "are") and rest:
        be, what = head, rest
    elif head == "has" and rest:
        return _lists_of_truth([f"{{S}} has {rest}", f"it is true that {{S}} has {rest}"],
                               [f"{{S}} does not have {rest}", f"it is not true that {{S}} has {rest}"],
                               [f"does {{S}} have {rest}?", f"is it true that {{S}} has {rest}?"]), {"such_true": f"that has {rest}"}  # fmt: skip
    else:
        be, what = "is", phrase
    true = [f"{{S}} {be} {what}", f"it is true that {{S}} {be} {what}", f"{{S}} counts as {what}", f"one may call {{S}} {what}"]
    false = [f"{{S}} {be} not {what}", f"it is not true that {{S}} {be} {what}", f"{{S}} does not count as {what}", f"one may not call {{S}} {what}"]
    asked = [f"{be} {{S}} {what}?", f"is it true that {{S}} {be} {what}?"]
    unseen = [f"does {{S}} count as {what}?", f"may one call {{S}} {what}?", f"would it be right to say that {{S}} {be} {what}?"]
    lists = _lists_of_truth(true, false, asked)
    lists["questions_unseen"] = unseen
    return lists, {"such_true": f"that {be} {what}", "such_false": f"that {be} not {what}"}


def _lists_of_truth(true: list[str], false: list[str], asked: list[str]) -> dict[str, list[str]]:
    unseen = [f"would it be right to say that {true[0]}?", f"can it be said that {true[0]}?", f"is the statement right that {true[0]}?"]
    return {"true": true, "false": false, "questions": asked, "questions_unseen": unseen}


def from_phrase(phrase: str, *, multi: bool, literal: bool) -> Wordings:
    """Wordings by the shape of a phrase."""
    lower = phrase.casefold()
    words = lower.split()
    if lower in _KIND:
        return kind()
    if words[0] in ("has", "have") and len(words) > 1:
        return noun(phrase.split(" ", 1)[1], multi=multi)
    if words[0] in _BE and len(words) > 1:
        if len(words) > 2 and words[-1] == "of" and words[1] in ("a", "an", "the"):
            return role(" ".join(words[1:-1]), be=words[0])
        return verb(phrase)
    if words[-1] == "by" and len(words) > 1:
        return verb(f"{'is' if words[0] in ('owned', 'followed', 'operated', 'located') else 'was'} {phrase}")
    if words[-1] in _PREPOSITIONS and len(words) > 1:
        if words[0] in ("part", "made", "located", "used", "derived", "related") or words[0].endswith("ed"):
            return verb(f"{'was' if _happened(words[0]) else 'is'} {phrase}")
        if words[0] in _VERBS or (words[0].endswith("s") and words[0][:-1] + "s" in _VERBS):
            return verb(phrase)
        if words[-1] == "of":
            return role(f"a {phrase[:-3]}" if words[0][0] not in "aeiou" else f"an {phrase[:-3]}", be="is")
        return verb(f"is {phrase}")
    if words[0] in ("in", "on", "at") and len(words) > 1:
        rest = phrase.split(" ", 1)[1]
        return verb(f"is {words[0]}", obj=f"{rest} {{O}}" if literal else f"the {rest} {{O}}")
    if words[-1] in _VERBS - (_AMBIGUOUS if literal or len(words) == 1 and multi else frozenset()) or _verb_ending(words):
        return verb(phrase)
    if len(words) <= 2 and words[-1].endswith("ed") and words[-1] not in ("breed", "seed", "speed", "bed", "feed"):
        return verb(f"is {phrase} to")
    return noun(phrase, multi=multi or words[-1].endswith("s") and len(words) == 1 and words[0] not in _SINGULAR)


_SINGULAR = frozenset({"cas", "status", "genus", "species", "series", "class", "mass", "basis", "radius", "address", "focus", "atlas"})


def _happened(word: str) -> bool:
    return word in ("educated", "named", "discovered", "founded", "influenced", "published", "released", "born", "nominated", "awarded")


def _verb_ending(words: list[str]) -> bool:
    return words[-1].endswith(("ates", "izes", "ifies", "duces")) and words[-1] not in ("states", "dates", "plates", "rates", "sizes")


def kind() -> Wordings:
    """ "is a": what the subject is an example of."""
    forward = ["{S} is a kind of {O}", "{S} is a form of {O}", "{S} is one sort of {O}", "{S} counts as a kind of {O}", "{S} comes under {O}"]
    inverse = ["{O} {includes|include} {S}", "one kind of {O} is {S}", "{O} {takes|take} in {S}", "among the kinds of {O} is {S}"]
    return {
        "forward": forward,
        "inverse": inverse,
        "questions": ["what is {S} a kind of?", "what kind of thing is {S}?", "of what is {S} a form?"],
        "questions_unseen": ["under what heading does {S} come?", "how would you classify {S}?", "name what {S} is a sort of."],
        "inverse_questions": ["what is one kind of {O}?", "what is a kind of {O}?", "what does {O} include?"],
        "inverse_questions_unseen": ["name {a sort|some sorts} of {O}.", "what comes under {O}?", "what would be classified as {O}?"],
    }, {"noun": "what {S} is a kind of", "such": "that is a kind of {O}"}


def role(what: str, *, be: str) -> Wordings:
    """ "is the capital of", "member of": the subject has a role for the object."""
    bare = re.sub(r"^(a|an|the) ", "", what)
    article = what[: -len(bare)] if what != bare else ""
    the = "the " if article == "the " else "a " if not article else article
    n = f"{the}{bare}"
    forward = [f"{{S}} {be} {n} of {{O}}", f"{{S}} {'has' if be == 'is' else 'had'} the role of {bare} of {{O}}"]
    forward += [f"{n} of {{O}} {be} {{S}}", f"among what counts as {n} of {{O}} {be} {{S}}" if the != "the " else f"{{O's}} {bare} {be} {{S}}"]
    inverse = [f"{{O}} {{has|have}} {{S}} as {n}", f"{{O}} {{counts|count}} {{S}} as {n}", f"for {{O}}, {{S}} {be} {n}", f"it {be} {{O}} that {{S}} {be} {n} of"]
    return {
        "forward": forward,
        "inverse": inverse,
        "questions": [f"what {be} {{S}} {n} of?", f"of what {be} {{S}} {n}?", f"{{S}} {be} {n} of what?"],
        "questions_unseen": [f"what has {{S}} as {n}?", f"name that of which {{S}} {be} {n}.", f"to what does {{S}} belong as {n}?"],
        "inverse_questions": [f"what {be} {n} of {{O}}?", f"which {{T}} {be} {n} of {{O}}?"],
        "inverse_questions_unseen": [f"what does {{O}} have as {n}?", f"name {n} of {{O}}.", f"what counts as {n} of {{O}}?"],
    }, {"noun": f"what {{S}} {be} {n} of", "such": f"that {be} {n} of {{O}}"}


def noun(phrase: str, *, multi: bool, past: bool = False) -> Wordings:
    """ "field of work": the object is the subject's field of work."""
    one, lots = _numbers(phrase)
    be, are = ("was", "were") if past else ("is", "are")
    pick, verb_ = f"{{{one}|{lots}}}", f"{{{be}|{are}}}"
    whole = f"{{{an(one)}|{lots}}}" if multi else f"the {pick}"
    forward = [f"{whole} of {{S}} {verb_} {{O}}", f"{{S's}} {pick} {{{be if not multi else 'includes'}|{are if not multi else 'include'}}} {{O}}"]
    forward += [f"{{S}} has {{O}} as {{{an(one)}|{lots}}}", f"for {{S}}, {whole} {verb_} {{O}}", f"{whole} given for {{S}} {verb_} {{O}}"]
    inverse = [f"{{O}} {{{be} {an(one) if multi else 'the ' + one}|{are} {lots if multi else 'the ' + lots}}} of {{S}}"]
    inverse += [f"{{O}} {verb_} listed as {{{an(one)}|{lots}}} of {{S}}", f"{{O}} {{serves|serve}} as {whole} of {{S}}" if False else f"{{O}} {verb_} what {{S}} has as {{{an(one)}|{lots}}}"]
    inverse += [f"it {be} {{O}} that {{is|are}} given as {{{an(one)}|{lots}}} of {{S}}"]
    lists = {
        "forward": forward,
        "inverse": inverse,
        "questions": [f"what {{{be}|{are}}} {whole} of {{S}}?", f"what does {{S}} have as {{{an(one)}|{lots}}}?", f"what {{{be}|{are}}} {{S's}} {pick}?"],
        "questions_unseen": [f"name {whole} of {{S}}.", f"which {pick} {{{be}|{are}}} given for {{S}}?", f"{{S}} has what as {{{an(one)}|{lots}}}?"],
        "inverse_questions": [f"which {{T}} {{has|have}} {{O}} as {an(one)}?", f"of which {{T}} {be} {{O}} {an(one)}?", f"{{O}} {be} {an(one)} of which {{T}}?"],
        "inverse_questions_unseen": [f"name the {{T}} with {{O}} as {an(one)}.", f"for which {{T}} {be} {{O}} given as {an(one)}?", f"what {{T}} would you link with {{O}} as {an(one)}?"],
    }
    return lists, {"noun": f"{an(one) if multi else 'the ' + one} of {{S}}", "such": f"whose {one} {be} {{O}}"}


def _numbers(phrase: str) -> tuple[str, str]:
    """Singular and plural of a noun phrase; a label that is a plural ("languages spoken") is brought to its singular."""
    words = phrase.split(" ")
    places = [i for i, w in enumerate(words) if i and (w.strip(",") in _PREPOSITIONS or w.strip(",").endswith(("ed", "en")))]
    head = words[places[0] - 1 if places else -1]
    if head.endswith("s") and not head.endswith(("ss", "us", "is", "as")) and head not in _SINGULAR:
        single = head[:-3] + "y" if head.endswith("ies") else head[:-2] if head.endswith(("ches", "shes", "xes")) else head[:-1]
        return phrase.replace(head, single, 1), phrase
    if places:
        at = places[0]
        return phrase, " ".join([plural(" ".join(words[:at])), *words[at:]])
    return phrase, plural(phrase)


def mutual(what: str) -> Wordings:
    """ "[X] and [Y] are siblings": a relation of two that is the same both ways."""
    forward = [f"{{S}} and {{O}} are {what}", f"{{S}} is one of a set of {what} with {{O}}" if False else f"{{O}} and {{S}} are {what}"]
    return {
        "forward": forward,
        "inverse": [f"{{O}} and {{S}} are {what}"],
        "questions": [f"{{S}} and who or what are {what}?", f"with whom or what does {{S}} form {what}?"],
        "questions_unseen": [f"name the other half: {{S}} and whom or what are {what}?", f"who or what makes {what} with {{S}}?"],
        "inverse_questions": [f"{{O}} and who or what are {what}?"],
        "inverse_questions_unseen": [f"who or what makes {what} with {{O}}?"],
    }, {}


def verb(phrase: str, *, obj: str = "{O}") -> Wordings:
    """ "is owned by", "regulates", "was born in": the phrase stands between subject and object."""
    words = phrase.split(" ")
    first = words[0]
    last = words[-1] if words[-1] in _PREPOSITIONS else ""
    forward = [f"{{S}} {phrase} {obj}", f"it is {obj} that {{S}} {phrase}", f"{{S}} is known to {base(phrase)} {obj}"]
    inverse = [f"{obj} is what {{S}} {phrase}", f"what {{S}} {phrase} is {obj}"]
    if first in ("is", "was", "are", "were"):
        rest = " ".join(words[1:])
        asks = f"{first} {{S}} {rest}"
        forward = [f"{{S}} {phrase} {obj}", f"it {first} {obj} that {{S}} {phrase}", f"{rest} {obj} {first} {{S}}" if last else f"{{S}} {phrase} {obj}"]
        if active := _active(words):
            inverse = [f"{obj} {active} {{S}}", f"it {first} {obj} that {active} {{S}}", f"the one that {active} {{S}} {first} {obj}"]
    else:
        asks = f"does {{S}} {base(phrase)}"
    return {
        "forward": list(dict.fromkeys(forward)),
        "inverse": inverse,
        "questions": [f"what {asks}?", f"which {{T}} {asks}?"],
        "questions_unseen": [f"name what {{S}} {phrase}.", f"{{S}} {phrase} what?", f"can you say what {{S}} {phrase}?"],
        "inverse_questions": [f"what {phrase} {obj}?", f"which {{T}} {phrase} {obj}?"],
        "inverse_questions_unseen": [f"name the {{T}} that {phrase} {obj}.", f"of what can one say that it {phrase} {obj}?"],
    }, {"noun": f"the {{T}} that {{S}} {phrase}", "such": f"that {phrase} {obj}"}


def _active(words: list[str]) -> str:
    """ "was founded by" -> "founded", "is owned by" -> "owns"; empty where that is not sure."""
    if words[-1] != "by" or len(words) != 3:
        return ""
    participle = words[1]
    if words[0] == "was":
        return _IRREGULAR.get(participle, participle if participle.endswith("ed") else "")
    if not participle.endswith("ed"):
        return ""
    stem = base_of_participle(participle)
    return stem[:-1] + "ies" if stem.endswith("y") and stem[-2] not in "aeiou" else stem + ("es" if stem.endswith(("s", "x", "ch", "sh")) else "s")


def base_of_participle(word: str) -> str:
    """ "owned" -> "own", "produced" -> "produce", "occupied" -> "occupy"."""
    stem = word[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsf":
        return stem[:-1]
    if stem.endswith(("c", "g", "s", "u", "v", "z", "at", "ut", "ir", "id", "it")) and not stem.endswith(("ss", "ibit", "mit")):
        return stem + "e"
    return stem


def base(phrase: str) -> str:
    """The base form of a verb phrase: "negatively regulates" -> "negatively regulate", "works for" -> "work for"."""
    words = phrase.split(" ")
    at = next((i for i, w in enumerate(words) if w.endswith("s") and not w.endswith(("ly", "ss"))), None)
    if words[0] in ("was", "is", "has"):
        return " ".join([{"was": "have been", "is": "be", "has": "have"}[words[0]], *words[1:]])
    if at is None:
        return phrase
    w = words[at]
    words[at] = w[:-3] + "y" if w.endswith("ies") else w[:-2] if w.endswith(("sses", "shes", "ches", "xes", "oes")) else w[:-1]
    return " ".join(words)
