"""What readers and those who answer them fill in: filters, letters and proposals, corrections."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dxportal.forms import VersionedForm
from dxportal.text import is_invisible
from newsletter.forms.writing import LinesField
from newsletter.markdown import LONGEST
from newsletter.models import Article, Issue, Letter

LONGEST_LETTER = Letter._meta.get_field("text").max_length


class CorrectionForm(VersionedForm):
    """A text that was sent, put right (N11)."""

    body = LinesField(label=_("本文"), max_length=LONGEST)
    note = forms.CharField(
        label=_("訂正の説明"), max_length=300, help_text=_("読者に見える。何をどう直したかを書く。")
    )

    class Meta:
        model = Article
        fields = ["body"]

    def save(self, *, by):
        """Through the article's own verb, on a fresh instance: the form has changed its own in memory already."""
        article = Article.objects.select_related("issue").get(pk=self.instance.pk)
        article.correct(by=by, **self.cleaned_data)


class LetterForm(forms.ModelForm):
    """What a reader writes to the editors: a letter, or what should be in the newsletter."""

    text = LinesField(label=_("本文"), max_length=LONGEST_LETTER, widget=forms.Textarea(attrs={"rows": 6}))

    class Meta:
        model = Letter
        fields = ["text", "unnamed"]

    def clean_text(self):
        text = self.cleaned_data["text"].strip()
        if is_invisible(text):
            raise forms.ValidationError(_("目に見える文字を書いてください。"))
        return text


class SettleForm(VersionedForm):
    """What becomes of a letter: the answer is sent to its writer."""

    answer = LinesField(
        label=_("書いた人への返事"),
        required=False,
        max_length=LONGEST_LETTER,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("使うとき、または返事を書いたとき、本人にメールで知らせる。"),
    )

    class Meta:
        model = Letter
        fields = ["answer", "used_in"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["used_in"].queryset = Issue.objects.light().in_the_making().order_by("number")
        self.fields["used_in"].empty_label = _("まだ決めない")

    def save(self, state, *, by):
        """Through the letter's own verb, on a fresh row."""
        letter = Letter.objects.get(pk=self.instance.pk)
        letter.settle(state, by=by, **self.cleaned_data)


class TrayFilter(forms.Form):
    """?state=new&kind=letter: what does not fit is ignored, as in every list."""

    state = forms.ChoiceField(required=False, choices=Letter.State)
    kind = forms.ChoiceField(required=False, choices=Letter.Kind)

    def filter(self, letters):
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        return letters.filter(**wanted)


class ArchiveFilter(forms.Form):
    """?year=2026&q=…: what does not fit is ignored, as in every list."""

    year = forms.IntegerField(required=False, min_value=1868, max_value=9998)
    q = forms.CharField(required=False, max_length=100, label=_("便りの中を検索"))

    def filter(self, issues):
        self.is_valid()
        if words := self.cleaned_data.get("q"):
            issues = issues.search(words)
        if year := self.cleaned_data.get("year"):
            issues = issues.in_fiscal_year(year)
        return issues
