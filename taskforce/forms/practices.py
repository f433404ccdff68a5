"""Good practices, and 「うちでもやる」."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Role, User
from dxportal import dates, uploads
from dxportal.forms import JapaneseDateField, VersionedForm
from dxportal.text import Confidentiality, localized
from pillars.models import Pillar
from taskforce.forms.idea_list import short_labels
from taskforce.forms.ideas import PillarChoice, running_pillars
from taskforce.models import GoodPractice, Idea, Replication


def departments_of(user):
    """The departments a person may speak for: any for the secretariat, else the own one and those of the duties."""
    if user.is_secretariat:
        return Department.objects.active()
    found = Department.objects.filter(pk=user.department_id)
    for duty in user.duties_today:
        if duty.role in (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER) and duty.department:
            found |= Department.objects.active().under(duty.department)
    return found


class PracticeForm(VersionedForm):
    """「うちでは、もうやっている」."""

    started_on = JapaneseDateField(label=_("始めた日"), edge="start")
    pillar = PillarChoice(
        queryset=Pillar.objects.none(), label=_("柱"), required=False, empty_label=_("なし")
    )
    contact_email = forms.EmailField(
        label=_("聞く相手のメールアドレス"),
        required=False,
        help_text=_("名前と部署が出ます。"),
    )
    idea_number = forms.IntegerField(label=_("もとのアイデアの番号"), required=False, min_value=1)

    class Meta:
        model = GoodPractice
        fields = [
            "title", "title_en", "summary", "summary_en", "steps", "steps_en", "department", "started_on",
            "contact_email", "hours_saved", "hours_method", "hours_method_en", "pillar", "idea_number",
            "confidentiality",
        ]  # fmt: skip

    def __init__(self, *args, user=None, pilot=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        # VersionedForm builds a second form without a user to show what was saved first.
        self.user = user = user or self.instance.proposed_by
        self.fields["pillar"].queryset = running_pillars(user)
        departments = departments_of(user) | Department.objects.filter(pk=self.instance.department_id)
        if pilot:  # who tells of a pilot may tell it for the departments that tried it
            departments |= Department.objects.filter(pk__in=pilot.departments.values("pk"))
        self.fields["department"].queryset = departments
        self.fields["department"].label_from_instance = lambda department: localized(department, "name")
        self.fields["hours_saved"].localize = False
        if self.instance.pk is None:
            self.initial.setdefault("department", user.department_id)
        else:
            contact, idea = self.instance.contact, self.instance.idea
            self.initial.update(
                contact_email=contact.email if contact else "", idea_number=idea.number if idea else None
            )

    def clean_contact_email(self):
        email = self.cleaned_data["contact_email"]
        self.contact = User.objects.active().filter(email__iexact=email).first() if email else None
        if email and self.contact is None:
            raise ValidationError(_("そのアドレスの職員はいません。"), code="unknown")
        return email

    def clean_idea_number(self):
        number = self.cleaned_data["idea_number"]
        self.idea = (
            Idea.objects.visible_to(self.user).listed().filter(number=number).first() if number else None
        )
        if number and self.idea is None:
            raise ValidationError(_("その番号のアイデアはありません。"), code="unknown")
        return number

    @property
    def texts(self) -> dict:
        """The cleaned values by field of GoodPractice."""
        helpers = ("version", "contact_email", "idea_number")
        values = {name: value for name, value in self.cleaned_data.items() if name not in helpers}
        found = {**values, "contact": self.contact, "idea": self.idea}
        return {**found, "pilot": self.pilot} if self.pilot else found


def told_of(pilot) -> dict:
    """What a practice begins with when it is told of a pilot: the words of the idea and of the result."""
    idea = pilot.idea
    measured = [
        f"{m.label} {m.before.normalize():f}{m.unit}→{m.after.normalize():f}{m.unit}"
        for m in pilot.measures.all()
        if m.before is not None and m.after is not None
    ]
    places = list(pilot.departments.all())
    first = next((place for place in places if place.pk == idea.department_id), places[0] if places else None)
    return {
        "title": idea.title,
        "title_en": idea.title_en,
        "summary": "\n".join([pilot.result or pilot.decision_text, *measured])[:500],
        "summary_en": pilot.result_en or pilot.decision_text_en,
        "department": first,
        "started_on": pilot.starts_on,
        "pillar": idea.pillar_id,
        "idea_number": idea.number,
    }


class PracticeActForm(forms.Form):
    """The reason with which a practice is sent back or put away."""

    reason = forms.CharField(label=_("わけ"), max_length=300)


class PracticeFileForm(forms.Form):
    """The valid `file` is an accepted dxportal.uploads.Upload."""

    file = forms.FileField(
        label=_("ファイル"),
        allow_empty_file=True,  # refused with a sentence of its own
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )
    note = forms.CharField(label=_("何に使うか"), max_length=200, required=False)
    note_en = forms.CharField(label=_("何に使うか(英語)"), max_length=300, required=False)
    confidentiality = forms.TypedChoiceField(
        label=_("格付"), choices=Confidentiality.choices, coerce=int, initial=Confidentiality.ONE
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _now("png、jpeg、pdf、xlsx、csv。%(limit)sMBまで。") % {
            "limit": settings.UPLOAD_FILE_MB
        }

    def clean_file(self):
        return uploads.accept(self.cleaned_data["file"])


class ReplicationForm(VersionedForm):
    """「うちでもやる」: which department, how far, learnt from whom."""

    status = forms.ChoiceField(
        label=_("どこまで"), choices=Replication.Status.choices, widget=forms.RadioSelect
    )
    started_on = JapaneseDateField(
        label=_("使い始めた日"), edge="start", required=False, help_text=_("空けておくと、きょうになります。")
    )
    stopped_on = JapaneseDateField(
        label=_("やめた日"), edge="end", required=False, help_text=_("やめたときだけ書きます。")
    )

    class Meta:
        model = Replication
        fields = [
            "department", "status", "learnt_from", "started_on", "hours_saved", "note", "note_en", "stopped_on",
        ]  # fmt: skip

    def __init__(self, *args, practice=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        # VersionedForm builds a second form to show what was saved first.
        self.practice, user = practice or self.instance.practice, user or self.instance.by
        rows = self.practice.replications.exclude(started_on=None)
        teachers = Q(pk=self.practice.department_id) | Q(pk__in=rows.values("department"))
        self.fields["department"].queryset = departments_of(user).exclude(pk=self.practice.department_id)
        self.fields["learnt_from"].queryset = Department.objects.filter(teachers)
        self.fields["learnt_from"].empty_label = _("自分たちで")
        self.fields["hours_saved"].localize = False
        self.fields["hours_saved"].help_text = _("まだなら、見込みを書きます。減った時間とは別に数えます。")
        for name in ("department", "learnt_from"):
            self.fields[name].label_from_instance = lambda department: localized(department, "name")

    def clean(self):
        cleaned = super().clean()
        department, teacher = cleaned.get("department"), cleaned.get("learnt_from")
        if department and teacher and teacher.pk in self._learners_of(department):
            self.add_error("learnt_from", _("教わった部署に、この部署から教わった部署は選べません。"))
        self._fill_days(cleaned)
        started, stopped = cleaned.get("started_on"), cleaned.get("stopped_on")
        if started and stopped and stopped < started:
            self.add_error("stopped_on", _("やめた日は、使い始めた日より後にしてください。"))
        return cleaned

    def _fill_days(self, cleaned):
        """Each step has its day: today where none was written, none where the step is not reached."""
        status, today = cleaned.get("status"), dates.today()
        if status == Replication.Status.PLANNED:
            cleaned["started_on"] = None
        elif "started_on" not in self.errors:
            cleaned["started_on"] = cleaned.get("started_on") or self.instance.started_on or today
        if status != Replication.Status.STOPPED:
            cleaned["stopped_on"] = None
        elif "stopped_on" not in self.errors:
            cleaned["stopped_on"] = cleaned.get("stopped_on") or today

    def _learners_of(self, department) -> set:
        """The department itself and everybody who learnt from it, directly or not."""
        taught: dict = {}
        for pupil, teacher in self.practice.replications.values_list("department", "learnt_from"):
            taught.setdefault(teacher, set()).add(pupil)
        found, new = {department.pk}, {department.pk}
        while new:
            new = set().union(*(taught.get(one, ()) for one in new)) - found
            found |= new
        return found


class PracticeFilterForm(forms.Form):
    q = forms.CharField(
        label=_("ことば"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    pillar = PillarChoice(
        label=_("柱"), queryset=Pillar.objects.none(), required=False, empty_label=_("すべて")
    )
    show = forms.ChoiceField(label=_("見るもの"), choices=[], required=False)
    sort = forms.ChoiceField(
        label=_("並び順"),
        choices=[("", _("動きのあった順")), ("spread", _("使う部署の多い順")), ("new", _("新しい順"))],
        required=False,
    )
    # What the secretariat looks through beside the published ones.
    SHOWN = [
        ("", _("公開中")),
        ("confirm", _("6か月確かめていないもの")),
        ("proposed", _("確認待ちと書き直し")),
        ("archived", _("しまったもの")),
    ]

    def __init__(self, *args, user, places, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        if user.is_secretariat:
            self.fields["show"].choices = self.SHOWN
        else:
            del self.fields["show"]
        self.fields["pillar"].queryset = running_pillars(user)
        short_labels(self.fields["pillar"], places)
        self.is_valid()

    def filter(self, practices):
        practices = self._shown(practices).search(self.cleaned_data.get("q") or "")
        if pillar := self.cleaned_data.get("pillar"):
            practices = practices.filter(pillar=pillar)
        order = {"new": "-published_at", "spread": "-used"}.get(self.cleaned_data.get("sort"), "-moved_at")
        return practices.with_users_counted().order_by(order, "-pk")

    def _shown(self, practices):
        state = GoodPractice.State
        kinds = {
            "confirm": practices.to_confirm(self.today),
            "proposed": practices.filter(state__in=(state.PROPOSED, state.RETURNED)),
            "archived": practices.filter(state=state.ARCHIVED),
        }
        return kinds.get(self.cleaned_data.get("show") or "", practices.published())
