from django.urls import path

from matching.views import (
    alike,
    contesting,
    files,
    lists,
    quality,
    reading,
    steering,
    texts,
    weighing,
)

app_name = "matching"
urlpatterns = [
    path("", lists.MatchesView.as_view(), name="list"),
    path("network.<str:kind>", files.ExportNetworkView.as_view(), name="export"),
    path("like/challenge/<slug:slug>/", alike.ChallengesLikeView.as_view(), name="challenges_like"),
    path("like/company/<slug:slug>/", alike.CompaniesLikeView.as_view(), name="companies_like"),
    path("reading/profiles/", reading.ReadingView.as_view(), name="reading"),
    path("reading/company/<slug:slug>/", lists.RescoringView.as_view(), name="rescoring"),
    path("quality/", quality.QualityListView.as_view(), name="quality_list"),
    path("quality/of/<slug:slug>/", quality.QualityView.as_view(), name="quality"),
    path(
        "quality/of/<slug:slug>/weights/",
        quality.ChooseWeightsView.as_view(),
        name="choose_weights",
    ),
    path("for/<slug:slug>/", lists.ChallengesForCompanyView.as_view(), name="for_company"),
    path(
        "for/<slug:slug>/<slug:challenge>/",
        lists.CompanyMatchView.as_view(),
        name="company_match",
    ),
    path(
        "for/<slug:slug>/<slug:challenge>.json",
        lists.CompanyMatchDataView.as_view(),
        name="company_data",
    ),
    path(
        "for/<slug:slug>/<slug:challenge>/texts/",
        texts.CompanyTextsView.as_view(),
        name="company_texts",
    ),
    path(
        "for/<slug:slug>/<slug:challenge>/contest/<str:criterion>/",
        contesting.ContestView.as_view(),
        name="contest_finding",
    ),
    path(
        "for/<slug:slug>/<slug:challenge>/contests/<int:pk>/withdraw/",
        contesting.WithdrawContestView.as_view(),
        name="withdraw_contest",
    ),
    path("<slug:slug>/", lists.ChallengeMatchesView.as_view(), name="challenge"),
    path("<slug:slug>/progress/", lists.RunProgressView.as_view(), name="progress"),
    path(
        "<slug:slug>/matches.<str:kind>",
        files.ExportChallengeView.as_view(),
        name="export_challenge",
    ),
    path("<slug:slug>/<int:match>/", lists.MatchDetailView.as_view(), name="detail"),
    path("<slug:slug>/<int:match>.json", lists.MatchDataView.as_view(), name="data"),
    path("<slug:slug>/<int:match>/texts/", texts.TextsView.as_view(), name="texts"),
    path("<slug:slug>/<int:match>/by-hand/", steering.OverrideView.as_view(), name="override"),
    path(
        "<slug:slug>/<int:match>/by-hand/remove/",
        steering.RemoveOverrideView.as_view(),
        name="remove_override",
    ),
    path("<slug:slug>/weights/", weighing.WeightsView.as_view(), name="weights"),
    path("<slug:slug>/weights/reset/", weighing.ResetWeightsView.as_view(), name="reset_weights"),
    path("<slug:slug>/weights/measure/", weighing.MeasureView.as_view(), name="measure"),
    path("<slug:slug>/weights/measured/", weighing.MeasuredView.as_view(), name="measured"),
    path("<slug:slug>/contests/", contesting.ContestsView.as_view(), name="contests"),
    path("<slug:slug>/contests/<int:pk>/", contesting.DecideContestView.as_view(), name="contest"),
    path(
        "<slug:slug>/contests/<int:pk>/reconsider/",
        contesting.ReconsiderContestView.as_view(),
        name="reconsider_contest",
    ),
]
