"""JSON of a stranger: depth is limited before it is parsed, and what JSON does not know is refused."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from optimizer.core.input_files import InputFault
from optimizer.core.input_limits import JSON_DEPTH

_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<open>[\[{])|(?P<close>[\]}])')


def parse_json(text: str) -> Any:
    """Parse a JSON text.

    Raises
    ------
    InputFault
        It is no JSON, nested too deep, or holds a number that is none or of thousands of digits.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise InputFault(f"not valid JSON: {error.msg}", f"line {error.lineno}") from error
    except RecursionError as error:
        raise InputFault(f"is nested deeper than {JSON_DEPTH}") from error
    except ValueError as error:
        raise InputFault(f"not valid JSON: {error}") from error


def parse_shallow_json(text: str) -> Any:
    """Parse a JSON text that is nested no deeper than is allowed; raises as ``parse_json``."""
    depth = 0
    for found in _MARK.finditer(text):
        depth += (found.lastgroup == "open") - (found.lastgroup == "close")
        if depth > JSON_DEPTH.most:
            raise InputFault(f"is nested deeper than {JSON_DEPTH}", f"line {text.count(chr(10), 0, found.start()) + 1}")
    return parse_json(text)


def _refuse(name: str) -> NoReturn:
    raise InputFault(f"not valid JSON: {name} is no number")
