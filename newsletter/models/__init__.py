from newsletter.models.articles import Article, Correction
from newsletter.models.deliveries import Delivery
from newsletter.models.issues import Issue
from newsletter.models.letters import Letter
from newsletter.models.preferences import Preference, Topic, Way, Weekday
from newsletter.models.readers import Place, Read, Readership, Vote
from newsletter.models.routes import Heartbeat, Route

__all__ = [
    "Article",
    "Correction",
    "Delivery",
    "Heartbeat",
    "Issue",
    "Letter",
    "Place",
    "Preference",
    "Read",
    "Readership",
    "Route",
    "Topic",
    "Vote",
    "Way",
    "Weekday",
]
