"""`luanphien backup`, `restore` and `upgrade`: what keeps the store when the machine is lost, or another takes over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config.options import AsJson
from config.session import Job

WAIT = 1500
"""Seconds that a last backup waits for mails in hand: as long as a lease, and some."""


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Tệp mới, hoặc thư mục. A new file, or a folder to name one in.")
    ] = None,
    final: Annotated[
        bool,
        typer.Option("--final", help="Lần cuối: kho này thôi làm việc. The last one: this store stops working."),
    ] = False,
    wait: Annotated[
        int, typer.Option(min=0, help="Chờ thư đang gửi mấy giây. Seconds to wait for mails in hand, with --final.")
    ] = WAIT,
    resume: Annotated[
        bool, typer.Option("--resume", help="Cho kho làm việc lại sau --final. Let the store work again after --final.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sao lưu cả kho vào một tệp. Write the whole store, as it is at one moment, into a file."""
    from config import backupanswers  # noqa: PLC0415 - the packer of files takes a while to load

    if resume == (file is not None) or (resume and final):
        raise typer.BadParameter("ghi tên tệp, hoặc chỉ --resume / give a file, or --resume alone")
    if file is None:
        backupanswers.resume(Job.start(), as_json=as_json)
    else:
        backupanswers.backup(Job.start(), file, wait if final else None, as_json=as_json)


def restore(
    file: Annotated[
        Path, typer.Argument(help="Tệp do luanphien backup ghi. A file that luanphien backup has written.")
    ],
    send: Annotated[
        bool, typer.Option("--send", help="Không giữ thư đang chờ. Do not hold the mail that waits.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Đưa bản sao lưu vào kho trống và so lại từng dòng. Bring a backup into an empty store, and prove it."""
    from config import backupanswers  # noqa: PLC0415 - as above

    backupanswers.restore(Job.start(), file, send=send, as_json=as_json)


def upgrade(
    backup: Annotated[
        Path | None, typer.Option("--backup", help="Sao lưu vào tệp nào. File of the backup; else a name is made.")
    ] = None,
    no_backup: Annotated[bool, typer.Option("--no-backup", help="Không sao lưu. Make no backup.")] = False,
    as_json: AsJson = False,
) -> None:
    """Đưa kho về dạng mới nhất, sao lưu trước. Bring the store to its newest form, after a backup."""
    from config import backupanswers  # noqa: PLC0415 - as above

    if backup and no_backup:
        raise typer.BadParameter("chọn một: --backup hoặc --no-backup / choose --backup or --no-backup")
    backupanswers.upgrade(Job.start(), backup, keep=not no_backup, as_json=as_json)
