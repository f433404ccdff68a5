"""Addresses of the last year of a plan, included by pillars/urls.py below an initiative and below a plan."""

from django.urls import include, path

from pillars.views import carry_over, closing, comments, redrafting, reviews, succession

initiative_urls = [
    path("review/", reviews.detail, name="review"),
    path("review/edit/", reviews.edit, name="review_edit"),
    path("review/confirm/", reviews.confirm, name="review_confirm"),
    path("review/return/", reviews.return_, name="review_return"),
]

draft_urls = [
    path("", redrafting.draft, name="draft"),
    path("settings/", redrafting.settings, name="draft_settings"),
    path("extend/", redrafting.extend, name="draft_extend"),
    path("decide/", redrafting.decide, name="draft_decide"),
    path("new/", redrafting.add, name="draft_add"),
    path("pillars/<str:code>/", redrafting.pillar, name="draft_pillar"),
    path("initiatives/<str:code>/", redrafting.initiative, name="draft_initiative"),
    path("initiatives/<str:code>/drop/", redrafting.reshape, {"act": "drop"}, name="draft_drop"),
    path("initiatives/<str:code>/merge/", redrafting.reshape, {"act": "merge"}, name="draft_merge"),
    path("initiatives/<str:code>/split/", redrafting.reshape, {"act": "split"}, name="draft_split"),
]

plan_urls = [
    path("reviews/", reviews.listing, name="reviews"),
    path("reviews/ask/", reviews.ask, name="reviews_ask"),
    path("carry-over/", carry_over.board, name="carry_over"),
    path("carry-over/chosen/", carry_over.decide_chosen, name="carry_over_chosen"),
    path("carry-over/<str:code>/", carry_over.decide, name="carry_over_row"),
    path("successor/", succession.successor, name="successor"),
    path("successor/new/", succession.new, name="successor_new"),
    path("closing/", closing.report, name="closing"),
    path("closing.csv", closing.snapshot, name="closing_snapshot"),
    path("close/", closing.close, name="plan_close"),
    path("draft/", include(draft_urls)),
    path("comments/", comments.listing, name="comments"),
    path("comments/<int:pk>/answer/", comments.answer, name="comment_answer"),
]
