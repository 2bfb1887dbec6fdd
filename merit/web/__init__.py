"""What every page shares: access guard, forms, filters, charts, PDF."""
