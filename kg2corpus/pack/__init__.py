"""Packing: documents to training blocks, with the invariants that make facts extractable.

1. no block holds two documents that share an anchor or a twin (adjacent renderings of an entity cut what can be asked of it
   by a factor of 2 to 6, at lower training loss: an independent replication of Physics of Language Models 3.1, and our own
   miniature); the parts of one long document count as two documents;
2. each graph document, and each part of a long one, is opened by the domain token and closed by EOS;
3. the declared order survives, but for documents taken at most `lookahead` places early to fill a block;
4. what a document only gives to be read (the outline before a text) stands in the block and is kept out of the loss;
5. what no document can fill is filled with replay within its share, else padded, and counted.

`pack` writes `blocks.npy` (int32), `lengths.npy` (tokens of each block before padding), `replay.npy` (of
which replay), `masked.npy` (block, first token, end: without loss), `boundaries.jsonl.zst`, `pack.json`.
"""

from .write import Boundary, pack, read_boundaries, read_pack

__all__ = ["Boundary", "pack", "read_boundaries", "read_pack"]
