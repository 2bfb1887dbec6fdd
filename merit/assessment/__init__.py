"""Competency results, later items and sittings."""
