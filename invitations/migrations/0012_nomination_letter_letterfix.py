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
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
