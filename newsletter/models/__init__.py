from newsletter.models.articles import Article, Correction
from newsletter.models.bounces import Bounce
from newsletter.models.deliveries import Delivery
from newsletter.models.issues import Issue
from newsletter.models.preferences import Preference, Topic, Way, Weekday
from newsletter.models.routes import Heartbeat, Route

__all__ = [
    "Article",
    "Bounce",
    "Correction",
    "Delivery",
    "Heartbeat",
    "Issue",
    "Preference",
    "Route",
    "Topic",
    "Way",
    "Weekday",
]
