"""Announcing a workshop, calling it off, what is put up afterwards, and the question to those who were there."""

from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from dxportal import dates, uploads
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.templatetags.portal import city
from dxportal.text import localized
from taskforce.models import WorkingGroup, Workshop, WorkshopSeries

TIME = forms.TimeInput(attrs={"type": "time", "class": "inp--n"}, format="%H:%M")


def https_field(label, **options):
    return forms.URLField(label=label, max_length=500, required=False, assume_scheme="https", **options)


class WorkshopForm(VersionedForm):
    """The day and the times are those of the chosen city's clock."""

    day = JapaneseDateField(label=_("開く日"))
    start = forms.TimeField(label=_("開始"), widget=TIME)
    end = forms.TimeField(label=_("終了"), widget=TIME)
    zone = forms.ChoiceField(label=_("どこの時刻か"))
    organiser_email = forms.EmailField(
        label=_("担当のメールアドレス"),
        required=False,
        help_text=_("出席をつけ、資料と録画を載せる人。書かなければあなた。"),
    )
    online_url = https_field(_("オンラインの参加先"), help_text=_("申し込んだ人だけに見せます。"))
    series_name = forms.CharField(label=_("新しいシリーズの名前"), max_length=80, required=False)

    class Meta:
        model = Workshop
        fields = [
            "title", "title_en", "description", "description_en", "host", "host_en", "day", "start", "end", "zone",
            "place", "place_en", "online_url", "capacity", "series", "series_name", "group", "organiser_email",
        ]  # fmt: skip

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        groups = WorkingGroup.objects.running()
        if user is not None and not user.is_secretariat:
            groups = groups.filter(pk__in=[g.pk for g in groups if g.is_led_by(user)])
            self.fields["group"].required = self.instance.organiser_id != user.pk
        self.fields["group"].queryset = groups
        for name in ("group", "series"):
            self.fields[name].label_from_instance = lambda row: localized(row, "name")
        self.fields["capacity"].help_text = _now("書かなければ定員なし。超えた人は順番待ちになります。")
        self.fields["zone"].choices = zones(self.instance, user)
        self.initial.update(self._times())
        organiser = self.instance.organiser
        self.initial["organiser_email"] = organiser.email if organiser else ""

    def _times(self) -> dict:
        if self.instance.pk is None:
            return {"zone": str(self.user.tz) if self.user else "Asia/Tokyo"}
        zone = ZoneInfo(self.instance.zone)
        start, end = (at.astimezone(zone) for at in (self.instance.starts_at, self.instance.ends_at))
        return {"day": start.date(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}

    def clean_organiser_email(self):
        email = self.cleaned_data["organiser_email"]
        self.organiser = User.objects.active().filter(email__iexact=email).first() if email else self.user
        if email and (self.organiser is None or self.organiser.is_expert):
            raise ValidationError(_("そのアドレスの職員はいません。"), code="unknown")
        return email

    def clean_capacity(self):
        capacity = self.cleaned_data["capacity"]
        taken = self.instance.registrations.seated().count() if self.instance.pk else 0
        if capacity is not None and capacity < taken:
            words = _now("もう%(taken)s人が申し込んでいます。それより少なくはできません。")
            raise ValidationError(words % {"taken": taken}, code="taken")
        return capacity

    def clean(self):
        cleaned = super().clean()
        day, start, end, zone = (cleaned.get(name) for name in ("day", "start", "end", "zone"))
        if not (day and start and end and zone):
            return cleaned
        if end <= start:
            self.add_error("end", _("終了は、同じ日の開始より後の時刻にしてください。"))
            return cleaned
        self.starts_at, self.ends_at = (dates.local_instant(day, at, ZoneInfo(zone)) for at in (start, end))
        moved = self.starts_at != self.instance.starts_at
        if moved and self.starts_at <= timezone.now():
            self.add_error("day", _("これからの日時にしてください。"))
        return cleaned

    @property
    def values(self) -> dict:
        """The cleaned values by field of Workshop; a new series is made here."""
        helpers = ("version", "day", "start", "end", "organiser_email", "series_name")
        found = {name: value for name, value in self.cleaned_data.items() if name not in helpers}
        if name := self.cleaned_data["series_name"]:
            found["series"] = WorkshopSeries.objects.get_or_create(name=name)[0]
        return {**found, "organiser": self.organiser, "starts_at": self.starts_at, "ends_at": self.ends_at}


def zones(workshop, user) -> list[tuple]:
    """Tokyo, the person's own clock and those of all posts, by the names of their cities."""
    known = set(Department.objects.active().order_by().values_list("timezone", flat=True).distinct())
    known |= {workshop.zone} | ({str(user.tz)} if user else set())
    named = sorted((city(ZoneInfo(zone)), zone) for zone in known - {"Asia/Tokyo"})
    return [("Asia/Tokyo", city(dates.TOKYO)), *((zone, name) for name, zone in named)]


class WorkshopFilterForm(forms.Form):
    when = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("ことば"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    series = forms.ModelChoiceField(
        label=_("シリーズ"), queryset=WorkshopSeries.objects.all(), required=False, empty_label=_("すべて")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["series"].label_from_instance = lambda series: localized(series, "name")
        self.is_valid()

    @property
    def is_narrowed(self) -> bool:
        return bool(self.cleaned_data.get("q") or self.cleaned_data.get("series"))

    def filter(self, rows, user, at):
        """The rows of the chosen time: coming (the first choice), past, mine."""
        rows = rows.search(self.cleaned_data.get("q") or "")
        if series := self.cleaned_data.get("series"):
            rows = rows.filter(series=series)
        when = self.cleaned_data.get("when")
        if when == "past":
            return rows.past(at)
        if when == "mine":
            own = user.workshop_registrations.standing()
            return rows.filter(registrations__in=own).order_by("-starts_at", "-pk")
        return rows.coming(at)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("中止のわけ"), max_length=200, help_text=_("申し込んだ人へのメールに、このまま載ります。")
    )


class RecordingForm(forms.ModelForm):
    recording_url = https_field(_("録画"))

    class Meta:
        model = Workshop
        fields = ["recording_url", "without_material"]


class MaterialForm(forms.Form):
    """The valid `file` is an accepted dxportal.uploads.Upload."""

    file = forms.FileField(
        label=_("資料のファイル"),
        allow_empty_file=True,  # refused with a sentence of its own
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )

    def clean_file(self):
        return uploads.accept(self.cleaned_data["file"])


class AnswerForm(forms.Form):
    usefulness = forms.TypedChoiceField(
        label=_("役に立ちましたか"),
        coerce=int,
        choices=[(1, _("1 役に立たなかった")), (2, "2"), (3, "3"), (4, "4"), (5, _("5 とても役に立った"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("ひとこと"), max_length=200, required=False)
