import pytest

from accounts.browsers import browser_and_system

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537"
)


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        (CHROME, ("Chrome", "Linux")),
        (f"{CHROME} Edg/140", ("Edge", "Linux")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604", ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0", ("Firefox", "Windows")),
        ("curl/8", ("", "")),
    ],
)
def test_browsers_are_told_apart(said, understood):
    assert browser_and_system(said) == understood
