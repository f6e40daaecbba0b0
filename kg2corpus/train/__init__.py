"""Training of an adapter on packed blocks, in their declared order."""
