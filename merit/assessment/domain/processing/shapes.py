"""Areas on a picture: whether a point lies in them; borders belong to the area."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def contains(shape: str, coords: Sequence[Fraction], x: Fraction, y: Fraction) -> bool:
    """Tell whether a point lies in a shape; a shape with too few numbers contains nothing.

    Parameters
    ----------
    shape
        ``default`` (everything), ``rect`` x1 y1 x2 y2, ``circle`` x y r, ``ellipse`` x y h v, ``poly`` x1 y1 …
    coords
        The numbers of the shape, pixels.
    x, y
        The point.

    Returns
    -------
    Whether the point is inside or on the border.

    """
    match shape, list(coords):
        case "default", _:
            return True
        case "rect", [left, top, right, bottom]:
            return min(left, right) <= x <= max(left, right) and min(top, bottom) <= y <= max(top, bottom)
        case "circle", [centre_x, centre_y, radius]:
            return (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius**2
        case "ellipse", [centre_x, centre_y, half_width, half_height] if half_width and half_height:
            return ((x - centre_x) / half_width) ** 2 + ((y - centre_y) / half_height) ** 2 <= 1
        case "poly", numbers:
            return _in_polygon(numbers, x, y)
    return False


def _in_polygon(numbers: Sequence[Fraction], x: Fraction, y: Fraction) -> bool:
    corners = list(zip(numbers[::2], numbers[1::2], strict=False))
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return inside
