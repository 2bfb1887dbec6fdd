"""Response models: category probabilities and their derivatives, for many items at once.

All models are written in slopes and intercepts. A block of J items with C categories has parameters of shape
(J, K); probabilities have shape (J, Q, C), derivatives (J, Q, C, K), over Q ability points.

=======  =========================================  ==========================================================
model    parameters                                 probability
=======  =========================================  ==========================================================
1pl/2pl  a, d                                       P(1) = 1 / (1 + exp(-(a theta + d)))
3pl      a, d, logit c                              P(1) = c + (1 - c) / (1 + exp(-(a theta + d)))
grm      a, d_1 > … > d_{C-1}                       P(X >= k) = 1 / (1 + exp(-(a theta + d_k)))
gpcm     a, d_1 … d_{C-1}                           P(k) ∝ exp(k a theta + d_1 + … + d_k)
=======  =========================================  ==========================================================

Sources: Birnbaum (1968), Samejima (1969), Muraki (1992). Difficulties are b = -d / a (D = 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from merit.assessment.psychometrics.data import FloatArray

FLOOR = 1e-300
Curve = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class ResponseModel:
    """One family of curves; ``common_slope``: all items share one discrimination."""

    name: str
    probabilities: Curve
    derivatives: Curve
    common_slope: bool = False
    guesses: bool = False


def _two_parameter(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    right = expit(parameters[:, 0, None] * theta + parameters[:, 1, None])
    return np.stack((1 - right, right), axis=-1)


def _two_parameter_slopes(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    right = expit(parameters[:, 0, None] * theta + parameters[:, 1, None])
    slope = right * (1 - right)
    up = np.stack((slope * theta, slope), axis=-1)
    return np.stack((-up, up), axis=-2)


def _three_parameter(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    guess = expit(parameters[:, 2, None])
    right = guess + (1 - guess) * expit(parameters[:, 0, None] * theta + parameters[:, 1, None])
    return np.stack((1 - right, right), axis=-1)


def _three_parameter_slopes(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    guess = expit(parameters[:, 2, None])
    logistic = expit(parameters[:, 0, None] * theta + parameters[:, 1, None])
    slope = (1 - guess) * logistic * (1 - logistic)
    up = np.stack((slope * theta, slope, guess * (1 - guess) * (1 - logistic)), axis=-1)
    return np.stack((-up, up), axis=-2)


def _cumulative(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    """Return P(X >= k) for k = 0 … C, (J, Q, C + 1)."""
    above = expit(parameters[:, None, :1] * theta[None, :, None] + parameters[:, None, 1:])
    edge = np.ones((*above.shape[:2], 1))
    return np.concatenate((edge, above, 0 * edge), axis=-1)


def _graded(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    cumulative = _cumulative(parameters, theta)
    share: FloatArray = cumulative[..., :-1] - cumulative[..., 1:]
    return share


def _graded_slopes(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    cumulative = _cumulative(parameters, theta)
    slope = cumulative * (1 - cumulative)
    categories, steps = slope.shape[-1] - 1, slope.shape[-1] - 2
    found = np.zeros((*slope.shape[:2], categories, steps + 1))
    found[..., 0] = theta[None, :, None] * (slope[..., :-1] - slope[..., 1:])
    step = np.arange(steps)
    found[..., step + 1, step + 1] = slope[..., 1:-1]
    found[..., step, step + 1] = -slope[..., 1:-1]
    return found


def _partial_credit(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    steps = parameters.shape[1] - 1
    total = np.concatenate((np.zeros((len(parameters), 1)), np.cumsum(parameters[:, 1:], axis=1)), axis=1)
    exponent = parameters[:, None, :1] * theta[None, :, None] * np.arange(steps + 1) + total[:, None, :]
    exponent -= exponent.max(axis=-1, keepdims=True)
    odds = np.exp(exponent)
    share: FloatArray = odds / odds.sum(axis=-1, keepdims=True)
    return share


def _partial_credit_slopes(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    share = _partial_credit(parameters, theta)
    categories = share.shape[-1]
    inner = np.zeros((len(theta), categories, categories))
    inner[:, :, 0] = theta[:, None] * np.arange(categories)
    inner[:, :, 1:] = np.tri(categories, categories - 1, -1)[None]
    mean = np.einsum("jqc,qck->jqk", share, inner)
    slopes: FloatArray = share[..., None] * (inner[None] - mean[:, :, None, :])
    return slopes


MODELS: Mapping[str, ResponseModel] = {
    "1pl": ResponseModel("1pl", _two_parameter, _two_parameter_slopes, common_slope=True),
    "2pl": ResponseModel("2pl", _two_parameter, _two_parameter_slopes),
    "3pl": ResponseModel("3pl", _three_parameter, _three_parameter_slopes, guesses=True),
    "grm": ResponseModel("grm", _graded, _graded_slopes),
    "gpcm": ResponseModel("gpcm", _partial_credit, _partial_credit_slopes),
    "pcm": ResponseModel("pcm", _partial_credit, _partial_credit_slopes, common_slope=True),
}
BINARY = frozenset({"1pl", "2pl", "3pl"})
GUESS_START = float(logit(0.15))


def start_values(model: ResponseModel, shares: FloatArray) -> FloatArray:
    """Return parameters to begin with from the shares of the categories, (J, C) → (J, K)."""
    above = np.clip(np.cumsum(shares[:, ::-1], axis=1)[:, -2::-1], 1e-3, 1 - 1e-3)
    lift = 1.2  # logits of shares are flatter than intercepts at a slope of 1
    if model.name in {"gpcm", "pcm"}:
        safe = np.clip(shares, 1e-3, None)
        intercepts = np.log(safe[:, 1:] / safe[:, :-1])
    else:
        intercepts = lift * logit(above)
    parts = [np.ones((len(shares), 1)), intercepts]
    if model.guesses:
        parts.append(np.full((len(shares), 1), GUESS_START))
    return np.concatenate(parts, axis=1)


def is_proper(model: ResponseModel, parameters: FloatArray) -> NDArray[np.bool_]:
    """Whether each item's parameters give probabilities (graded thresholds in order), (J,)."""
    proper: NDArray[np.bool_] = np.asarray(np.isfinite(parameters).all(axis=1))
    if model.name == "grm":
        proper &= (np.diff(parameters[:, 1:], axis=1) < 0).all(axis=1)
    return proper


@dataclass(frozen=True, slots=True)
class ThetaCurves:
    """Category probabilities with their first and second derivative in theta, each (J, n, C)."""

    share: FloatArray
    first: FloatArray
    second: FloatArray

    @property
    def information(self) -> FloatArray:
        """Fisher's information of every item, (J, n)."""
        information: FloatArray = (self.first**2 / np.maximum(self.share, FLOOR)).sum(axis=-1)
        return information


def theta_curves(model: ResponseModel, parameters: FloatArray, theta: FloatArray) -> ThetaCurves:
    """Return the curves of items (J, K) at abilities (n,)."""
    if model.name in {"gpcm", "pcm"}:
        return _partial_credit_theta(parameters, theta)
    slope = parameters[:, 0, None, None]
    if model.name == "grm":
        cumulative = _cumulative(parameters, theta)
        scale = 1.0
    else:
        logistic = expit(parameters[:, :1] * theta + parameters[:, 1:2])[..., None]
        cumulative = np.concatenate((np.ones_like(logistic), logistic, np.zeros_like(logistic)), axis=-1)
        scale = 1 - expit(parameters[:, 2, None, None]) if model.guesses else 1.0
    density = slope * cumulative * (1 - cumulative)
    bend = slope * density * (1 - 2 * cumulative)
    share = model.probabilities(parameters, theta)
    return ThetaCurves(share, scale * -np.diff(density, axis=-1), scale * -np.diff(bend, axis=-1))


def _partial_credit_theta(parameters: FloatArray, theta: FloatArray) -> ThetaCurves:
    share = _partial_credit(parameters, theta)
    step = np.arange(share.shape[-1])
    off = step - (share * step).sum(axis=-1, keepdims=True)
    spread = (share * off**2).sum(axis=-1, keepdims=True)
    slope = parameters[:, 0, None, None]
    return ThetaCurves(share, slope * share * off, slope**2 * share * (off**2 - spread))
