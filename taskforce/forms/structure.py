"""What the secretariat writes about the structure, and the date on which it is shown."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PersonField
from accounts.models import Department
from dxportal import dates
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import localized
from taskforce.forms.groups import BodyChoice
from taskforce.models import Body, ModelDepartment, ModelMeasure, Seat


class DepartmentChoice(forms.ModelChoiceField):
    def label_from_instance(self, department):
        return localized(department, "name")


class OnDateForm(forms.Form):
    """The date on which the structure is shown."""

    on = JapaneseDateField(label=_("いつの体制か"), required=False)


class BodyForm(VersionedForm):
    """A body; a new name or place counts from the day `on`, so that charts of earlier days keep the old one."""

    parent = BodyChoice(
        Body.objects.none(), label=_("上の会議体"), required=False, empty_label=_("なし(いちばん上)")
    )
    next_meeting_at = forms.DateTimeField(
        label=_("次回"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("あなたの場所の時刻"),
    )
    on = JapaneseDateField(
        label=_("名前や場所が変わった日"), help_text=_("この日より前の体制図には、前の名前で出ます。")
    )
    reason = forms.CharField(label=_("わけ"), max_length=300, required=False)

    class Meta:
        model = Body
        fields = [
            "name", "name_en", "kind", "parent", "relation", "purpose", "purpose_en", "open_to", "open_to_en",
            "next_meeting_at", "position", "on", "reason",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Body.objects.taking_children(dates.today()).exclude(
            pk=self.instance.pk
        )
        self.initial.setdefault("on", dates.today())


class NewBodyForm(BodyForm):
    starts_on = JapaneseDateField(label=_("設置日"))
    on = reason = None

    class Meta(BodyForm.Meta):
        fields = [
            "code",
            *(name for name in BodyForm.Meta.fields if name not in ("on", "reason")),
            "starts_on",
        ]
        help_texts = {"code": _("アドレスに使う英小文字。あとから変えられません。例: sub-ai")}


class CloseBodyForm(forms.Form):
    on = JapaneseDateField(label=_("最後の日"), initial=dates.today)
    reason = forms.CharField(label=_("わけ"), max_length=500, widget=forms.Textarea)


class SeatForm(forms.ModelForm):
    starts_on = JapaneseDateField(label=_("設けた日"), initial=dates.today)
    department = DepartmentChoice(
        Department.objects.none(), label=_("組織"), required=False, empty_label=_("なし")
    )

    class Meta:
        model = Seat
        fields = ["title", "title_en", "department", "starts_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.active()

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("title") and not cleaned.get("department"):
            self.add_error("title", _("役名か組織のどちらかを入れてください。"))
        return cleaned


class TermForm(forms.Form):
    """Who sits in a seat, or beside it, from when to when."""

    person = PersonField(label=_("職員"), help_text=_("職員番号かメールアドレス"))
    is_deputy = forms.BooleanField(label=_("代理として"), required=False)
    starts_on = JapaneseDateField(label=_("就任日"), initial=dates.today)
    ends_on = JapaneseDateField(label=_("退任日"), required=False)


class LastDayForm(forms.Form):
    on = JapaneseDateField(label=_("最後の日"), initial=dates.today)


class ModelDepartmentForm(VersionedForm):
    department = DepartmentChoice(Department.objects.none(), label=_("部署"))
    starts_on = JapaneseDateField(label=_("始まり"))
    ends_on = JapaneseDateField(label=_("最後の日"), required=False)

    class Meta:
        model = ModelDepartment
        fields = ["department", "starts_on", "ends_on", "trying", "trying_en", "learnt", "learnt_en"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = Department.objects.filter(pk=self.instance.department_id)
        self.fields["department"].queryset = Department.objects.active() | now

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("終わりの日は、始まりの日より後にしてください。"))
        return cleaned


class ModelMeasureForm(VersionedForm):
    before_on = JapaneseDateField(label=_("前をはかった日"))
    after_on = JapaneseDateField(label=_("後をはかった日"), required=False)

    class Meta:
        model = ModelMeasure
        fields = [
            "name", "name_en", "unit", "unit_en", "before", "before_on", "after", "after_on", "source", "source_en",
        ]  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        after, day = cleaned.get("after"), cleaned.get("after_on")
        if (after is None) != (day is None) and not self.errors.keys() & {"after", "after_on"}:
            self.add_error("after_on", _("後の値とはかった日は、両方を入れてください。"))
        if day and cleaned.get("before_on") and day < cleaned["before_on"]:
            self.add_error("after_on", _("後をはかった日は、前をはかった日より後にしてください。"))
        return cleaned
