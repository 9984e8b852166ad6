"""Member lists: uploaded, checked, imported block by block, and undone."""

from companies.actions.lists.importing import fail_import, import_block, start_import, stuck_imports
from companies.actions.lists.undoing import undo_import
from companies.actions.lists.uploading import check_list, discard_list, map_columns, upload_list

__all__ = [
    "check_list",
    "discard_list",
    "fail_import",
    "import_block",
    "map_columns",
    "start_import",
    "stuck_imports",
    "undo_import",
    "upload_list",
]
