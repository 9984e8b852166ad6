import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """What measured the shares. Of outcomes told before nobody knows; runs have their snapshot."""

    dependencies = [
        ("matching", "0013_wanted_matches"),
    ]

    operations = [
        migrations.AddField(
            model_name="matchrun",
            name="encoders",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="recordedoutcome",
            name="encoders",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="weightsversion",
            name="measured_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), default=list, size=None
            ),
        ),
        migrations.RunSQL(
            "UPDATE matching_matchrun run SET encoders = snapshot.encoders"
            " FROM matching_corpussnapshot snapshot WHERE run.snapshot_id = snapshot.id",
            migrations.RunSQL.noop,
        ),
    ]
