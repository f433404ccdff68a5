from taskforce.models.comments import Comment, CommentEdit, Mention, TooFast
from taskforce.models.events import Full, Workshop, WorkshopRegistration
from taskforce.models.idea_sets import triages_ideas
from taskforce.models.ideas import Idea
from taskforce.models.merging import IdeaMerge
from taskforce.models.pilots import Pilot, PilotMeasure
from taskforce.models.spread import GoodPractice, Replication
from taskforce.models.structure import Body, Seat, SeatTerm
from taskforce.models.themes import ActionItem, GroupMembership, Meeting, Theme, ThemeMeasure, WorkingGroup
from taskforce.models.voices import IdeaAnswer, IdeaStatus, Support

__all__ = [
    "ActionItem",
    "Body",
    "Comment",
    "CommentEdit",
    "Full",
    "GoodPractice",
    "GroupMembership",
    "Idea",
    "IdeaAnswer",
    "IdeaMerge",
    "IdeaStatus",
    "Meeting",
    "Mention",
    "Pilot",
    "PilotMeasure",
    "Replication",
    "Seat",
    "SeatTerm",
    "Support",
    "Theme",
    "ThemeMeasure",
    "TooFast",
    "WorkingGroup",
    "Workshop",
    "WorkshopRegistration",
    "triages_ideas",
]
