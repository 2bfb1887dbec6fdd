"""Catalogues: Indonesian stands in the source, English is complete."""
