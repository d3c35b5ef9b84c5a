#!/usr/bin/env python3
"""A second client of Outpost's sync API, written from docs/sync-protocol.md with Python's standard library alone.

    client.py [--state FILE] [--offline] URL EMAIL PASSWORD COMMAND …

    create TYPE FIELD=VALUE …      makes a record and prints its id
    set TYPE ID FIELD=VALUE …      sets fields of a record
    delete TYPE ID                 deletes a record;  restore TYPE ID  brings it back
    list TYPE                      prints the records, one JSON object a line
    show TYPE ID                   prints one record
    sync                           sends what waits and fetches what is new
    check                          compares itself with the server, and mends what differs in either

A VALUE is JSON, or else a plain text. With --state the device's records, clock, position and outbox are kept in FILE
between calls; with --offline nothing is sent or fetched now. Without --state every call is a new device.
"""

import argparse
import gzip
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request

PROTOCOL, SCHEMA = 1, 1
MAX_MUTATIONS, MAX_ROWS = 1000, 2000


class Refused(Exception):
    """The server did not take a request."""

    def __init__(self, status, code, message):
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


def now_ms():
    return time.time_ns() // 1_000_000


def uuid7():
    number = (now_ms() << 80) | secrets.randbits(80)
    number = (number & ~(0xF << 76)) | (7 << 76)  # version
    number = (number & ~(3 << 62)) | (2 << 62)  # variant
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def wins(theirs, ours):
    """Whether a register [value, stamp] replaces another: the later stamp wins, and its text has the order of time."""
    if ours is None or theirs[1] != ours[1]:
        return ours is None or theirs[1] > ours[1]
    return json.dumps(theirs[0]) > json.dumps(ours[0])


def digest(record):
    """40 bits that stand for a record's state."""
    lines, deleted = [f"{record['type']}/{record['id']}"], record.get("deleted")
    if deleted:
        lines.append(f"deleted {json.dumps(deleted[0])} {deleted[1]}")
    if not (deleted and deleted[0] and not record["fields"].get("issued", [None])[0]):
        for name, (value, stamp) in sorted(record["fields"].items()):
            text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            lines.append(f"{name} {text} {stamp}")
    hashed = 0xCBF29CE484222325
    for byte in "".join(line + "\n" for line in lines).encode():
        hashed = ((hashed ^ byte) * 0x100000001B3) % 2**64
    mixed = ((hashed ^ (hashed >> 32)) * 0xD6E8FEB86659FD93) % 2**64
    return (mixed ^ (mixed >> 32)) % 2**40


def bucket(record):
    return int(record["id"][-2:], 16)


class Device:
    """One device: its records, its clock, its outbox, and how far it has read the workspace's sequence."""

    def __init__(self, url, email, password, path=None):
        self.url, self.email, self.password, self.path = url.rstrip("/"), email, password, path
        self.state = {
            "device": secrets.token_hex(8), "cookie": None, "n": 1, "last": [0, 0], "offset": 0,
            "epoch": None, "cursor": 0, "since": 0, "outbox": [], "rejected": [], "records": {},
        }
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.state = json.load(file)

    def keep(self):
        """Everything in one file, replaced at once, so that it is never half of two states."""
        if self.path:
            with open(self.path + ".new", "w", encoding="utf-8") as file:
                json.dump(self.state, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(self.path + ".new", self.path)

    # The clock: 48 bits of milliseconds, 16 of counter, then the device.

    def stamp(self):
        """A stamp later than every one given or seen."""
        wall, (ms, counter) = now_ms() + self.state["offset"], self.state["last"]
        if wall > ms:
            ms, counter = wall, 0
        elif counter < 0xFFFF:
            counter += 1
        else:
            ms, counter = ms + 1, 0
        self.state["last"] = [ms, counter]
        return f"{ms:012x}-{counter:04x}-{self.state['device']}"

    def observe(self, stamp):
        self.state["last"] = max(self.state["last"], [int(stamp[:12], 16), int(stamp[13:17], 16)])

    # Records: {"type", "id", "fields": {name: [value, stamp]}, "deleted": [bool, stamp]}.

    def merge(self, record):
        """Takes what is later, field by field."""
        key = f"{record['type']}/{record['id']}"
        ours = self.state["records"].setdefault(key, {"type": record["type"], "id": record["id"], "fields": {}})
        for name, register in record.get("fields", {}).items():
            self.observe(register[1])
            if wins(register, ours["fields"].get(name)):
                ours["fields"][name] = register
        if record.get("deleted"):
            self.observe(record["deleted"][1])
            if wins(record["deleted"], ours.get("deleted")):
                ours["deleted"] = record["deleted"]

    def edit(self, op):
        """Writes one op: into the records and into the outbox, with one stamp."""
        hlc = self.stamp()
        self.merge(as_record(op, hlc))
        self.state["outbox"].append({"n": self.state["n"], "schema": SCHEMA, "hlc": hlc, "ops": [op]})
        self.state["n"] += 1
        self.keep()

    # The wire.

    def post(self, path, body):
        headers = {
            "Content-Type": "application/json", "Content-Encoding": "gzip", "Accept-Encoding": "gzip", "X-Outpost": "1",
        }
        if self.state["cookie"]:
            headers["Cookie"] = self.state["cookie"]
        data = gzip.compress(json.dumps(body).encode())
        request = urllib.request.Request(self.url + "/api/v1/" + path, data, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                cookie = answer.headers.get("Set-Cookie")
                return unpack(answer), cookie and cookie.split(";")[0]
        except urllib.error.HTTPError as problem:
            error = unpack(problem).get("error", {})
            raise Refused(problem.code, error.get("code"), error.get("message")) from None

    def sign_in(self):
        device = {"id": self.state["device"], "name": "Python"}
        credentials = {"email": self.email, "password": self.password, "device": device}
        _account, self.state["cookie"] = self.post("sign-in", credentials)
        self.keep()

    def sync(self):
        """Sends what waits and fetches what is new, until there is neither."""
        if not self.state["cookie"]:
            self.sign_in()
        while True:
            state = self.state
            # A push names the epoch; the first request is there to hear it, and asks for rows only if nothing waits.
            batch = state["outbox"][:MAX_MUTATIONS] if state["epoch"] else []
            request = {
                "protocol": PROTOCOL, "device": state["device"], "cursor": state["cursor"], "since": state["since"],
                "limit": MAX_ROWS if state["epoch"] or not state["outbox"] else 0, "mutations": batch,
            }
            if state["epoch"]:
                request["epoch"] = state["epoch"]
            try:
                answer, _ = self.post("sync", request)
            except Refused as problem:
                if problem.status == 401:
                    self.sign_in()
                elif problem.code == "epoch_changed":
                    probe = {**request, "epoch": None, "cursor": 0, "since": 0, "limit": 0, "mutations": []}
                    self.rebase(self.post("sync", probe)[0])
                else:
                    raise
                continue
            if batch and not answer["receipts"]:
                self.rebase(answer)
                continue
            self.commit(batch, answer)
            if not answer["has_more"] and not state["outbox"]:
                return

    def rebase(self, answer):
        """The server was restored and has lost mutations: what is unsent goes behind what it stands on."""
        state, next_n = self.state, answer["next_n"]
        seen = [mutation for mutation in state["outbox"] if mutation["n"] < next_n]
        lacking = [mutation for mutation in state["outbox"] if mutation["n"] >= next_n]
        unsent = {mutation["hlc"] for mutation in state["outbox"]}
        keys = dict.fromkeys(f"{op['type']}/{op['id']}" for mutation in lacking for op in mutation["ops"])
        before = [self.lacks(state["records"][key], {}, unsent) for key in keys if key in state["records"]]
        before = [{"schema": SCHEMA, "hlc": self.stamp(), "ops": [op]} for op in before if op]
        numbered = [{**mutation, "n": next_n + at} for at, mutation in enumerate(before + lacking)]
        state.update(outbox=seen + numbered, n=next_n + len(numbered), epoch=answer["epoch"], cursor=0, since=0)
        self.keep()

    @staticmethod
    def lacks(ours, theirs, but=()):
        """An op that merges what `theirs` lacks of a record, or None."""
        fields, deleted = theirs.get("fields", {}), ours.get("deleted")
        merge = {"fields": {
            name: register for name, register in ours["fields"].items()
            if register[1] not in but and (name not in fields or wins(register, fields[name]))
        }}
        if deleted and deleted[1] not in but and wins(deleted, theirs.get("deleted")):
            merge["deleted"] = deleted
        return {"type": ours["type"], "id": ours["id"], "merge": merge} if merge["fields"] or "deleted" in merge else None

    def check(self):
        """Compares itself with the server; returns in how many buckets they differed."""
        state, sums = self.state, [[0, 0] for _ in range(256)]
        for record in state["records"].values():
            sums[bucket(record)][0] += 1
            sums[bucket(record)][1] += digest(record)
        total = [sum(count for count, _ in sums), f"{sum(digests for _, digests in sums):x}"]
        about = {"protocol": PROTOCOL, "device": state["device"]}
        answer, _ = self.post("check", {**about, "total": total})
        if answer["head"] != state["cursor"] or answer["epoch"] != state["epoch"]:
            raise SystemExit("somebody else is just writing; try again")
        theirs = answer["buckets"] or [[count, f"{digests:x}"] for count, digests in sums]
        differing = [at for at, (count, digests) in enumerate(sums) if theirs[at] != [count, f"{digests:x}"]]
        rows, after = {}, None
        while differing:
            page, _ = self.post("repair", {**about, "buckets": differing, "after": after})
            rows.update((f"{row['type']}/{row['id']}", row) for row in page["rows"])
            after = page.get("next")
            if not after:
                break
        for row in rows.values():
            self.merge(row)
        ours = [(key, record) for key, record in state["records"].items() if bucket(record) in differing]
        for op in filter(None, (self.lacks(record, rows.get(key, {})) for key, record in ours)):
            mutation = {"n": state["n"], "schema": SCHEMA, "hlc": self.stamp(), "ops": [op]}
            state["outbox"].append(mutation)
            state["n"] += 1
        self.keep()
        return len(differing)

    def commit(self, batch, answer):
        """Receipts, rows and position are kept together, or a crash would lose some of them."""
        state, sent = self.state, {mutation["n"]: mutation for mutation in batch}
        state["offset"] = answer["server_ms"] - now_ms()
        for receipt in answer["receipts"]:
            mutation = sent[receipt["n"]]
            if receipt.get("stamp"):  # our clock ran ahead: the server gave the mutation a stamp of its own
                self.replace(mutation, receipt["stamp"])
            if receipt["verdict"] == "superseded":
                for winner in receipt["winners"]:
                    self.merge(winner)
            elif receipt["verdict"] == "rejected":
                self.replace(mutation, None)
                for record in receipt["current"]:
                    self.merge(record)
                state["rejected"].append({"mutation": mutation, "receipt": receipt})
        for row in answer["rows"]:
            self.merge(row)
        answered = {receipt["n"] for receipt in answer["receipts"]}
        state["outbox"] = [mutation for mutation in state["outbox"] if mutation["n"] not in answered]
        state["n"] = max(state["n"], answer["next_n"])
        state.update(epoch=answer["epoch"], cursor=answer["cursor"], since=answer["since"])
        self.keep()

    def replace(self, mutation, stamp):
        """Gives the registers that a mutation set another stamp, or takes them out if it is refused."""
        for op in mutation["ops"]:
            record = self.state["records"].get(f"{op['type']}/{op['id']}")
            if not record:
                continue
            registers = record["fields"]
            for name in [name for name, register in registers.items() if register[1] == mutation["hlc"]]:
                if stamp:
                    registers[name][1] = stamp
                else:
                    del registers[name]
            deleted = record.get("deleted")
            if deleted and deleted[1] == mutation["hlc"]:
                record["deleted"] = [deleted[0], stamp] if stamp else None


def as_record(op, hlc):
    record = {"type": op["type"], "id": op["id"], "fields": {}}
    if "merge" in op:
        record.update(op["merge"])
    elif "patch" in op:
        record["fields"] = {name: [value, hlc] for name, value in op["patch"].items()}
    else:
        record["deleted"] = ["delete" in op, hlc]
    return record


def unpack(answer):
    body = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    try:
        return json.loads(body)
    except ValueError:
        raise Refused(answer.status, "no_json", "this is not an Outpost server, or something stands in between") from None


def plain(record):
    """What a person wants to see of a record."""
    deleted = {"deleted": True} if (record.get("deleted") or [False])[0] else {}
    return {"id": record["id"], **deleted, **{name: value for name, (value, _) in sorted(record["fields"].items())}}


def patch_of(pairs):
    patch = {}
    for pair in pairs:
        name, found, text = pair.partition("=")
        if not found:
            raise SystemExit(f"“{pair}” is not of the form FIELD=VALUE")
        try:
            patch[name] = json.loads(text)
        except ValueError:
            patch[name] = text
    return patch


def run(device, command, arguments):
    kind = arguments[0] if arguments else None
    records = device.state["records"]
    if command == "create" and kind:
        op = {"type": kind, "id": uuid7(), "patch": patch_of(arguments[1:])}
        device.edit(op)
        print(op["id"])
    elif command == "set" and len(arguments) > 2:
        device.edit({"type": kind, "id": arguments[1], "patch": patch_of(arguments[2:])})
    elif command in ("delete", "restore") and len(arguments) == 2:
        device.edit({"type": kind, "id": arguments[1], command: True})
    elif command == "list" and kind:
        for record in sorted(records.values(), key=lambda record: record["id"]):
            shown = plain(record)
            if record["type"] == kind and not shown.get("deleted"):
                print(json.dumps(shown, ensure_ascii=False))
    elif command == "show" and len(arguments) == 2:
        record = records.get("/".join(arguments))
        print(json.dumps(plain(record), ensure_ascii=False) if record else "null")
    elif command == "check":
        print(json.dumps({"differing": device.check()}))
    elif command != "sync":
        raise SystemExit(__doc__)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--state")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("url")
    parser.add_argument("email")
    parser.add_argument("password")
    parser.add_argument("command")
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    device = Device(given.url, given.email, given.password, given.state)
    # First the server's clock and records, then the edit, then the edit's way to the server.
    if not given.offline:
        device.sync()
    run(device, given.command, given.arguments)
    if not given.offline:
        device.sync()
        for entry in device.state["rejected"]:
            print(f"refused: {entry['receipt']['message']}", file=sys.stderr)
        return 1 if device.state["rejected"] else 0
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as problem:
        sys.exit(f"the server says {problem}")
    except OSError as problem:
        sys.exit(f"no answer: {problem}")
