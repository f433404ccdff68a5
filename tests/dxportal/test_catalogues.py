import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from dxportal import catalogues, dates
from dxportal.catalogues import Message, in_python, in_template


def found(source):
    return list(in_template(source))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{% translate "柱" %}', Message("柱")),
        ('{% translate "計画" context "図" %}', Message("計画", "図")),
        ('{% crumb label=_("施策") %}', Message("施策")),
        ("{% crumb label=_('施策') %}", Message("施策")),
        ('{{ _("節目") }}', Message("節目")),
        ("{% blocktranslate %}{{ n }}%を超えた{% endblocktranslate %}", Message("%(n)s%%を超えた")),
        (
            "{% blocktranslate trimmed %}\n  一行目\n  二行目\n{% endblocktranslate %}",
            Message("一行目 二行目"),
        ),
        (
            '{% blocktranslate context "表" with a=b %}{{ a }}の行{% endblocktranslate %}',
            Message("%(a)sの行", "表"),
        ),
        (
            "{% blocktranslate count n=x %}{{ n }}件{% plural %}{{ n }}件ずつ{% endblocktranslate %}",
            Message(("%(n)s件", "%(n)s件ずつ")),
        ),
        (
            '{% blocktranslate count n=x context "表" %}{{ n }}行{% plural %}{{ n }}行{% endblocktranslate %}',
            Message(("%(n)s行", "%(n)s行"), "表"),
        ),
    ],
)
def test_string_of_a_template_is_what_django_looks_up(source, message):
    assert found(source) == [message]


def test_two_strings_of_one_tag_are_both_found():
    assert found('{% sec title=_("題") note=_("注 \\"二\\"") %}') == [Message("題"), Message('注 "二"')]


def test_text_outside_tags_is_no_string():
    assert found('<p title="_x">柱 (_) {# _("隠") #}</p>{% translate name %}') == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('_("柱")', Message("柱")),
        ('gettext_lazy("二つの" "部分")', Message("二つの部分")),
        ('pgettext("図", "計画")', Message("計画", "図")),
        ('pgettext_lazy("図", "きょう")', Message("きょう", "図")),
        ('ngettext("%(n)s件", "%(n)s件", n)', Message(("%(n)s件", "%(n)s件"))),
        ('npgettext("表", "%(n)s行", "%(n)s行", n)', Message(("%(n)s行", "%(n)s行"), "表")),
    ],
)
def test_string_of_python_is_found_with_its_context(source, message):
    assert list(in_python(source.encode())) == [message]


def test_name_in_a_variable_is_no_string_of_python():
    assert list(in_python(b"_(name)\nprint('x')")) == []


@pytest.mark.parametrize(
    ("path", "app"),
    [
        ("pillars/plan.html", "pillars"),
        ("components/field.html", "dxportal"),
        ("account/login.html", "accounts"),
        ("429.html", "accounts"),
        ("base.html", "dxportal"),
    ],
)
def test_template_belongs_to_one_app(settings, path, app):
    assert catalogues.owner(settings.BASE_DIR / "templates" / path) == app


@pytest.fixture
def project(tmp_path, settings):
    """A project with one Python file of strings and a catalogue that knows two of them and one of old."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    for app in catalogues.APPS:
        (tmp_path / app).mkdir()
    source = '_("柱")\n_("節目")\nngettext("%(n)s件", "%(n)s件", n)\n'
    (tmp_path / "pillars" / "models.py").write_text(source, encoding="utf-8")
    catalogue = Catalog(locale="en")
    catalogue.add("柱", "Pillar")
    catalogue.add("節目", "Milestone", flags=["fuzzy"])
    catalogue.add("廃れた", "Gone")
    catalogues.po_path("pillars").parent.mkdir(parents=True)
    with catalogues.po_path("pillars").open("wb") as file:
        write_po(file, catalogue)


def test_untranslated_and_fuzzy_strings_are_missing(project):
    assert [m.id for m in catalogues.missing("pillars")] == ["節目", ("%(n)s件", "%(n)s件")]


def test_update_keeps_the_english_and_drops_what_is_gone(project):
    catalogues.update("pillars")
    assert {entry.id: entry.string for entry in catalogues.load("pillars") if entry.id} == {
        "柱": "Pillar",
        "節目": "Milestone",
        ("%(n)s件", "%(n)s件"): ("", ""),
    }


def test_update_does_not_approve_what_is_fuzzy(project):
    catalogues.update("pillars")
    assert "節目" in [m.id for m in catalogues.missing("pillars")]


def test_check_names_what_is_missing_and_changes_nothing(project):
    before = catalogues.po_path("pillars").read_bytes()
    said = io.StringIO()
    with pytest.raises(CommandError, match=r"^2 strings have no English\.$"):
        call_command("messages", "--check", stdout=said)
    assert said.getvalue().splitlines()[0] == "pillars: 節目"
    assert catalogues.po_path("pillars").read_bytes() == before


def test_compile_writes_what_gettext_reads(project):
    import gettext

    catalogues.compile_catalogue("pillars")
    with catalogues.po_path("pillars").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("柱") == "Pillar"


@pytest.mark.parametrize(
    ("days", "japanese", "english"),
    [
        (3, "あと3日", "3 days left"),
        (1, "あと1日", "1 day left"),
        (0, "きょうまで", "due today"),
        (-1, "1日過ぎ", "1 day overdue"),
        (-2, "2日過ぎ", "2 days overdue"),
    ],
)
def test_days_left_are_counted_in_both_languages(days, japanese, english):
    with translation.override("ja"):
        assert dates.format_days_left(days) == japanese
    with translation.override("en"):
        assert dates.format_days_left(days) == english
