"""What the agency does with the index: correct its figures, compute and keep it, look at one person."""
