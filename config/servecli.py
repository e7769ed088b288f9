"""`luanphien serve` and `luanphien worker`: what runs until it is told to end."""

from __future__ import annotations

from typing import Annotated

import typer

from config.session import Job

Host = Annotated[str | None, typer.Option(envvar="LUANPHIEN_HOST", help="Địa chỉ. Address to listen on.")]
Port = Annotated[int | None, typer.Option(envvar="LUANPHIEN_PORT", min=0, max=65535, help="Cổng. Port.")]
NoMail = Annotated[
    bool, typer.Option("--no-mail", help="Không gửi thư; đã có luanphien worker. Send no mail: workers do.")
]
InCluster = Annotated[
    bool,
    typer.Option(
        "--cluster",
        help="Chia việc với các máy khác, qua PostgreSQL. Share the work with other machines, by PostgreSQL.",
    ),
]


def serve(host: Host = None, port: Port = None, no_mail: NoMail = False) -> None:
    """Chạy trang web, lịch đăng ký và hẹn giờ nhắc việc. Run pages, feeds and the reminder alarm."""
    from config.server import serve as run  # noqa: PLC0415 - the web framework takes half a second to load

    run(Job.start(), host, port, mail=not no_mail)


def worker(cluster: InCluster = False) -> None:
    """Chỉ gửi thư, không có trang web. Send mail only, without pages; any number may run beside each other."""
    from config.worker import worker as run  # noqa: PLC0415 - the alarm clock takes a while to load

    run(Job.start(), cluster=cluster)
