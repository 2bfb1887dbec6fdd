"""The M-step: Fisher scoring of every item at once on the expected counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from merit.assessment.psychometrics.data import FloatArray
from merit.assessment.psychometrics.models import FLOOR, ResponseModel, is_proper

LARGEST_STEP = 1.0
LARGEST_SLOPE = 15.0
SCORING_STEPS = 2
RIDGE = 1e-8


@dataclass(frozen=True, slots=True)
class GuessPrior:
    """Normal prior of logit c in the 3PL."""

    mean: float = -1.5
    sd: float = 3.0

    def log_density(self, logit_guess: FloatArray) -> float:
        """Return the summed log density."""
        standard = (logit_guess - self.mean) / self.sd
        return float((-0.5 * standard**2 - np.log(self.sd * np.sqrt(2 * np.pi))).sum())


def gradient_and_information(
    model: ResponseModel, parameters: FloatArray, counts: FloatArray, theta: FloatArray, prior: GuessPrior | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the score (J, K) and Fisher's information (J, K, K) of expected counts (J, Q, C)."""
    share = np.maximum(model.probabilities(parameters, theta), FLOOR)
    slopes = model.derivatives(parameters, theta)
    score = np.einsum("jqc,jqck->jk", counts / share, slopes)
    weighted = slopes * np.sqrt(counts.sum(axis=-1)[..., None] / share)[..., None]
    flat = weighted.reshape(len(parameters), -1, parameters.shape[1])
    information = np.matmul(flat.transpose(0, 2, 1), flat)
    if model.guesses and prior is not None:
        score[:, -1] -= (parameters[:, -1] - prior.mean) / prior.sd**2
        information[:, -1, -1] += prior.sd**-2
    return score, information


def maximise(
    model: ResponseModel,
    blocks: list[FloatArray],
    counts: list[FloatArray],
    theta: FloatArray,
    prior: GuessPrior | None = None,
    *,
    hold_slope: bool = False,
) -> list[FloatArray]:
    """Return improved parameters of all blocks after a few scoring steps; ``hold_slope``: the common slope stays."""
    for _step in range(SCORING_STEPS):
        found = [gradient_and_information(model, p, n, theta, prior) for p, n in zip(blocks, counts, strict=True)]
        moves = (
            _common_moves(found, hold_slope=hold_slope) if model.common_slope else [_own_move(*pair) for pair in found]
        )
        blocks = [_moved(model, block, move) for block, move in zip(blocks, moves, strict=True)]
    return blocks


def _own_move(score: FloatArray, information: FloatArray) -> FloatArray:
    size = score.shape[1]
    ridge = RIDGE * (1 + np.trace(information, axis1=1, axis2=2))[:, None, None] * np.eye(size)
    move: FloatArray = np.linalg.solve(information + ridge, score[..., None])[..., 0]
    return move


def _common_moves(found: list[tuple[FloatArray, FloatArray]], *, hold_slope: bool) -> list[FloatArray]:
    """Solve the arrow-shaped system of one slope for all items and each item's own intercepts."""
    slope_score, slope_information = 0.0, 0.0
    solved = []
    for score, information in found:
        own, cross = information[:, 1:, 1:], information[:, 1:, 0]
        both = np.linalg.solve(own + RIDGE * np.eye(own.shape[1]), np.stack((score[:, 1:], cross), axis=-1))
        slope_score += float((score[:, 0] - np.einsum("jk,jk->j", cross, both[..., 0])).sum())
        slope_information += float((information[:, 0, 0] - np.einsum("jk,jk->j", cross, both[..., 1])).sum())
        solved.append(both)
    slope = 0.0 if hold_slope else slope_score / max(slope_information, RIDGE)
    return [
        np.concatenate((np.full((len(both), 1), slope), both[..., 0] - slope * both[..., 1]), axis=1) for both in solved
    ]


def _moved(model: ResponseModel, block: FloatArray, move: FloatArray) -> FloatArray:
    largest = np.abs(move).max(axis=1, keepdims=True) if not model.common_slope else np.abs(move).max()
    step = np.minimum(1.0, LARGEST_STEP / np.maximum(largest, FLOOR))
    after = block + step * move
    for _halving in range(20):
        improper = ~is_proper(model, after)
        if not improper.any():
            break
        step = np.where(improper[:, None], step / 2, step) if not model.common_slope else step / 2
        after = block + step * move
    after[:, 0] = np.clip(after[:, 0], -LARGEST_SLOPE, LARGEST_SLOPE)
    moved: FloatArray = after
    return moved
