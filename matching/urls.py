from django.urls import path

from matching.views import alike, reading
from matching.views import lists as views

app_name = "matching"
urlpatterns = [
    path("", views.MatchesView.as_view(), name="list"),
    path("network.<str:kind>", views.ExportNetworkView.as_view(), name="export"),
    path("like/challenge/<slug:slug>/", alike.ChallengesLikeView.as_view(), name="challenges_like"),
    path("like/company/<slug:slug>/", alike.CompaniesLikeView.as_view(), name="companies_like"),
    path("reading/profiles/", reading.ReadingView.as_view(), name="reading"),
    path("for/<slug:slug>/", views.ChallengesForCompanyView.as_view(), name="for_company"),
    path(
        "for/<slug:slug>/<slug:challenge>/",
        views.CompanyMatchView.as_view(),
        name="company_match",
    ),
    path("<slug:slug>/", views.ChallengeMatchesView.as_view(), name="challenge"),
    path("<slug:slug>/progress/", views.RunProgressView.as_view(), name="progress"),
    path(
        "<slug:slug>/matches.<str:kind>",
        views.ExportChallengeView.as_view(),
        name="export_challenge",
    ),
    path("<slug:slug>/<int:match>/", views.MatchDetailView.as_view(), name="detail"),
]
