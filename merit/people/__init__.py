"""Officials, units, positions, rank, tenure, discipline."""
