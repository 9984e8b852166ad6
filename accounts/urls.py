from django.urls import path

from accounts import demonstration, views

app_name = "accounts"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("welcome/", views.Welcome.as_view(), name="welcome"),
    path("name/", views.ChangeName.as_view(), name="name"),
    path("language/", views.ChangeLanguage.as_view(), name="language"),
    path("act-as/", views.SwitchRole.as_view(), name="act_as"),
    path("notices/", views.NoticeList.as_view(), name="notices"),
    path("notices/read/", views.MarkRead.as_view(), name="mark_read"),
    path("wishes/", views.Wishes.as_view(), name="wishes"),
    path("delete/", views.DeleteAccount.as_view(), name="delete"),
    path(
        "first-administrator/<str:token>/",
        views.FirstAdministratorLink.as_view(),
        name="first_administrator_link",
    ),
    path("first-administrator/", views.FirstAdministrator.as_view(), name="first_administrator"),
    path(
        "demonstration/<slug:role>/",
        demonstration.OneClickSignIn.as_view(),
        name="demonstration",
    ),
]
