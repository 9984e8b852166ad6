"""Many short texts read in one go have the terms that each would have alone."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.scoring import Passage, terms_of
from matching.scoring.terms import terms_of_each

WORDS = ("varme", "Sensor", "grid", "å", "of", "Ærø", "…", "12", "faults", "faults", "", "energi.")
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
passages = st.lists(
    st.builds(Passage, st.just("need"), texts, st.sampled_from(("en", "da", "xx"))), max_size=5
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(passages)
def test_read_together_as_read_alone(several):
    ids, owners = terms_of_each(several)

    alone = [terms_of((passage,)).ids for passage in several]
    assert ids.tolist() == [term for found in alone for term in found.tolist()]
    assert owners.tolist() == np.repeat(np.arange(len(alone)), [len(one) for one in alone]).tolist()
