"""Pictures of items: their size, and numbers drawn on their places where places become choices."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from merit.assessment.domain.items import Area

MAX_PIXELS = 25_000_000
_LINE = (200, 0, 0)
_PAPER = (255, 255, 255)
_FONT = 16
_PAD = 3
_ROUND = 3  # numbers of a circle: x, y, r
_BROAD = 4  # numbers of a rectangle or ellipse
_FAR = 100_000
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def picture_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels; zeros when the bytes are no picture that is known."""
    try:
        with Image.open(BytesIO(data)) as image:
            return image.size
    except _BROKEN:
        return 0, 0


def number_places(data: bytes, places: Sequence[Area], *, width: int, height: int) -> bytes | None:
    """Draw outlines and the numbers 1, 2, … on the places of a picture.

    Parameters
    ----------
    data
        The picture.
    places
        The places, in pixels of a picture of the stated size.
    width, height
        The stated size; 0 means the picture's own.

    Returns
    -------
    A PNG, None when the picture cannot be drawn on (no picture, too large, or a drawing like SVG).

    """
    own_width, own_height = picture_size(data)
    if not own_width or own_width * own_height > MAX_PIXELS:
        return None
    try:
        with Image.open(BytesIO(data)) as opened:
            image = opened.convert("RGB")
    except _BROKEN:
        return None
    scale = (own_width / (width or own_width), own_height / (height or own_height))
    draw = ImageDraw.Draw(image)
    for number, place in enumerate(places, 1):
        box = _box(place, scale)
        if box is not None:
            _mark(draw, place.shape, box, str(number))
    packed = BytesIO()
    image.save(packed, "PNG")
    return packed.getvalue()


def _box(place: Area, scale: tuple[float, float]) -> tuple[float, float, float, float] | None:
    """Return the rectangle around a place, None where the numbers make none."""
    numbers = place.coords
    if any(abs(one) > _FAR for one in numbers):
        return None
    if place.shape == "circle" and len(numbers) == _ROUND:
        x, y, reach_x, reach_y = numbers[0], numbers[1], numbers[2], numbers[2]
    elif place.shape == "ellipse" and len(numbers) == _BROAD:
        x, y, reach_x, reach_y = numbers
    elif place.shape in {"rect", "poly"} and len(numbers) >= _BROAD:
        xs, ys = numbers[::2], numbers[1::2]
        x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        reach_x, reach_y = max(xs) - x, max(ys) - y
    else:
        return None
    reach_x, reach_y = abs(reach_x), abs(reach_y)
    return (x - reach_x) * scale[0], (y - reach_y) * scale[1], (x + reach_x) * scale[0], (y + reach_y) * scale[1]


def _mark(draw: ImageDraw.ImageDraw, shape: str, box: tuple[float, float, float, float], number: str) -> None:
    outline = draw.ellipse if shape in {"circle", "ellipse"} else draw.rectangle
    outline(box, outline=_LINE, width=2)
    font = ImageFont.load_default(_FONT)
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    left, top, right, bottom = draw.textbbox(middle, number, font=font, anchor="mm")
    draw.rectangle((left - _PAD, top - _PAD, right + _PAD, bottom + _PAD), fill=_PAPER, outline=_LINE)
    draw.text(middle, number, fill=_LINE, font=font, anchor="mm")
