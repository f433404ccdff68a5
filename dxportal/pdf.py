"""HTML to PDF by WeasyPrint, which an installation may add (requirements-pdf.txt); without it there is no button.

The style uses a Japanese font of the operating system: a web font cut into slices prints other kanji without a warning.
Nothing is fetched: every address the document names is refused.
"""

from functools import cache
from importlib import import_module

STYLE = "css/brief-pdf.css"


@cache
def is_available() -> bool:
    """WeasyPrint is installed and finds the libraries of the system it draws with."""
    try:
        import_module("weasyprint")
    except (ImportError, OSError):  # OSError: Pango is missing
        return False
    return True


def document(html: str) -> bytes:
    """The PDF of a document that needs nothing but STYLE."""
    from django.contrib.staticfiles import finders
    from weasyprint import CSS, HTML

    style = CSS(filename=finders.find(STYLE), url_fetcher=refuse)
    return HTML(string=html, url_fetcher=refuse, base_url="about:blank").write_pdf(
        stylesheets=[style], pdf_variant="pdf/ua-1"
    )


def refuse(url, *_args, **_options):
    """No address is followed while drawing (promises: no call to another host)."""
    raise ValueError(f"not fetched: {url}")
