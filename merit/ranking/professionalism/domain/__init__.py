"""Rules and arithmetic of the index: pure, exact, one person at a time."""
