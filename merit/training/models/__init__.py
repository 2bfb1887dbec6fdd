"""Tables of training: records, programmes and classes, attendance, certificates."""

from merit.training.models import attendance, certificates, classes, evaluation, planning
from merit.training.models.records import TRAINING_KINDS, TRAINING_PATHS, TrainingRecord

__all__ = [
    "TRAINING_KINDS",
    "TRAINING_PATHS",
    "TrainingRecord",
    "attendance",
    "certificates",
    "classes",
    "evaluation",
    "planning",
]
