"""Everything tests build objects with, under one name: `from tests.factories import UserFactory`."""

from tests.factories.accounts import PASSWORD, DepartmentFactory, DutyFactory, UserFactory
from tests.factories.newsletter import ArticleFactory, IssueFactory, sent_issue
from tests.factories.past import moment, was
from tests.factories.pillars import (
    Book,
    EvaluationFactory,
    GradeScaleFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    InitiativeFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PillarFactory,
    PlanFactory,
    ProgressReportFactory,
    ReportingCallFactory,
    visibility_proposal,
)
from tests.factories.pulse import answered, evidence_on, file_of, png, pulse_round, said, sealed_round

__all__ = [
    "PASSWORD",
    "DepartmentFactory",
    "DutyFactory",
    "ArticleFactory",
    "IssueFactory",
    "sent_issue",
    "UserFactory",
    "Book",
    "EvaluationFactory",
    "GradeScaleFactory",
    "IndicatorFactory",
    "IndicatorValueFactory",
    "InitiativeFactory",
    "MilestoneFactory",
    "ObjectiveFactory",
    "PillarFactory",
    "PlanFactory",
    "ProgressReportFactory",
    "visibility_proposal",
    "ReportingCallFactory",
    "answered",
    "evidence_on",
    "file_of",
    "png",
    "pulse_round",
    "said",
    "sealed_round",
    "moment",
    "was",
]
