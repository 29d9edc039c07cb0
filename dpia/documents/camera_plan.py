"""What the answers say of where the cameras are, what they see and what nobody can place: the plan of a dossier."""

from __future__ import annotations

from typing import Any

from dpia.documents import places
from dpia.documents.plan import KINDS, Camera, Plan, data, series
from dpia.documents.view import View, lowered
from dpia.values import ABSENT, UNKNOWN, Choices, Item

SENSITIVE, SEEN = "abords_sensibles", "voit_sensible"  # of the whole commune; of one camera
INSIDE_SCHOOL, NOTHING, SCHOOL = "ecole_interieur", "rien", "ecole"
REMEDY = (
    "Ajoutez au tableau de l'installateur les colonnes « latitude » et « longitude » (degrés, WGS 84), "
    "puis importez-le : dpia cameras DOSSIER FICHIER."
)


def plan_of(view: View) -> Plan:
    """Gather the plan: the same numbers, sites and kinds as the table of cameras."""
    question = view.corpus.question(f"cameras[].{SEEN}")
    cameras = tuple(_camera(view, item) for item in view.items("cameras"))
    return Plan(cameras, dict(question.options) if question else {}, tuple(_notes(view, cameras)))


def kind(item: Item) -> str:
    """The kind of a camera in a word."""
    found = str(item.cells.get("type"))
    return KINDS[found][0] if found in KINDS else "type à vérifier"


def section(view: View) -> dict[str, Any] | None:
    """What the AIPD prints of the plan: its data, or why there is none; nothing at all while no camera is described."""
    plan = plan_of(view)
    if not plan.cameras:
        return None
    return {
        "donnees": data(plan) if plan.drawable else None,
        "absence": absence(plan),
        "phrases": plan.not_shown(),
        "signale": plan.notes,
    }


def absence(plan: Plan) -> str:
    """Say why there is no plan; "" when there is one."""
    if plan.drawable:
        return ""
    if plan.far:
        return f"Pas de plan : les positions de {series([*plan.placed, *plan.far])} sont à plus de 50 km les unes des autres."
    if plan.placed:
        return f"Pas de plan : seule {series(plan.placed)} a une position."
    return "Pas de plan : aucune caméra n'a de position."


def _camera(view: View, item: Item) -> Camera:
    def number(field: str) -> float | None:
        value = view.facts.cell("cameras", item, field)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    east, north = number("longitude"), number("latitude")
    site, seen = view.facts.cell("cameras", item, "site"), view.facts.cell("cameras", item, SEEN)
    return Camera(
        item.key, site if isinstance(site, str) else "site à vérifier", kind(item), None if east is None or north is None else (east, north),
        number("azimut"), number("ouverture"), number("portee"), tuple(sorted(seen.oui)) if isinstance(seen, Choices) else (),
        view.facts.cell("cameras", item, "autorisee") is False and not _closed(view, site),
    )  # fmt: skip


def _closed(view: View, site: object) -> bool:
    """Whether a site is closed to the public: no decree is asked for there."""
    return site in places.closed_sites(view)


def _notes(view: View, cameras: tuple[Camera, ...]) -> list[str]:
    """What the answers signal and no camera carries; then what nobody knows yet."""
    told = {place for camera in cameras for place in camera.sees}
    question = view.corpus.questions[SENSITIVE]
    value = view.value(SENSITIVE)
    states = {place: value.has(place) if isinstance(value, Choices) else value for place in question.options}
    signalled = [_either(words) for place, words in question.options.items() if states[place] is True and place not in told]
    unknown = [_either(words) for place, words in question.options.items() if states[place] is UNKNOWN and place not in told]
    notes = []
    if signalled:
        notes.append(f"Les réponses signalent qu'une caméra voit : {' ; '.join(signalled)}. Le plan ne peut pas dire laquelle.")
    inside = view.value(INSIDE_SCHOOL)
    if inside not in (UNKNOWN, ABSENT, NOTHING) and SCHOOL not in told:
        notes.append("Des caméras filment l'intérieur d'une école. Le plan ne peut pas dire lesquelles.")
    if unknown:
        notes.append(f"Reste à savoir si une caméra voit : {' ; '.join(unknown)} (qui le sait : {view.whom(SENSITIVE)}).")
    return notes


def _either(words: str) -> str:
    """The places that an option gathers, in a sentence: « ou » before the last one."""
    *others, last = lowered(words).split(", ")
    return f"{', '.join(others)}, ou {last}" if others else last
