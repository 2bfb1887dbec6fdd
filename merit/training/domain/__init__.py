"""Rules of training: the yearly duty, who may come, what attendance counts, what a certificate needs."""

from merit.training.domain.duty import DUTY_HOURS

__all__ = ["DUTY_HOURS"]
