"""Each nomination that was followed by a letter knows which, so that it hears of its fate."""

from django.db import migrations, models

KNOWN = """
UPDATE invitations_nomination AS nomination
SET letter_id = letter.id::text
FROM mail_letter AS letter, invitations_invitation AS invitation
WHERE invitation.id = nomination.invitation_id
  AND nomination.state = 'accepted' AND nomination.company_id IS NULL AND nomination.email <> ''
  AND letter.related_noun = 'nomination'
  AND letter.key = 'nominate:' || invitation.challenge_id || ':' || left(
      encode(sha256(convert_to('labmatch:' || nomination.email, 'UTF8')), 'hex'), 16
  )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("invitations", "0011_standings_anew"),
        ("mail", "0006_objections"),
    ]

    operations = [
        migrations.AddField(
            model_name="nomination",
            name="letter_id",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=40
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="refused_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("gone", "The company has left Labmatch."),
                    ("excluded", "A cluster manager excluded the company from this challenge."),
                    ("paused", "The company wants no letters for a while."),
                    ("theme_unwanted", "The company wants letters about other themes only."),
                    ("country_unwanted", "The company wants letters about other countries only."),
                    ("enough", "The company had as many letters this month as it wants."),
                    (
                        "reader_paused",
                        "The person who receives the letters wants none for a while.",
                    ),
                    (
                        "reader_theme_unwanted",
                        "The person who receives the letters wants none about this theme.",
                    ),
                    (
                        "reader_country_unwanted",
                        "The person who receives the letters wants none about this country.",
                    ),
                    (
                        "reader_enough",
                        "The person who receives the letters had as many this month as they want.",
                    ),
                    ("opted_out", "The company wants no invitations by e-mail."),
                    ("no_address", "No e-mail address is on file."),
                    ("stopped", "The address on file asked not to get invitations."),
                    ("not_deliverable", "The letter could not be delivered."),
                    (
                        "not_written",
                        "Its reasons could not be written down. Score again, then propose it again.",
                    ),
                    ("complained", "The reader reported the letter as unwanted."),
                    ("dead_address", "Letters to the address on file come back."),
                    ("objected", "The company objected to such letters."),
                    ("no_rule", "No rule is known for its country, so nobody may write first."),
                    ("needs_request", "The law of its country wants a request first."),
                    (
                        "needs_proof",
                        "The law of its country wants proof that the address was published for such letters.",
                    ),
                    ("one_person", "One person's address: the law of its country wants a request."),
                    ("not_passed_on", "Its cluster organisation did not pass the invitation on."),
                ],
                max_length=40,
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
