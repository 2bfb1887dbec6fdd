"""Adaptive tests: sealing their pools, choosing items, going over past sittings in their light."""
