from django.urls import path

from invitations.views import (
    answering,
    choosing,
    inviting,
    knowing,
    letters,
    listing,
    objections,
    relays,
    reminding,
    rules,
    shares,
)

app_name = "invitations"
urlpatterns = [
    path("", listing.InvitationsView.as_view(), name="list"),
    path("answer/<str:token>/", answering.AnswerLink.as_view(), name="answer"),
    path("answer/of/<str:name>/", answering.AnswerByLinkView.as_view(), name="answer_page"),
    path("<int:pk>/", answering.InvitationView.as_view(), name="detail"),
    path("<int:pk>/withdraw/", inviting.WithdrawView.as_view(), name="withdraw"),
    path("<int:pk>/again/", inviting.ProposeAgainView.as_view(), name="propose_again"),
    path(
        "nomination/<int:nomination>/decide/",
        inviting.NominationView.as_view(),
        name="decide_nomination",
    ),
    path("<int:pk>/send-again/", inviting.SendAgainView.as_view(), name="send_again"),
    path("relays/", relays.RelaysView.as_view(), name="relays"),
    path("relays/<int:pk>/", relays.RelayView.as_view(), name="relay"),
    path(
        "known/<slug:slug>/take-back/",
        knowing.TakeBackNomination.as_view(),
        name="take_back_nomination",
    ),
    path("objections/", objections.ObjectionsView.as_view(), name="objections"),
    path(
        "objections/<int:pk>/mistake/",
        objections.TakeBackObjection.as_view(),
        name="objection_mistake",
    ),
    path("rules/", rules.RulesView.as_view(), name="rules"),
    path("rules/<str:country>/<str:kind>/", rules.RuleView.as_view(), name="rule"),
    path("shares/<slug:network>/", shares.SharesView.as_view(), name="shares"),
    path("challenge/<slug:slug>/", inviting.ChallengeInvitationsView.as_view(), name="challenge"),
    path("challenge/<slug:slug>/choose/", choosing.ChooseView.as_view(), name="choose"),
    path("challenge/<slug:slug>/remind/", reminding.RemindView.as_view(), name="remind"),
    path("challenge/<slug:slug>/send/", letters.SendView.as_view(), name="send"),
    path("challenge/<slug:slug>/progress/", letters.ProgressView.as_view(), name="progress"),
    path(
        "challenge/<slug:slug>/letter/<int:match>/",
        letters.LetterView.as_view(),
        name="letter",
    ),
    path(
        "challenge/<slug:slug>/letter/<int:match>/html/",
        letters.LetterHtmlView.as_view(),
        name="letter_html",
    ),
]
