"""Selects about units, positions and officials; every one that lists people takes the actor's scope."""
