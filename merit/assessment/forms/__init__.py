"""Forms of the pages of tests, one module per subject."""
