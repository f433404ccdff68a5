"""The archive: all issues, one issue, and corrections to what was sent (N9, N11)."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dxportal import dates
from dxportal.forms import is_saved
from dxportal.text import setting
from newsletter import drawing, readership, rendering
from newsletter.forms.reading import ArchiveFilter, CorrectionForm
from newsletter.models import Article, Issue

PER_PAGE = 12


def archive(request):
    """The latest issue, and every issue by fiscal year with search."""
    visible = Issue.objects.visible_to(request.user).defer("page_html", "summary_html")
    published = visible.published()
    form = ArchiveFilter(request.GET)
    rows = form.filter(published).with_corrections().order_by("-number").prefetch_related("articles")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    latest = published.order_by("-number").first()
    by_year = years(published)
    context = {
        "latest": latest,
        "minutes": rendering.reading_minutes(latest) if latest else None,
        "making": visible.in_the_making().select_related("last_edited_by").order_by("number"),
        "form": form,
        "page": page,
        "years": by_year,
        "total": sum(number for _year, number in by_year),
        "tips": Article.objects.tips(published) if latest else [],
        "is_maker": Issue.can_make(request.user),
        "at_hand": Issue.objects.at_hand() if Issue.can_make(request.user) else {},
    }
    return render(request, "newsletter/archive.html", context)


def years(issues) -> list[tuple[int, int]]:
    """(fiscal year, number of issues), newest first. A year has 50 issues, so counting days in Python costs nothing."""
    counts = {}
    for day, number in issues.order_by().values_list("issued_on").annotate(number=Count("pk")):
        year = dates.fiscal_year(day)
        counts[year] = counts.get(year, 0) + number
    return sorted(counts.items(), reverse=True)


def issue(request, number):
    """One issue as everybody reads it; those who make it see a draft the same way."""
    visible = Issue.objects.visible_to(request.user).for_reader(request.user, number)
    found = get_object_or_404(visible, number=number)
    readership.note(found, request.user)
    can_correct = found.can_correct(request.user)
    context = {
        "issue": found,
        "neighbours": neighbours(number),
        **texts(found, request.user),
        "is_open": found.is_open_to_readers(),
        "share_subject": f"{setting('NEWSLETTER_TITLE')} {found}",
        "share_url": settings.SITE_URL + found.get_absolute_url(),
        "can_correct": can_correct,
        "articles": found.sections if can_correct else [],
    }
    return render(request, "newsletter/issue.html", context)


def texts(issue, user) -> dict:
    """The words of the page: drawn when the issue went out, or now for a draft; moments by the reader's clock."""
    facts = issue.facts
    if not issue.is_published:
        facts = issue.facts_on(dates.today())
        issue.draw_page(facts)
    elif issue.english_summary and not issue.summary_html:  # sent before summaries were kept
        issue.summary_html = rendering.summary(issue, facts)
    text = drawing.by_own_clock(issue.page_html, {"user": user})
    return {
        "figures": facts.figures,
        "text": mark_safe(text),  # noqa: S308 - drawn by rendering.page from cleaned Markdown
        "headings": rendering.headings(text),
        "minutes": rendering.page_minutes(text),
        "summary": mark_safe(drawing.by_own_clock(issue.summary_html, {"user": user})),  # noqa: S308 - as above
    }


def neighbours(number) -> dict:
    """The published issues before and after: {"previous": (number, title), "next": …}, in one query."""
    rows = Issue.objects.published().values_list("number", "title")
    before = rows.filter(number__lt=number).order_by("-number")[:1]
    after = rows.filter(number__gt=number).order_by("number")[:1]
    return {"previous" if near[0] < number else "next": near for near in before.union(after)}


@require_POST
def correct_by_issue(request, number):
    """Start an issue that puts this one right; it will go to the people who were sent this one."""
    found = get_object_or_404(Issue.objects.visible_to(request.user).published(), number=number)
    started = Issue.objects.start_correction(found, by=request.user, today=dates.today())
    messages.success(request, _("訂正の号を始めました。前の号を送った人だけに届きます。"))
    return redirect("newsletter:edit", started.number)


def correct(request, number, pk):
    """Change an article after it was sent; readers see what was corrected."""
    rows = (
        Article.objects.filled()
        .select_related("issue")
        .filter(issue__in=Issue.objects.visible_to(request.user))
    )
    article = get_object_or_404(rows, issue__number=number, pk=pk)
    if not article.issue.can_correct(request.user):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, instance=article)
    if request.method == "POST" and form.is_valid() and is_saved(form, by=request.user):
        messages.success(request, _("訂正を載せました。前の文は残っています。"))
        return redirect(f"{article.issue.get_absolute_url()}#{article.anchor}")
    return render(
        request, "newsletter/correct.html", {"form": form, "article": article, "issue": article.issue}
    )
