"""Language models behind one protocol (`types.LM`): `hf` (transformers), `echo` (for tests)."""

import os

# Threads that wait by spinning make torch ten times slower as soon as anything else runs on the machine. Read when torch is
# first loaded, which is why it stands here; whoever sets it has the last word.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
