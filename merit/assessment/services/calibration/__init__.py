"""Calibration of the items of a competency: gather answers, estimate, link onto the scale, keep, decide."""
