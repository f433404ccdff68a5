"""Asking the support team, answering, giving a question to an expert, and publishing guidance from it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from dxportal import uploads
from dxportal.forms import VersionedForm
from taskforce.models import Consultation, ConsultationMessage, Guidance, names_in

SEARCHING = {"data-similar-src": ""}


class ConsultationForm(forms.ModelForm):
    file = forms.FileField(
        label=_("ファイル"),
        required=False,
        allow_empty_file=True,  # refused with a sentence of its own
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )

    class Meta:
        model = Consultation
        fields = ["title", "text", "file", "may_publish", "confidentiality"]
        widgets = {"title": forms.TextInput(attrs=SEARCHING), "text": forms.Textarea(attrs=SEARCHING)}

    def clean_file(self):
        """The accepted dxportal.uploads.Upload, or None."""
        return uploads.accept(self.cleaned_data["file"]) if self.cleaned_data["file"] else None

    @property
    def texts(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class MessageForm(forms.ModelForm):
    class Meta:
        model = ConsultationMessage
        fields = ["text"]


class AssignForm(VersionedForm):
    """The version says which state of the question the secretariat has seen."""

    class Meta:
        model = Consultation
        fields = ["expert"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.with_role(Role.SUPPORT_EXPERT).exclude(pk=self.instance.asker_id)
        self.fields["expert"].queryset = people.order_by("name")
        self.fields["expert"].required = True
        self.fields["expert"].label_from_instance = lambda person: person.display_name


class GuidanceForm(VersionedForm):
    """The texts for everybody. A name that still stands in them is pointed out once; then a person decides."""

    checked = forms.BooleanField(label=_("名前や部署名が残っていてよいことを確かめた"), required=False)

    class Meta:
        model = Guidance
        fields = ["title", "title_en", "question", "question_en", "answer", "answer_en"]

    def clean(self):
        cleaned = super().clean()
        found = names_in([cleaned.get(name) or "" for name in Guidance.TEXTS], self.instance.consultation)
        self.named = bool(found)
        if found and not cleaned.get("checked"):
            words = _now("名前か部署名が残っています: %(names)s。消すか、下の確認に印をつけてください。")
            raise ValidationError(words % {"names": "、".join(found)}, code="named")
        return cleaned


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=_("取り下げるわけ"), max_length=200)


class FindForm(forms.Form):
    """Words to search for, and for consultations the state."""

    state = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("ことば"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_valid()

    def filter(self, rows):
        rows = rows.search(self.cleaned_data.get("q") or "")
        state = self.cleaned_data.get("state")
        return rows.filter(state=state) if state in Consultation.State.values else rows
