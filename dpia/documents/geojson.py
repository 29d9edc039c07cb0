"""The cameras as GeoJSON (RFC 7946), for the geographic information system of the commune: WGS 84, longitude before latitude."""

from __future__ import annotations

import json
from typing import Any

from dpia.documents.camera_plan import SEEN, plan_of
from dpia.documents.plan import Camera
from dpia.documents.view import View
from dpia.values import Choices, Item


def cameras(view: View) -> str:
    """Return one feature per camera of the inventory; one without a position has a null geometry, as section 3.2 allows."""
    features = [_feature(view, item, camera) for item, camera in zip(view.items("cameras"), plan_of(view).cameras, strict=True)]
    found = {"type": "FeatureCollection", "name": f"Caméras – {view.commune_name}", "features": features}
    return json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _feature(view: View, item: Item, camera: Camera) -> dict[str, Any]:
    def words(field: str) -> str | None:
        value = view.facts.cell("cameras", item, field)
        return value if isinstance(value, str) else None

    authorised = view.facts.cell("cameras", item, "autorisee")
    seen = view.facts.cell("cameras", item, SEEN)  # null: nobody said; []: none of these places
    geometry = {"type": "Point", "coordinates": list(camera.position)} if camera.position else None
    return {
        "type": "Feature",
        "id": camera.number,
        "geometry": geometry,
        "properties": {
            "numero": camera.number, "site": words("site"), "emplacement": words("emplacement"), "sorte": camera.kind if words("type") else None,
            "champ": words("champ"), "azimut": camera.azimuth, "ouverture": camera.opening, "portee": camera.reach,
            "autorisee": authorised if isinstance(authorised, bool) else None,  # null: nobody said, or not asked
            "voit_sensible": list(camera.sees) if isinstance(seen, Choices) else None,
        },
    }  # fmt: skip
