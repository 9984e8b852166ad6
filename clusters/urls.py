from django.urls import path

from clusters import access, views

app_name = "clusters"
urlpatterns = [
    path("", views.OrganisationList.as_view(), name="list"),
    path("new/", views.CreateOrganisation.as_view(), name="create"),
    path("access/", access.AccessPage.as_view(), name="access"),
    path("access/<str:token>/", access.AccessLink.as_view(), name="access_link"),
    path("networks/", views.NetworkList.as_view(), name="networks"),
    path("networks/<slug:slug>/", views.EditNetwork.as_view(), name="network"),
    path("networks/<slug:slug>/join/", views.JoinNetwork.as_view(), name="join_network"),
    path("networks/<slug:slug>/quit/", views.QuitNetwork.as_view(), name="quit_network"),
    path("<slug:slug>/", views.OrganisationDetail.as_view(), name="detail"),
    path("<slug:slug>/edit/", views.EditOrganisation.as_view(), name="edit"),
    path("<slug:slug>/people/", views.OrganisationPeople.as_view(), name="people"),
    path("<slug:slug>/leave/", views.LeaveOrganisation.as_view(), name="leave"),
]
