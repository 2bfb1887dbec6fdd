"""Readers, templates, batches, dry run, undo."""
