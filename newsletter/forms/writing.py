"""Writing an issue: its head, its sections, kept while they are typed (mock 13)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dxportal.forms import JapaneseDateField, VersionedForm, posted_number, typed_in
from newsletter.markdown import LONGEST
from newsletter.models import Article, Issue


class LinesField(forms.CharField):
    """A long text with line ends as they are kept: \\n."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class PartForm(VersionedForm):
    """A part of an issue in the editor. `typed`: the person's own words that were kept and not saved."""

    BODY = "body"  # the field that ready-made pieces go into and the preview shows

    def __init__(self, *args, typed=None, **kwargs):
        super().__init__(*args, **kwargs)
        kept = {**typed, "version": self.instance.version} if typed else {}
        self.initial |= typed_in(kept, self._meta.fields, self.prefix)

    @property
    def as_typed(self) -> dict:
        """{name: text} of what was posted, right or wrong."""
        return {name: self.data.get(self.add_prefix(name), "") for name in self._meta.fields}

    @property
    def typed_numbers(self) -> dict:
        """What the window that posted has seen: the version of the part, and how often its words were kept."""
        return {
            "base": posted_number(self.data, "version"),
            "typed": posted_number(self.data, "draft_version"),
        }

    @property
    def as_shown(self) -> dict:
        """{name: text} as the fields of the page hold it."""
        return {name: str(self[name].value() or "") for name in self._meta.fields}

    def lock(self) -> None:
        """To be read and copied from, not written into."""
        for field in self.fields.values():
            choices = isinstance(field.widget, forms.Select)
            field.widget.attrs["disabled" if choices else "readonly"] = True


class IssueForm(PartForm):
    BODY = "lead"

    lead = LinesField(
        label=_("リード"), required=False, max_length=LONGEST, help_text=_("題名のすぐ下に出る2、3文。")
    )
    english_summary = LinesField(
        label=_("英語の要約"),
        required=False,
        max_length=LONGEST,
        help_text=_("英語の読者には、これが先に出る。"),
    )
    editor_note = LinesField(label=_("編集後記"), required=False, max_length=LONGEST)
    issued_on = JapaneseDateField(label=_("配信する日"))

    class Meta:
        model = Issue
        fields = [
            "title",
            "lead",
            "title_en",
            "english_summary",
            "editor_note",
            "issued_on",
            "confidentiality",
        ]
        help_texts = {"title": _("件名にもなる。30字を超えると携帯で切れる。")}

    def save(self, *, by):
        """Through the issue's own verb; the form has already changed its instance in memory, so a fresh one is used."""
        issue = Issue.objects.get(pk=self.instance.pk)
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        issue.edit(by=by, version=self.cleaned_data["version"], **values)
        return issue


class ArticleForm(PartForm):
    # Drawn by the template with its toolbar, so it carries its classes itself.
    body = LinesField(
        label=_("本文"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(
            attrs={
                "class": "inp inp--tall",
                "rows": 12,
                "data-count": "body_count",
                "aria-describedby": "body_count",
            }
        ),
    )

    class Meta:
        model = Article
        fields = ["label", "title", "body"]

    def save(self, *, by):
        article = Article.objects.select_related("issue").get(pk=self.instance.pk)
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        article.edit(by=by, version=self.cleaned_data["version"], **values)
        return article


def form_of(part):
    """The form of a part of an issue: its head, or a section."""
    return ArticleForm if isinstance(part, Article) else IssueForm


class SectionForm(forms.Form):
    """A new section at the end. Its field stands inside the page's form, so it has a name of its own."""

    new_label = forms.CharField(
        label=_("新しい節の名前"), max_length=30, widget=forms.TextInput(attrs={"form": "write"})
    )
