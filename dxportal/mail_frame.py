"""A mail inside a page: shut in by a policy of its own, its pictures in the document, so that nothing is fetched."""

import re
from base64 import b64encode

from django.http import HttpResponse

# A mail styles itself inside its elements and must reach nothing: no script, no form, no picture from outside.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def framed(html: str, pictures=()) -> HttpResponse:
    """The HTML of a mail for an iframe of our own pages, links opening in a new window.

    `pictures` are (content id, subtype, bytes) of the parts the mail shows as cid:….
    """
    for cid, subtype, content in pictures:
        html = html.replace(f"cid:{cid}", f"data:image/{subtype};base64,{b64encode(content).decode()}")
    html = re.sub(r"(<head[^>]*>)", r'\1<base target="_blank">', html, count=1, flags=re.IGNORECASE)
    return HttpResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})
