"""Appraisals, feedback, unit results, complaints, satisfaction."""
