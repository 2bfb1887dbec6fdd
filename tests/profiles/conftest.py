"""The city of the people tests serves here too."""

from tests.people.conftest import city, signed_in

__all__ = ["city", "signed_in"]
