"""Mails on a narrow phone, as a mail client that follows the style sheet draws them."""

import pytest

from newsletter import rendering
from tests.factories import UserFactory
from tests.factories.newsletter import ISSUED_ON, IssueFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIGURES = [
    {"number": n, "name": f"柱{n}", "name_en": f"Pillar {n}", "actual": 91, "planned": 93}
    for n in (1, 2, 3, 4)
]


@pytest.mark.parametrize("language", ("ja", "en"))
def test_name_of_the_newsletter_is_one_line_at_320_pixels(language, new_page):
    reader = UserFactory(language=language)
    frozen = rendering.compose(IssueFactory(), figures=FIGURES).filled()
    mail = rendering.personal(getattr(frozen, language), reader, ISSUED_ON)
    window = new_page(width=320)
    window.set_content(mail.html)
    rows = "node => { const words = document.createRange(); words.selectNode(node.firstChild);"
    rows += " return words.getClientRects().length }"
    assert window.locator(".name").evaluate(rows) == 1
    assert window.evaluate("document.documentElement.scrollWidth") == 320
