"""How runs are kept: frozen inputs, outcome and uncertainty as archives of arrays."""
