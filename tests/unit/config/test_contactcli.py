"""`luanphien contacts …` in a terminal: what is printed, what is stored, and how each command ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from notifications import people
from notifications.contacts import address_id
from notifications.tables import DELIVERY
from tests.unit.docs.terminal import MORNING, Terminal, as_one_line

SAMPLE = Path(__file__).parents[2] / "data" / "valid" / "contacts.yaml"
AFFAIRS = "so-ngoai-vu-quang-tri"
LAN = f"--name 'Nguyễn Thị Lan' --organisation {AFFAIRS} --mail lan@quang-tri.example"
ADDRESS = address_id("lan@quang-tri.example")


def run(terminal: Terminal, line: str, code: int = 0) -> str:
    """What a command prints, in one line of words; it has to end with `code`."""
    printed = terminal.run(f"luanphien contacts {line}")
    assert (terminal.code, printed) == (code, printed)
    return as_one_line(printed)


def asked(terminal: Terminal) -> list[str]:
    """Addresses that a mail of their own was written to."""
    store = terminal.database()
    with store.read() as session:
        found = [row.address for row in session.execute(DELIVERY.select().order_by(DELIVERY.c.address))]
    store.close()
    return found


def confirm(terminal: Terminal, ident: str = ADDRESS) -> None:
    """Follow the link of the mail."""
    store = terminal.database()
    with store.write() as session:
        assert people.verified(session, ident, terminal.now)
    store.close()


class TestOnePerson:
    def test_an_empty_list_says_what_to_do(self, terminal: Terminal) -> None:
        assert run(terminal, "list", 1) == (
            "✗ nobody is in the list yet; mail goes to organisations only "
            "→ add somebody: luanphien contacts add ID --name … --organisation … --mail …"
        )
        assert terminal.run("luanphien contacts list --json").startswith("[]\n")
        assert terminal.run("luanphien contacts export") == "contacts: {}\n"

    def test_without_plans_nobody_can_be_added(self, tmp_path: Path) -> None:
        empty = Terminal(tmp_path, MORNING, {"LUANPHIEN_LANG": "en"})
        assert run(empty, f"add lan {LAN}", 1) == "✗ the store holds no plan yet → run luanphien sync"
        assert run(empty, f"load {SAMPLE}", 1) == "✗ the store holds no plan yet → run luanphien sync"

    def test_who_is_added_is_asked(self, terminal: Terminal) -> None:
        assert run(terminal, f"add lan {LAN}") == (
            "People added: 1, changed: 0, removed: 0 "
            f"+ lan Nguyễn Thị Lan · {AFFAIRS} · lan@quang-tri.example "
            "Asked by mail to confirm the address: lan@quang-tri.example "
            "That mail goes with luanphien remind --once, or by itself while luanphien serve runs. "
            "Reminders come after."
        )
        assert asked(terminal) == ["lan@quang-tri.example"]
        assert run(terminal, "list") == (
            "Department of Foreign Affairs, Quảng Trị Province lan Nguyễn Thị Lan · specialist officer "
            "lan@quang-tri.example · asked on 23 November 2026, not confirmed yet: no reminders"
        )

    def test_what_is_shown_once_it_is_confirmed(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN} --rank head --calendar invitations --mails digest --quiet fri --quiet 2026-12-24")
        confirm(terminal)
        said = run(terminal, "show lan")
        assert said.partition(" Mail from ")[0] == (
            "Nguyễn Thị Lan lan "
            f"Organisation Department of Foreign Affairs, Quảng Trị Province ({AFFAIRS}) "
            "Rank head of section "
            "Address lan@quang-tri.example · confirmed on 23 November 2026 "
            "Language vi "
            "Mails together, at the beginning of the week "
            "Calendar by invitations in the mail "
            "No mail on Fridays, 24 December 2026"
        )
        shown = json.loads(terminal.run("luanphien contacts show lan --json"))
        assert list(shown) == [
            "id", "name", "organisation", "rank", "mail", "lang", "mails", "calendar", "quiet", "address",
            "mail_to_come",
        ]  # fmt: skip
        assert shown["address"] == {
            "address": "lan@quang-tri.example",
            "official": False,
            "verified_at": "2026-11-23T02:00:00+00:00",
            "asked_at": shown["address"]["asked_at"],
            "unsubscribed_at": None,
            "hard_bounces": 0,
            "suspended_at": None,
            "last_bounce": None,
        }

    def test_what_mail_comes_to_them(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        terminal.now = datetime(2027, 4, 1, 2, 0, tzinfo=UTC)
        assert run(terminal, "show lan").partition(" Mail from ")[2] == "1 April 2027 to 30 June 2027 None"
        confirm(terminal)
        shown = json.loads(terminal.run("luanphien contacts show lan --json"))["mail_to_come"]
        to_come = [mail for mail in shown if mail["send_on"] > "2027-04-01"]  # the rest was missed before
        assert {mail["recipient"] for mail in shown} == {"@lan"}
        assert [(mail["send_on"], mail["recipient"], mail["key"]) for mail in to_come] == [
            ("2027-04-19", "@lan", "vn-la-friendship-treaty.2027"),
            ("2027-06-07", "@lan", "vn-la-diplomatic-relations.2027"),
        ]
        said = run(terminal, "show lan").partition(" Mail from ")[2]
        assert " 19 April 2027 Anniversary of the Viet Nam–Laos Treaty" in said

    def test_an_id_is_given_once(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        said = "✗ somebody has the id lan already → change them: luanphien contacts change lan …"
        assert run(terminal, f"add lan {LAN}", 2) == said

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (
                LAN.replace(AFFAIRS, "so-ngoai-vu-quang-ti"),
                f"✗ no organisation is called so-ngoai-vu-quang-ti → did you mean {AFFAIRS}?",
            ),
            (
                LAN.replace("lan@", "lân@"),
                (
                    "✗ lân@quang-tri.example has letters before the @ that most mail servers refuse "
                    "→ ask for an address of plain letters, digits, dots and hyphens"
                ),
            ),
            (
                f"{LAN} --quiet saturday",
                (
                    "✗ saturday is not a quiet day → write mon, tue, wed, thu, fri, sat or sun, "
                    "a day such as 2026-12-24, or FIRST/LAST"
                ),
            ),
        ],
    )
    def test_what_cannot_be_used_stores_nothing(self, terminal: Terminal, given: str, said: str) -> None:
        assert run(terminal, f"add lan {given}", 2) == said
        assert terminal.run("luanphien contacts export") == "contacts: {}\n"

    def test_a_change_keeps_the_rest(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN} --quiet sat")
        confirm(terminal)
        assert run(terminal, "change lan --rank deputy-director --quiet none") == (
            f"People added: 0, changed: 1, removed: 0 ~ lan Nguyễn Thị Lan · {AFFAIRS} · lan@quang-tri.example "
            "rank: specialist → deputy-director quiet: sat → —"
        )
        assert asked(terminal) == ["lan@quang-tri.example"]
        assert run(terminal, "change lan --rank deputy-director") == (
            "Everyone is in the list just so already; nothing changes"
        )
        assert run(terminal, "change lan", 2).startswith("✗ nothing is to be changed")

    def test_a_new_address_is_asked_at_once(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        said = run(terminal, "change lan --mail lan.nguyen@quang-tri.example")
        assert "Asked by mail to confirm the address: lan.nguyen@quang-tri.example" in said
        assert asked(terminal) == ["lan.nguyen@quang-tri.example", "lan@quang-tri.example"]

    def test_an_organisations_address_needs_no_confirming(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN.replace('lan@', 'songoaivu@')}")
        assert asked(terminal) == []
        assert "songoaivu@quang-tri.example · an organisation's own address, good as it is" in run(terminal, "list")

    def test_who_is_removed_comes_back_by_what_is_printed(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN} --quiet sat")
        before = terminal.run("luanphien contacts export")
        printed = terminal.run("luanphien contacts remove lan")
        head, mark, _ = printed.partition("contacts:\n")
        assert (" ".join(head.split()), printed.removeprefix(head)) == (
            (
                "Nguyễn Thị Lan is off the list and gets no more mail To bring them back, give these lines to "
                "luanphien contacts load; addresses are confirmed anew:"
            ),
            before,
        )
        assert mark
        (terminal.folder / "back.yaml").write_text(before, encoding="utf-8")
        run(terminal, "load back.yaml")
        assert terminal.run("luanphien contacts export") == before

    def test_nobody_of_that_id(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        for line in ("show lann", "remove lann", "change lann --rank head", "verify lann", "reopen lann --why x"):
            assert run(terminal, line, 1) == "✗ nobody in the list has the id lann → did you mean lan?"
        said = "✗ nobody in the list has the id quoc → see luanphien contacts list"
        assert run(terminal, "show quoc", 1) == said

    def test_the_list_of_one_organisation(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        assert run(terminal, "list --organisation mttq-quang-tri", 1).startswith("✗ nobody of this organisation")
        assert run(terminal, "list --organisation mttq-quang-ti", 2).startswith("✗ there is no organisation called")
        listed = json.loads(terminal.run(f"luanphien contacts list --organisation {AFFAIRS} --json"))
        assert [(person["id"], person["address"]["verified_at"]) for person in listed] == [("lan", None)]


class TestAddresses:
    def test_asked_again_after_an_hour(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        terminal.now = MORNING + timedelta(minutes=20)
        said = run(terminal, "verify lan", 1)
        assert said.startswith("✗ they were asked less than an hour ago → ask again in ")
        assert said.endswith(" minutes, or telephone and use --by-hand --why …")
        terminal.now = MORNING + timedelta(minutes=61)
        assert "Asked by mail to confirm the address: lan@quang-tri.example" in run(terminal, "verify lan")
        assert asked(terminal) == ["lan@quang-tri.example"] * 2

    def test_confirmed_ones_are_not_asked(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        confirm(terminal)
        terminal.now = MORNING + timedelta(days=1)
        said = "Nguyễn Thị Lan · lan@quang-tri.example · confirmed on 23 November 2026"
        assert run(terminal, "verify lan") == said
        assert asked(terminal) == ["lan@quang-tri.example"]

    def test_the_office_makes_sure_itself(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        said = "Nguyễn Thị Lan · lan@quang-tri.example · confirmed on 23 November 2026"
        assert run(terminal, "verify lan --by-hand --why 'Gọi điện ngày 23/11'") == said

    @pytest.mark.parametrize("line", ["verify lan --by-hand", "verify lan --why x"])
    def test_by_hand_and_why_go_together(self, terminal: Terminal, line: str) -> None:
        assert "--by-hand and --why go together" in run(terminal, line, 2)

    @pytest.mark.parametrize("why", ["' '", "'\u200b\u200d'", "'a\nb'", "'a\x07'", "x" * 501])
    def test_a_reason_is_one_line(self, terminal: Terminal, why: str) -> None:
        run(terminal, f"add lan {LAN}")
        for line in ("verify lan --by-hand", "reopen lan"):
            assert run(terminal, f"{line} --why {why}", 2).startswith("✗ a reason is one line of 1 to 500 characters")

    def test_a_suspended_address_says_to_telephone_and_is_opened_again(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        assert run(terminal, "reopen lan --why x", 1) == (
            "✗ mail goes to this address already → luanphien contacts show lan says how it stands"
        )
        store = terminal.database()
        with store.write() as session:
            for _ in range(3):
                people.bounced(session, "lan@quang-tri.example", MORNING, "550 5.1.1 no such user")
        store.close()
        assert (
            "Address lan@quang-tri.example · 3 mails came back; none goes there since 23 November 2026: telephone "
            "Came back 3 in a row, the last: 550 5.1.1 no such user"
        ) in run(terminal, "show lan")
        terminal.now = MORNING + timedelta(days=1)
        for line in ("verify lan", "verify lan --by-hand --why x"):
            assert run(terminal, line, 1) == (
                "✗ no mail goes to this address → if they want it again: luanphien contacts reopen lan --why …"
            )
        said = run(terminal, "reopen lan --why 'Hộp thư đã sửa'")
        assert said.startswith("Nguyễn Thị Lan · lan@quang-tri.example · asked on")

    def test_one_who_left(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        store = terminal.database()
        with store.write() as session:
            people.unsubscribed(session, ADDRESS, MORNING)
        store.close()
        assert "lan@quang-tri.example · wants no more mail since 23 November 2026" in run(terminal, "list")
        run(terminal, "remove lan")
        again = run(terminal, f"add lan {LAN}")
        assert "Asked by mail" not in again
        assert "wants no more mail since" in run(terminal, "show lan")


class TestFiles:
    def test_the_sample(self, terminal: Terminal) -> None:
        said = run(terminal, f"load {SAMPLE}")
        assert said.startswith("People added: 10, changed: 0, removed: 0 + binh Hồ Văn Bình")
        assert len(asked(terminal)) == 10
        assert "Quảng Trị Province (now Department of Agriculture and Environment, Quảng Trị Province)" in run(
            terminal, "list"
        )

    def test_what_comes_out_goes_in_and_comes_out_the_same(self, terminal: Terminal) -> None:
        run(terminal, f"load {SAMPLE}")
        run(terminal, "export > out.yaml")
        first = (terminal.folder / "out.yaml").read_bytes()
        assert run(terminal, "load out.yaml --prune") == "Everyone is in the list just so already; nothing changes"
        for person in json.loads(terminal.run("luanphien contacts list --json")):
            run(terminal, f"remove {person['id']}")
        run(terminal, "load out.yaml")
        run(terminal, "export > out.yaml")
        assert (terminal.folder / "out.yaml").read_bytes() == first

    def test_a_preview_stores_nothing_and_asks_nobody(self, terminal: Terminal) -> None:
        said = run(terminal, f"load {SAMPLE} --preview")
        assert said.startswith("Would add 10, change 0, remove 0 + binh")
        assert "Would be asked to confirm the address: binh@quang-tri.example, duc@" in said
        assert (terminal.run("luanphien contacts export"), asked(terminal)) == ("contacts: {}\n", [])

    def test_only_prune_removes(self, terminal: Terminal) -> None:
        run(terminal, f"load {SAMPLE}")
        (terminal.folder / "one.yaml").write_text(
            "contacts:\n  lan:\n    name: Lan\n    organisation: mttq-quang-tri\n    mail: lan@quang-tri.example\n",
            encoding="utf-8",
        )
        assert run(terminal, "load one.yaml") == (
            "People added: 0, changed: 1, removed: 0 ~ lan Lan · mttq-quang-tri · lan@quang-tri.example "
            f"name: Nguyễn Thị Lan → Lan organisation: {AFFAIRS} → mttq-quang-tri"
        )
        assert run(terminal, "load one.yaml --prune --preview").startswith("Would add 0, change 0, remove 9")
        taken = json.loads(terminal.run("luanphien contacts load one.yaml --prune --json"))
        gone = [person["id"] for person in taken["removed"]]
        assert gone == ["binh", "duc", "dung", "hung", "khamla", "mai", "phuong", "son", "thao"]
        assert {**taken, "removed": gone} == {
            "stored": True,
            "errors": [],
            "added": [],
            "changed": [],
            "removed": gone,
            "asked": [],
        }
        assert [person["id"] for person in json.loads(terminal.run("luanphien contacts list --json"))] == ["lan"]

    def test_pruning_by_a_file_that_names_nobody(self, terminal: Terminal) -> None:
        run(terminal, f"add lan {LAN}")
        (terminal.folder / "none.yaml").write_text("contacts: {}\n", encoding="utf-8")
        assert run(terminal, "load none.yaml --prune", 2).startswith("✗ the file names nobody, so --prune would remove")
        assert "lan" in run(terminal, "list")

    def test_a_file_with_a_fault_changes_nothing(self, terminal: Terminal) -> None:
        text = SAMPLE.read_text(encoding="utf-8").replace("mttq-an-giang", "mttq-an-gian")
        (terminal.folder / "bad.yaml").write_text(text, encoding="utf-8")
        assert run(terminal, "load bad.yaml", 1) == (
            "bad.yaml:37:5 contacts.dung.organisation no organisation is called mttq-an-gian "
            "→ did you mean mttq-an-giang? Nothing was stored; mend the files and run it again"
        )
        answer = json.loads(terminal.run("luanphien contacts load bad.yaml --json"))
        assert (answer["stored"], [error["line"] for error in answer["errors"]], terminal.code) == (False, [37], 1)
        assert (terminal.run("luanphien contacts export"), asked(terminal)) == ("contacts: {}\n", [])

    def test_a_file_that_is_not_there(self, terminal: Terminal) -> None:
        assert run(terminal, "load nowhere.yaml", 1) == (
            "nowhere.yaml:1:1 there is no such file → check the name of the file, and in which folder you are "
            "Nothing was stored; mend the files and run it again"
        )


def test_in_vietnamese(terminal: Terminal) -> None:
    terminal.variables["LUANPHIEN_LANG"] = "vi"
    run(terminal, f"add lan {LAN}")
    assert run(terminal, "list") == (
        "Sở Ngoại vụ tỉnh Quảng Trị lan Nguyễn Thị Lan · chuyên viên "
        "lan@quang-tri.example · đã hỏi ngày 23/11/2026, chưa xác nhận: chưa gửi thư nhắc"
    )
