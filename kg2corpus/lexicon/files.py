"""Lexicon files: YAML in, YAML out. A fault in an entry is named with its line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import UserError, near
from .entry import Entry, read_entry, write_entry
from .names import NameRules

if TYPE_CHECKING:
    from .model import Lexicon

FORMAT = 1
MOST_FAULTS = 100
# libyaml's safe loader is ten times as fast; both build plain data only
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TOP = ("format", "version", "tagger", "names", "types", "subjects", "relations")
NAMES = ("the", "the_endings", "the_types", "bare", "plural", "say")


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


def lines_of(path: Path) -> dict[str, int]:
    """The line of each key and list item of a YAML file, by its path: "relations.capital.forward[2]"."""
    found: dict[str, int] = {}
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    todo: list[tuple[str, yaml.Node]] = [("", root)] if root is not None else []
    seen: set[int] = set()  # an alias may lead back to its own anchor
    while todo:
        where, node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                name = f"{where}.{key.value}" if where else str(key.value)
                found[name] = key.start_mark.line + 1
                todo.append((name, value))
        elif isinstance(node, yaml.SequenceNode):
            for i, item in enumerate(node.value):
                found[f"{where}[{i}]"] = item.start_mark.line + 1
                todo.append((f"{where}[{i}]", item))
    return found


def located(fault: UserError, path: Path, lines: Mapping[str, int]) -> str:
    """The message of a fault with the line that it is about: "my.yaml:12: relations.capital.forward[2]: ..."."""
    start = f"{path}: "
    if not fault.message.startswith(start):
        return fault.message
    where = rest = fault.message[len(start) :].split(": ", 1)[0]
    while where not in lines and where:
        where = where[: max(where.rfind("."), where.rfind("["), 0)]
    return f"{path}:{lines[where]}: {fault.message[len(start) :]}" if rest and where else fault.message


def read_rules(data: Mapping[str, Any], path: Path) -> NameRules:
    """The name rules of a file."""
    names = data.get("names", {})
    if not isinstance(names, Mapping):
        raise UserError(f"{path}: names: expected keys", near("names", NAMES))
    for key in names:
        if key not in NAMES:
            raise UserError(f"{path}: names.{key}: unknown key", near(str(key), NAMES))
    return NameRules(
        the=frozenset(_texts(names, "the", path)),
        the_endings=tuple(_texts(names, "the_endings", path)),
        the_types=frozenset(_texts(names, "the_types", path)),
        bare=frozenset(_texts(names, "bare", path)),
        plural=frozenset(_texts(names, "plural", path)),
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
    return NameRules(
        the=(first.the - then.bare) | then.the,
        the_endings=tuple(dict.fromkeys((*first.the_endings, *then.the_endings))),
        the_types=first.the_types | then.the_types,
        bare=(first.bare - then.the) | then.bare,
        plural=first.plural | then.plural,
        say={**first.say, **then.say},
        types={**first.types, **then.types},
    )


def read_relations(data: Mapping[str, Any], path: Path) -> dict[str, Entry]:
    """The entries of a file by the name they are written under. Raises UserError with the lines of up to 100 faults."""
    relations = data.get("relations", {})
    if not isinstance(relations, Mapping):
        raise UserError(f"{path}: relations: expected relation names with their wordings", "docs/lexicon.md has an example")
    entries, faults = {}, []
    for name, entry in relations.items():
        try:
            entries[str(name)] = read_entry(entry, f"{path}: relations.{name}")
        except UserError as fault:
            faults.append(fault)
    if faults:
        lines = lines_of(path)
        told = [located(fault, path, lines) for fault in faults[:MOST_FAULTS]]
        more = f"\nand {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
        raise UserError("\n".join(told) + more, faults[0].hint)
    return entries


def dump(lexicon: Lexicon) -> str:
    """The lexicon as YAML, the same text for the same content."""
    rules = lexicon.rules
    data: dict[str, Any] = {
        "format": FORMAT,
        "version": lexicon.version,
        "tagger": lexicon.tagger,
        "names": {
            "the": sorted(rules.the),
            "the_endings": list(rules.the_endings),
            "the_types": sorted(rules.the_types),
            "bare": sorted(rules.bare),
            "plural": sorted(rules.plural),
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


def load(path: Path) -> tuple[dict[str, Entry], NameRules, str, str]:
    """Entries, name rules, version and tagger of a resolved lexicon file. Raises UserError for any other file."""
    data = read_yaml(path)
    if data.get("format") != FORMAT:
        hint = "resolve makes one (`kg2corpus compile` writes lexicon.yaml); a file with wordings of your own goes to --lexicon"
        raise UserError(f"{path}: not a resolved lexicon of format {FORMAT}", hint)
    return read_relations(data, path), read_rules(data, path), str(data.get("version", "")), str(data.get("tagger", ""))
