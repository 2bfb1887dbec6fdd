"""The demonstration city: synthetic people in Balikpapan's real units, imported like real files."""
