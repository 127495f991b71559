#!/usr/bin/env python3
"""Turns the event catalogue (data/events/*.ini) into base/events.{h,c} and its documentation.

usage: generate.py header|source|document CATALOGUE... OUTPUT
"""
import configparser
import pathlib
import re
import sys

NAME = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
LEVELS = ("debug", "info", "warning", "alert")


def fail(path, event, what):
    sys.exit(f"{path}: [{event}] {what}")


def parse_field(path, event, name, kind):
    if not NAME.match(name):
        fail(path, event, f"{name}: lower-case words joined by hyphens")
    if kind in ("count", "ms", "us", "flag", "record"):
        return {"name": name, "kind": kind}
    values = kind.split()
    if len(values) > 1 and values[0] == "one-of" and all(NAME.match(v) for v in values[1:]):
        return {"name": name, "kind": "one-of", "values": values[1:]}
    return fail(path, event, f"{name}: count, ms, us, flag, record, or one-of VALUE…")


def load(paths):
    events = {}
    for path in sorted(paths):
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
        parser.read(path, encoding="utf-8")
        for event in parser.sections():
            items = dict(parser.items(event))
            if not NAME.match(event) or event in events:
                fail(path, event, "a name used once, of lower-case words joined by hyphens")
            level, text = items.pop("level", None), items.pop("text", None)
            if level not in LEVELS or not text:
                fail(path, event, "needs text and a level of " + ", ".join(LEVELS))
            events[event] = {
                "room": pathlib.Path(path).stem, "level": level, "text": text,
                "fields": [parse_field(path, event, n, k) for n, k in items.items()],
            }
    return events


def snake(name):
    return name.replace("-", "_")


def camel(name):
    return "".join(part.capitalize() for part in name.split("-"))


def enum_type(event, field):
    return f"KioskEvent{camel(event)}{camel(field['name'])}"


def enum_value(event, field, value):
    return f"KIOSK_EVENT_{snake(event)}_{snake(field['name'])}_{snake(value)}".upper()


def parameter(event, field):
    kind = {"count": "guint64", "ms": "gint64", "us": "gint64", "flag": "gboolean",
            "record": "KioskEventRecord"}.get(field["kind"]) or enum_type(event, field)
    unit = {"ms": "_ms", "us": "_us"}.get(field["kind"], "")
    return kind, snake(field["name"]) + unit


def prototype(event, spec):
    parameters = ", ".join(f"{k} {n}" for k, n in (parameter(event, f) for f in spec["fields"]))
    return f"kiosk_event_{snake(event)} ({parameters or 'void'})"


def header(events):
    out = ["/* Made from data/events by generate.py. */", "#pragma once", "",
           '#include "base/event.h"', "", "G_BEGIN_DECLS", ""]
    for event, spec in events.items():
        for field in spec["fields"]:
            if field["kind"] == "one-of":
                out += ["typedef enum", "{"]
                out += [f"  {enum_value(event, field, v)}," for v in field["values"]]
                out += [f"}} {enum_type(event, field)};", ""]
        out += [f"/* {spec['text']} */", f"void {prototype(event, spec)};", ""]
    return out + ["G_END_DECLS", ""]


def field_source(event, field):
    kind, name = parameter(event, field)
    label = name.replace("_", "-")
    if field["kind"] == "one-of":
        values = ", ".join(f'"{v}"' for v in field["values"])
        return (f'    {{ .name = "{label}", .type = KIOSK_EVENT_FIELD_CHOICE,\n'
                f"      .choice = ((const char *const[]) {{ {values} }})[{name}] }},")
    if field["kind"] == "record":
        return f'    {{ .name = "{label}", .type = KIOSK_EVENT_FIELD_RECORD, .record = {name} }},'
    type_name = "FLAG" if field["kind"] == "flag" else "NUMBER"
    return f'    {{ .name = "{label}", .type = KIOSK_EVENT_FIELD_{type_name}, .number = (gint64) {name} }},'


def source(events):
    out = ["/* Made from data/events by generate.py. */", '#include "base/events.h"', ""]
    for event, spec in events.items():
        out += ["void", prototype(event, spec), "{"]
        fields = "NULL"
        if spec["fields"]:
            fields = "fields"
            out += ["  const KioskEventField fields[] = {"]
            out += [field_source(event, f) for f in spec["fields"]]
            out += ["  };"]
        out += [f'  const KioskEvent event = {{ "{event}", KIOSK_EVENT_{spec["level"].upper()},'
                f" {fields}, {len(spec['fields'])} }};", "",
                "  kiosk_event_emit (&event);", "}", ""]
    return out


def document(events):
    out = ["# Events", "", "Every event the programs can record. No field holds free text.", "",
           "| room | event | level | says | fields |", "|---|---|---|---|---|"]
    for event, spec in events.items():
        fields = ", ".join(
            f["name"] + " (" + (" · ".join(f["values"]) if f["kind"] == "one-of" else f["kind"]) + ")"
            for f in spec["fields"])
        out.append(f"| {spec['room']} | `{event}` | {spec['level']} | {spec['text']} | {fields} |")
    return out + [""]


def main():
    if len(sys.argv) < 4 or sys.argv[1] not in ("header", "source", "document"):
        sys.exit(__doc__)
    lines = globals()[sys.argv[1]](load(sys.argv[2:-1]))
    pathlib.Path(sys.argv[-1]).write_text("\n".join(lines), encoding="utf-8")


main()
