"""Training records, later programmes and classes."""
