"""Texts brought to the room that a label has, whatever measures them."""

from collections.abc import Callable, Sequence

Measure = Callable[[str], float]
ELLIPSIS = "…"


def wrapped(text: str, measure: Measure, widths: Sequence[float]) -> list[str] | None:
    """Return the text in as many lines as there are widths at most, or None when it does not fit.

    A word that is wider than its line is broken.
    """
    lines: list[str] = []
    rest = text.split(" ")
    while rest and len(lines) < len(widths):
        line = _line(rest, measure, widths[len(lines)])
        lines.append(line)
    return None if rest else lines


def filled(text: str, measure: Measure, widths: Sequence[float]) -> list[str]:
    """Return the text in at most as many lines as there are widths, with an ellipsis where cut."""
    lines: list[str] = []
    rest = text.split(" ")
    while rest and len(lines) < len(widths):
        lines.append(_line(rest, measure, widths[len(lines)]))
    if rest:
        lines[-1] = shortened(f"{lines[-1]} {' '.join(rest)}", measure, widths[len(lines) - 1])
    return lines


def shortened(text: str, measure: Measure, width: float) -> str:
    """Return the text, or as much of it as the width takes with an ellipsis."""
    if measure(text) <= width:
        return text
    kept = text
    while kept and measure(kept.rstrip() + ELLIPSIS) > width:
        kept = kept[:-1]
    return kept.rstrip(" ·,") + ELLIPSIS


def _line(rest: list[str], measure: Measure, width: float) -> str:
    """Take from `rest` what one line holds."""
    words = [rest.pop(0)]
    if measure(words[0]) > width:
        return _broken(words[0], rest, measure, width)
    while rest and measure(" ".join([*words, rest[0]])) <= width:
        words.append(rest.pop(0))
    return " ".join(words)


def _broken(word: str, rest: list[str], measure: Measure, width: float) -> str:
    at = len(word) - 1
    while at > 1 and measure(word[:at] + "-") > width:
        at -= 1
    rest.insert(0, word[at:])
    return word[:at] + "-"
