"""Styles of map layers, as QGIS (QML) and other programs (SLD) read them from a GeoPackage."""

from __future__ import annotations

import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Shape = Literal["fill", "circle", "star"]

_SLD, _SE, _OGC = "http://www.opengis.net/sld", "http://www.opengis.net/se", "http://www.opengis.net/ogc"
_NO_FILL = "#ffffff00"

_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
_REGISTER = "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES (?, 'attributes', ?, ?, ?)"
_INSERT = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault,
    description, owner, update_time) VALUES ('', '', ?, 'geom', ?, ?, ?, 1, ?, '', ?)
"""


@dataclass(frozen=True, slots=True)
class Look:
    """How one class of features is drawn: its legend, colours (``#rrggbb``, the fill ``""``: none), size in millimetres, and values.

    ``low`` and ``high`` bound the attribute of the style (without one: not used).
    """

    legend: str
    fill: str
    line: str
    size_mm: float = 0.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """Style of a layer: its shape, the attribute by which it has classes (empty: one class), and the column of its labels (empty: none)."""

    shape: Shape
    looks: Sequence[Look]
    description: str
    attribute: str = ""
    label: str = ""


def write_styles(database: sqlite3.Connection, styles: Mapping[str, Style], day: str) -> None:
    """Write the default style of every layer into a GeoPackage.

    Parameters
    ----------
    database : sqlite3.Connection
        An open GeoPackage whose layers have their geometry in ``geom``.
    styles : mapping of str to Style
        By layer.
    day : str
        Time stamp of the rows.
    """
    database.execute(_TABLE)
    database.execute(_REGISTER, ("layer_styles", "layer_styles", "Styles of the layers", day))
    for layer, style in styles.items():
        database.execute(_INSERT, (layer, layer, qml(style), sld(layer, style), style.description, day))


def qml(style: Style) -> str:
    """Give a style as QGIS keeps it."""
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology|Labeling", labelsEnabled="1" if style.label else "0")
    common = {"symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    if style.attribute:
        kind = {"type": "graduatedSymbol", "attr": style.attribute, "graduatedMethod": "GraduatedColor"}
        renderer = ET.SubElement(root, "renderer-v2", {**kind, **common})
        ranges = ET.SubElement(renderer, "ranges")
        for place, look in enumerate(style.looks):
            bounds = {"lower": repr(look.low), "upper": repr(look.high), "symbol": str(place), "label": look.legend, "render": "true"}
            ET.SubElement(ranges, "range", bounds)
    else:
        renderer = ET.SubElement(root, "renderer-v2", {"type": "singleSymbol", **common})
    symbols = ET.SubElement(renderer, "symbols")
    for place, look in enumerate(style.looks):
        _qml_symbol(symbols, str(place), style.shape, look)
    if style.label:
        _qml_label(root, style.label)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def _qml_symbol(symbols: ET.Element, name: str, shape: Shape, look: Look) -> None:
    kind = "fill" if shape == "fill" else "marker"
    symbol = ET.SubElement(symbols, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    drawn = "SimpleFill" if shape == "fill" else "SimpleMarker"
    layer = ET.SubElement(symbol, "layer", {"class": drawn, "pass": "0", "locked": "0", "enabled": "1"})
    _options(layer, _qml_properties(shape, look))


def _qml_properties(shape: Shape, look: Look) -> dict[str, str]:
    properties = {
        "color": _rgba(look.fill or _NO_FILL), "outline_color": _rgba(look.line), "outline_style": "solid", "outline_width_unit": "MM",
        "style": "solid" if look.fill else "no",
    }
    if shape == "fill":
        return {**properties, "outline_width": "0.1"}
    return {**properties, "outline_width": "0.6", "name": shape, "size": f"{look.size_mm:g}", "size_unit": "MM", "angle": "0"}


def _options(layer: ET.Element, properties: Mapping[str, str]) -> None:
    """Write properties in the form of newer and of older versions of QGIS."""
    options = ET.SubElement(layer, "Option", type="Map")
    for name, value in properties.items():
        ET.SubElement(options, "Option", type="QString", name=name, value=value)
    for name, value in properties.items():
        ET.SubElement(layer, "prop", k=name, v=value)


def _qml_label(root: ET.Element, column: str) -> None:
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings", calloutType="simple")
    text = {"fontSize": "9", "fontSizeUnit": "Point", "textColor": "20,20,20,255", "fontFamily": "Sans Serif", "textOpacity": "1"}
    style = ET.SubElement(settings, "text-style", {"fieldName": column, "isExpression": "0", **text})
    halo = {"bufferDraw": "1", "bufferSize": "1", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,255", "bufferOpacity": "1"}
    ET.SubElement(style, "text-buffer", halo)
    ET.SubElement(settings, "placement", placement="1", quadOffset="2", dist="2", distUnits="MM", xOffset="3", offsetUnits="MM")
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="1")


def _rgba(colour: str) -> str:
    """Colour ``#rrggbb`` or ``#rrggbbaa`` as QGIS writes it: ``0,120,255,255``."""
    digits = colour.lstrip("#").ljust(8, "f")
    return ",".join(str(int(digits[place : place + 2], 16)) for place in (0, 2, 4, 6))


def sld(layer: str, style: Style) -> str:
    """Give a style as an OGC Styled Layer Descriptor 1.1."""
    root = ET.Element("StyledLayerDescriptor", {"xmlns": _SLD, "xmlns:se": _SE, "xmlns:ogc": _OGC, "version": "1.1.0"})
    named = ET.SubElement(root, "NamedLayer")
    ET.SubElement(named, "se:Name").text = layer
    user = ET.SubElement(named, "UserStyle")
    ET.SubElement(user, "se:Name").text = layer
    types = ET.SubElement(user, "se:FeatureTypeStyle")
    for look in style.looks:
        rule = ET.SubElement(types, "se:Rule")
        ET.SubElement(rule, "se:Name").text = look.legend
        if style.attribute:
            _sld_filter(rule, style.attribute, look)
        _sld_symbol(rule, style.shape, look)
    if style.label:
        _sld_label(ET.SubElement(types, "se:Rule"), style.label)
    return ET.tostring(root, encoding="unicode")


def _sld_filter(rule: ET.Element, attribute: str, look: Look) -> None:
    both = ET.SubElement(ET.SubElement(rule, "ogc:Filter"), "ogc:And")
    for kind, value in (("ogc:PropertyIsGreaterThanOrEqualTo", look.low), ("ogc:PropertyIsLessThanOrEqualTo", look.high)):
        bound = ET.SubElement(both, kind)
        ET.SubElement(bound, "ogc:PropertyName").text = attribute
        ET.SubElement(bound, "ogc:Literal").text = repr(value)


def _sld_symbol(rule: ET.Element, shape: Shape, look: Look) -> None:
    if shape == "fill":
        _sld_paint(ET.SubElement(rule, "se:PolygonSymbolizer"), look, 0.3)
        return
    graphic = ET.SubElement(ET.SubElement(rule, "se:PointSymbolizer"), "se:Graphic")
    mark = ET.SubElement(graphic, "se:Mark")
    ET.SubElement(mark, "se:WellKnownName").text = shape
    _sld_paint(mark, look, 2.0)
    ET.SubElement(graphic, "se:Size").text = f"{look.size_mm / 0.28:.0f}"


def _sld_paint(parent: ET.Element, look: Look, width: float) -> None:
    """Write fill and line; a pixel of SLD is 0.28 mm."""
    if look.fill:
        _parameters(ET.SubElement(parent, "se:Fill"), {"fill": look.fill}.items())
    _parameters(ET.SubElement(parent, "se:Stroke"), {"stroke": look.line, "stroke-width": f"{width:g}"}.items())


def _parameters(parent: ET.Element, items: Iterable[tuple[str, str]]) -> None:
    for name, value in items:
        ET.SubElement(parent, "se:SvgParameter", name=name).text = value


def _sld_label(rule: ET.Element, column: str) -> None:
    symbolizer = ET.SubElement(rule, "se:TextSymbolizer")
    ET.SubElement(ET.SubElement(symbolizer, "se:Label"), "ogc:PropertyName").text = column
    _parameters(ET.SubElement(symbolizer, "se:Fill"), {"fill": "#141414"}.items())
