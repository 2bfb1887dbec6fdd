"""Merit: competency and merit evaluation for a city's civil service."""

__version__ = "0.1.0"
