from django.urls import path

from labs import views

app_name = "labs"
urlpatterns = [
    path("", views.LabList.as_view(), name="list"),
    path("new/", views.LabCreate.as_view(), name="create"),
    path("<slug:slug>/", views.LabDetail.as_view(), name="detail"),
    path("<slug:slug>/edit/", views.LabEdit.as_view(), name="edit"),
    path("<slug:slug>/partners/", views.PartnersEdit.as_view(), name="partners"),
    path("<slug:slug>/sites/new/", views.SiteAdd.as_view(), name="site_add"),
    path("<slug:slug>/sites/<int:pk>/", views.SiteEdit.as_view(), name="site_edit"),
    path("<slug:slug>/sites/<int:pk>/remove/", views.SiteRemove.as_view(), name="site_remove"),
]
