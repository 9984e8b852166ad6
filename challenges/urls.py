from django.urls import path

from challenges.views import edit, lists, moves, pages, questions

app_name = "challenges"
urlpatterns = [
    path("", lists.ChallengeList.as_view(), name="list"),
    path("mine/", lists.MyChallenges.as_view(), name="mine"),
    path("new/", edit.ChallengeCreate.as_view(), name="create"),
    path("markdown/", edit.MarkdownPreview.as_view(), name="markdown"),
    path("questions/<int:pk>/answer/", questions.AnswerView.as_view(), name="answer_question"),
    path("questions/<int:pk>/hide/", questions.HideView.as_view(), name="hide_question"),
    path("<slug:slug>/questions/", questions.QuestionsView.as_view(), name="questions"),
    path("<slug:slug>/questions/ask/", questions.AskView.as_view(), name="ask"),
    path("<slug:slug>/", pages.ChallengeDetail.as_view(), name="detail"),
    path("<slug:slug>/deadline.ics", pages.DeadlineCalendar.as_view(), name="deadline"),
    path("<slug:slug>/preview/", pages.ChallengePreview.as_view(), name="preview"),
    path("<slug:slug>/edit/<slug:step>/", edit.EditStep.as_view(), name="edit"),
    path("<slug:slug>/publish/", moves.Publish.as_view(), name="publish"),
    path("<slug:slug>/close/", moves.Close.as_view(), name="close"),
    path("<slug:slug>/reopen/", moves.Reopen.as_view(), name="reopen"),
    path("<slug:slug>/extend/", moves.Extend.as_view(), name="extend"),
    path("<slug:slug>/withdraw/", moves.Withdraw.as_view(), name="withdraw"),
    path("<slug:slug>/duplicate/", moves.Duplicate.as_view(), name="duplicate"),
]
