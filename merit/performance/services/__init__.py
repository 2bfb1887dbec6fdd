"""What the agency does with performance."""
