"""Language models behind one protocol (`types.LM`): `hf` (transformers), `echo` (for tests)."""
