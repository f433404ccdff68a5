from pillars.models.calls import ReportingCall
from pillars.models.drafts import ReportCorrection, ReportDraft
from pillars.models.evaluation import Evaluation
from pillars.models.imports import PlanImport
from pillars.models.indicators import Indicator, IndicatorValue
from pillars.models.initiatives import Initiative, Milestone, MilestoneMove
from pillars.models.plan import Grade, GradeScale, Objective, Pillar, Plan, ProgressStatus
from pillars.models.proposals import Proposal
from pillars.models.reporting import ProgressReport
from pillars.models.requests import ReportRequest

__all__ = [
    "Evaluation",
    "Grade",
    "GradeScale",
    "Indicator",
    "IndicatorValue",
    "Initiative",
    "Milestone",
    "MilestoneMove",
    "Objective",
    "Pillar",
    "Plan",
    "PlanImport",
    "ProgressReport",
    "ProgressStatus",
    "Proposal",
    "ReportCorrection",
    "ReportDraft",
    "ReportRequest",
    "ReportingCall",
]
