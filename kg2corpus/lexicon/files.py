"""Lexicon files: YAML in, YAML out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..documents import write_text
from ..errors import UserError, near
from .articles import NameRules
from .entry import Entry, named, read_entry, write_entry
from .lines import located, read

if TYPE_CHECKING:
    from .model import Lexicon

FORMAT = 1
TOP = ("format", "version", "tagger", "names", "types", "subjects", "relations")
# the lists of `names`: those whose order counts, and the sets
ORDERED = (
    "the_endings", "the_plural_endings", "numbered_endings", "the_beginnings", "the_heads", "bare_endings", "plural_endings",
)  # fmt: skip
SETS = ("the", "the_types", "team_places", "team_names", "lower_types", "bare", "plural", "one")
NAMES = (*ORDERED, *SETS, "the_plural", "say")


def read_yaml(path: Path, *, ours: bool = False) -> dict[str, Any]:
    """The mapping in a lexicon file. Raises UserError with the lines for YAML that is not well formed, and for unknown keys."""
    data = read(path, ours=ours)
    if not isinstance(data, dict):
        raise UserError(f"{path}: expected keys such as 'relations:'", "docs/lexicon.md has an example")
    if faults := [UserError(f"{path}: {key}: unknown key", near(str(key), TOP)) for key in data if key not in TOP]:
        raise located(faults, path)
    return data


def read_rules(data: Mapping[str, Any], path: Path, faults: list[UserError] | None = None) -> NameRules:
    """The name rules of a file. Raises UserError at the first fault, or puts each into `faults` where that is given."""
    told: list[UserError] = [] if faults is None else faults
    before = len(told)
    names = data.get("names") or {}
    if not isinstance(names, Mapping):
        told.append(UserError(f"{path}: names: expected keys", f"for example {{the: [Shire]}}; there are {', '.join(NAMES)}"))
        names = {}
    told += (UserError(f"{path}: names.{key}: unknown key", near(str(key), NAMES)) for key in names if key not in NAMES)
    found: dict[str, Any] = {key: tuple(_texts(names, key, path, told)) for key in ORDERED}
    found |= {key: frozenset(_texts(names, key, path, told)) for key in SETS}
    both = frozenset(_texts(names, "the_plural", path, told))  # for short: such names stand in both lists
    rules = NameRules(
        **{**found, "the": found["the"] | both, "plural": found["plural"] | both},
        say=_pairs(names.get("say"), f"{path}: names.say", told),
        types=_pairs(data.get("types"), f"{path}: types", told),
    )
    if faults is None and len(told) > before:
        raise located(told, path)
    return rules


def _texts(names: Mapping[str, Any], key: str, path: Path, faults: list[UserError]) -> list[str]:
    value = names.get(key)
    if value is None:
        return []
    where, hint = f"{path}: names.{key}", "quote words that YAML reads otherwise ('Yes', 'No')"
    if not isinstance(value, list):
        faults.append(UserError(f"{where}: expected a list of texts", hint))
        return []
    wrong = [(i, v) for i, v in enumerate(value) if not isinstance(v, str)]
    faults += (UserError(f"{where}[{i}]: expected a text, found {named(v)}", hint) for i, v in wrong)
    return [v for v in value if isinstance(v, str)]


def _pairs(value: object, where: str, faults: list[UserError]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        faults.append(UserError(f"{where}: expected label: words", "for example Euro: euro"))
        return {}
    wrong = [(k, v) for k, v in value.items() if not isinstance(k, str) or not isinstance(v, str)]
    faults += (
        UserError(f"{where}.{k}: expected label: words, found {named(k)}: {named(v)}", "put both in quotes") for k, v in wrong
    )
    return {k: v for k, v in value.items() if isinstance(k, str) and isinstance(v, str)}


def merge(first: NameRules, then: NameRules) -> NameRules:
    """Both files' rules; where they differ the later one holds."""
    found: dict[str, Any] = {key: tuple(dict.fromkeys((*getattr(first, key), *getattr(then, key)))) for key in ORDERED}
    found |= {key: getattr(first, key) | getattr(then, key) for key in SETS}
    found |= {"the": (first.the - then.bare) | then.the, "bare": (first.bare - then.the) | then.bare}
    found |= {"plural": (first.plural - then.one) | then.plural, "one": (first.one - then.plural) | then.one}
    return NameRules(**found, say={**first.say, **then.say}, types={**first.types, **then.types})


def relations_of(data: Mapping[str, Any], path: Path) -> dict[str, object]:
    """The entries of a file as they stand in it, by the name that they are written under."""
    relations = data.get("relations") or {}
    return {str(name): entry for name, entry in relations.items()}


def read_relations(data: Mapping[str, Any], path: Path, faults: list[UserError] | None = None) -> dict[str, Entry]:
    """The entries of a file. Raises one UserError for all faults, or puts each into `faults` where that is given."""
    told: list[UserError] = [] if faults is None else faults
    relations = data.get("relations") or {}
    if not isinstance(relations, Mapping):
        what = f"{path}: relations: expected relation names with their wordings"
        told.append(UserError(what, "docs/lexicon.md has an example"))
        relations = {}
    found = {str(name): read_entry(raw, f"{path}: relations.{name}", told) for name, raw in relations.items()}
    if faults is None and told:
        raise located(told, path)
    return found


def dump(lexicon: Lexicon) -> str:
    """The lexicon as YAML, the same text for the same content."""
    rules = lexicon.rules
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": lexicon.version,
        "tagger": lexicon.tagger,
        "names": {
            **{key: list(getattr(rules, key)) for key in ORDERED},
            **{key: sorted(getattr(rules, key)) for key in SETS},
            "say": dict(sorted(rules.say.items())),
        },
        "types": dict(sorted(rules.types.items())),
        "relations": {key: write_entry(entry) for key, entry in lexicon.entries.items()},
    }
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100_000)
    return text


def save(lexicon: Lexicon, path: Path) -> None:
    """Write the lexicon aside and rename it when whole. Raises UserError as `write_text` does."""
    write_text(path, dump(lexicon))


def is_resolved(path: Path) -> bool:
    """Whether a file is a resolved lexicon, which says its format. Raises UserError for one that cannot be read."""
    return "format" in read_yaml(path)


def load(path: Path) -> tuple[dict[str, Entry], NameRules, str, str]:
    """Entries, name rules, version and tagger of a resolved lexicon file. Raises UserError for any other file."""
    data = read_yaml(path)
    if data.get("format") != FORMAT:
        hint = "resolve makes one (`kg2corpus compile` writes lexicon.yaml); a file with wordings of your own goes to --lexicon"
        raise UserError(f"{path}: not a resolved lexicon of format {FORMAT}", hint)
    return read_relations(data, path), read_rules(data, path), str(data.get("version", "")), str(data.get("tagger", ""))
