"""Drives the router simulator with librouteros, a client that we did not write.

usage: drive_librouteros.py PORT VERSION [tls]

It logs in both ways a router may want, prints, adds, sets, removes and looks at refusals, with the expectations of
somebody who knows routers. The last line says how many expectations were met.
"""

import socket
import ssl
import sys

import librouteros
from librouteros.exceptions import FatalError, LibRouterosError, TrapError
from librouteros.login import plain, token
from librouteros.query import And, Key, Or

HOST = "127.0.0.1"
checked = 0


def check(condition, expectation):
    global checked
    if not condition:
        sys.exit(f"librouteros: not so: {expectation}")
    checked += 1


def refused(expectation, words, act):
    try:
        act()
    except TrapError as trap:
        check(trap.message == words, f"{expectation}: `{words}` was expected, `{trap.message}` came")
        return
    sys.exit(f"librouteros: not refused: {expectation}")


def lines(api):
    """DHCP leases, hotspot users and those who are logged in."""
    leases = api.path("ip", "dhcp-server", "lease")
    lease = next(iter(leases))
    check((lease["address"], lease["status"], lease["dynamic"]) == ("10.5.0.7", "bound", False), "a bound lease")
    leases.update(**{".id": lease[".id"], "block-access": True})
    check(next(iter(leases))["blocked"] is True, "a blocked lease says so")
    leases.update(**{".id": lease[".id"], "block-access": False, "rate-limit": "2000k/10M"})
    check(next(iter(leases))["rate-limit"] == "2M/10M", "a lease's limit in the router's spelling")
    tuple(leases("disable", **{".id": lease[".id"]}))
    learned = [row for row in leases if row["dynamic"]]
    check(len(learned) == 1, "the device behind a disabled lease gets another address")
    tuple(leases("make-static", **{".id": learned[0][".id"]}))
    check(not any(row["dynamic"] for row in leases), "which can be made static")
    leases.remove(learned[0][".id"])
    tuple(leases("enable", **{".id": lease[".id"]}))
    check([row["address"] for row in leases] == ["10.5.0.7"], "and it comes back to its own")

    users = api.path("ip", "hotspot", "user")
    made = users.add(name="budi", password="x")
    refused(
        "the same hotspot user again",
        "failure: already have user with this name for this server",
        lambda: users.add(name="budi", password="y"),
    )
    users.remove(made)
    active = api.path("ip", "hotspot", "active")
    guest = next(iter(active))
    check(guest["user"] == "tamu" and "uptime" in guest, "who is logged in at the hotspot")
    tuple(users("disable", **{".id": "tamu"}))
    active.remove(guest[".id"])
    check(tuple(active) == (), "a disabled user who was logged out stays out")
    refused("to log out twice", "no such item", lambda: active.remove(guest[".id"]))
    tuple(users("enable", **{".id": "tamu"}))


def rules(api):
    """The order of the firewall's rules, and connections through it."""
    filters = api.path("ip", "firewall", "filter")
    fasttrack = next(row for row in filters if row["action"] == "fasttrack-connection")
    above = {"chain": "forward", "action": "drop", "src-address-list": "isolated", "comment": "uji"}
    first = filters.add(**above, **{"place-before": fasttrack[".id"]})
    last = filters.add(**above)
    ids = [row[".id"] for row in filters]
    check(ids.index(first) + 1 == ids.index(fasttrack[".id"]) and ids[-1] == last, "a rule's place")
    tuple(filters("move", numbers=last, destination=first))
    ids = [row[".id"] for row in filters]
    check(ids.index(last) + 1 == ids.index(first), "a moved rule's place")
    filters.remove(first, last)
    nat = api.path("ip", "firewall", "nat")
    redirect = nat.add(chain="dstnat", action="redirect", protocol="tcp", **{"dst-port": 80, "to-ports": 8081})
    row = next(row for row in nat if row[".id"] == redirect)
    check((row["dst-port"], row["to-ports"]) == (80, 8081), "a rule's ports")
    nat.remove(redirect)
    listed = api.path("ip", "firewall", "address-list")
    entry = listed.add(list="isolated", address="10.64.0.9")
    refused(
        "the same entry again",
        "failure: already have such entry",
        lambda: listed.add(list="isolated", address="10.64.0.9"),
    )
    listed.remove(entry)
    refused(
        "a connection that has gone",
        "no such item",
        lambda: api.path("ip", "firewall", "connection").remove("*1"),
    )


def menus(api):
    """What the office reads beside its lines."""
    pools = api.path("ip", "pool")
    pool = pools.add(name="isolated", ranges="10.127.0.2-10.127.0.254")
    refused("the same pool again", "failure: pool with such name exists", lambda: pools.add(name="isolated"))
    pools.remove(pool)
    groups = {row["name"]: row["policy"] for row in api.path("user", "group")}
    check("sensitive" in groups["billing"].split(",") and "!policy" in groups["billing"].split(","), "policies")
    check({row["name"] for row in api.path("user")} == {"api", "viewer"}, "the users")
    check(all("password" not in row for row in api.path("user")), "whose passwords are never shown")
    clock = next(iter(api.path("system", "clock")))
    check(str(clock["gmt-offset"]) == "+07:00" and "date" in clock, "the clock")
    traffic = tuple(api("/interface/monitor-traffic", interface="<pppoe-plg00003>", once=""))
    check(len(traffic) == 1 and traffic[0]["rx-bits-per-second"] >= 0, "one look at the traffic of a line")
    names = [row["name"] for row in api.path("interface")]
    check("ether1" in names and "<pppoe-plg00003>" in names, "ports and sessions are interfaces")


def followed(api, connect):
    """A menu that is followed by one connection while another changes it, sentence by sentence: the client itself
    waits for the end of an answer, which `listen` does not have."""
    follower = connect()
    follower.protocol.writeSentence("/ppp/secret/listen")
    # It is answered after the other was heard.
    check(len(tuple(follower("/system/identity/print"))) == 1, "a question beside the one that goes on")
    secrets = api.path("ppp", "secret")
    made = secrets.add(name="diikuti", password="x")
    reply, row = follower.readSentence()
    check((reply, row[".id"], row["name"]) == ("!re", made, "diikuti"), "what is made is told to who follows")
    secrets.remove(made)
    reply, row = follower.readSentence()
    check((reply, row[".id"], row[".dead"]) == ("!re", made, True), "and what has gone")
    follower.protocol.writeSentence("/cancel")
    replies = [follower.readSentence() for _ in range(3)]
    check([reply for reply, _ in replies] == ["!trap", "!done", "!done"], "a cancelled command and its cancel both end")
    check(replies[0][1]["message"] == "interrupted", "with the word for it")
    check(len(tuple(follower("/system/identity/print"))) == 1, "and the connection goes on")
    follower.close()


def main():
    port = int(sys.argv[1])
    version = tuple(int(part) for part in sys.argv[2].split("."))
    challenged = version < (6, 43)
    login = token if challenged else plain
    tls = sys.argv[3:] == ["tls"]
    wrapped = {}
    if tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        wrapped = {"ssl_wrapper": context.wrap_socket}

    def connect(user="api", password="rahasia", encoding="utf-8"):
        return librouteros.connect(
            HOST, user, password, port=port, login_method=login, encoding=encoding, **wrapped
        )

    bad = "cannot log in" if challenged else "invalid user name or password (6)"
    refused("a wrong password", bad, lambda: connect(password="wrong"))
    refused("an unknown user", bad, lambda: connect(user="nobody"))

    api = connect()
    identity = tuple(api.path("system", "identity"))
    check(identity == ({"name": "MikroTik"},), "one row with the identity and no id")
    resource = next(iter(api.path("system", "resource")))
    check(resource["version"].startswith(sys.argv[2]), "the version that was asked for")

    secrets = api.path("ppp", "secret")
    rows = tuple(secrets)
    check(len(rows) == 20, "all twenty secrets")
    check(all(row[".id"].startswith("*") for row in rows), "ids with an asterisk")
    check(len({row[".id"] for row in rows}) == 20, "ids of their own")
    check([row["name"] for row in rows] == [f"plg{n:05}" for n in range(1, 21)], "in the order of adding")
    check(rows[0]["disabled"] is False and rows[0]["service"] == "pppoe", "the usual fields")

    name, profile = Key("name"), Key("profile")
    found = tuple(secrets.select(Key(".id"), name).where(name == "plg00007"))
    check(len(found) == 1 and set(found[0]) == {".id", "name"}, "the property list and nothing else")
    check(len(tuple(secrets.select(name).where(profile == "pkg-hemat"))) == 7, "a query on a field")
    either = Or(name == "plg00001", name == "plg00002", name == "plg00003")
    check(len(tuple(secrets.select(name).where(either))) == 3, "a query with or")
    both = And(profile == "pkg-hemat", name == "plg00001")
    check(len(tuple(secrets.select(name).where(both))) == 1, "a query with and")
    check(len(tuple(secrets.select(name).where(name != "plg00001"))) == 19, "a query with not")
    check(len(tuple(secrets.select(name).where(name.In("plg00001", "plg00020")))) == 2, "a query with a set")
    check(tuple(secrets.select(name).where(name == "nobody")) == (), "an empty list")
    check(tuple(api.path("ip", "arp")) == (), "an empty menu")

    new = {"name": "budi", "password": "a=b", "service": "pppoe", "profile": "pkg-hemat", "comment": "Jl. Melati №3"}
    made = secrets.add(**new)
    check(made.startswith("*"), "an add returns the id")
    row = next(iter(secrets.select().where(name == "budi")))
    check(row[".id"] == made and all(row[field] == value for field, value in new.items()), "what was added")
    refused("the same name again", "failure: secret with the same name already exists", lambda: secrets.add(**new))
    refused(
        "a profile that does not exist",
        "input does not match any value of profile",
        lambda: secrets.add(name="siti", profile="gold"),
    )
    refused(
        "an address that is none",
        "invalid value for argument remote-address",
        lambda: secrets.update(**{".id": made, "remote-address": "here"}),
    )
    refused("a field that does not exist", "unknown parameter colour", lambda: secrets.add(name="siti", colour="red"))
    check(tuple(secrets.select(name).where(name == "siti")) == (), "a refused add leaves nothing behind")

    secrets.update(**{".id": made, "profile": "isolated", "disabled": True})
    row = next(iter(secrets.select(profile, Key("disabled")).where(name == "budi")))
    check(row == {"profile": "isolated", "disabled": True}, "what was set")
    tuple(secrets("enable", **{".id": made}))
    row = next(iter(secrets.select(Key("disabled")).where(name == "budi")))
    check(row == {"disabled": False}, "enabled again")

    profiles = api.path("ppp", "profile")
    profile_id = profiles.add(**{"name": "pkg-uji", "rate-limit": "5120k/10000k"})
    row = next(iter(profiles.select(Key("rate-limit")).where(name == "pkg-uji")))
    check(row["rate-limit"] == "5120k/10M", "a rate limit in the router's spelling")
    profiles.remove(profile_id)

    active = api.path("ppp", "active")
    sessions = {row["name"]: row for row in active}
    check(len(sessions) == 20, "all are online")
    check("uptime" in sessions["plg00005"] and "address" in sessions["plg00005"], "a session's fields")
    gone = sessions["plg00005"][".id"]
    active.remove(gone)
    refused("to drop a session twice", "no such item", lambda: active.remove(gone))

    other = secrets.add(name="siti", password="x")
    secrets.remove(made, other)
    check(len(tuple(secrets)) == 20, "two were removed at once")
    refused("to remove what is gone", "no such item", lambda: secrets.remove(made))
    refused("to set what never was", "no such item", lambda: secrets.update(**{".id": "*FFFFF", "comment": "x"}))
    refused("a command that does not exist", "no such command", lambda: tuple(secrets("burn")))
    check(len(tuple(secrets)) == 20, "after a refusal the answers are still in step")

    arp = api.path("ip", "arp")
    entry = arp.add(**{"address": "10.1.0.7", "mac-address": "02:00:00:00:00:07", "interface": "bridge1"})
    refused(
        "the same address again",
        "failure: already have such address",
        lambda: arp.add(**{"address": "10.1.0.7", "interface": "bridge1"}),
    )
    tuple(arp("disable", **{".id": entry}))
    check(
        sorted((row["disabled"], row["dynamic"]) for row in arp) == [(False, True), (True, False)],
        "a disabled entry is learned again",
    )
    tuple(arp("enable", **{".id": entry}))
    arp.remove(entry)

    old = connect(encoding="windows-1252")
    made = old.path("ppp", "secret").add(name="kafe", password="x", comment="Café €5")
    row = next(iter(old.path("ppp", "secret").select(Key("comment")).where(name == "kafe")))
    check(row["comment"] == "Café €5", "a comment in windows-1252 comes back byte for byte")
    secrets.remove(made)
    old.close()

    lines(api)
    rules(api)
    menus(api)
    followed(api, connect)

    viewer = connect(user="viewer")
    check(len(tuple(viewer.path("ppp", "secret"))) == 20, "a viewer may look")
    refused(
        "a viewer who writes",
        "not enough permissions (9)",
        lambda: viewer.path("ppp", "secret").add(name="x"),
    )
    viewer.close()

    try:
        tuple(api("/quit"))
        sys.exit("librouteros: /quit did not end the session")
    except FatalError as error:
        check("session terminated on request" in str(error), "the words of the end")

    with socket.create_connection((HOST, port)) as tcp:
        with wrapped["ssl_wrapper"](tcp) if tls else tcp as raw:
            raw.sendall(b"\x12/system/reboot/now\x00")
            answer = raw.recv(4096)
    check(answer.startswith(b"\x06!fatal"), "nobody commands without a login")
    print(f"librouteros {version[0]}.{version[1]}{' TLS' if tls else ''}: {checked} expectations met")


if __name__ == "__main__":
    try:
        main()
    except LibRouterosError as error:
        sys.exit(f"librouteros: {type(error).__name__}: {error}")
