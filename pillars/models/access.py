"""Who may read which part of a plan (permissions.md: "read published plan", "read restricted pillar")."""

from django.db.models import Q

from accounts.models import Role

DEPARTMENT_ROLES = (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER)


def invited(user, kind: str) -> list[str]:
    """Codes the person's duties of today name in a scope such as "pillar:P4" or "plan:MOFA-DX-R4-8"."""
    prefix = f"{kind}:"
    return [duty.scope.removeprefix(prefix) for duty in user.duties_today if duty.scope.startswith(prefix)]


def led_by(user, lookup="lead_department__path", roles=DEPARTMENT_ROLES) -> Q:
    """Rows whose lead department lies in the scope of one of the person's duties as reporter or approver."""
    found = Q(pk__in=[])
    for duty in user.duties_today:
        if duty.role in roles:
            found |= Q() if duty.department is None else Q(**{f"{lookup}__startswith": duty.department.path})
            if duty.department is None:
                return Q(pk__isnull=False)
    return found


def reports(user) -> bool:
    """Whether the person reports or approves for some department."""
    return user.has_role(*DEPARTMENT_ROLES)


def readable_plan(user, plan="plan__") -> Q:
    """Decided plans are open to the ministry, drafts to secretariat and departments; experts come by invitation."""
    if user.is_secretariat:
        return Q(**{f"{plan}code__isnull": False})
    if user.is_expert:
        invitation = Q(**{f"{plan}pillars__code__in": invited(user, "pillar")})
        return invitation | Q(**{f"{plan}code__in": invited(user, "plan")})
    if user.has_role(*DEPARTMENT_ROLES, Role.EXECUTIVE):
        return Q(**{f"{plan}code__isnull": False})
    return ~Q(**{f"{plan}status": "draft"})


def readable_pillar(user, pillar="pillar__", own: Q | None = None) -> Q:
    """Open pillars for everyone inside, restricted ones for the secretariat, the invited and `own` rows."""
    invitation = Q(**{f"{pillar}code__in": invited(user, "pillar")})
    if user.is_secretariat:
        return Q(pk__isnull=False)
    if user.is_expert:
        return invitation | Q(
            **{f"{pillar}plan__code__in": invited(user, "plan"), f"{pillar}is_restricted": False}
        )
    return Q(**{f"{pillar}is_restricted": False}) | invitation | (own if own is not None else Q(pk__in=[]))
