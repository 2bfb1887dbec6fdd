"""The engine: pure functions from facts, columns and a policy to an explained ranking.

Where to find what:

- ``core``: ``rank``, and for slices of a very large pool ``assess``, ``join``, ``place``
- ``gates``, ``gates_records``, ``verdict``, ``calendar``: the gates
- ``scoring``: value functions, slots, exact totals; ``result``: exact texts and ``result_sha256``
- ``uncertainty.simulate``, ``draws``, ``placing``: intervals, P(rank ≤ k), the band
- ``ranksets.simultaneous_ranks``, ``robustness.weight_robustness``: the separate views
- ``explanation``: ``parts``, ``explain_pair``, ``cut_line``; ``counterfactual.counterfactuals``
"""
