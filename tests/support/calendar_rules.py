"""The rules of iCalendar (RFC 5545) that validators check, for our kind of calendar."""

import re
from typing import Any

import icalendar

MAX_OCTETS = 75
ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "STATUS")


def checked_events(data: bytes) -> list[Any]:
    """Return the events of a calendar whose bytes and components follow the rules."""
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= MAX_OCTETS
    unfolded = re.sub(r"\r\n[ \t]", "", data.decode("utf-8")).split("\r\n")
    assert unfolded[0] == "BEGIN:VCALENDAR"
    assert unfolded[-2] == "END:VCALENDAR"
    assert all(re.match(r"[A-Z-]+(;[A-Z-]+=[^:]+)?:", line) for line in unfolded[:-1])
    calendar: Any = icalendar.Calendar.from_ical(data)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert {each.name for each in calendar.subcomponents} <= {"VEVENT"}
    events = list(calendar.walk("VEVENT"))
    uids = [str(each["UID"]) for each in events]
    assert len(uids) == len(set(uids))
    for event in events:
        assert not event.errors
        assert not event.subcomponents
        assert all(event.has_key(name) for name in ONCE)
        assert all(not isinstance(event[name], list) for name in ONCE)
        assert event["DTSTAMP"].to_ical().endswith(b"Z")
        assert event["DTSTART"].params["VALUE"] == "DATE"
        assert event["DTSTART"].dt < event["DTEND"].dt
        assert event["STATUS"] in {"CONFIRMED", "TENTATIVE"}
    return events
