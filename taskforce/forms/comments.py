"""Comments, and the people they name: by @name in the text, or picked from a search."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import naming
from dxportal.forms import StaleVersion, VersionedForm
from taskforce.models import Comment, TooFast
from taskforce.models.comments import MENTIONS


class CommentForm(VersionedForm):
    """A comment. With `find` pressed nothing is saved: the people found are offered beside those picked before."""

    people = forms.ModelMultipleChoiceField(queryset=None, required=False, widget=forms.MultipleHiddenInput)
    find = forms.CharField(
        label=_("知らせる人を探す"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("氏名の一部。文の中に @氏名 と書いても知らせます。20人まで。"),
    )

    class Meta:
        model = Comment
        fields = ["text"]
        error_messages = {"text": {"required": _("意見を書いてください。")}}

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user or self.instance.person
        self.fields["people"].queryset = naming.can_be_named().select_related("department")
        self.picked, self.offered, self.too_fast = [], [], False
        self.fields["text"].required = not self.is_finding
        if self.instance.pk and not self.is_bound:
            self.picked = [
                mention.person for mention in self.instance.mentions.select_related("person__department")
            ]

    @property
    def is_finding(self) -> bool:
        return "look" in self.data

    def clean(self):
        cleaned = super().clean()
        self.picked = list(cleaned.get("people") or ())
        if self.is_finding:
            self._offer(naming.find(cleaned.get("find") or "", by=self.user))
            return cleaned
        named = naming.called(naming.marks_in(cleaned.get("text") or ""), by=self.user)
        for mark, people in named.items():
            self._take(mark, people)
        if len(self.picked) > MENTIONS:
            words = _t("知らせる人は20人までです(いま%(number)s人)。") % {"number": len(self.picked)}
            self.add_error("people", ValidationError(words, code="many"))
        return cleaned

    def _take(self, mark, people):
        """The one person called so; which of several must be said, nobody is guessed."""
        if not people or any(person in self.picked for person in people):
            return
        if len(people) == 1:
            self.picked.append(people[0])
            return
        self._offer(people[: naming.FOUND])
        words = ngettext(
            "「@%(mark)s」は%(number)s人います。知らせる人を下から選んでください。",
            "「@%(mark)s」は%(number)s人います。知らせる人を下から選んでください。",
            len(people),
        )
        words = words % {"mark": mark, "number": len(people)}
        self.add_error("people", ValidationError(words, code="several"))

    def _offer(self, people):
        known = {*self.picked, *self.offered}
        self.offered += [person for person in people if person not in known]

    def apply(self, idea) -> Comment | None:
        """Save a new comment or the mended one; None when it came too fast or somebody saved before."""
        words = {"by": self.user, "mentioned": [p for p in self.picked if p != self.user]}
        try:
            if self.instance.pk is None:
                return idea.comment(self.cleaned_data["text"], **words)
            comment = Comment.objects.select_related("idea").get(pk=self.instance.pk)
            comment.rewrite(self.cleaned_data["text"], version=self.cleaned_data["version"], **words)
            return comment
        except TooFast as refusal:
            self.too_fast = True
            self.add_error(None, refusal)
        except StaleVersion as refusal:
            self.add_error(None, refusal)
        return None
