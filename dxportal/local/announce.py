"""The one screen that `make run` ends with."""

import unicodedata

from dxportal.local.places import Place

HEADINGS = ["role", "name", "department", "e-mail"]


def announcement(port: int, accounts: list[list[str]], password: str, place: Place) -> str:
    """Where the portal is, who may sign in with which password, and where the mails and logs are."""
    lines = ["", f"The portal is running:  http://localhost:{port}/", ""]
    if accounts:
        lines += [*table([HEADINGS, *accounts]), "", f"Password of all of them:  {password}"]
        lines += [f"Mails it has sent:        http://localhost:{port}/demo/mail/"]
    lines += [f"Logs:                     {place.logs}", "Stop with Ctrl-C.", ""]
    return "\n".join(lines)


def table(rows: list[list[str]]) -> list[str]:
    """Rows as lines with aligned columns; Japanese letters take two places."""
    widths = [max(places(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - places(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
