"""How long hostile Markdown of the greatest length takes as page, text and in checks; fails over two seconds (XS8).

.venv/bin/python bench/hostile_text.py
"""

import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxportal.settings")
django.setup()

from newsletter import linkchecks, markdown  # noqa: E402

LIMIT_SECONDS = 2
RUNS = {
    "opening brackets": "[",
    "open references": "[[a ",
    "references": "[[施策 1 a]]",
    "quotes": ">",
    "nested quotes": "> ",
    "nested lists": "* ",
    "emphasis": "*a_",
    "strong emphasis": "**a ",
    "open links": "[a](",
    "links": "[a](/b)",
    "open pictures": "![",
    "pictures": "![a](image:1)",
    "code": "`",
    "tags": "<a ",
    "entities": "&#0;",
    "backslashes": "\\",
    "link definitions": "[a]: /b\n",
    "hosts": "a.",
    "letters of a host": "a-",
}


def main() -> int:
    sources = {name: (run * markdown.LONGEST)[: markdown.LONGEST] for name, run in RUNS.items()}
    columns = markdown.LONGEST // 4
    sources["table of so many columns"] = "|a" * columns + "|\n" + "|-" * columns + "|"
    sources["blanks in a tag"] = "<" + " " * (markdown.LONGEST - 1)
    slowest = 0.0
    print(f"{markdown.LONGEST:,} letters of          page     text   checks  seconds")
    for name, source in sources.items():
        took = [seconds(draw, source) for draw in (markdown.to_html, markdown.to_text, checked)]
        slowest = max(slowest, *took)
        print(f"{name:<26}{took[0]:>7.2f}  {took[1]:>7.2f}  {took[2]:>7.2f}")
    print(f"slowest {slowest:.2f} s, limit {LIMIT_SECONDS} s")
    return int(slowest > LIMIT_SECONDS)


def checked(source: str) -> None:
    """What the editor's page asks of a text and of the words of its links."""
    markdown.refused(source)
    linkchecks.other_host(source, "www.mofa.go.jp")


def seconds(draw, source: str) -> float:
    markdown._parse.cache_clear()
    started = time.perf_counter()
    draw(source)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
