"""Pages that bring together what several slices know: an official, a unit, a record's origin, the first page."""
