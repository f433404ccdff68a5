"""/styleguide/ draws every component and chart, so that none is forgotten when one changes."""

import re

import html5lib
import pytest
from django.urls import reverse

from accounts.models.users import EmploymentKind
from dxportal import styleguide
from dxportal.templatetags import charts, fields, portal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = reverse("portal:styleguide")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿]")


def document(response):
    parser = html5lib.HTMLParser(
        strict=True, tree=html5lib.getTreeBuilder("dom"), namespaceHTMLElements=False
    )
    return parser.parse(response.content.decode())


def shown(client_for, language):
    response = client_for(UserFactory(language=language)).get(ADDRESS)
    assert response.status_code == 200
    return document(response)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_page_is_valid_with_one_heading_and_unique_ids(client_for, language):
    page = shown(client_for, language)
    ids = [e.getAttribute("id") for e in page.getElementsByTagName("*") if e.hasAttribute("id")]
    assert len(page.getElementsByTagName("h1")) == 1
    assert sorted(ids) == sorted(set(ids))


def texts(node):
    """Every text people read or hear below the node, but what is marked as Japanese."""
    for child in node.childNodes:
        if child.nodeType == child.TEXT_NODE:
            yield child.data
        elif child.nodeType == child.ELEMENT_NODE and child.getAttribute("lang") != "ja":
            yield from (
                child.getAttribute(name) for name in ("aria-label", "title", "placeholder", "data-label")
            )
            yield from texts(child)


def test_english_page_marks_what_is_japanese(client_for):
    main = shown(client_for, "en").getElementsByTagName("main")[0]
    assert [text for text in texts(main) if JAPANESE.search(text)] == []


@pytest.mark.parametrize("library", [portal, fields, charts])
def test_every_component_is_drawn(settings, library):
    folder = settings.BASE_DIR / "templates"
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*styleguide*.html"))
    used = {*re.findall(r"{% (\w+)", sources), *re.findall(r"\|(\w+)", sources)}
    assert sorted({*library.register.tags, *library.register.filters} - used) == []


def test_every_icon_is_drawn(settings):
    drawing = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")
    assert sorted(styleguide.ICONS) == sorted(re.findall(r'id="([\w-]+)"', drawing))


def test_expert_from_outside_may_not_see_it(client_for):
    assert (
        client_for(UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)).get(ADDRESS).status_code
        == 403
    )


def test_refused_form_shows_its_two_errors(client_for):
    page = shown(client_for, "en")
    links = [e.getAttribute("href") for e in page.getElementsByTagName("a")]
    assert [link for link in links if link.startswith("#id_refused")] == [
        "#id_refused-title",
        "#id_refused-day",
    ]


def test_number_of_queries_is_within_the_budget(client_for, django_assert_max_num_queries):
    client = client_for(UserFactory())
    with django_assert_max_num_queries(15):
        client.get(ADDRESS)
