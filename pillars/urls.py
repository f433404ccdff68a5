from django.urls import include, path

from pillars import last_year_urls
from pillars.views import (
    calls,
    changes,
    decisions,
    definitions,
    effects,
    evaluations,
    evidence,
    exports,
    history,
    imports,
    indicators,
    initiatives,
    lists,
    milestones,
    past,
    plan,
    proposals,
    pulse,
    reports,
    roadmap,
)
from pillars.views.past import as_of

app_name = "pillars"

initiative_urls = [
    path("", as_of(initiatives.initiative, past.initiative), name="initiative"),
    path("edit/", initiatives.edit, name="initiative_edit"),
    path("history/", history.initiative, name="initiative_history"),
    *last_year_urls.initiative_urls,
    path("lead/", definitions.lead_department, name="initiative_lead"),
    path("weights/", indicators.weights, name="initiative_weights"),
    path("milestones/new/", milestones.new, name="milestone_new"),
    path("milestones/<str:milestone>/cancel/", milestones.cancel, name="milestone_cancel"),
    path("reports/new/", reports.new, name="report_new"),
    path("reports/<int:pk>/", decisions.detail, name="report"),
    path("reports/<int:pk>/edit/", reports.edit, name="report_edit"),
    path("reports/<int:pk>/approve/", decisions.approve, name="report_approve"),
    path("reports/<int:pk>/accept/", decisions.accept, name="report_accept"),
    path("reports/<int:pk>/return/", decisions.return_, name="report_return"),
    path("reports/<int:pk>/publish/", decisions.publish, name="report_publish"),
    path("reports/<int:pk>/correct/", decisions.correct, name="report_correct"),
    path("reports/<int:pk>/evidence/", evidence.listing, name="evidence"),
    path("reports/<int:pk>/evidence/<uuid:key>/", evidence.file, name="evidence_file"),
    path("reports/<int:pk>/evidence/<uuid:key>/withdraw/", evidence.withdraw, name="evidence_withdraw"),
    path("audience/", pulse.audience, name="pulse_audience"),
]

indicator_urls = [
    path("", indicators.indicator, name="indicator"),
    path("edit/", indicators.edit, name="indicator_edit"),
    path("targets/", indicators.targets, name="indicator_targets"),
    path("end/", indicators.end, name="indicator_end"),
]

definition_urls = [
    path("", definitions.definition, name="plan_definition"),
    path("thresholds/", definitions.thresholds, name="plan_thresholds"),
    path("words/", definitions.words, name="plan_words"),
    path("scale/", definitions.scale, name="plan_scale"),
    path("activate/", definitions.activate, name="plan_activate"),
]

plan_urls = [
    path("", as_of(plan.overview, past.plan), name="plan"),
    path("history/", history.plan, name="plan_history"),
    path("changes/", changes.changes, name="changes"),
    path("roadmap/", roadmap.roadmap, name="roadmap"),
    path("initiatives/", lists.initiatives, name="initiatives"),
    path("milestones/", lists.milestones, name="milestones"),
    path("indicators/", lists.indicators, name="indicators"),
    path("reports/", lists.reports, name="plan_reports"),
    path("effects/", effects.effects, name="effects"),
    path("pulse/", pulse.answer, name="pulse"),
    path("pulse/rounds/", pulse.rounds, name="pulse_rounds"),
    path("pulse/rounds/close/", pulse.close, name="pulse_close"),
    path("export.xlsx", exports.export, name="export"),
    path("lists/<slug:name>.<slug:kind>", exports.export_list, name="export_list"),
    path("pillars/<str:code>/", as_of(plan.pillar, past.pillar), name="pillar"),
    path("edit/", definitions.plan_text, name="plan_edit"),
    path("definition/", include(definition_urls)),
    path("pillars/<str:code>/edit/", definitions.pillar_text, name="pillar_edit"),
    path("pillars/<str:code>/visibility/", definitions.visibility, name="pillar_visibility"),
    path("pillars/<str:code>/history/", history.pillar, name="pillar_history"),
    path("objectives/<str:code>/", as_of(plan.objective, past.objective), name="objective"),
    path("objectives/<str:code>/history/", history.objective, name="objective_history"),
    path("objectives/<str:code>/edit/", definitions.objective_text, name="objective_edit"),
    path("objectives/<str:code>/indicators/new/", indicators.new, name="indicator_new"),
    path("indicators/<str:code>/", include(indicator_urls)),
    path("objectives/<str:code>/evaluations/<int:year>/", evaluations.grade, name="evaluation_grade"),
    path("evaluations/", evaluations.board, name="evaluations"),
    path("initiatives/<str:code>/", include(initiative_urls)),
    *last_year_urls.plan_urls,
]

import_urls = [
    path("", imports.upload, name="import_upload"),
    path("<int:pk>/", imports.preview, name="import"),
    path("<int:pk>/choose/", imports.choose_rows, name="import_choose"),
    path("<int:pk>/discard/", imports.discard, name="import_discard"),
    path("<int:pk>/undo/", imports.undo, name="import_undo"),
    path("<int:pk>/result.xlsx", imports.result, name="import_result"),
    path("<int:pk>/differences.xlsx", imports.differences, name="import_differences"),
]

proposal_urls = [
    path("", proposals.listing, name="proposals"),
    path("<int:pk>/", proposals.detail, name="proposal"),
    path("<int:pk>/accept/", proposals.accept, name="proposal_accept"),
    path("<int:pk>/decline/", proposals.decline, name="proposal_decline"),
    path("<int:pk>/withdraw/", proposals.withdraw, name="proposal_withdraw"),
]

call_urls = [
    path("", calls.listing, name="calls"),
    path("new/", calls.new, name="call_new"),
    path("<int:pk>/", calls.call, name="call"),
    path("<int:pk>/deadline/", calls.deadline, name="call_deadline"),
    path("<int:pk>/remind/", calls.remind, name="call_remind"),
    path("<int:pk>/close/", calls.close, name="call_close"),
    path("<int:pk>/reopen/", calls.reopen, name="call_reopen"),
    path("<int:pk>/publish/", calls.publish, name="call_publish"),
]

urlpatterns = [
    path("plan/", plan.running, name="running_plan"),
    path("reports/", reports.listing, name="reports"),
    path("reports/publish/", reports.publish_all, name="reports_publish"),
    path("reports/approve/", decisions.approve_several, name="reports_approve"),
    path("reports/check/", decisions.check_several, name="reports_check"),
    path("reports/calls/", include(call_urls)),
    path("plans/", plan.plans, name="plans"),
    path("plans/new/", definitions.new, name="plan_new"),
    path("plans/import/", include(import_urls)),
    path("plans/proposals/", include(proposal_urls)),
    path("plans/<str:plan>/", include(plan_urls)),
]
