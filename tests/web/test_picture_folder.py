"""The files of pictures on the disk."""

import os

from store import picture_cutting, picture_files
from store.web import picture_folder
from tests.photos import BLUE, photo, saved


def test_files_are_written_once_and_swept_when_no_picture_needs_them(tmp_path):
    one, other = picture_cutting.cut(saved(photo())), picture_cutting.cut(saved(photo(colour=BLUE)))
    for cut in (one, other, one):
        picture_folder.keep(tmp_path, cut)

    gone = picture_folder.sweep(tmp_path, {one.digest}, older_than=2e10)

    assert gone == len(other.files)
    kept = [path.relative_to(tmp_path).as_posix() for path in picture_folder.list_files(tmp_path)]
    assert kept == sorted(picture_files.name(one.digest, width) for width in one.files)
    assert picture_folder.sweep(tmp_path, set(), older_than=0) == 0


def test_files_that_are_needed_again_are_not_swept_before_their_picture_is_noted(tmp_path):
    cut = picture_cutting.cut(saved(photo()))
    picture_folder.keep(tmp_path, cut)
    for path in picture_folder.list_files(tmp_path):
        os.utime(path, (1, 1))

    picture_folder.keep(tmp_path, cut)

    assert picture_folder.sweep(tmp_path, set(), older_than=1_000) == 0
