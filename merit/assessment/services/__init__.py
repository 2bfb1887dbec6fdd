"""What people do with tests: one module per subject."""
