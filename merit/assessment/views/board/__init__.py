"""Pages of rooms: the seat map, what proctors do on it, one candidate's evidence, minutes and cards."""

from __future__ import annotations

from merit.assessment.views.board import documents, people, rooms, words

__all__ = ["documents", "people", "rooms", "words"]
