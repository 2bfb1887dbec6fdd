"""Reading and writing items in the formats of other systems; pure."""

from merit.assessment.interchange.opening import read
from merit.assessment.interchange.reading import Problem, ReadItem, ReadResult, ReadTest, UnreadableError

__all__ = ["Problem", "ReadItem", "ReadResult", "ReadTest", "UnreadableError", "read"]
