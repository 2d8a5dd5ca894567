"""Counts that say how well each fact keeps to one place, measured from the code; ``make check`` prints them beside their goals."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from optimizer.core.accounts import ACCOUNTS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "optimizer"
KINDS = {
    "tariffs": r"tariffs?|Tariff\w*", "on-site gas": r"onsite_gas|OnsiteGas\w*", "power purchase agreements": r"ppas?|Ppa\w*",
    "batteries": r"batter(?:y|ies)|Battery\w*",
}
"""How the code names each kind of contract."""

PYOMO = frozenset(("Var", "Constraint", "Set", "Param", "Expression", "Objective", "Block", "RangeSet", "ConstraintList"))


def modules(*without: str) -> Iterator[Path]:
    """Modules of the package, but those of some wings."""
    return (file for file in sorted(PACKAGE.rglob("*.py")) if file.relative_to(PACKAGE).parts[0] not in without)


def naming(kind: str) -> int:
    """Files outside the audit that name a kind of contract in their code, not only in prose."""
    pattern = re.compile(rf"(?:{KINDS[kind]})")
    return sum(any(pattern.fullmatch(name) for name in _names(file)) for file in modules("audit"))


def _names(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.rsplit(".", 1)[-1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def knowing_lines() -> dict[str, list[str]]:
    """Files outside the audit in which the name of a ledger line stands, alone or after its group, by line.

    Lines whose names are everyday words of the code, such as ``demand``, are left out.
    """
    found: dict[str, list[str]] = {line: [] for _, line in ACCOUNTS if "_" in line}
    for file in modules("audit"):
        named = {name.rpartition(".")[2] for name in _strings(file) if name in found or tuple(name.split(".")) in ACCOUNTS}
        for line in named & found.keys():
            found[line].append(str(file.relative_to(PACKAGE)))
    return found


def _strings(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def loose() -> list[str]:
    """Modules that lie in no wing."""
    return [file.name for file in sorted(PACKAGE.glob("*.py")) if file.name != "__init__.py"]


def layers() -> int:
    """Rows of the first contract of import-linter."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    return len(contracts[0]["layers"])


def plain_attributes() -> list[str]:
    """Attributes set on models and blocks in the wing ``model`` that are no components of Pyomo: mypy knows nothing of them."""
    found = []
    for file in sorted((PACKAGE / "model").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and not _is_component(node.value):
                found += [f"{file.name}: {ast.unparse(target)}" for target in node.targets
                          if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in ("m", "b")]
    return found


def _is_component(value: ast.expr) -> bool:
    made = value.func if isinstance(value, ast.Call) else None
    return isinstance(made, ast.Attribute) and made.attr in PYOMO


def main() -> None:
    """Print each count with its goal."""
    for kind in KINDS:
        print(f"files that name {kind}: {naming(kind)} (goal: at most 25)")
    knowing = knowing_lines()
    most = max(knowing, key=lambda line: len(knowing[line]))
    print(f"files that know one ledger line by name: at most {len(knowing[most])}, of {most} (goal: at most 4)")
    print(f"files that know any ledger line by name: {len({file for files in knowing.values() for file in files})}")
    print(f"modules in no wing: {len(loose())} (goal: at most 3)")
    print(f"layers: {layers()} (goal: at most 12)")
    print(f"attributes of Pyomo models that mypy does not know: {len(plain_attributes())} (goal: 0)")


if __name__ == "__main__":
    main()
