"""A large invented world, written by SQL: what the pages are measured on."""

import json

from django.db import connection

from accounts.models import User
from clusters.models import ClusterOrganisation, Membership, Network
from labs.models import LivingLab
from matching.scoring import CRITERIA, DEFAULT_WEIGHTS
from taxonomy.themes import THEMES

LABS = 100
MATCHES_EACH = 100

FINDINGS = [
    {
        "criterion": criterion,
        "weight_tenths": DEFAULT_WEIGHTS.tenths[criterion],
        "tenths": DEFAULT_WEIGHTS.tenths[criterion] // 2,
        "share": 0.5,
        "reason": {"code": code, "data": data},
        "quotes": [],
    }
    for criterion, code, data in zip(
        CRITERIA,
        (
            "text_related",
            "capabilities_covered",
            "themes_shared",
            "trl_in_range",
            "market_served",
            "references_claimed",
            "languages_shared",
            "size_fits",
        ),
        (
            {"words": ["sensors", "grid"]},
            {
                "covered": ["grid_sensors"],
                "missing": ["fault_detection"],
                "required": 2,
                "must_have": 2,
                "must_have_covered": 1,
            },
            {"shared": ["sensors_grid"]},
            {"trl": 7, "low": 6, "high": 9},
            {"country": "DK"},
            {"references": 2, "confirmed": 0, "client_types": ["municipality"]},
            {"shared": ["da", "en"]},
            {"size_class": "small"},
        ),
        strict=True,
    )
]

_COMPANIES = """
INSERT INTO companies_company (
    slug, name, registry_number, website, email, summary, description, language, street,
    postal_code, city, country, size_class, themes, capabilities, countries_served,
    languages_of_work, visibility, source, wants_invitations, is_active, is_demonstration,
    revision, created_at, updated_at
)
SELECT 'company-' || n, 'Company ' || n, '', '', 'c' || n || '@bench.example',
    'Sensors for the grid', repeat('We build sensors for grids and homes. ', 12), 'en', '', '',
    'Aarhus', (ARRAY['DK','NO','SE','DE','NL'])[1 + n %% 5], 'small',
    ARRAY[(%(themes)s)[1 + n %% 8]], ARRAY['grid_sensors'], ARRAY['DK','NO'], ARRAY['en','da'],
    (ARRAY['cluster','network','public'])[1 + n %% 3], 'imported', true, true, false, 1,
    now(), now()
FROM generate_series(%(first)s, %(last)s) AS n
"""

_MEMBERSHIPS = """
INSERT INTO companies_clustermembership (company_id, cluster_id, since)
SELECT id, (%(clusters)s)[1 + id %% 20], now() FROM companies_company
ON CONFLICT DO NOTHING
"""

_CHALLENGES = """
INSERT INTO challenges_challenge (
    slug, lab_id, status, title, question, language, themes, need, practice_today,
    wanted_outcome, success_criteria, out_of_scope, site_access, trl_min, trl_max, trl_is_must,
    countries, size_classes, languages_of_work, needs_presence, offer_kind, in_kind, follow_on,
    time_zone, deadline, policy, threshold, maximum, revision, created_at, updated_at,
    published_at, withdrawn_reason, is_demonstration
)
SELECT 'challenge-' || n, (%(labs)s)[1 + n %% 100], 'open', 'Sensors for old substations ' || n,
    'How can we see what happens in a substation without rebuilding it?', 'en',
    ARRAY[(%(themes)s)[1 + n %% 8]], repeat('Most substations cannot be seen. ', 20), '',
    'Current and temperature every ten minutes.', '97 %% of readings arrive.', '', '',
    5, 9, false, '{}', '{}', ARRAY['en'], false, 'market_dialogue', '', '',
    'Europe/Copenhagen', now() + (n || ' minutes')::interval + interval '10 days', 'by_hand', 55,
    20, 1, now(), now(), now(), '', false
FROM generate_series(%(first)s, %(last)s) AS n
"""

# Each match differs from its neighbours: the text brings between 0.1 and 15 points.
_MATCHES = """
INSERT INTO matching_match (
    challenge_id, company_id, total, parts, is_eligible, conditions, findings, completeness,
    is_kept, engine_version, weights_version, brief_revision, profile_revision, brief_hash,
    profile_hash, scored_at
)
SELECT challenge.id, company.id, %(rest)s + text, '{}', company.id %% 7 > 0, '[]',
    replace(%(findings)s, '"TEXT"', text::text)::jsonb, 80,
    false, '1', 'default-1', 1, 1, '', '', now()
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM challenges_challenge) AS challenge
JOIN LATERAL generate_series(0, %(each)s - 1) AS k ON true
JOIN LATERAL (SELECT 1 + (challenge.n * 7 + k * 11) %% 150 AS text) AS spread ON true
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM companies_company) AS company
    ON company.n = 1 + (challenge.n * 37 + k * 13) %% %(companies)s
WHERE challenge.n >= %(first)s
ON CONFLICT DO NOTHING
"""


def build() -> User:
    """Organisations and labs in the empty database; returns a partner of a fifth of them."""
    themes = [theme.code for theme in THEMES]
    clusters = [
        ClusterOrganisation.objects.create(
            slug=f"cluster-{n}", name=f"Cluster {n}", kind="cluster", country="DK"
        )
        for n in range(20)
    ]
    LivingLab.objects.bulk_create(
        LivingLab(
            slug=f"lab-{n}",
            name=f"Lab {n}",
            cluster=clusters[n % 20],
            owner="City",
            city="Aarhus",
            country=("DK", "NO", "SE", "DE")[n % 4],
            language="en",
            themes=[themes[n % 8]],
            summary="A lab.",
        )
        for n in range(LABS)
    )
    network = Network.objects.create(slug="network", name="Network")
    network.organisations.set(clusters[:4])
    partner = User.objects.create_user("partner@bench.example", name="Partner")
    Membership.objects.create(user=partner, organisation=clusters[0], role="partner")
    return partner


def grow(*, before: int, after: int) -> None:
    """To `after` challenges and companies with a hundred matches each, from `before` of them."""
    themes = [theme.code for theme in THEMES]
    clusters = list(ClusterOrganisation.objects.order_by("pk").values_list("pk", flat=True))
    labs = list(LivingLab.objects.order_by("pk").values_list("pk", flat=True))
    span = {"first": before + 1, "last": after}
    with connection.cursor() as cursor:
        cursor.execute(_COMPANIES, {"themes": themes, **span})
        cursor.execute(_MEMBERSHIPS, {"clusters": clusters})
        cursor.execute(_CHALLENGES, {"labs": labs, "themes": themes, **span})
        cursor.execute(
            _MATCHES,
            {
                **span,
                "rest": sum(finding["tenths"] for finding in FINDINGS[1:]),
                "findings": json.dumps([{**FINDINGS[0], "tenths": "TEXT"}, *FINDINGS[1:]]),
                "each": MATCHES_EACH,
                "companies": after,
            },
        )
        cursor.execute("VACUUM ANALYZE")
