"""Rounds of burden and effect, and files on reports, for tests."""

from datetime import date, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dxportal import dates, uploads
from pillars.models import Evidence, ProgressReport, PulseRound
from pillars.models.pulse import Place, PulseAnswer
from tests.factories.accounts import UserFactory

TODAY = dates.today()


def pulse_round(initiative, *departments, quarter=2, days=14) -> PulseRound:
    """An open round that asks the departments about the initiative."""
    initiative.related_departments.add(*departments)
    today = dates.today()
    fields = {"fiscal_year": 2026, "quarter": quarter}
    round_ = PulseRound(
        plan=initiative.plan, opens_on=today, closes_on=today + timedelta(days=days), **fields
    )
    round_.begin(by=None)
    return round_


def said(burden=2, effect=4, **more) -> dict:
    """What a person says about one initiative."""
    return {"burden": burden, "effect": effect, "hours_taken": None, "hours_given": None, "words": ""} | more


def answered(round_, initiative, department, scores, **more) -> list:
    """One new person of the department for each (burden, effect); returns the people."""
    people = [UserFactory(department=department) for _score in scores]
    for person, (burden, effect) in zip(people, scores, strict=True):
        round_.take({initiative: said(burden, effect, **more)}, by=person, today=dates.today())
    return people


def sealed_round(initiative, scores, *, year=2026, quarter=1, place=Place.HEADQUARTERS, **more) -> PulseRound:
    """A round that is over, with an answer for each (burden, effect)."""
    days = {"opens_on": date(2026, 7, 1), "closes_on": date(2026, 7, 15)}
    round_ = PulseRound.objects.create(plan=initiative.plan, fiscal_year=year, quarter=quarter, **days)
    round_.invitations.create(initiative=initiative, department=initiative.lead_department)
    PulseAnswer.objects.bulk_create(
        PulseAnswer(round=round_, initiative=initiative, place=place, burden=b, effect=e, **more)
        for b, e in scores
    )
    round_.seal(by=None)
    return round_


def png(size=(40, 30), **options) -> bytes:
    """A real picture."""
    stream = BytesIO()
    Image.new("RGB", size, "navy").save(stream, "PNG", **options)
    return stream.getvalue()


def file_of(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def evidence_on(report, *, by, name="在外の画面.png", content=None, **more) -> Evidence:
    """A file on the report, whatever its state."""
    state, report.workflow_state = report.workflow_state, ProgressReport.State.DRAFT
    evidence = Evidence.add(report, uploads.accept(file_of(name, content or png())), by=by, **more)
    report.workflow_state = state
    return evidence
