"""The size thresholds in force today, as rows an administrator may edit."""

from datetime import date

from django.db import migrations

SME = "Recommendation 2003/361/EC"
MID_CAP = "Recommendation (EU) 2025/1099"
ROWS = (
    ("micro", 10, 2, 2, date(2005, 1, 1), SME),
    ("small", 50, 10, 10, date(2005, 1, 1), SME),
    ("medium", 250, 50, 43, date(2005, 1, 1), SME),
    ("small_mid_cap", 750, 150, 129, date(2025, 5, 21), MID_CAP),
)


def add_thresholds(apps, schema_editor):
    model = apps.get_model("taxonomy", "SizeThreshold")
    for size_class, staff, turnover, balance, valid_from, source in ROWS:
        model.objects.create(
            size_class=size_class,
            staff_below=staff,
            turnover_meur=turnover,
            balance_meur=balance,
            valid_from=valid_from,
            source=source,
        )


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0001_initial")]
    operations = [migrations.RunPython(add_thresholds, migrations.RunPython.noop)]
