"""What of a plan one person may read, for pages that tell nothing of its progress: only what they show is loaded."""

from functools import cached_property

from pillars.overview import Column


class Contents:
    """Stands for an Overview where initiatives are named but not measured; `pillar` is a code as there."""

    def __init__(self, plan, user, *, pillar=""):
        self.plan = plan
        self._pillars = list(plan.pillars.marked_for(user).order_by("position", "code"))
        self._within = plan.initiatives.filter(**({"objective__pillar__code": pillar} if pillar else {}))
        self._readable = self._within.readable_by(user)

    @property
    def columns(self) -> list[Column]:
        """The pillars the person may see with their numbers in the whole plan."""
        return [Column(pillar, number) for number, pillar in enumerate(self._pillars, 1) if pillar.is_open]

    @cached_property
    def hidden(self) -> int:
        """How many of the initiatives asked for the person may not see (P14); asks only where some may be hidden."""
        if all(pillar.is_open and not pillar.is_restricted for pillar in self._pillars):
            return 0
        return self._within.count() - self._readable.order_by().count()

    def among(self, keys) -> list:
        """The initiatives with these keys that the person may see, in the order of the plan."""
        found = list(self._readable.filter(pk__in=keys))
        for initiative in found:
            initiative.plan = self.plan
        return found
