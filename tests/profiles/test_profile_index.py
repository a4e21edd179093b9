"""The index finds what asking every app and every profile would find."""

from hypothesis import given
from hypothesis import strategies as st

from gesturectl.desktop.base import App
from gesturectl.profiles.index import AppIndex, ProfileIndex
from gesturectl.profiles.pattern import Pattern
from gesturectl.profiles.schema import AppIdentity, Profile

_NAMES = st.sampled_from(["firefox", "Firefox", "FIREFOX-ESR", "code", "ﬁrefox", "a b", ""])
_PATTERNS = st.lists(
    st.sampled_from(["firefox", "Code", "fire*", "/^co/", "/FOX/i", "?ode", "ﬁrefox"]).map(Pattern.parse), max_size=2
).map(tuple)
_IDENTITIES = st.lists(
    st.builds(AppIdentity, st.just(""), wm_class=_PATTERNS, exe=_PATTERNS, bundle=_PATTERNS, title=_PATTERNS),
    max_size=6,
)


@given(_IDENTITIES, st.builds(App, _NAMES, _NAMES, _NAMES, _NAMES))
def test_an_app_is_all_that_matches_it_in_order(identities, app):
    named = {
        f"app{k}": AppIdentity(f"app{k}", one.wm_class, one.exe, one.bundle, one.title)
        for k, one in enumerate(identities)
    }
    matching = {name: identity for name, identity in named.items() if identity.matches(app)}
    assert list(AppIndex(named).matching(app).items()) == list(matching.items())


def test_a_profile_is_found_once_by_its_apps_its_tags_or_its_title():
    by_app, by_tag = Profile("a", apps=("one", "two")), Profile("b", tags=("browser",))
    by_title, other = Profile("c", title=(Pattern.parse("*docs*"),)), Profile("d", apps=("three",))
    found = ProfileIndex([by_app, by_tag, by_title, other]).chosen_by(["one", "two"], ["browser"])
    assert {profile.name for profile in found} == {"a", "b", "c"}
    assert len(found) == 3
