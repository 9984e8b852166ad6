"""Member lists: uploaded, checked, imported block by block, and undone."""

from companies.actions.lists.forgetting import forget_old_lists
from companies.actions.lists.importing import fail_import, import_block, start_import, stuck_lists
from companies.actions.lists.undoing import start_undo, undo_block
from companies.actions.lists.uploading import check_list, discard_list, map_columns, upload_list

__all__ = [
    "check_list",
    "discard_list",
    "fail_import",
    "forget_old_lists",
    "import_block",
    "map_columns",
    "start_import",
    "start_undo",
    "stuck_lists",
    "undo_block",
    "upload_list",
]
