"""From graph, split, lexicon and curriculum to a corpus: `plan` allocates, `run` says it."""
