"""Hash chain, checkpoints and access log."""
