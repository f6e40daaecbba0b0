"""The plain wordings of each shape of relation: several in both directions, questions, and other questions for probes."""

from __future__ import annotations

import re

from .english import an
from .words import INTRANSITIVE, PREPOSITIONS, active, asking, base_of_participle, numbers, participle, past

Wordings = tuple[dict[str, list[str]], dict[str, str]]


def kind() -> Wordings:
    """ "is a": what the subject is an example of."""
    lists = {
        "forward": ["{S} is a kind of {O}", "{S} is a form of {O}", "{S} is one sort of {O}", "{S} falls under {O}"],
        "inverse": [
            "{O} {includes|include} {S}",
            "one kind of {O} is {S}",
            "{O} {covers|cover} {S}",
            "among the kinds of {O} is {S}",
        ],
        "questions": ["what is {S} a kind of?", "what is {S} a form of?", "{S} is one sort of what?"],
        "questions_unseen": [
            "under what heading does {S} fall?",
            "how would you classify {S}?",
            "what more general thing is {S}?",
        ],
        "inverse_questions": ["what is {one kind|some kinds} of {O}?", "what is a kind of {O}?", "what does {O} include?"],
        "inverse_questions_unseen": [
            "name {a sort|some sorts} of {O}.",
            "what falls under {O}?",
            "what would you classify as {O}?",
        ],
        "both": ["both {S} are kinds of {O}", "{O} {includes|include} both {S}"],
        "chain": ["{S} is a kind of {O}", "{S} is a form of {O}", "{O} includes {S}"],
    }
    return lists, {"noun": "a {T} that {S} is a kind of", "such": "that is a kind of {O}"}


def role(what: str, *, be: str) -> Wordings:
    """ "is the capital of", "member of": the subject has a role for the object. `what` has its article."""
    bare = re.sub(r"^(a|an|the) ", "", what)
    own = "{O's} " + bare if what.startswith("the ") else f"one {bare} of {{O}}"
    has, counts = ("{has|have}", "{counts|count}") if be == "is" else ("had", "counted")
    lists = {
        "forward": [
            f"{{S}} {be} {what} of {{O}}",
            f"it {be} {{O}} that {{S}} {be} {what} of",
            f"one may call {{S}} {what} of {{O}}",
        ],
        "chain": [f"{{S}} {be} {what} of {{O}}", f"{{O}} {has} {{S}} as {what}"],
        "inverse": [
            f"{what} of {{O}} {be} {{S}}",
            f"{{O}} {has} {{S}} as {what}",
            f"{{O}} {counts} {{S}} as {what}",
            f"{own} {be} {{S}}",
        ],
        "questions": [f"what {be} {{S}} {what} of?", f"of what {be} {{S}} {what}?", f"{{S}} {be} {what} of what?"],
        "questions_unseen": [
            f"what has {{S}} as {what}?",
            f"name that of which {{S}} {be} {what}.",
            f"to what does {{S}} belong as {what}?",
        ],
        "inverse_questions": [f"what {be} {what} of {{O}}?", f"which {{T}} {be} {what} of {{O}}?"],
        "inverse_questions_unseen": [
            f"what does {{O}} have as {what}?",
            f"name {what} of {{O}}.",
            f"what would you call {what} of {{O}}?",
        ],
    }
    return lists, {"noun": f"a {{T}} that {{S}} {be} {what} of", "such": f"that {be} {what} of {{O}}"}


def noun(phrase: str, *, multi: bool, past: bool = False, literal: bool = False, article: str = "") -> Wordings:
    """ "field of work": the object is the subject's field of work. `article` goes before the object."""
    one, lots = numbers(phrase)
    be, are = ("was", "were") if past else ("is", "are")
    has = "had" if past else "has"
    by = "by" if participle(one.split(" ")[-1].strip(",")) else "of"
    o = f"{article}{{O}}"
    a_one = f"{{{an(one)}|{lots}}}"
    whole = a_one if multi else f"the {{{one}|{lots}}}"
    verb_ = f"{{{be}|{are}}}"
    own = f"{{S's}} {lots} {'included' if past else 'include'} {o}" if multi else f"{{S's}} {{{one}|{lots}}} {verb_} {o}"
    first = f"the {{value|values}} {o}" if literal else o  # no sentence begins with a digit
    lists = {
        "forward": [
            f"{whole} {by} {{S}} {verb_} {o}",
            own,
            f"{{S}} {has} {o} as {a_one}",
            f"{whole} given for {{S}} {verb_} {o}" if by == "of" else f"one can name {o} as {a_one} by {{S}}",
            f"among {{S's}} {lots} {verb_} {o}" if multi else f"for {{S}}, the {{{one}|{lots}}} {verb_} {o}",
        ],
        "inverse": [
            f"{first} {verb_} {whole} {by} {{S}}",
            f"{first} {verb_} listed as {a_one} {by} {{S}}",
            f"{first} {verb_} {whole} that {{S}} {has}",
            f"{first} {{counts|count}} among {{S's}} {lots}" if multi else f"{first} {verb_} given as {whole} {by} {{S}}",
        ],
        "questions": [
            f"what {verb_} {whole} {by} {{S}}?",
            f"what {'did' if past else 'does'} {{S}} have as {a_one}?",
            f"what {verb_} {{S's}} {{{one}|{lots}}}?",
        ],
        "questions_unseen": [
            f"name {whole} {by} {{S}}.",
            f"which {{{one}|{lots}}} {verb_} given for {{S}}?",
            f"{{S}} {has} what as {a_one}?",
        ],
        "inverse_questions": [
            f"which {{T}} {{{has}|{'had' if past else 'have'}}} {o} as {an(one)}?",
            f"{o} {be} {an(one)} {by} which {{T}}?",
            f"for which {{T}} {be} {o} {an(one)}?",
        ],
        "inverse_questions_unseen": [
            f"name the {{T}} with {o} as {an(one)}.",
            f"which {{T}} goes with {o} as {an(one)}?",
            f"{o} {be} given as {an(one)} for which {{T}}?",
        ],
        "both": [f"{{S}} have the same {one}, {o}" if not multi else f"both {{S}} have {o} as {a_one}"],
    }
    single = an(one) if multi else f"the {one}"
    lists["chain"] = [f"{single} {by} {{S}} {be} {o}", f"{o} {be} {single} {by} {{S}}"]
    such = f"whose {lots} {'included' if past else 'include'} {o}" if multi else f"whose {one} {be} {o}"
    return lists, {"noun": f"{single} {by} {{S}}", "such": such}


def verb(phrase: str, *, subject: str = "{S}", object: str = "{O}") -> Wordings:
    """ "is owned by", "regulates", "was born in": the phrase stands between subject and object."""
    words = phrase.split(" ")
    be = "was" if words[0] in ("was", "were") or participle(words[0]) else "is"
    s, o = subject, object
    cleft = f"it {be} {o} that {s} {phrase}"
    if words[-1] in PREPOSITIONS and len(words) > 1 and words[-2] not in ("part", "member"):
        cleft = f"it {be} {words[-1]} {o} that {s} {' '.join(words[:-1])}"
    asks = asking(phrase).replace("{S}", s)
    lists = {
        "forward": [f"{s} {phrase} {o}", f"what {s} {phrase} {be} {o}", f"as for what {s} {phrase}, that {be} {o}"],
        "inverse": [f"{o} {be} what {s} {phrase}", cleft],
        "chain": [f"{s} {phrase} {o}"],
        "questions": [f"what {asks}?", f"which {{T}} {asks}?"],
        "questions_unseen": [f"name what {s} {phrase}.", f"{s} {phrase} what?", f"can you say what {s} {phrase}?"],
        "inverse_questions": [f"what {phrase} {o}?", f"which {{T}} {phrase} {o}?"],
        "inverse_questions_unseen": [f"name the {{T}} that {phrase} {o}.", f"what is it that {phrase} {o}?"],
    }
    if act := active(words):
        lists["forward"] = [
            f"{s} {phrase} {o}",
            f"the one that {act} {s} {be} {o}",
            f"as for who or what {act} {s}, that {be} {o}",
        ]
        lists["inverse"] = [f"{o} {act} {s}", f"it {be} {o} that {act} {s}", f"{o} is the one that {act} {s}"]
        lists["chain"] = [f"{s} {phrase} {o}", f"{o} {act} {s}"]
        lists["questions"] = [f"who or what {act} {s}?", f"by whom or what {words[0]} {s} {words[1]}?"]
        unseen = [f"name the one that {act} {s}.", f"{s} {phrase} whom or what?", f"can you say who or what {act} {s}?"]
        lists["questions_unseen"] = unseen
    return lists, {"noun": f"a {{T}} that {s} {phrase}", "such": f"that {phrase} {o}"}


def event(word: str, *, day: bool) -> Wordings:
    """ "born", "released", "died" with a date or a year: "X was born in 1964", "X died on 2 March 1999"."""
    acts = word in INTRANSITIVE
    said = past(word) if acts else f"was {word}"
    asks = f"did {{S}} {base_of_participle(word)}" if acts else f"was {{S}} {word}"
    when, unit = ("on", "day") if day else ("in", "year")
    lists = {
        "forward": [
            f"{{S}} {said} {when} {{O}}",
            f"the {unit} {when} which {{S}} {said} is {{O}}",
            f"as for when {{S}} {said}, that was {when} {{O}}",
        ],
        "inverse": [
            f"it was {when} {{O}} that {{S}} {said}",
            f"{{O}} is the {unit} {when} which {{S}} {said}",
            f"{when} {{O}}, {{S}} {said}",
        ],
        "chain": [f"{{S}} {said} {when} {{O}}"],
        "questions": [f"when {asks}?", f"{when} which {unit} {asks}?"],
        "questions_unseen": [
            f"name the {unit} {when} which {{S}} {said}.",
            f"{{S}} {said} when?",
            f"can you say when {{S}} {said}?",
        ],
        "inverse_questions": [f"what {said} {when} {{O}}?", f"which {{T}} {said} {when} {{O}}?"],
        "inverse_questions_unseen": [f"name the {{T}} that {said} {when} {{O}}.", f"what is it that {said} {when} {{O}}?"],
    }
    return lists, {"noun": f"the {unit} {when} which {{S}} {said}", "such": f"that {said} {when} {{O}}"}


def deed(word: str) -> Wordings:
    """ "directed", "founded": what the subject did to the object."""
    lists, phrases = verb(past(word))
    lists["inverse"] = [f"{{O}} was {word} by {{S}}", f"it was {{O}} that {{S}} {past(word)}", *lists["inverse"][:1]]
    lists["inverse_questions"] = [f"by whom or what was {{O}} {word}?", *lists["inverse_questions"]]
    return lists, phrases


def passage(phrase: str) -> Wordings:
    """A relation whose values are whole sentences: they are quoted."""
    one, _ = numbers(phrase)
    lists = {
        "forward": [
            f'about the {one} of {{S}} one can read: "{{O}}"',
            f'the {one} of {{S}} is described in these words: "{{O}}"',
            f'under "{one}", the entry for {{S}} says: "{{O}}"',
        ],
        "inverse": [
            f'the words "{{O}}" stand under "{one}" in the entry for {{S}}',
            f'the text "{{O}}" is about the {one} of {{S}}',
        ],
        "questions": [f"what can one read about the {one} of {{S}}?", f'what does the entry for {{S}} say under "{one}"?'],
        "questions_unseen": [
            f"describe the {one} of {{S}}.",
            f"how would you put the {one} of {{S}} in words?",
            f"what is recorded of {{S}} as to its {one}?",
        ],
        "inverse_questions": [f'whose {one} is described by "{{O}}"?', f'which {{T}} has "{{O}}" under "{one}"?'],
        "inverse_questions_unseen": [
            f'"{{O}}" describes the {one} of which {{T}}?',
            f'name the {{T}} with these words under "{one}": "{{O}}"',
            f'of which {{T}} can one read under "{one}": "{{O}}"?',
        ],
    }
    return lists, {}


def exchanged(found: Wordings) -> Wordings:
    """The wordings of the same relation seen from its object: subject and object change places."""

    def turn(texts: list[str]) -> list[str]:
        return [re.sub(r"\{([SO])('s)?\}", lambda m: f"{{{'O' if m[1] == 'S' else 'S'}{m[2] or ''}}}", t) for t in texts]

    lists, _ = found
    pairs = {"forward": "inverse", "questions": "inverse_questions", "questions_unseen": "inverse_questions_unseen"}
    result = {}
    for a, b in pairs.items():
        result[a], result[b] = turn(lists[b]), turn(lists[a])
    return result, {}


def mutual(what: str) -> Wordings:
    """ "[X] and [Y] are siblings": the same both ways."""
    lists = {
        "forward": [f"{{S}} and {{O}} are {what}", f"{{S}} makes {what} with {{O}}"],
        "inverse": [f"{{O}} and {{S}} are {what}", f"{{O}} makes {what} with {{S}}"],
        "questions": [f"{{S}} and who or what are {what}?", f"with whom or what does {{S}} make {what}?"],
        "questions_unseen": [f"{what}: {{S}} and who or what?", f"name the one that makes {what} with {{S}}."],
        "inverse_questions": [f"{{O}} and who or what are {what}?", f"with whom or what does {{O}} make {what}?"],
        "inverse_questions_unseen": [f"{what}: {{O}} and who or what?", f"name the one that makes {what} with {{O}}."],
    }
    return lists, {"noun": f"one that makes {what} with {{S}}", "such": f"that makes {what} with {{O}}"}


def odd(own: str) -> Wordings:
    """A sentence of no known shape: said as it is, and asked about with a blank. `own` has {S} and {O} once each."""
    no_object, no_subject = (re.sub(rf"\{{{side}('s)?\}}", "____", own) for side in "OS")
    lists = {
        "forward": [own, f"it is a fact that {own}", f"one can say that {own}"],
        "inverse": [f"{{O}} fills the blank in this sentence: {no_object}"],
        "questions": [f"what fills the blank: {no_object}?"],
        "questions_unseen": [f"complete the sentence: {no_object}.", f"what is missing here: {no_object}?"],
        "inverse_questions": [f"what fills the blank: {no_subject}?"],
        "inverse_questions_unseen": [f"complete the sentence: {no_subject}.", f"what is missing here: {no_subject}?"],
    }
    return lists, {}


def truth(yes: str, no: str, question: str) -> Wordings:
    """Yes and no. `yes` and `no` are predicates: "is radioactive", "is not radioactive"."""
    lists = {
        "true": [f"{{S}} {yes}", f"it is true that {{S}} {yes}", f"it is right to say that {{S}} {yes}"],
        "false": [f"{{S}} {no}", f"it is not true that {{S}} {yes}", f"it is wrong to say that {{S}} {yes}"],
        "questions": [question, f"is it true that {{S}} {yes}?"],
        "questions_unseen": [
            f"would it be right to say that {{S}} {yes}?",
            f"can you say that {{S}} {yes}?",
            f"does the statement hold that {{S}} {yes}?",
        ],
    }
    return lists, {"such_true": f"that {yes}", "such_false": f"that {no}"}
