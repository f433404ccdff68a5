from pillars.models.calls import ReportingCall
from pillars.models.carry_over import CarryOver
from pillars.models.drafts import ReportCorrection, ReportDraft
from pillars.models.evaluation import Evaluation
from pillars.models.evidence import Evidence
from pillars.models.imports import PlanImport
from pillars.models.indicators import Indicator, IndicatorValue
from pillars.models.initiatives import Initiative, Milestone, MilestoneMove
from pillars.models.notes import ExecutiveNote
from pillars.models.plan import Grade, GradeScale, Objective, Pillar, Plan, ProgressStatus
from pillars.models.proposals import Proposal
from pillars.models.pulse import PulseAnswer, PulseAudience, PulseInvitation, PulseRound, PulseTurnout
from pillars.models.reporting import ProgressReport
from pillars.models.requests import ReportRequest
from pillars.models.review import InitiativeReview
from pillars.models.succession import DraftComment, SuccessorMapping

__all__ = [
    "CarryOver",
    "DraftComment",
    "Evaluation",
    "ExecutiveNote",
    "Evidence",
    "Grade",
    "GradeScale",
    "Indicator",
    "IndicatorValue",
    "Initiative",
    "InitiativeReview",
    "Milestone",
    "MilestoneMove",
    "Objective",
    "Pillar",
    "Plan",
    "PlanImport",
    "ProgressReport",
    "ProgressStatus",
    "Proposal",
    "PulseAnswer",
    "PulseAudience",
    "PulseInvitation",
    "PulseRound",
    "PulseTurnout",
    "ReportCorrection",
    "ReportDraft",
    "ReportRequest",
    "ReportingCall",
    "SuccessorMapping",
]
