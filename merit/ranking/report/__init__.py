"""What people and programs read of a run: JSON, CSV, and view-models for pages."""
