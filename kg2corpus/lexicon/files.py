"""Lexicon files: YAML in, YAML out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import UserError, near
from .articles import NameRules
from .entry import Entry, read_entry, write_entry

if TYPE_CHECKING:
    from .model import Lexicon

FORMAT = 1
MAX_FAULTS = 100
# libyaml's safe loader is ten times as fast; both build plain data only
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TOP = ("format", "version", "tagger", "names", "types", "subjects", "relations")
# the lists of `names`: those whose order counts, and the sets
ORDERED = ("the_endings", "the_plural_endings", "numbered_endings", "the_beginnings", "the_heads", "bare_endings")
SETS = ("the", "the_types", "team_places", "team_names", "lower_types", "bare", "plural", "one")
NAMES = (*ORDERED, *SETS, "the_plural", "say")


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a lexicon file. Raises UserError with the line for YAML that is not well formed."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError) as e:
        raise UserError(f"{path}: cannot be read: {e}", "give the path of a lexicon file (docs/lexicon.md)") from e
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        hint = "put wordings in quotes, for they hold { and }"
        raise UserError(f"{where}: not valid YAML: {getattr(e, 'problem', e)}", hint) from e
    if not isinstance(data, dict):
        raise UserError(f"{path}: expected keys such as 'relations:'", "docs/lexicon.md has an example")
    for key in data:
        if key not in TOP:
            raise UserError(f"{path}: {key}: unknown key", near(str(key), TOP))
    return data


def read_rules(data: Mapping[str, Any], path: Path) -> NameRules:
    """The name rules of a file."""
    names = data.get("names", {})
    if not isinstance(names, Mapping):
        raise UserError(f"{path}: names: expected keys", near("names", NAMES))
    for key in names:
        if key not in NAMES:
            raise UserError(f"{path}: names.{key}: unknown key", near(str(key), NAMES))
    found: dict[str, Any] = {key: tuple(_texts(names, key, path)) for key in ORDERED}
    found |= {key: frozenset(_texts(names, key, path)) for key in SETS}
    both = frozenset(_texts(names, "the_plural", path))  # for short: such names stand in both lists
    return NameRules(
        **{**found, "the": found["the"] | both, "plural": found["plural"] | both},
        say=_pairs(names.get("say", {}), f"{path}: names.say"),
        types=_pairs(data.get("types", {}), f"{path}: types"),
    )


def _texts(names: Mapping[str, Any], key: str, path: Path) -> list[str]:
    value = names.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise UserError(f"{path}: names.{key}: expected a list of texts", "quote words that YAML reads otherwise ('Yes', 'No')")
    return value


def _pairs(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        raise UserError(f"{where}: expected label: words", "for example Euro: euro")
    return dict(value)


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
    if not isinstance(relations, Mapping):
        raise UserError(f"{path}: relations: expected relation names with their wordings", "docs/lexicon.md has an example")
    return {str(name): entry for name, entry in relations.items()}


def read_relations(data: Mapping[str, Any], path: Path) -> dict[str, Entry]:
    """The entries of a file. Raises one UserError for up to MAX_FAULTS faults, each with its line."""
    found: dict[str, Entry] = {}
    faults: list[UserError] = []
    for name, raw in relations_of(data, path).items():
        try:
            found[name] = read_entry(raw, f"{path}: relations.{name}")
        except UserError as e:
            faults.append(e)
            if len(faults) == MAX_FAULTS:
                break
    if faults:
        lines = lines_of(path)
        more = f"\n(the first {MAX_FAULTS}; there may be more)" if len(faults) == MAX_FAULTS else ""
        raise UserError("\n".join(_located(e.message, path, lines) for e in faults) + more, faults[0].hint)
    return found


def lines_of(path: Path) -> dict[str, int]:
    """The line of everything in a YAML file, by its key path: `relations.capital.forward[1]`. Merged keys (`<<`) have none."""
    found: dict[str, int] = {}

    def walk(node: yaml.Node | None, at: str) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                name = f"{at}.{key.value}" if at else str(key.value)
                found.setdefault(name, key.start_mark.line + 1)
                walk(value, name)
        elif isinstance(node, yaml.SequenceNode):
            for i, value in enumerate(node.value):
                found.setdefault(f"{at}[{i}]", value.start_mark.line + 1)
                walk(value, f"{at}[{i}]")

    walk(yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER), "")
    return found


def _located(message: str, path: Path, lines: Mapping[str, int]) -> str:
    """A message that begins with file and key path, with the line of the deepest key of that path."""
    head, _, rest = message.partition(": ")
    if head != str(path):
        return message
    known = [key for key in lines if rest == key or (rest.startswith(key) and rest[len(key)] in ".:[")]
    return f"{path}:{lines[max(known, key=len)]}: {rest}" if known else message


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
    """Write the lexicon aside and rename it when whole."""
    aside = path.with_name(path.name + ".part")
    aside.write_text(dump(lexicon), encoding="utf-8")
    os.replace(aside, path)


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
