"""The machinery under `config`: YAML in, `key=value` overrides, and pydantic's faults said in the user's words."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import UserError, near


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


M = TypeVar("M", bound=Settings)

# pydantic's fault types in plain words; where there is none, its own message is shown
PLAIN = {
    "tuple_type": "a list is wanted",
    "list_type": "a list is wanted",
    "dict_type": "a section of keys is wanted",
    "model_type": "a section of keys is wanted",
    "string_type": "text is wanted",
    "int_type": "a whole number is wanted",
    "int_parsing": "a whole number is wanted",
    "int_from_float": "a whole number is wanted",
    "float_type": "a number is wanted",
    "float_parsing": "a number is wanted",
    "greater_than": "more than {gt} is wanted",
    "greater_than_equal": "at least {ge} is wanted",
    "less_than": "less than {lt} is wanted",
    "less_than_equal": "at most {le} is wanted",
    "literal_error": "one of {expected} is wanted",
    "too_short": "at least one is wanted",
}


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key given twice, which PyYAML would let win silently."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, str | int | float) and key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' is given twice", key_node.start_mark)
        seen.add(key if isinstance(key, str | int | float) else None)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds. Raises UserError where it is not YAML or gives a key twice."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        raise UserError(f"{path}: not YAML: {e}", "compare it with a shipped one, for example curricula/ladder.yaml") from e


def overridden(raw: Mapping[str, Any], sets: Sequence[str], where: str) -> dict[str, Any]:
    """A copy of the raw settings with the overrides in place."""
    settings = yaml.safe_load(yaml.safe_dump(_plain(raw)))
    for text in sets:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise UserError(f"--set {text}: not of the form key=value", "for example --set tokens=20M --set train.rank=64")
        try:
            _put(settings, key.strip().split("."), yaml.safe_load(value), text)
        except yaml.YAMLError as e:
            raise UserError(f"--set {text}: the value is not YAML", "put it into quotes") from e
        other = {"tokens": "exposures", "exposures": "tokens"}.get(key.strip())
        if other and where != "--set":
            settings.pop(other, None)
        elif other and other in settings:
            settings[other] = None
    result: dict[str, Any] = settings
    return result


def _plain(value: Any) -> Any:
    """Tuples as lists, for YAML."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _put(settings: Any, keys: list[str], value: Any, text: str) -> None:
    """Set a dotted key; items of a list are found by their name or their number."""
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        if isinstance(settings, list):
            named = {str(item.get("name", i)) if isinstance(item, dict) else str(i): i for i, item in enumerate(settings)}
            index = named.get(key, int(key) if key.isdigit() and int(key) < len(settings) else None)
            if index is None:
                raise UserError(f"--set {text}: no '{key}' in {'.'.join(keys[:depth])}", near(key, named))
            if last:
                settings[index] = value
            else:
                settings = settings[index]
        elif isinstance(settings, dict):
            if last:
                settings[key] = value
            else:
                settings = settings.setdefault(key, {})
                settings = settings if settings is not None else {}
        else:
            raise UserError(f"--set {text}: '{'.'.join(keys[:depth])}' is a value, not a section", "shorten the key")


def validated(model: type[M], raw: Mapping[str, Any], where: str) -> M:
    try:
        return model.model_validate(raw)
    except ValidationError as e:
        faults = [_fault(model, raw, error) for error in e.errors(include_url=False)]
        lines = "\n".join(f"{where}: {message}" for message, _ in faults[:100])
        hints = "; ".join(dict.fromkeys(hint for _, hint in faults if hint))
        raise UserError(lines, hints or "correct the values; curricula/ladder.yaml shows every key") from e


def _fault(model: type[Settings], raw: Mapping[str, Any], error: Any) -> tuple[str, str]:
    """(message, hint) of one fault that pydantic found."""
    loc = [part for part in error["loc"] if not (isinstance(part, str) and ("[" in part or part in ("str", "int", "float")))]
    path = _path(loc, raw)
    if error["type"] == "extra_forbidden":
        return f"unknown key '{path}'", f"{path}: {near(str(loc[-1]), _fields(model, loc[:-1]))}"
    if error["type"] == "missing":
        return f"the key '{path}' is missing", ""
    given = "" if isinstance(error["input"], dict | list) else f" (given: {error['input']!r})"
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] in PLAIN:
        message = PLAIN[error["type"]].format(**error.get("ctx", {}))
    return f"{path}: {message}{given}" if path else f"{message}", ""


def _path(loc: Sequence[Any], raw: Any) -> str:
    """`stages.recall.questions`: items of a list by their name where they have one."""
    parts = []
    for part in loc:
        item = None
        with contextlib.suppress(KeyError, IndexError, TypeError):
            item = raw[part]
        named = isinstance(part, int) and isinstance(item, dict) and item.get("name")
        parts.append(str(item["name"]) if named and item else str(part))
        raw = item
    return ".".join(parts)


def _fields(model: type[Settings], loc: Sequence[Any]) -> list[str]:
    """The keys that are known where `loc` leads."""
    found: Any = model
    for part in loc:
        if isinstance(found, type) and issubclass(found, Settings) and part in found.model_fields:
            found = found.model_fields[part].annotation
        args = [a for a in getattr(found, "__args__", ()) if isinstance(a, type) and issubclass(a, Settings)]
        found = args[0] if args else found
    return sorted(found.model_fields) if isinstance(found, type) and issubclass(found, Settings) else []
