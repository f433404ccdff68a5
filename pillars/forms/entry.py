"""The report as one page: milestones, values and words together, saved or handed in as one, kept while it is typed."""

from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dxportal.forms import StaleVersion, posted_number, shown
from pillars import progress
from pillars.forms.milestones import errors_of, milestone_forms
from pillars.forms.reports import WordsForm, value_forms
from pillars.models import Initiative, ProgressReport, ProgressStatus, ReportDraft

# What 「前回から変わりなし」 takes over from the report before.
HELP = ("needs_support", *ProgressReport.SUPPORT, "support_note")
COPIED = ("percent", "results", "issues", "cause", "next_steps", *HELP, *ProgressReport.JUDGED)
LAST_QUARTER = 4
LONGEST = 20_000  # letters of one field that a draft keeps


class Suggestion(NamedTuple):
    """The status the numbers suggest (None when they say nothing), with actual and planned in percent."""

    status: str | None
    actual: Decimal | None
    planned: Decimal | None

    @property
    def difference(self) -> Decimal:
        return self.actual - self.planned

    @property
    def notice(self) -> str:
        """The kind of notice it is shown in."""
        late = (ProgressStatus.SLIGHTLY_DELAYED, ProgressStatus.DELAYED)
        return "warn" if self.status in late else "info"


class ReportEntry:
    """All forms of one report. `save` writes everything or nothing, `keep` only remembers what was typed."""

    def __init__(self, report: ProgressReport, *, today, data=None):
        self.report, self.today, self.data = report, today, data
        self.draft = ReportDraft.objects.filter(report=report).first() if report.pk else None
        typed = self.draft.fields if self.draft and data is None else None
        initiative = report.initiative
        self.milestones = milestone_forms(initiative, today=today, data=data, only_open=True, typed=typed)
        self.values = value_forms(report, data=data, typed=typed)
        self.words = WordsForm(data, instance=report, typed=typed)

    @property
    def forms(self) -> list:
        return [*self.milestones, *self.values, self.words]

    @property
    def support(self) -> list:
        """The kinds of help as boxes to tick."""
        return [self.words[name] for name in ProgressReport.SUPPORT]

    @property
    def draft_version(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def base(self) -> str:
        """What the window has seen: a text kept in the browser is put back only on the same."""
        return f"{self.words['version'].value()}.{self.draft_version}"

    # --- saving -------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        valid = all([form.is_valid() for form in self.forms])  # a list: every form shows its errors
        return valid and not self._draft_is_newer()

    def _draft_is_newer(self) -> bool:
        """Another window or person typed on since this one was opened: both texts are shown, nothing is saved."""
        if self.draft is None or posted_number(self.data, "draft_version") == self.draft.version:
            return False
        self.words.conflicts = [
            {"label": bound.label, "theirs": theirs, "mine": mine}
            for bound in self.words.visible_fields()
            if (theirs := shown(self.draft.fields.get(bound.html_name, ""), bound))
            != (mine := shown(self.data.get(bound.html_name, ""), bound))
        ]
        self.words.add_error(None, StaleVersion())
        return True

    @property
    def part_errors(self) -> list[tuple[str, str]]:
        """(id of the field, error) for the tables of milestones and values."""
        return errors_of([*self.milestones, *self.values])

    def save(self, *, by, submit=False) -> bool:
        """Save the draft, and hand it in when `submit`. False: nothing was saved and the forms say why."""
        if not all([self.is_valid(), not submit or self._is_complete()]):
            return False
        try:
            with transaction.atomic():
                self._write(by=by, submit=submit)
        except ValidationError as error:
            self.words.add_error(None, error)
            return False
        return True

    def _is_complete(self) -> bool:
        """Nothing is missing that is asked of a report; a target missed at the end of a year asks why."""
        missed = self.report.quarter == LAST_QUARTER and any(form.misses_target for form in self.values)
        complete = self.words.is_complete(self.suggestion().status)
        if missed and not self.words.data.get("cause", "").strip() and "cause" not in self.words.errors:
            self.words.add_error("cause", _("目標に届かなかったわけを書いてください。"))
            return False
        return complete

    def _write(self, *, by, submit):
        source = f"report:{self.report.fiscal_year}Q{self.report.quarter}"
        for form in self.milestones:
            form.save(by=by, source=source)
        for form in self.values:
            form.save(by=by, source=source, measured_on=min(self.report.period_end, self.today))
        saved = self.words.save(by=by)
        ReportDraft.objects.filter(report=saved).delete()
        if submit:
            saved.initiative = Initiative.objects.with_progress(self.today).get(pk=saved.initiative_id)
            saved.submit(by=by, today=self.today)
        self.saved = saved

    # --- keeping what is typed ----------------------------------------------------------------------

    def keep(self, *, by, at=None, **changes) -> ReportDraft:
        """Remember the fields as they were typed, with `changes` to some of them; begins the report when it is new.

        Raises StaleVersion when the report or its draft moved on in another window.
        """
        if self.report.pk and posted_number(self.data, "version") != self.report.version:
            raise StaleVersion
        if not self.report.pk:
            self.report.save_draft(by=by)
        known = {form.add_prefix(name) for form in self.forms for name in form.fields}
        fields = {name: str(self.data[name])[:LONGEST] for name in known if name in self.data}
        fields |= {**changes, "version": str(self.report.version)}
        version = posted_number(self.data, "draft_version")
        self.draft = ReportDraft.keep(self.report, fields, by=by, version=version, at=at)
        return self.draft

    def from_before(self, name: str) -> dict:
        """Fields of the report before this one: one of COPIED, or "all" of them with the status that fits."""
        before = self.report.previous
        if before is None:
            return {}
        wanted = {"all": COPIED, "support_note": HELP}.get(name, (name,))
        copied = {field: getattr(before, field) for field in COPIED if field in wanted}
        if name == "all":
            copied["status"] = self.suggestion().status or before.status
        return {field: as_posted(value) for field, value in copied.items()}

    def suggestion(self) -> Suggestion:
        """How the initiative would stand with the dates as they are typed."""
        milestones = list(self.report.initiative.milestones.all())
        typed = {form.instance.pk: form for form in self.milestones}
        for milestone in milestones:
            if milestone.pk in typed:
                milestone.due_on = _read(typed[milestone.pk], "due_on") or milestone.due_on
                milestone.completed_on = _read(typed[milestone.pk], "completed_on")
        done, due = progress.actual(milestones, self.today), progress.planned(milestones, self.today)
        status = progress.suggest_status(self.report.initiative, done, due, self.today)
        return Suggestion(status, done, due)


def as_posted(value) -> str:
    """A value as a form would send it."""
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _read(form, name):
    """A date as it is typed; None when it is empty or no date, or lies ahead."""
    try:
        day = form.fields[name].clean(form[name].value())
    except ValidationError:
        return None
    return day if day is None or name == "due_on" or day <= form.today else None
