"""The dashboard of `charts.toml` as datasette-dashboards wants it, once in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stats import vocabularies as words
from stats.labels import LANGUAGES, label

DATABASE = "release"
_PATH = Path(__file__).with_name("charts.toml")
_BLUE = "#0b6e99"
# Red is kept for danger; all pairs differ in lightness too, for print and for colour-blind readers.
_COLOURS: Mapping[str, Mapping[str, str]] = {
    "verdict": {
        "danger_now": "#7a0019",
        "high": "#d1495b",
        "caution": "#edae49",
        "none": "#9fb8ad",
        "unclear": "#c9c9c9",
    },
    "danger": {"money": "#edae49", "freedom": "#7a0019", "both": "#d1495b"},
    "answer": {"helpful": "#2a7f62", "wrong": "#d1495b", "unsure": "#c9c9c9"},
}

Spec = dict[str, Any]


def dashboards() -> Spec:
    """The configuration of the plugin: one dashboard a language."""
    charts = tomllib.loads(_PATH.read_text("utf-8"))
    return {language: _dashboard(charts, language) for language in LANGUAGES}


def _dashboard(charts: Mapping[str, Spec], language: str) -> Spec:
    names = {"vi": ("Từ ngày", "Đến ngày"), "en": ("From", "To")}[language]
    return {
        "title": {"vi": "Soi Việc: số liệu hằng tuần", "en": "Soi Việc: weekly figures"}[language],
        "settings": {"language": language},
        "filters": {
            "from": {"name": names[0], "type": "date"},
            "to": {"name": names[1], "type": "date"},
        },
        "charts": {slug: _chart(chart, language) for slug, chart in charts.items()},
    }


def _chart(chart: Spec, language: str) -> Spec:
    kind = chart["kind"]
    settings = {"note": chart["note"][language], "wide": chart.get("wide", False)}
    common = {
        "title": chart["title"][language],
        "db": DATABASE,
        "query": chart["query"].replace("{lang}", language),
        "settings": settings,
    }
    if kind == "table":
        return {**common, "library": "table", "display": {"columns": chart["columns"][language]}}
    return {**common, "library": "vega-lite", "display": _DISPLAYS[kind](chart, language)}


def _colour(chart: Spec, language: str, field: str) -> Spec:
    vocabulary = chart["domain"]
    colours = _COLOURS[vocabulary]
    order = {"verdict": words.VERDICTS, "danger": words.DANGERS[:3], "answer": words.ANSWERS}[vocabulary]
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {
            "domain": [label(vocabulary, code, language) for code in order],
            "range": [colours[code] for code in order],
        },
        "legend": {"orient": "bottom", "columns": 3, "labelLimit": 220},
    }


# Weeks are text on the axis: a date would be read in the time zone of the browser and slip by a day.
_WEEK_AXIS: Spec = {
    "field": "day",
    "type": "ordinal",
    "title": None,
    "axis": {
        "labelExpr": "slice(datum.value, 8) + '/' + slice(datum.value, 5, 7) + '/' + slice(datum.value, 2, 4)",
        "labelAngle": 0,
        "labelOverlap": "greedy",
        "labelSeparation": 12,
        "ticks": False,
        "labelPadding": 8,
    },
}
_COUNT: Spec = {
    "field": "n",
    "type": "quantitative",
    "title": None,
    "axis": {"tickMinStep": 5, "format": "d"},
}
_NAME_AXIS: Spec = {"labelLimit": 260}


def _stack(chart: Spec, language: str) -> Spec:
    return {
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": _WEEK_AXIS,
            "y": {**_COUNT, "stack": "zero"},
            "color": _colour(chart, language, "name"),
            "order": {"field": "place", "type": "quantitative"},
        },
        "height": 240,
    }


def _weeks(_chart: Spec, _language: str) -> Spec:
    return {
        "mark": {"type": "bar", "tooltip": True, "color": _COLOURS["verdict"]["danger_now"]},
        "encoding": {"x": _WEEK_AXIS, "y": _COUNT},
        "height": 160,
    }


def _heat(_chart: Spec, _language: str) -> Spec:
    return {
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {
            "x": _WEEK_AXIS,
            "y": {
                "field": "name",
                "type": "nominal",
                "title": None,
                "sort": {"op": "sum", "field": "n", "order": "descending"},
                "axis": _NAME_AXIS,
            },
            "color": {
                "field": "n",
                "type": "quantitative",
                "title": None,
                "scale": {"scheme": "oranges", "domainMin": 0},
            },
        },
        "height": {"step": 20},
    }


def _bars(_chart: Spec, _language: str) -> Spec:
    return {
        "encoding": {
            "y": {"field": "name", "type": "nominal", "title": None, "sort": None, "axis": _NAME_AXIS},
            "x": _COUNT,
        },
        "layer": [
            {"mark": {"type": "bar", "color": _BLUE, "tooltip": True}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"text": {"field": "n", "type": "quantitative"}},
            },
        ],
        "height": {"step": 22},
        "padding": {"left": 5, "top": 5, "bottom": 5, "right": 44},
    }


def _split(chart: Spec, language: str) -> Spec:
    return {
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {"field": "name", "type": "nominal", "title": None, "sort": None, "axis": _NAME_AXIS},
            "x": {**_COUNT, "stack": "zero"},
            "color": _colour(chart, language, "answer"),
            "order": {"field": "place", "type": "quantitative"},
        },
        "height": {"step": 30},
    }


def _columns(_chart: Spec, _language: str) -> Spec:
    return {
        "mark": {"type": "bar", "color": _BLUE, "tooltip": True},
        "encoding": {
            "x": {
                "field": "name",
                "type": "ordinal",
                "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": "greedy"},
            },
            "y": _COUNT,
        },
        "height": 200,
    }


_DISPLAYS = {
    "stack": _stack,
    "weeks": _weeks,
    "heat": _heat,
    "bars": _bars,
    "split": _split,
    "columns": _columns,
}
