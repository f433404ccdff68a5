"""A note of thanks: what it says and whom it is for, picked from who had a part in it or looked up by name."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts import naming
from accounts.models import Department
from dxportal.text import localized
from taskforce.models import Thanks, WorkingGroup
from taskforce.models.thanks import SUBJECTS

MODELS = {
    "person": naming.can_be_named,
    "group": WorkingGroup.objects.all,
    "department": Department.objects.active,
}
AUTHOR = "author:0"


def key(receiver) -> str:
    kind = next(kind for kind, rows in MODELS.items() if isinstance(receiver, rows().model))
    return f"{kind}:{receiver.pk}"


def had_a_part(about) -> list:
    """People, groups and departments that stand on the page of the thing; never a hidden author."""
    if isinstance(about, SUBJECTS["idea"]):
        found = [None if about.is_anonymous else about.author, about.group, about.department]
    elif isinstance(about, SUBJECTS["practice"]):
        found = [about.contact, about.department]
    elif isinstance(about, SUBJECTS["theme"]):
        members = about.group.memberships.filter(left_on=None).select_related("person")
        found = [about.group, *(member.person for member in members)]
    else:
        found = []
    return list(dict.fromkeys(one for one in found if one))


class ThanksForm(forms.Form):
    to = forms.ChoiceField(label=_("だれに"), widget=forms.RadioSelect, required=False)
    find = forms.CharField(
        label=_("ほかの人や部署を探す"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("お礼のことば"),
        max_length=600,
        required=False,
        widget=forms.Textarea,
        help_text=_("日本語でも英語でも。だれでも読めます。"),
    )

    def __init__(self, *args, about, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.about, self.user = about, user
        self.is_finding = "look" in self.data
        choices = [(key(one), localized(one, "name")) for one in had_a_part(about) if one != user]
        if getattr(about, "is_anonymous", False) and about.author_id != user.pk:
            choices.insert(0, (AUTHOR, _t("投稿者(名前は出ません)")))
        self.fields["to"].choices = list(dict([*choices, *self._looked_up(), *self._chosen()]).items())

    def _looked_up(self):
        words = self.data.get("find", "")
        people = naming.find(words, by=self.user)
        places = Department.objects.active().filter(name__icontains=words)[:8] if words.strip() else []
        return [(key(one), localized(one, "name")) for one in (*people, *places)]

    def _chosen(self):
        """The receiver of the last sending, also when he was looked up then."""
        one = self._receiver(self.data.get("to", ""))
        return [(key(one), localized(one, "name"))] if one else []

    @staticmethod
    def _receiver(text):
        kind, _colon, pk = text.partition(":")
        return (
            MODELS[kind]().filter(pk=pk).first()
            if kind in MODELS and pk.isdecimal() and len(pk) < 12
            else None
        )

    def clean(self):
        cleaned = super().clean()
        if self.is_finding:
            return cleaned
        if not cleaned.get("to") and "to" not in self.errors:
            self.add_error("to", _("だれへのお礼かを選んでください。"))
        if not cleaned.get("text", "").strip():
            self.add_error("text", _("お礼のことばを書いてください。"))
        return cleaned

    def give(self):
        """The saved note; None when it was refused."""
        to = self.cleaned_data["to"]
        kind = to.partition(":")[0]
        receiver = {"to_author": True} if to == AUTHOR else {kind: self._receiver(to)}
        try:
            return Thanks.give(self.cleaned_data["text"], by=self.user, about=self.about, **receiver)
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return None
