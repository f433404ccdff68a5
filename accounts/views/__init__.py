from accounts.views.duties import duties, duty_end
from accounts.views.people import follow, language, person, settings
from accounts.views.safety import not_here, security_log

__all__ = ["duties", "duty_end", "follow", "language", "not_here", "person", "security_log", "settings"]
