import pytest
from django.urls import reverse
from django.utils import timezone

from applications import actions
from applications.choices import MOST_FILES
from applications.problems import FileRefused, TooLate
from tests.applications.conftest import PDF, end, pdf, signed_in
from tests.factories import CompanyMemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def attach(freja):
    def one(application, upload=None):
        return actions.attach(
            application=application,
            upload=upload or pdf(),
            arrived_at=timezone.now(),
            by=freja,
        )

    return one


def test_a_file_lies_under_a_number_without_an_ending(draft, attach):
    attached = attach(draft, pdf("../Plan\u202e.pdf"))

    assert (attached.name, attached.content_type) == ("Plan.pdf", "application/pdf")
    assert attached.file.name.rsplit("/", 1)[1] == str(attached.public_id)


def test_the_same_file_twice_is_one(draft, attach):
    first = attach(draft)

    assert attach(draft, pdf("other name.pdf")) == first


def test_there_is_a_most(draft, attach):
    for number in range(MOST_FILES):
        attach(draft, pdf(content=PDF + bytes([number])))

    with pytest.raises(FileRefused, match="at most 10 files"):
        attach(draft, pdf(content=PDF + b"one more"))


def test_a_wrong_file_is_refused_by_name(draft, attach):
    with pytest.raises(FileRefused, match=r"“plan\.pdf” is not what its ending says"):
        attach(draft, pdf(content=b"<html>"))


def test_files_of_a_sent_application_change_until_the_deadline(challenge, sent, attach, freja):
    attached = attach(sent)
    end(challenge)

    with pytest.raises(TooLate):
        attach(sent, pdf(content=PDF + b"2"))
    with pytest.raises(TooLate):
        actions.detach(attachment=attached, arrived_at=timezone.now(), by=freja)


def test_a_removed_file_stays_in_the_earlier_version_by_name(sent, attach, freja):
    attached = attach(sent)

    actions.detach(attachment=attached, arrived_at=timezone.now(), by=freja)

    names = [[file["name"] for file in version.content["files"]] for version in sent.versions.all()]
    assert names == [["plan.pdf"], []]


def test_the_file_on_disk_goes_with_its_row(draft, attach, django_capture_on_commit_callbacks):
    attached = attach(draft)
    storage, name = attached.file.storage, attached.file.name

    with django_capture_on_commit_callbacks(execute=True):
        draft.delete()
        assert storage.exists(name)

    assert not storage.exists(name)


def test_a_file_is_only_ever_a_download(as_freja, draft, attach):
    attached = attach(draft, pdf("målinger.pdf"))

    address = reverse("applications:file", args=[attached.public_id])
    response = as_freja.get(address, headers={"accept-encoding": "gzip"})

    assert b"".join(response.streaming_content) == PDF
    assert "Content-Encoding" not in response.headers
    assert {
        name: response.headers[name]
        for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename*=utf-8''m%C3%A5linger.pdf",
        "X-Content-Type-Options": "nosniff",
    }
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_manager_gets_files_only_of_what_arrived(as_marta, draft, attach, answers, freja):
    address = reverse("applications:file", args=[attach(draft).public_id])
    before = as_marta.get(address).status_code

    actions.submit(application=draft, content=answers, arrived_at=timezone.now(), by=freja)

    response = as_marta.get(address)
    list(response.streaming_content)
    assert (before, response.status_code) == (404, 200)


def test_others_learn_nothing_of_a_file(client, sent, attach):
    address = reverse("applications:file", args=[attach(sent).public_id])
    other_company = CompanyMemberFactory().user
    other_manager = MembershipFactory().user

    answers = [signed_in(user).get(address).status_code for user in (other_company, other_manager)]

    assert (answers, client.get(address).status_code) == ([404, 404], 302)


def form_of(draft, **more):
    return {"pitch": draft.pitch, "revision": draft.revision, "writer": "a", **more}


def test_the_form_takes_and_removes_files_with_the_text(as_freja, draft):
    address = reverse("applications:edit", args=[draft.public_id])
    as_freja.post(address, form_of(draft, pitch="Ears", files=[pdf(), pdf("b.pdf", PDF + b"b")]))
    first, second = draft.attachments.all()

    as_freja.post(address, form_of(draft, pitch="Ears!", remove=str(first.public_id)))

    draft.refresh_from_db()
    assert (draft.pitch, list(draft.attachments.all())) == ("Ears!", [second])


def test_a_large_file_is_left_out_and_the_text_is_kept(as_freja, draft, settings):
    settings.ATTACHMENT_BYTES = 2000
    large = pdf("large.pdf", PDF + bytes(5000))

    response = as_freja.post(
        reverse("applications:edit", args=[draft.public_id]),
        form_of(draft, pitch="Ears", files=[large, pdf()]),
    )

    draft.refresh_from_db()
    assert response.status_code == 422
    assert "“large.pdf” is larger than 2.0" in response.content.decode().replace("\xa0", " ")
    assert (draft.pitch, [file.name for file in draft.attachments.all()]) == ("Ears", ["plan.pdf"])


def test_a_far_too_large_request_is_refused_unread(as_freja, draft, settings):
    settings.ATTACHMENT_BYTES = 1000
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = as_freja.post(
        reverse("applications:edit", args=[draft.public_id]),
        form_of(draft, pitch="Ears", files=pdf("large.pdf", PDF + bytes(5000))),
    )

    draft.refresh_from_db()
    assert (response.status_code, draft.pitch == "Ears") == (413, False)


def test_a_refused_file_hinders_no_other(as_freja, draft):
    response = as_freja.post(
        reverse("applications:edit", args=[draft.public_id]),
        form_of(draft, files=[pdf("bad.svg"), pdf()]),
    )

    assert (response.status_code, draft.attachments.count()) == (422, 1)
