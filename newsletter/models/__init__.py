from newsletter.models.articles import Article, Correction  # noqa: F401
from newsletter.models.issues import Issue  # noqa: F401
