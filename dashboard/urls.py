from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("about/", views.PlainPage.as_view(template_name="dashboard/about.html"), name="about"),
    path(
        "privacy/", views.PlainPage.as_view(template_name="dashboard/privacy.html"), name="privacy"
    ),
    path(
        "accessibility/",
        views.PlainPage.as_view(template_name="dashboard/accessibility.html"),
        name="accessibility",
    ),
    path("contact/", views.ContactView.as_view(), name="contact"),
    path(
        "contact/thanks/",
        views.PlainPage.as_view(template_name="dashboard/contact_sent.html"),
        name="contact_sent",
    ),
    path("robots.txt", views.RobotsView.as_view(), name="robots"),
]
