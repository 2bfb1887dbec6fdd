"""The engine: pure functions from facts, columns and a policy to an explained ranking.

- ``core.rank(facts, columns, policy, *, officials, vacancy) -> Ranking``; for slices of a very large pool
  ``core.assess(...) -> Assessed`` per slice and ``core.place(assessed, policy, vacancy) -> Ranking``
- ``uncertainty.simulate(ranking, columns, *, draws=None, threads=None) -> Uncertainty``
- ``uncertainty.uncertainty_sha256(uncertainty) -> str``
- ``robustness.weight_robustness(ranking, *, seed) -> FloatArray`` (P(top k) per ``ranking.order``)
- ``ranksets.simultaneous_ranks(ranking, uncertainty, *, seed) -> RankSets``
- ``explanation.parts(ranking, row, reference=None) -> tuple[Part, ...]``
- ``explanation.explain_pair(ranking, row_a, row_b) -> Pair``
- ``explanation.gate_fact / gate_threshold / gate_sentence (column, row) -> Reason``
- ``counterfactual.counterfactuals(ranking, facts, columns, row, *, goal=None) -> tuple[Counterfactual, ...]``
- ``result.result_document(ranking) -> dict``, ``result.result_sha256(ranking) -> str``,
  ``result.score_text(ranking, row)``, ``result.points_text(ranking, row, slot)``
"""
