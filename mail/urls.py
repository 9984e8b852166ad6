from django.urls import path

from mail import views

app_name = "mail"

urlpatterns = [
    path("outbox/", views.Outbox.as_view(), name="outbox"),
    path("outbox/<uuid:pk>/", views.OutboxLetter.as_view(), name="letter"),
    path("outbox/<uuid:pk>/html/", views.OutboxLetterHtml.as_view(), name="letter_html"),
    path("letters/returned/", views.Returned.as_view(), name="returned"),
    path("letters/events/", views.ServiceEvents.as_view(), name="events"),
    path("letters/stop/<str:token>/", views.Stop.as_view(), name="stop"),
    path("letters/stop/of/<str:name>/", views.StopPage.as_view(), name="stop_page"),
]
