"""Profiles and briefs into vectors: once a text, in the background, never two models mixed."""

import gc
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from json import dumps, loads

import numpy as np
import pytest
from django.core.cache import cache

from challenges.actions import update_brief
from challenges.models import Challenge
from companies.actions import update_profile
from matching import encoders as chosen_encoders
from matching.actions import (
    current_snapshot,
    encode_companies,
    encode_waiting,
    encoding,
    is_waiting,
    recover_runs,
    renew_statistics,
    request_runs,
    rescore_companies,
    rescoring,
    runs,
    score_challenges,
)
from matching.actions.encoding import AWAY, encode_briefs
from matching.actions.rescoring import _stale
from matching.corpus import Companies
from matching.encoders import NoAnswer, NoEncoding, encoder, encoders
from matching.encoders.bundled import EnglishMiniLM, MultilingualE5
from matching.encoders.endpoint import Endpoint
from matching.explaining import explain, judged_rows, last_runs
from matching.meanings import briefs_of
from matching.models import BriefMeaning, CompanyRanking, Match, MatchRun, ProfileMeaning
from matching.ranking import unpacked
from matching.scoring import BriefStatistics, score, to_raw
from tests.factories import ChallengeFactory

TEXTS = ["Sensors find faults in a grid.", "Sensorer finner feil i strømnettet.", "Fresh bread."]

GONE = "http://127.0.0.1:9/v1#large"

DESCRIPTIONS = {
    "da": "Vi leverer målere, der finder fejl i elnettets kabler og stationer.",
    "es": "Fabricamos sensores que detectan averías en la red eléctrica.",
    "en": "We bake bread and deliver it to schools in the morning.",
    "de": "Wir vermieten Lastenräder an Handwerker in der Stadt.",
}


@pytest.fixture
def four(new_company):
    return [
        new_company(f"Company {language}", language=language, description=text)
        for language, text in DESCRIPTIONS.items()
    ]


def test_unit_vectors_the_same_for_a_text_alone_and_among_others():
    for one in (MultilingualE5(), EnglishMiniLM()):
        together = one.passages(TEXTS)

        assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-3
        assert np.abs(one.passages(TEXTS[:1])[0] - together[0]).max() < 1e-5


def test_the_bundled_encoder_reads_across_languages():
    english, norwegian, bread = MultilingualE5().passages(TEXTS)

    assert english @ norwegian > english @ bread


def test_every_profile_is_read_once(four):
    ids = [company.pk for company in four]

    assert encode_companies(company_ids=ids) == ids
    assert encode_companies(company_ids=ids) == []
    assert ProfileMeaning.objects.count() == len(ids) * len(encoders())


def test_an_encoder_keeps_to_its_languages(four):
    encode_companies(company_ids=[company.pk for company in four])

    english = EnglishMiniLM().name
    rows = ProfileMeaning.objects.filter(encoder=english).exclude(hashes=[])
    assert [row.company.language for row in rows] == ["en"]


def test_an_edit_reads_only_what_it_changed(four):
    company = four[0]
    encode_companies(company_ids=[company.pk])
    before = ProfileMeaning.objects.get(company=company, encoder=MultilingualE5().name)

    update_profile(company=company, fields={"website": "https://www.company.example"}, by=None)
    encode_companies(company_ids=[company.pk])

    after = ProfileMeaning.objects.get(company=company, encoder=MultilingualE5().name)
    assert after.revision > before.revision
    assert (after.hashes, bytes(after.vectors)) == (before.hashes, bytes(before.vectors))


def test_an_edited_brief_is_read_where_it_changed(four, challenge, scored, monkeypatch):
    encode_companies(company_ids=[company.pk for company in four])
    scored()
    name = MultilingualE5().name
    before = BriefMeaning.objects.get(challenge=challenge, encoder=name)
    heard = []
    briefs = MultilingualE5.briefs

    def listening(self, texts):
        heard.append(list(texts))
        return briefs(self, texts)

    monkeypatch.setattr(MultilingualE5, "briefs", listening)
    for changes in ({"trl_min": 4}, {"need": "Nobody sees a fault in a cable before it is dark."}):
        update_brief(challenge=challenge, changes=changes, by=None)
        scored()

    after = BriefMeaning.objects.get(challenge=challenge, encoder=name)
    assert [len(texts) for texts in heard] == [2]
    assert [changes["need"] in text for text in heard[0]] == [True, True]
    again = MultilingualE5().briefs(heard[0])
    assert after.revision > before.revision
    assert bytes(after.vectors)[: 2 * 384] == to_raw(again)[0].tobytes()
    kept = set(before.hashes) & set(after.hashes)
    assert len(kept) == len(after.hashes) - 2 > 0


def test_what_waits_is_read_until_the_time_is_up(four):
    assert is_waiting()
    assert encode_waiting(may_go_on=lambda: False) == []

    done = encode_waiting(may_go_on=lambda: True)

    assert sorted(done) == [company.pk for company in four]
    assert not is_waiting()


def test_a_run_reads_the_brief_and_finds_the_answer_in_another_language(four, challenge, scored):
    encode_companies(company_ids=[company.pk for company in four])

    run = scored()

    names = sorted(one.name for one in encoders())
    assert run.snapshot.encoders == names
    assert sorted(BriefMeaning.objects.values_list("encoder", flat=True)) == names
    best = Match.objects.for_challenge(challenge).best_first().values_list("company", flat=True)
    assert {*best[:2]} == {four[0].pk, four[1].pk}


def test_words_alone_until_every_profile_is_read(four, challenge, scored):
    encode_companies(company_ids=[four[0].pk])

    run = scored()

    assert run.snapshot.encoders == []
    encode_companies(company_ids=[company.pk for company in four])
    assert current_snapshot().encoders == sorted(one.name for one in encoders())


def test_vectors_of_two_models_never_meet(four, settings):
    ids = [company.pk for company in four]
    settings.MATCHING_ENCODERS = ["english"]
    encode_companies(company_ids=ids)
    old = current_snapshot()

    settings.MATCHING_ENCODERS = ["multilingual"]
    encode_companies(company_ids=ids[:1])
    during = current_snapshot()
    encode_companies(company_ids=ids)
    after = renew_statistics()

    assert old.encoders == during.encoders == [EnglishMiniLM().name]
    assert after.encoders == [MultilingualE5().name]
    assert {*ProfileMeaning.objects.values_list("encoder", flat=True)} == {MultilingualE5().name}


def test_what_waits_is_counted_only_where_the_choice_changes(four, monkeypatch):
    encode_companies(company_ids=[company.pk for company in four])
    chosen = sorted(one.name for one in encoders())
    counted = []
    waiting = encoding.waiting_to_be_encoded

    def listening(one):
        counted.append(one.name)
        return waiting(one)

    monkeypatch.setattr(encoding, "waiting_to_be_encoded", listening)
    unchanged = encoding.encoders_to_use(chosen)
    before, changed = list(counted), encoding.encoders_to_use([])

    assert (unchanged, before) == (chosen, [])
    assert (changed, sorted(counted)) == (chosen, chosen)


def names_of(rows) -> list[str]:
    return sorted(rows.values_list("encoder", flat=True))


def test_until_a_switch_is_made_the_model_before_reads_what_is_new(
    four, challenge, new_company, scored, settings
):
    settings.MATCHING_ENCODERS = ["english"]
    encode_companies(company_ids=[company.pk for company in four])
    scored()

    settings.MATCHING_ENCODERS = ["multilingual"]
    company = new_company("New", description=TEXTS[0])
    encode_companies(company_ids=[company.pk])
    during = ChallengeFactory(open=True)
    (run_id,) = request_runs(challenge_ids=[during.pk])
    (run,) = score_challenges(runs=list(MatchRun.objects.filter(pk=run_id)))

    both = sorted([EnglishMiniLM().name, MultilingualE5().name])
    assert run.snapshot.encoders == [EnglishMiniLM().name]
    assert names_of(ProfileMeaning.objects.filter(company=company)) == both
    assert names_of(BriefMeaning.objects.filter(challenge=during)) == run.snapshot.encoders


def test_after_a_switch_the_model_before_reads_nothing_more(four, new_company, settings):
    ids = [company.pk for company in four]
    settings.MATCHING_ENCODERS = ["english"]
    encode_companies(company_ids=ids)
    current_snapshot()
    settings.MATCHING_ENCODERS = ["multilingual"]
    encode_companies(company_ids=ids)
    current_snapshot()

    company = new_company("New", description=TEXTS[0])
    encode_companies(company_ids=[company.pk])

    assert names_of(ProfileMeaning.objects.filter(company=company)) == [MultilingualE5().name]


def test_a_server_that_is_no_longer_chosen_is_asked_no_more(four, server, settings, new_company):
    settings.MATCHING_ENCODERS = [f"{server}#large"]
    encode_companies(company_ids=[company.pk for company in four])
    current_snapshot()
    before = len(Speaker.asked)

    settings.MATCHING_ENCODERS = ["multilingual"]
    encode_companies(company_ids=[new_company("New").pk])

    assert len(Speaker.asked) == before
    assert current_snapshot().encoders == [Endpoint(f"{server}#large").name]


def test_with_no_encoder_chosen_words_alone_count(four, settings):
    encode_companies(company_ids=[company.pk for company in four])
    current_snapshot()

    settings.MATCHING_ENCODERS = []

    assert current_snapshot().encoders == []
    assert not is_waiting()


def test_an_edit_gives_what_a_full_run_gives_with_meaning(four, challenge, scored):
    ids = [company.pk for company in four]
    encode_companies(company_ids=ids)
    scored()

    update_profile(company=four[2], fields={"description": TEXTS[0]}, by=None)
    rescore_companies(company_ids=[four[2].pk])

    edited = Match.objects.get(challenge=challenge, company=four[2])
    (whole,) = Companies(edited.run.snapshot).blocks()
    scores = score(
        brief=briefs_of([challenge], edited.run.snapshot.encoders)[challenge.pk],
        corpus=whole.corpus,
        statistics=BriefStatistics.from_data(edited.run.brief_statistics),
    )
    assert edited.total == scores.totals[whole.corpus.row_of(four[2].pk)]
    explain([edited])
    assert any(quote.text == TEXTS[0] for found in edited.judged for quote in found.quotes)


def test_what_was_scored_without_its_vectors_is_scored_again(four, challenge, scored):
    scored()
    rescore_companies(company_ids=[four[1].pk])
    assert _stale([four[1].pk]) == []
    ProfileMeaning.objects.filter(company=four[1]).delete()

    encode_companies(company_ids=[four[1].pk])

    assert _stale([four[1].pk]) == [four[1].pk]


@pytest.fixture
def edited(new_company, scored, monkeypatch):
    """A company whose new profile is counted by words at once and read by encoders later."""
    last = new_company("Last", language="da", description="Brød og kager.", themes=[])
    others = [new_company(f"Good {n}") for n in range(3)]
    encode_companies(company_ids=[last.pk, *(one.pk for one in others)])
    scored()
    monkeypatch.setattr(rescoring, "AT_ONCE_ENCODED", 0)
    update_profile(company=last, fields={"description": DESCRIPTIONS["da"]}, by=None)
    return last


def meanwhile(monkeypatch, module, what):
    """Once, just before `module` stores what it has scored."""
    store, done = module.store, []

    def stored(rows, **options):
        if not done:
            done.append(True)
            what()
        return store(rows, **options)

    monkeypatch.setattr(module, "store", stored)


def as_a_full_run(company) -> tuple[int, int]:
    """Total of the match, and of the ranking; whole only where both are those of a full run."""
    match = Match.objects.get(company=company)
    ranking = unpacked(bytes(CompanyRanking.objects.get(company=company).entries))["total"]
    (row,) = judged_rows([(match.challenge_id, match.company_id)])
    return match.total - row["total"], int(ranking[0][0]) - match.total


def test_vectors_that_come_while_an_edit_is_scored_are_not_lost(edited, monkeypatch):
    meanwhile(monkeypatch, rescoring, lambda: encode_companies(company_ids=[edited.pk]))

    rescore_companies(company_ids=[edited.pk])

    assert as_a_full_run(edited) == (0, 0)
    assert _stale([edited.pk]) == []


def test_a_worker_that_dies_after_a_late_write_leaves_the_company_to_be_scored(edited, monkeypatch):
    meanwhile(monkeypatch, rescoring, lambda: encode_companies(company_ids=[edited.pk]))
    rescoring.refresh_terms(company_ids=[edited.pk])
    (run,) = last_runs(Challenge.objects.all())
    states = rescoring.states_of([edited.pk])

    rescoring._rescore([run], [edited.pk], states)

    assert as_a_full_run(edited) != (0, 0)
    assert _stale([edited.pk]) == [edited.pk]
    rescore_companies(company_ids=[edited.pk])
    assert as_a_full_run(edited) == (0, 0)


def test_vectors_that_come_while_everything_is_scored_are_not_lost(edited, scored, monkeypatch):
    def read_and_scored():
        encode_companies(company_ids=[edited.pk])
        rescore_companies(company_ids=[edited.pk])

    meanwhile(monkeypatch, runs, read_and_scored)

    run = scored()

    run.refresh_from_db()
    assert run.is_settled
    assert as_a_full_run(edited) == (0, 0)


def test_an_edit_between_the_count_of_words_and_the_look_is_scored(edited, scored, monkeypatch):
    def retold():
        update_profile(company=edited, fields={"description": DESCRIPTIONS["en"]}, by=None)

    meanwhile(monkeypatch, runs, retold)

    scored()

    edited.refresh_from_db()
    assert as_a_full_run(edited) == (0, 0)
    assert Match.objects.get(company=edited).profile_revision == edited.revision


LONG = "Too long. " * 39 + "Too long."


def answer_to(model, texts):
    """What servers of several tempers answer."""
    if model in ("short", "short-500"):
        return (400 if model == "short" else 500) if any(LONG in text for text in texts) else 200
    if model == "few":
        return 413 if len(texts) > 2 else 200
    return {"broken": 503, "choosy": 400, "locked": 401, "ill": 500}.get(model, 200)


class Speaker(BaseHTTPRequestHandler):
    """A server of the OpenAI protocol with the bundled model behind it."""

    asked: list[tuple[str, str]] = []

    def do_POST(self):
        body = loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        status = answer_to(body["model"], body["input"])
        rows = EnglishMiniLM().passages(body["input"])
        data = [{"index": i, "embedding": (row * 3).tolist()} for i, row in enumerate(rows)]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(dumps({"data": data[::-1]}).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Speaker) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_a_model_on_another_server_gives_unit_vectors(server):
    endpoint = Endpoint(f"{server}#large", key="secret", brief_prefix="query: ")

    vectors = endpoint.briefs(TEXTS)

    expected = EnglishMiniLM().passages([f"query: {text}" for text in TEXTS])
    assert np.abs(vectors - expected).max() < 1e-5
    assert Speaker.asked[-1] == ("/v1/embeddings", "Bearer secret")


@pytest.mark.parametrize("address", ["{server}#broken", GONE])
def test_a_server_that_fails_is_said_to_be_away(server, address):
    with pytest.raises(NoAnswer):
        Endpoint(address.format(server=server)).passages(TEXTS)


def test_a_server_that_refuses_a_text_is_there(server):
    with pytest.raises(NoEncoding) as refused:
        Endpoint(f"{server}#choosy").passages(TEXTS)

    assert not isinstance(refused.value, NoAnswer)


def test_who_holds_a_refusal_holds_no_connection(server):
    port = int(server.rsplit(":", 1)[1].split("/")[0])
    with pytest.raises(NoEncoding) as refused:
        Endpoint(f"{server}#choosy").passages(TEXTS)

    assert connections_to(port) == []
    assert refused.value


def connections_to(port: int) -> list[socket.socket]:
    # By its type: to ask a lazy object what it is would make it.
    sockets = [one for one in gc.get_objects() if issubclass(type(one), socket.socket)]
    on_the_net = [one for one in sockets if one.family == socket.AF_INET and one.fileno() >= 0]
    return [one for one in on_the_net if peer_of(one) == port]


def peer_of(one: socket.socket) -> int | None:
    try:
        return int(one.getpeername()[1])
    except OSError:
        return None


@pytest.mark.parametrize("address", ["", "gpu.example", "https://gpu.example/v1", "ftp://x/v1#m"])
def test_an_address_without_a_model_is_refused(address):
    with pytest.raises(ValueError, match="https://host/v1#model"):
        Endpoint(address)


def test_while_a_server_is_away_the_words_go_on(four, challenge, scored, settings):
    settings.MATCHING_ENCODERS = [GONE]

    encode_companies(company_ids=[company.pk for company in four])
    run = scored()

    assert run.snapshot.encoders == []
    assert encoder(Endpoint(GONE).name) is not None


@pytest.mark.parametrize("order", [1, -1])
def test_an_encoder_that_is_away_keeps_no_profile_from_the_others(new_company, settings, order):
    companies = [new_company(f"Firma {n}") for n in range(20)]
    settings.MATCHING_ENCODERS = [GONE, "english"][::order]

    done = encode_waiting(may_go_on=lambda: True)

    read = ProfileMeaning.objects.filter(encoder=EnglishMiniLM().name)
    assert done == [company.pk for company in companies]
    assert sorted(read.values_list("company", flat=True)) == done


def test_an_encoder_that_does_not_answer_is_left_alone_for_a_while(four, server, settings):
    settings.MATCHING_ENCODERS = [f"{server}#broken"]
    (broken,) = encoders()
    ids = [company.pk for company in four]
    before, asked = len(Speaker.asked), []

    for _ in range(2):
        for _ in range(3):
            encode_companies(company_ids=ids)
            encode_waiting(may_go_on=lambda: True)
        asked.append(len(Speaker.asked) - before)
        cache.delete(AWAY + broken.name)  # the while is over

    assert asked == [1, 2]


@pytest.mark.parametrize("model", ["short", "short-500"])
def test_a_profile_that_a_server_refuses_stops_no_other(new_company, server, settings, model):
    settings.MATCHING_ENCODERS = [f"{server}#{model}"]
    companies = [new_company(f"Firma {n}", description=f"We make {n} meters.") for n in range(20)]
    refused = new_company("Wordy", description=f"We make meters. {LONG}")

    done = encode_waiting(may_go_on=lambda: True)

    assert done == [*(company.pk for company in companies), refused.pk]
    assert [row.company for row in ProfileMeaning.objects.filter(hashes=[])] == [refused]
    assert not is_waiting()
    assert current_snapshot().encoders == [encoders()[0].name]


def test_a_refused_profile_is_read_once_it_is_shorter(new_company, server, settings):
    settings.MATCHING_ENCODERS = [f"{server}#short"]
    company = new_company("Wordy", description=LONG)
    encode_companies(company_ids=[company.pk])

    update_profile(company=company, fields={"description": "We make meters."}, by=None)
    encode_companies(company_ids=[company.pk])

    assert ProfileMeaning.objects.get().hashes != []


def test_a_server_that_takes_few_texts_at_once_reads_all(four, server, settings):
    settings.MATCHING_ENCODERS = [f"{server}#few"]

    done = encode_waiting(may_go_on=lambda: True)

    assert done == [company.pk for company in four]
    assert not ProfileMeaning.objects.filter(hashes=[]).exists()


@pytest.mark.parametrize("model", ["locked", "choosy", "ill", "broken"])
def test_what_reads_nothing_at_all_marks_no_profile_as_read(four, server, settings, model):
    settings.MATCHING_ENCODERS = [f"{server}#{model}"]

    done = encode_waiting(may_go_on=lambda: True)

    assert done == []
    assert not ProfileMeaning.objects.exists()
    assert current_snapshot().encoders == []


@pytest.mark.parametrize("model, asked", [("broken", 1), ("locked", 2), ("short", 5)])
def test_one_that_does_not_answer_is_asked_for_no_other_brief(
    challenge, server, settings, model, asked
):
    settings.MATCHING_ENCODERS = [f"{server}#{model}"]
    wordy = [ChallengeFactory(open=True, need=LONG) for _ in range(2)]
    challenges = [*wordy, challenge]
    before = len(Speaker.asked)

    encode_briefs(challenges=challenges, names=[one.name for one in encoders()])

    assert len(Speaker.asked) - before == asked


def test_a_block_of_briefs_that_takes_minutes_is_not_lost(
    four, monkeypatch, settings, time_machine
):
    """The clock asks meanwhile whose worker is silent."""
    time_machine.move_to("2026-11-26T10:00:00Z")
    settings.MATCHING_ENCODERS = ["slow"]

    class Slow(EnglishMiniLM):
        languages = frozenset()
        name = "slow"

        def briefs(self, texts):
            time_machine.shift(61)
            recover_runs()
            return super().briefs(texts)

    monkeypatch.setattr(chosen_encoders, "_made", lambda _choice: Slow())
    encode_companies(company_ids=[company.pk for company in four])
    ids = request_runs(challenge_ids=[ChallengeFactory(open=True).pk for _ in range(7)])

    done = score_challenges(runs=list(MatchRun.objects.filter(pk__in=ids)))

    assert not MatchRun.objects.filter(problem="lost").exists()
    assert sorted(run.pk for run in done) == sorted(ids)
    assert BriefMeaning.objects.count() == len(ids)


def test_whatever_makes_other_vectors_has_another_name():
    long = "intfloat/" + "x" * 80
    made = [
        Endpoint("https://gpu.example/v1#m"),
        Endpoint("https://gpu.example/v2#m"),
        Endpoint("http://gpu.example/v1#m"),
        Endpoint("https://gpu.example:8080/v1#m"),
        Endpoint("https://gpu.example/v1#m", brief_prefix="query: "),
        Endpoint("https://gpu.example/v1#m", profile_prefix="query: "),
        Endpoint(f"https://a.example/v1#{long}"),
        Endpoint(f"https://b.example/v1#{long}"),
        Endpoint(f"https://a.example/v1#{long}y"),
    ]

    assert len({one.name for one in made}) == len(made)
    assert max(len(one.name) for one in made) == 80
    assert Endpoint("https://gpu.example/v1#m", key="k").name == made[0].name
