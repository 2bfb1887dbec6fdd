"""Selects of training."""

from merit.training.queries.records import hours_per_year, list_trainings

__all__ = ["hours_per_year", "list_trainings"]
