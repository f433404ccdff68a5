"""What forms of every app share: saving without losing another person's words, and dates as people write them."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dxportal import dates, reading
from dxportal.text import whole_number

DATE_HELP = _("R8.3.31 または 2026-03-31 の形")


# What an autosave answers a window that another one has overtaken.
OVERTAKEN = _("別の画面で、ここより新しい内容が保存されています。この画面の文は自動では保存しません。")


class StaleVersion(ValidationError):
    """The object was saved by someone else after the form was opened."""

    def __init__(self):
        super().__init__(
            _("ほかの人が先に保存しました。内容を見比べて、もう一度保存してください。"), code="stale"
        )


def claim_version(instance, version: int) -> None:
    """Take the next version of `instance`, inside the transaction that saves it. Raises StaleVersion when taken."""
    rows = type(instance)._base_manager.filter(pk=instance.pk, version=version)
    if not rows.update(version=F("version") + 1):
        raise StaleVersion
    instance.version = version + 1


def is_saved(form, **how) -> bool:
    """Save a valid VersionedForm; False, with the reason on it, when somebody was quicker by a moment."""
    try:
        form.save(**how)
    except StaleVersion as refusal:
        form.add_error(None, refusal)
        return False
    return True


def posted_number(data, name: str) -> int:
    """A version as a window sent it; 0 where it sent none or no number."""
    return whole_number(str(data.get(name, "")))


def saved_words(kept) -> str:
    """What an autosave answers: 保存 14:02, by the viewer's clock. `kept` has `saved_at`."""
    return _now("保存 %(time)s") % {"time": timezone.localtime(kept.saved_at).strftime("%H:%M")}


class VersionedForm(forms.ModelForm):
    """A ModelForm that answers an old version with both texts and saves nothing (architecture.md, rule 7).

    After a refusal `conflicts` lists label, theirs and mine for {% conflict form %}, and the form carries the new
    version, so that saving again is a decision. The model's verb calls claim_version(self, version).
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts = []
        self.fields["version"].required = self.instance.pk is not None
        self.initial["version"] = self.instance.version

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk is not None and "version" in self.cleaned_data:
            current = type(self.instance)._base_manager.get(pk=self.instance.pk)
            if current.version != self.cleaned_data["version"]:
                self._refuse(current)
        return cleaned

    def _refuse(self, current):
        theirs = type(self)(instance=current, prefix=self.prefix)
        self.conflicts = [
            {
                "label": bound.label,
                "theirs": shown(theirs[bound.name].value(), bound),
                "mine": shown(bound.value(), bound),
            }
            for bound in self.visible_fields()
            if shown(theirs[bound.name].value(), bound) != shown(bound.value(), bound)
        ]
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = current.version
        raise StaleVersion


def shown(value, bound) -> str:
    """A field's value in the words of the page: labels of choices, dates as written, lists joined."""
    choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", None) or ()}
    values = value if isinstance(value, list | tuple) else [value]
    words = [
        choices.get(str(one), bound.field.widget.format_value(one) if one not in (None, "") else "")
        for one in values
    ]
    return "、".join(str(word) for word in words)


def typed_in(fields: dict, form_fields, prefix: str) -> dict:
    """`initial` for a form from what was typed into it; {} when nothing was typed into any form of the page."""
    if not fields:
        return {}
    return {
        name: fields.get(f"{prefix}-{name}" if prefix else name, "") for name in (*form_fields, "version")
    }


class JapaneseDateInput(forms.TextInput):
    """Shows a date as R8.3.31 (31 Mar 2026 in English); both are read back."""

    def __init__(self, attrs=None):
        super().__init__({"autocomplete": "off", "class": "inp--d", **(attrs or {})})

    def format_value(self, value):
        return dates.format_day(value) if hasattr(value, "isoformat") else value


class JapaneseDateField(forms.DateField):
    """A date in any form of domain.md 3.1. edge "start" or "end" says what a month without a day means."""

    widget = JapaneseDateInput

    def __init__(self, *, edge: str | None = None, help_text=DATE_HELP, **kwargs):
        self.edge = edge
        super().__init__(help_text=help_text, **kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            return reading.parse_date(value, edge=self.edge)
        except reading.DateError as error:
            raise ValidationError(str(error), code="invalid") from error
