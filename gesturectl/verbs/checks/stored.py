"""Can everything be read that the person has recorded and learnt?"""

from gesturectl.verbs.checks.finding import Finding, degraded, ok


def check_data() -> Finding:
    """Takes, soaks, what was learnt and tuned, trained models: which of their files are damaged."""
    from gesturectl import paths
    from gesturectl.errors import GesturectlError
    from gesturectl.evaluation.soak import quiet_takes, read_soaks
    from gesturectl.gestures.library import Library
    from gesturectl.recognition.model_history import ModelHistory
    from gesturectl.recognition.personal_file import NAME, REFUSED, read_personal
    from gesturectl.recognition.tuned import read_tuned

    data, problems = paths.data_dir(), list[GesturectlError]()
    takes = gestures = 0
    if (data / "library").is_dir():
        library = Library(data / "library")
        problems += library.problems()
        takes, gestures = sum(1 for _ in library.takes(problems)), len(library.gestures)
    parts = read_soaks(data / "soak", problems)
    quiet_takes(parts, problems)
    for name in (NAME, REFUSED):
        try:
            read_personal(data / name)
        except GesturectlError as error:
            problems.append(error)
    try:
        read_tuned()
    except GesturectlError as error:
        problems.append(error)
    history = ModelHistory()
    problems += history.problems()
    words = f"{takes} takes of {gestures} gestures, {len(parts)} parts of soaks, {len(history.models())} trained models"
    if problems:
        facts = "\n".join(f"{problem.place}: {problem.fact}" for problem in problems)
        remedies = "\n".join(dict.fromkeys(problem.remedy for problem in problems if problem.remedy))
        return degraded(f"{words}; left out, and all else works:\n{facts}", remedies)
    return ok(f"{words}: all can be read ({data})")
