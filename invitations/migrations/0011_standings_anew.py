from django.db import migrations

# Reasons of former rounds have other words and data; the next round, within an hour, writes anew.
ANEW = "DELETE FROM invitations_standing"


class Migration(migrations.Migration):
    dependencies = [
        ("invitations", "0010_nominations_and_news"),
    ]

    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
