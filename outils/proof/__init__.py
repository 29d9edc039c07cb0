"""Proofs about the rule base: every condition as a circuit over all the dossiers that can be, and what a solver says of it."""
