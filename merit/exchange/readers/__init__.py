"""Readers of files: one table of raw cells, or one sentence why the file cannot be read."""
