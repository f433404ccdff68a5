"""The English catalogues: which strings each of them holds, read from the sources without GNU gettext.

Every app keeps `<app>/locale/en/LC_MESSAGES/django.po` for its Python files and its folder of templates; what belongs
to no app (templates/components, sign-in excepted, and dxportal/) is dxportal's.
"""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

APPS = ("accounts", "pillars", "taskforce", "newsletter", "dxportal")
# Folders and files of templates/ that belong to an app of another name; the rest falls to dxportal.
FOREIGN = {
    "account": "accounts",
    "allauth": "accounts",
    "mfa": "accounts",
    "usersessions": "accounts",
    "429.html": "accounts",
}
TEMPLATE_KINDS = {".html", ".txt", ".mjml"}
SINGULAR, PLURAL, CONTEXT = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    **dict.fromkeys(("_", "_t", "_now", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), SINGULAR),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"(?<!\w)(npgettext|ngettext|pgettext|gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")


class Message(NamedTuple):
    """One string to translate: a text or (singular, plural), its context, and whether it holds %(names)s."""

    id: str | tuple[str, str]
    context: str | None = None


def po_path(app: str) -> Path:
    return settings.BASE_DIR / app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def owner(template: Path) -> str:
    """The app whose catalogue holds the strings of a file below templates/."""
    first = template.relative_to(settings.BASE_DIR / "templates").parts[0]
    name = FOREIGN.get(first, first)
    return name if name in APPS else "dxportal"


def messages_of(app: str) -> set[Message]:
    """Every string of an app's sources."""
    python = (p for p in (settings.BASE_DIR / app).rglob("*.py") if "migrations" not in p.parts)
    templates = (
        p
        for p in (settings.BASE_DIR / "templates").rglob("*")
        if p.suffix in TEMPLATE_KINDS and owner(p) == app
    )
    found = {message for path in python for message in in_python(path.read_bytes())}
    return found | {
        message for path in templates for message in in_template(path.read_text(encoding="utf-8"))
    }


def in_python(source: bytes) -> Iterator[Message]:
    options = {"encoding": "utf-8"}
    for _line, text, _comments, context in extract("python", io.BytesIO(source), KEYWORDS, options=options):
        yield Message(tuple(text) if isinstance(text, list | tuple) else text, context)


def in_template(source: str) -> Iterator[Message]:
    """Strings of {% translate %}, {% blocktranslate %} and _("…") in tags, as Django itself would look them up."""
    for name, arguments in CALL.findall(templatize(source)):
        texts = [ast.literal_eval(literal.removeprefix("u")) for literal in re.findall(LITERAL, arguments)]
        context = texts.pop(0) if "p" in name.split("gettext")[0] else None
        if texts and texts[0]:
            yield Message(
                (texts[0], texts[1]) if name.startswith("n") and len(texts) > 1 else texts[0], context
            )


def load(app: str) -> Catalog:
    """The catalogue as it is on disk; an empty one when there is none."""
    path = po_path(app)
    if not path.exists():
        return Catalog(locale="en", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def update(app: str) -> Catalog:
    """Bring the catalogue up to date: new strings come in empty, those no longer used go; nothing is guessed."""
    old, new = load(app), Catalog(locale="en", charset="utf-8", project="DX Portal", version="1")
    for message in sorted(messages_of(app), key=lambda m: (str(m.id), m.context or "")):
        known = old.get(message.id, context=message.context)
        fits = known is not None and isinstance(known.string, str) == isinstance(message.id, str)
        flags = known.flags & {"fuzzy"} if fits else ()
        new.add(message.id, known.string if fits else None, flags=flags, context=message.context)
    new.creation_date = new.revision_date = old.creation_date
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, omit_header=False, width=0, sort_output=True, no_location=True)
    return new


def missing(app: str) -> list[Message]:
    """Strings of the sources that have no English, or one that is marked fuzzy."""
    catalogue = load(app)
    found = []
    for message in messages_of(app):
        known = catalogue.get(message.id, context=message.context)
        strings = (
            [known.string] if known and isinstance(known.string, str) else list(known.string) if known else []
        )
        if not strings or not all(strings) or known.fuzzy:
            found.append(message)
    return sorted(found, key=str)


def compile_catalogue(app: str) -> None:
    """Write the .mo beside the .po."""
    path = po_path(app)
    if path.exists():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, load(app))
