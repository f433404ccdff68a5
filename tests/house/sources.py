"""What the house rules are about: the project's own Python files and templates."""

import ast
import math
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

APPS = ("dxportal", "accounts", "pillars", "taskforce", "newsletter")
ROOT = settings.BASE_DIR
TEMPLATES = ROOT / "templates"


def modules() -> list[Path]:
    """The Python files of the apps, without migrations and demonstration data."""
    skipped = {"migrations", "data"}
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if not skipped & set(path.relative_to(ROOT).parts)
    ]


def templates() -> list[Path]:
    """Every file below templates/."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def name(path: Path) -> str:
    """The path as it is written in a list of faults."""
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """("pillars/progress.py:planned", number of lines) of every function and method."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name(path)}:{node.name}", node.end_lineno - node.lineno + 1


def imports(path: Path, *, anywhere: bool = False) -> set[str]:
    """Dotted names of the modules the file imports: at its top, or also inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree) if anywhere else tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def p90(numbers: list[int]) -> int:
    """The number that nine of ten do not exceed."""
    return sorted(numbers)[math.ceil(len(numbers) * 0.9) - 1]
