"""Rules of tests and their results, without database or web: one module per subject."""
