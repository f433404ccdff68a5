"""Templates and static files: all used, nothing inline, nothing from outside, one <h1> on a page."""

import ast
import re
from functools import cache

from django.template import engines, loader
from django.template.base import TextNode
from django.template.defaulttags import ForNode, IfNode
from django.template.library import SimpleBlockNode
from django.template.loader_tags import ExtendsNode, IncludeNode

from tests.house import sources

LIBRARIES_ASK = ("account/", "allauth/", "mfa/", "usersessions/")  # allauth finds these by name
MAIL = "newsletter/email/"  # mail readers know only inline style; checked by tests/newsletter
PAGES = [
    path
    for path in sources.templates()
    if path.suffix == ".html" and "{% extends" in path.read_text(encoding="utf-8")
]


def relative(path) -> str:
    return str(path.relative_to(sources.TEMPLATES))


def pages_to_see():
    """Templates a browser shows."""
    return [path for path in sources.templates() if path.suffix == ".html" and MAIL not in str(path)]


# --- unused ---------------------------------------------------------------------------------------


def test_every_template_is_used():
    """Named in a Python file or another template; f"components/{name}.html" needs the name somewhere."""
    asked = "\n".join(path.read_text(encoding="utf-8") for path in sources.templates())
    named, composed = names_in_python()
    unused = [
        template
        for template in map(relative, sources.templates())
        if not template.startswith(LIBRARIES_ASK)
        and not template.endswith(".mjml")
        and f'"{template}"' not in asked
        and template not in named
        and not any(fits(template, pattern, named) for pattern in composed)
    ]
    assert unused == []


def names_in_python():
    """All strings of the sources, and the patterns of their f-strings."""
    parsed = [ast.parse(path.read_text(encoding="utf-8")) for path in sources.modules()]
    found = [node for tree in parsed for node in ast.walk(tree)]
    strings = {n.value for n in found if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return strings, {pattern_of(node) for node in found if isinstance(node, ast.JoinedStr)}


def pattern_of(joined: ast.JoinedStr) -> str:
    return "".join(re.escape(p.value) if isinstance(p, ast.Constant) else "([a-z_]+)" for p in joined.values)


def fits(template: str, pattern: str, strings: set) -> bool:
    match = "/" in pattern and re.fullmatch(pattern, template)
    return bool(match) and set(match.groups()) <= strings


# --- nothing inline, nothing from outside ---------------------------------------------------------

INLINE = re.compile(
    r"""<script(?![^>]*\ssrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:""", re.I
)
OUTSIDE = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}""", re.I)


def test_nothing_is_inline():
    """The Content-Security-Policy forbids it (N8)."""
    wrong = [
        f"{sources.name(path)}: {found[0]}"
        for path in pages_to_see()
        for found in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_nothing_comes_from_another_host():
    shown = [p for p in (sources.ROOT / "static").rglob("*") if p.suffix in {".css", ".js", ".svg"}]
    wrong = [
        f"{sources.name(path)}: {found[0]}"
        for path in [*shown, *sources.templates()]
        for found in OUTSIDE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


# --- one h1 ---------------------------------------------------------------------------------------


def test_a_page_has_one_h1_whatever_its_conditions():
    found = {page: headings_or_parent(page) for page in map(relative, PAGES)}
    assert {page: numbers for page, numbers in found.items() if numbers != {1} and not is_frame(page)} == {}


def headings_or_parent(page: str) -> set[int]:
    """The numbers of <h1> of the page itself, or of the page it extends when it has none."""
    own = headings(nodes(page))
    parent = next((n.parent_name.var for n in nodes(page) if isinstance(n, ExtendsNode)), "base.html")
    return headings_or_parent(parent) if own == {0} and parent != "base.html" else own


def is_frame(page: str) -> bool:
    """A template that other pages extend and fill."""
    return any(f'{{% extends "{page}" %}}' in path.read_text(encoding="utf-8") for path in PAGES)


@cache
def nodes(template: str):
    return loader.get_template(template).template.nodelist


def headings(found, within=()) -> set[int]:
    """The numbers of <h1> the nodes can give, over all their conditions."""
    totals = {0}
    for node in found or ():
        totals = {total + more for total in totals for more in headings_of(node, within)}
    return totals


def headings_of(node, within) -> set[int]:
    if isinstance(node, TextNode):
        return {node.s.count("<h1")}
    if isinstance(node, SimpleBlockNode) and node.func.__name__ == "head":
        return {1}
    if isinstance(node, IfNode):
        branches = [headings(branch, within) for _condition, branch in node.conditions_nodelists]
        otherwise = () if node.conditions_nodelists[-1][0] is None else {0}
        return set().union(*branches, otherwise)
    if isinstance(node, IncludeNode):
        name = node.template.var
        named = isinstance(name, str) and name not in within  # a tree includes itself
        return headings(nodes(name), (*within, name)) if named else {0}
    if isinstance(node, ForNode):
        return headings(node.nodelist_loop, within) | headings(node.nodelist_empty, within)
    return headings(getattr(node, "nodelist", None), within)


def test_headings_are_counted_over_conditions():
    source = "{% if a %}<h1>a</h1>{% elif b %}<h1>b</h1>{% endif %}{% head title='c' %}{% endhead %}"
    assert headings(engines["django"].from_string(source).template.nodelist) == {1, 2}
