"""Where a model stands on this machine: the shipped folder, a folder named, or the hub's cache."""

import json
from pathlib import Path

from retrieval.errors import ModelError


def model_folder(location: str) -> Path | None:
    """The folder of a model; ``None`` for a hub id that has to be downloaded first.

    What the hub's cache holds is found without a call to the hub, so that a bot starts offline.

    Raises:
        ModelError: It is neither a folder nor a hub id.
    """
    folder = Path(location)
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(location, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    except HFValidationError:
        raise ModelError(
            f"{location}: no such model folder, and no hub id; set [embedding] model in "
            "config/chuchu.toml to one of these"
        ) from None


def static_folder(folder: Path) -> Path | None:
    """The folder that holds a static model's vectors, or ``None`` if the model is no static one.

    A static model is one `StaticEmbedding`, and after it nothing but `Normalize`.
    """
    listed = folder / "modules.json"
    if not listed.exists():
        return None
    first, *others = json.loads(listed.read_text("utf-8"))
    is_static = str(first["type"]).endswith("StaticEmbedding")
    if not is_static or any(not str(m["type"]).endswith("Normalize") for m in others):
        return None
    return folder / str(first["path"])
