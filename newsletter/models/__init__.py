from newsletter.models.articles import Article, Correction
from newsletter.models.bounces import Bounce
from newsletter.models.deliveries import Delivery
from newsletter.models.images import IssueImage
from newsletter.models.issues import Issue
from newsletter.models.letters import Letter
from newsletter.models.preferences import Preference, Topic, Way, Weekday
from newsletter.models.readers import Place, Read, Readership, Vote
from newsletter.models.routes import Heartbeat, Route
from newsletter.models.sittings import Sitting

__all__ = [
    "Article",
    "Bounce",
    "Correction",
    "Delivery",
    "Heartbeat",
    "Issue",
    "IssueImage",
    "Letter",
    "Place",
    "Preference",
    "Read",
    "Readership",
    "Route",
    "Sitting",
    "Topic",
    "Vote",
    "Way",
    "Weekday",
]
