"""Selects of the slice, one module per subject."""
