"""What the agency, units, trainers and officials do with training."""
