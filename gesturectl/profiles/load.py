"""All profiles of some folders as one, or every mistake in them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from gesturectl.errors import ConfigError, GesturectlError
from gesturectl.paths import bundled, config_dir
from gesturectl.profiles.read import Kind, ProfileFile, read_file
from gesturectl.profiles.schema import DEFAULT, Profile, Profiles
from gesturectl.toml_schema import nearest

OWN = "own.toml"
"""What the program writes when a person binds a gesture: see `profiles.own`."""

_WHAT_IS_MISSING: dict[Kind, str] = {
    "app": "there is no [app.{}]",
    "tag": 'no app has the tag "{}"',
    "intent": 'no gesture means "{}"',
    "act": 'no profile says what "{}" does',
    "profile": "there is no [profile.{}]",
    "choice": 'nothing chooses the profile "{}"',
}

_AS_THEY_ARE: Mapping[Path, str] = MappingProxyType({})
_HOW_TO_GIVE: dict[Kind, str] = {
    "app": 'Add [app.{}] with its wm_class, exe or bundle; "gesturectl apps" tells them.',
    "tag": 'Give an app tags = ["{}"].',
    "intent": 'Let a gesture mean it, as in [intents] fist = "{}".',
    "act": 'Say it in a profile\'s actions, as in {} = {{ keys = "Ctrl+T" }}.',
    "profile": "Add [profile.{}].",
    "choice": "Give it apps, tags or a title; apps = [] if it is only to be fixed by hand.",
}


def default_folders() -> tuple[Path, Path]:
    """The bundled profiles, and the user's own, which may be missing."""
    return bundled("profiles"), config_dir() / "profiles"


def profile_files(folder: Path) -> list[Path]:
    """The profile files in `folder` by name; none if it is missing. Hidden files are editors' leftovers.

    A file stands for a folder with nothing else in it.
    """
    if folder.is_file():
        return [folder]
    try:
        return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))
    except OSError:
        return []


def load(
    folders: Sequence[Path], gestures: Collection[str] | None = None, drafts: Mapping[Path, str] = _AS_THEY_ARE
) -> Profiles:
    """The profiles in `folders`, general ones first: a later folder's file takes the place of one of the same name,
    its other files add to what is there and win key by key. Within a folder, what the program itself wrote (`OWN`)
    comes first, so that whatever a person writes by hand wins over it.

    `gestures` are all labels there are; None leaves the names of gestures unchecked. `drafts` are texts that count
    instead of what files hold, whether these are there or not.
    Raises ConfigError with every mistake of every file.
    """
    overlay: dict[str, tuple[int, ProfileFile]] = {}
    for rank, layer in enumerate(layer for folder in folders for layer in _layers(_files(folder, drafts))):
        # A gesture that is gone takes its binding along: it is no mistake of anybody's.
        own = {
            path.name: (rank, read_file(path, None if path.name == OWN else gestures, drafts.get(path)))
            for path in layer
        }
        overlay |= own
        # Each layer has to make sense together with those before it, whatever later ones replace.
        files = [file for _, file in own.values()]
        _check_names(files, [file for _, file in overlay.values()])
        _check_claims(files)
    ranked = sorted(overlay.values(), key=lambda entry: (entry[0], entry[1].path.name))
    problems = [problem for _, file in ranked for problem in file.document.located()]
    if problems:
        raise ConfigError(", ".join(str(folder) for folder in folders), problems)
    return _merged(ranked)


def _files(folder: Path, drafts: Mapping[Path, str]) -> list[Path]:
    return sorted({*profile_files(folder), *(path for path in drafts if folder in (path, path.parent))})


def _layers(files: Sequence[Path]) -> Iterator[list[Path]]:
    yield [path for path in files if path.name == OWN]
    yield [path for path in files if path.name != OWN]


def _check_names(files: Iterable[ProfileFile], known_from: Iterable[ProfileFile]) -> None:
    """Note each name in `files` that nothing in `known_from` gives."""
    given: dict[Kind, set[str]] = defaultdict(set)
    given["profile"].add(DEFAULT)
    complete = True
    for file in known_from:
        complete = complete and file.document.parsed
        for name in file.gives:
            given[name.kind].add(name.name)
    if not complete:  # the name may well be given by the file that can't be read
        return
    for file in files:
        for need in file.needs:
            if need.name not in given[need.kind]:
                fact = _WHAT_IS_MISSING[need.kind].format(need.name)
                remedy, how = nearest(need.name, given[need.kind]), _HOW_TO_GIVE[need.kind].format(need.name)
                if not remedy.startswith("Did"):
                    remedy = how
                elif need.kind == "choice":
                    remedy = f"{remedy} {how}"
                file.document.problems.append(GesturectlError(need.key, fact, remedy))


def _check_claims(files: Sequence[ProfileFile]) -> None:
    """Note each key that two files of one folder set: which of them wins would be an accident."""
    first: dict[str, ProfileFile] = {}
    for file in files:
        for key in file.claims:
            other = first.setdefault(key, file)
            if other is not file:
                fact = f"this is also in {other.document.place(key).removesuffix(f' {key}')}"
                file.document.problems.append(GesturectlError(key, fact, "Keep one of the two."))


def _merged(ranked: Iterable[tuple[int, ProfileFile]]) -> Profiles:
    merged = Profiles()
    apps, intents, profiles = dict(merged.apps), dict(merged.intents), dict(merged.profiles)
    defaults = merged.defaults
    files: list[Path] = []
    for rank, file in ranked:
        files.append(file.path)
        defaults = file.defaults.over(defaults)
        apps |= file.apps
        intents |= file.intents
        for name, profile in file.profiles.items():
            profiles[name] = _over(replace(profile, rank=rank), profiles.get(name, Profile(name)))
    return Profiles(
        MappingProxyType(apps), defaults, MappingProxyType(intents), MappingProxyType(profiles), tuple(files)
    )


def _over(profile: Profile, below: Profile) -> Profile:
    """`profile`, and what `below` says where it is silent."""
    return replace(
        profile,
        apps=profile.apps or below.apps,
        tags=profile.tags or below.tags,
        title=profile.title or below.title,
        intents=MappingProxyType({**below.intents, **profile.intents}),
        actions=MappingProxyType({**below.actions, **profile.actions}),
        defaults=profile.defaults.over(below.defaults),
        files=(*below.files, *profile.files),
    )
