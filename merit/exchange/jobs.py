"""Long imports as jobs."""
