from accounts.models.departments import Department
from accounts.models.duties import Duty, Role
from accounts.models.history import Activity, Follow, SecurityEvent
from accounts.models.users import EmploymentKind, User

__all__ = ["Activity", "Department", "Duty", "EmploymentKind", "Follow", "Role", "SecurityEvent", "User"]
