from django.db import migrations


class Migration(migrations.Migration):
    """Nobody ever told a chance: it is estimated when something is learned."""

    dependencies = [
        ("matching", "0010_runs"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="recordedoutcome", name="chance_is_a_chance"),
        migrations.RemoveField(model_name="recordedoutcome", name="chance"),
    ]
