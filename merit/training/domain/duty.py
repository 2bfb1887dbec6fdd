"""Rules of training: the yearly learning duty."""

from __future__ import annotations

# PP 11/2017 art. 203(4): PNS develop their competence for at least 20 JP a year. PPPK have a ceiling of 24 JP per
# contract year instead (PP 49/2018 art. 40), so few hours are never held against them.
DUTY_HOURS = 20
