"""Selects of the index: the facts it is computed from, computations that are kept, their lines."""
