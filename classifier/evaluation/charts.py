"""Small pictures for the report: inline SVG, so that one HTML file needs neither a plotting library nor the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT, MARGIN = 460, 300, 48
ROW, LABEL = 20, 210
INKS = ("#0b6e4f", "#b3541e", "#3d5a80", "#8a2d5c")
Point = tuple[float, float]


@dataclass(frozen=True)
class Series:
    """One line of a chart: its name in the legend and its points, left to right."""

    name: str
    points: Sequence[Point]
    is_marked: bool = False


def line_chart(
    series: Iterable[Series], x_label: str, y_label: str, x_max: float = 1.0, *, diagonal: bool = False
) -> Markup:
    """Lines over 0 to `x_max` and 0 to 1; `diagonal` draws where a perfect calibration would lie."""
    parts = [_axes(x_label, y_label, x_max)]
    if diagonal:
        parts.append(_path([(0, 0), (x_max, 1)], x_max, "#999", "4 4"))
    for number, one in enumerate(series):
        ink = INKS[number % len(INKS)]
        parts.append(_path(one.points, x_max, ink))
        parts += [_dot(point, x_max, ink) for point in one.points if one.is_marked]
        parts.append(_text(WIDTH - MARGIN, 16 + 16 * number, one.name, "end", ink))
    return _svg(WIDTH, HEIGHT, parts, f"{y_label} / {x_label}")


def bar_chart(rows: Sequence[Mapping[str, object]], title: str) -> Markup:
    """One bar a row from 0 to 1 with its interval; rows have `name`, `value`, `low`, `high` and `n`."""
    parts = []
    for number, row in enumerate(rows):
        parts += _bar(number, row)
    return _svg(WIDTH + LABEL, ROW * len(rows) + 8, parts, title)


def grid(rows: Sequence[tuple[str, Sequence[int]]], columns: Sequence[str], title: str) -> Markup:
    """Counts as shaded cells, each row shaded by its own share."""
    cell = (WIDTH - 20) / max(1, len(columns))
    parts = [_text(LABEL + cell * (i + 0.5), 14, name, "middle") for i, name in enumerate(columns)]
    for number, (name, counts) in enumerate(rows, 1):
        top = ROW * number
        parts.append(_text(LABEL - 8, top + 14, name, "end"))
        for i, count in enumerate(counts):
            parts.append(_cell(LABEL + cell * i, top, cell, count, count / max(1, sum(counts))))
    return _svg(WIDTH + LABEL, ROW * (len(rows) + 1) + 4, parts, title)


def _svg(width: float, height: float, parts: Iterable[str], title: str) -> Markup:
    body = "".join(parts)
    return Markup(  # noqa: S704 - made of escaped parts
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img"'
        f' aria-label="{escape(title)}"><title>{escape(title)}</title>{body}</svg>'
    )


def _place(point: Point, x_max: float) -> Point:
    x, y = point
    across, up = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    return MARGIN + across * x / max(x_max, 1e-9), HEIGHT - MARGIN - up * y


def _axes(x_label: str, y_label: str, x_max: float) -> str:
    lines = []
    for step in range(6):
        share = step / 5
        x, y = _place((share * x_max, share), x_max)
        lines.append(f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>')
        lines.append(_text(MARGIN - 6, y + 4, f"{share:g}", "end"))
        lines.append(_text(x, HEIGHT - MARGIN + 16, f"{share * x_max:g}", "middle"))
    lines.append(_text(WIDTH / 2, HEIGHT - 8, x_label, "middle"))
    return "".join(lines) + _text(MARGIN, 16, y_label, "start")


def _path(points: Sequence[Point], x_max: float, ink: str, dashes: str = "none") -> str:
    line = " ".join("{:.1f},{:.1f}".format(*_place(point, x_max)) for point in points)
    return (
        f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    )


def _dot(point: Point, x_max: float, ink: str) -> str:
    x, y = _place(point, x_max)
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{ink}"/>'


def _text(x: float, y: float, words: str, anchor: str, ink: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}" fill="{ink}">{escape(words)}</text>'


def _bar(number: int, row: Mapping[str, object]) -> list[str]:
    value, low, high = (float(str(row[key] or 0)) for key in ("value", "low", "high"))
    top, room = ROW * number + 4, WIDTH - 110
    middle = top + ROW / 2 - 2
    return [
        _text(LABEL - 8, middle + 4, str(row["name"]), "end"),
        f'<rect x="{LABEL}" y="{top}" width="{room * max(0.0, value):.1f}" height="{ROW - 6}" fill="{INKS[0]}" opacity=".75"/>',
        f'<path d="M{LABEL + room * max(0.0, low):.1f} {middle:.1f}H{LABEL + room * max(0.0, high):.1f}" stroke="#222"/>',
        _text(LABEL + room + 8, middle + 4, f"{value:.0%}  n {row['n']}", "start"),
    ]


def _cell(x: float, y: float, width: float, count: int, share: float) -> str:
    box = f'<rect x="{x:.1f}" y="{y}" width="{width - 2:.1f}" height="{ROW - 2}" fill="{INKS[2]}" opacity="{0.06 + 0.8 * share:.2f}"/>'
    return box + (_text(x + width / 2, y + 14, str(count), "middle", "#111") if count else "")
