from taskforce.models.calls import Application, MemberCall
from taskforce.models.choosing import ThemeProposal, ThemeRound, ThemeVote
from taskforce.models.comments import Comment, CommentEdit, Mention, TooFast
from taskforce.models.consultations import Consultation, ConsultationFile, ConsultationMessage
from taskforce.models.disclosures import AuthorDisclosure
from taskforce.models.events import Workshop
from taskforce.models.groups import GroupMembership, WorkingGroup
from taskforce.models.guidance import Guidance, names_in
from taskforce.models.idea_drafts import IdeaDraft
from taskforce.models.idea_files import IdeaFile
from taskforce.models.idea_sets import triages_ideas
from taskforce.models.ideas import Idea
from taskforce.models.meetings import ActionItem, Meeting
from taskforce.models.merging import IdeaMerge
from taskforce.models.model_departments import ModelDepartment, ModelMeasure
from taskforce.models.pilots import Pilot, PilotMeasure
from taskforce.models.practice_files import PracticeFile
from taskforce.models.practices import GoodPractice
from taskforce.models.registrations import (
    WorkshopAnswer,
    WorkshopMaterial,
    WorkshopRegistration,
    WorkshopSeries,
)
from taskforce.models.replications import Replication
from taskforce.models.structure import Body, BodyPast, Seat, SeatTerm
from taskforce.models.thanks import Thanks
from taskforce.models.themes import Theme, ThemeMeasure
from taskforce.models.voices import IdeaAnswer, IdeaStatus, Support

__all__ = [
    "ActionItem",
    "Application",
    "AuthorDisclosure",
    "Body",
    "BodyPast",
    "Comment",
    "CommentEdit",
    "Consultation",
    "ConsultationFile",
    "ConsultationMessage",
    "GoodPractice",
    "GroupMembership",
    "Guidance",
    "names_in",
    "Idea",
    "IdeaAnswer",
    "IdeaDraft",
    "IdeaFile",
    "IdeaMerge",
    "IdeaStatus",
    "Meeting",
    "Mention",
    "MemberCall",
    "ModelDepartment",
    "ModelMeasure",
    "Pilot",
    "PilotMeasure",
    "PracticeFile",
    "Replication",
    "Seat",
    "SeatTerm",
    "Support",
    "Thanks",
    "Theme",
    "ThemeMeasure",
    "TooFast",
    "ThemeProposal",
    "ThemeRound",
    "ThemeVote",
    "WorkingGroup",
    "Workshop",
    "WorkshopAnswer",
    "WorkshopMaterial",
    "WorkshopRegistration",
    "WorkshopSeries",
    "triages_ideas",
]
