from django.urls import path

from companies.views import (
    confirming,
    directory,
    editing,
    erasing,
    imports,
    joining,
    ledger,
    people,
    wishes,
)

app_name = "companies"
urlpatterns = [
    path("", directory.CompanyList.as_view(), name="list"),
    path("mine/", directory.MyCompanies.as_view(), name="mine"),
    path("register/", joining.Register.as_view(), name="register"),
    path("claim/", joining.ClaimSearch.as_view(), name="claim"),
    path("claim/prove/", joining.ProveClaim.as_view(), name="claim_prove"),
    path("claim/link/<str:token>/", joining.ClaimLink.as_view(), name="claim_link"),
    path("claim/<slug:slug>/", joining.ClaimCompany.as_view(), name="claim_company"),
    path("claims/", joining.ClaimList.as_view(), name="claims"),
    path("claims/<int:pk>/", joining.DecideClaim.as_view(), name="claim_decide"),
    path("colleague/", people.ColleaguePage.as_view(), name="colleague"),
    path("colleague/<str:token>/", people.ColleagueLink.as_view(), name="colleague_link"),
    path("import/", imports.Upload.as_view(), name="import"),
    path("import/<int:pk>/", imports.ListPage.as_view(), name="import_list"),
    path("import/<int:pk>/columns/", imports.Columns.as_view(), name="import_columns"),
    path("import/<int:pk>/progress/", imports.Progress.as_view(), name="import_progress"),
    path("import/<int:pk>/faults.csv", imports.Faults.as_view(), name="import_faults"),
    path("import/<int:pk>/start/", imports.Start.as_view(), name="import_start"),
    path("import/<int:pk>/undo/", imports.Undo.as_view(), name="import_undo"),
    path("import/<int:pk>/discard/", imports.Discard.as_view(), name="import_discard"),
    path("wishes/<str:token>/", wishes.WishesLink.as_view(), name="wishes"),
    path("wishes/of/<str:name>/", wishes.WishesByLink.as_view(), name="wishes_page"),
    path("<slug:slug>/", directory.CompanyDetail.as_view(), name="detail"),
    path("<slug:slug>/edit/<slug:section>/", editing.EditSection.as_view(), name="edit"),
    path("<slug:slug>/solutions/new/", editing.EditSolution.as_view(), name="solution_add"),
    path("<slug:slug>/solutions/<int:pk>/", editing.EditSolution.as_view(), name="solution_edit"),
    path(
        "<slug:slug>/solutions/<int:pk>/remove/",
        editing.RemoveSolution.as_view(),
        name="solution_remove",
    ),
    path("<slug:slug>/references/new/", editing.EditReference.as_view(), name="reference_add"),
    path(
        "<slug:slug>/references/<int:pk>/", editing.EditReference.as_view(), name="reference_edit"
    ),
    path(
        "<slug:slug>/references/<int:pk>/remove/",
        editing.RemoveReference.as_view(),
        name="reference_remove",
    ),
    path(
        "<slug:slug>/references/<int:pk>/confirm/",
        confirming.ConfirmReference.as_view(),
        name="reference_confirm",
    ),
    path("<slug:slug>/not-a-member/", editing.EndMembership.as_view(), name="end_membership"),
    path("<slug:slug>/ledger/", ledger.LedgerPage.as_view(), name="ledger"),
    path("<slug:slug>/ledger/address/", ledger.TrustAddress.as_view(), name="trust_address"),
    path("<slug:slug>/known/", ledger.KnowCompany.as_view(), name="know"),
    path("<slug:slug>/people/", people.CompanyPeople.as_view(), name="people"),
    path("<slug:slug>/leave/", people.LeaveCompany.as_view(), name="leave"),
    path("<slug:slug>/erase/", erasing.EraseCompany.as_view(), name="erase"),
    path("<slug:slug>/delete/", editing.DeleteCompany.as_view(), name="delete"),
]
