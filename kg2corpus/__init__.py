"""kg2corpus compiles a knowledge graph into a language model.

The stages as functions over files are in `kg2corpus.api`: `load`, `look`, `split`, `compile`, `check`, `pack`, `train`,
`probe`, `ask`, `trace`, `report`. The nouns are in `kg2corpus.types`.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
