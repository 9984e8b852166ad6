from django.urls import path

from applications.views import deciding, files, managing, own, writing

app_name = "applications"
urlpatterns = [
    path("", own.ApplicationList.as_view(), name="list"),
    path("new/<slug:slug>/", writing.NewApplication.as_view(), name="form"),
    path("files/<uuid:file>/", files.DownloadFile.as_view(), name="file"),
    path("challenge/<slug:slug>/", managing.ChallengeApplications.as_view(), name="challenge"),
    path("challenge/<slug:slug>/compare/", managing.CompareApplications.as_view(), name="compare"),
    path("challenge/<slug:slug>/shortlist/", deciding.Shortlist.as_view(), name="shortlist"),
    path(
        "challenge/<slug:slug>/take-off/",
        deciding.TakeOffShortlist.as_view(),
        name="take_off_shortlist",
    ),
    path("challenge/<slug:slug>/agree/", deciding.AgreePilot.as_view(), name="agree_pilot"),
    path(
        "challenge/<slug:slug>/take-back/",
        deciding.TakeBackPilot.as_view(),
        name="take_back_pilot",
    ),
    path(
        "challenge/<slug:slug>/applications.<str:kind>",
        managing.ExportApplications.as_view(),
        name="export",
    ),
    path(
        "challenge/<slug:slug>/<uuid:application>/",
        managing.ReadApplication.as_view(),
        name="read",
    ),
    path(
        "challenge/<slug:slug>/<uuid:application>.pdf",
        managing.ExportApplication.as_view(),
        name="export_one",
    ),
    path("<uuid:application>/", own.OwnApplication.as_view(), name="own"),
    path("<uuid:application>/edit/", writing.EditApplication.as_view(), name="edit"),
    path("<uuid:application>/withdraw/", own.Withdraw.as_view(), name="withdraw"),
    path("<uuid:application>/take-up/", own.TakeUp.as_view(), name="take_up"),
    path("<uuid:application>/discard/", own.Discard.as_view(), name="discard"),
]
