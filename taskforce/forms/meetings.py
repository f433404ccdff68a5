"""Meetings and action items of a group."""

from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dxportal import dates
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.templatetags.portal import city
from taskforce.models import ActionItem, Meeting


class ActionItemForm(VersionedForm):
    due_on = JapaneseDateField(label=_("期限"))

    class Meta:
        model = ActionItem
        fields = ["text", "owner", "due_on"]

    def __init__(self, *args, group=None, **kwargs):
        super().__init__(*args, **kwargs)
        members = User.objects.active().filter(
            group_memberships__group=group or self.instance.group, group_memberships__left_on=None
        )
        self.fields["owner"].queryset = members | User.objects.filter(pk=self.instance.owner_id)
        self.fields["owner"].label_from_instance = lambda person: person.display_name


class MeetingForm(VersionedForm):
    """Day and time as the clocks of a city show them: members sit in many zones."""

    starts_on = JapaneseDateField(label=_("日付"))
    starts_time = forms.TimeField(
        label=_("時刻"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone = forms.ChoiceField(label=_("どこの時刻か"))
    minutes = forms.IntegerField(label=_("長さ(分)"), min_value=5, max_value=600, initial=60)

    class Meta:
        model = Meeting
        fields = ["title", "title_en", "starts_on", "starts_time", "zone", "minutes", "place", "notes"]

    def __init__(self, *args, group=None, viewer_zone=None, **kwargs):
        super().__init__(*args, **kwargs)
        zone = viewer_zone or dates.TOKYO
        zones = zones_of(group or self.instance.group, zone)
        self.fields["zone"].choices = [(name, city(ZoneInfo(name))) for name in zones]
        self.initial["zone"] = str(zone)
        if self.instance.pk:
            at = self.instance.starts_at.astimezone(zone)
            self.initial |= {"starts_on": at.date(), "starts_time": at.time()}

    def clean(self):
        cleaned = super().clean()
        day, at, zone = (cleaned.pop(name, None) for name in ("starts_on", "starts_time", "zone"))
        if day and at and zone:
            cleaned["starts_at"] = dates.local_instant(day, at, ZoneInfo(zone))
        elif not self.errors:
            raise ValidationError(_("日と時刻を入れてください。"))
        return cleaned


def zones_of(group, *more) -> list[str]:
    """Zones of the members, with Tokyo and `more` first, each once."""
    members = group.memberships.current().select_related("person__department")
    found = [str(dates.TOKYO), *map(str, more), *(str(m.person.tz) for m in members)]
    return list(dict.fromkeys(found))
