"""Drives the router simulator with routeros_api, a client that we did not write and that tags its commands.

usage: drive_routeros_api.py PORT VERSION [tls]

The last line says how many expectations were met.
"""

import sys

import routeros_api
from routeros_api.exceptions import RouterOsApiCommunicationError, RouterOsApiError
from routeros_api.query import IsEqualQuery, IsGreaterQuery, OrQuery

HOST = "127.0.0.1"
checked = 0


def check(condition, expectation):
    global checked
    if not condition:
        sys.exit(f"routeros_api: not so: {expectation}")
    checked += 1


def refused(expectation, words, act):
    try:
        act()
    except RouterOsApiCommunicationError as error:
        said = error.original_message
        said = said.decode() if isinstance(said, bytes) else said
        check(said == words, f"{expectation}: `{words}` was expected, `{said}` came")
        return
    sys.exit(f"routeros_api: not refused: {expectation}")


def lines(api):
    leases = api.get_resource("/ip/dhcp-server/lease")
    lease = leases.get(address="10.5.0.7")[0]
    check((lease["status"], lease["dynamic"]) == ("bound", "false"), "a bound lease")
    leases.set(id=lease["id"], block_access="yes", comment="Budi")
    lease = leases.get(address="10.5.0.7")[0]
    check((lease["blocked"], lease["comment"]) == ("true", "Budi"), "a blocked lease")
    leases.set(id=lease["id"], block_access="no")

    users = api.get_resource("/ip/hotspot/user")
    users.add(name="siti", password="x")
    users.set(numbers="siti", disabled="yes")
    check(users.get(name="siti")[0]["disabled"] == "true", "a hotspot user who is switched off")
    users.remove(numbers="siti")
    check(users.get(name="siti") == [], "and removed")
    active = api.get_resource("/ip/hotspot/active")
    check([row["user"] for row in active.get()] == ["tamu"], "who is logged in at the hotspot")

    arp = api.get_resource("/ip/arp")
    entry = arp.add(address="10.1.0.9", mac_address="02:00:00:00:00:09", interface="bridge1").done_message["ret"]
    arp.call("disable", {"id": entry})
    learned = [row for row in arp.get(address="10.1.0.9") if row["dynamic"] == "true"]
    check(len(learned) == 1, "a disabled entry is learned again")
    api.get_resource("/interface/bridge").set(numbers="bridge1", arp="reply-only")
    arp.call("disable", {"id": entry})
    check(len(arp.get(address="10.1.0.9")) == 1, "but not where the interface only replies")
    arp.remove(id=entry)
    api.get_resource("/interface/bridge").set(numbers="bridge1", arp="enabled")


def rules(api):
    filters = api.get_resource("/ip/firewall/filter")
    fasttrack = filters.get(action="fasttrack-connection")[0]["id"]
    made = filters.add(chain="forward", action="drop", comment="uji", place_before=fasttrack).done_message["ret"]
    ids = [row["id"] for row in filters.get()]
    check(ids.index(made) + 1 == ids.index(fasttrack), "a rule's place")
    filters.call("move", {"numbers": fasttrack, "destination": made})
    ids = [row["id"] for row in filters.get()]
    check(ids.index(fasttrack) + 1 == ids.index(made), "a moved rule's place")
    filters.call("move", {"numbers": made, "destination": fasttrack})
    filters.remove(id=made)
    lists = api.get_resource("/ip/firewall/address-list")
    lists.add(list="isolated", address="10.64.0.9")
    refused(
        "the same entry again",
        "failure: already have such entry",
        lambda: lists.add(list="isolated", address="10.64.0.9"),
    )
    lists.remove(id=lists.get(list="isolated", address="10.64.0.9")[0]["id"])
    pools = api.get_resource("/ip/pool")
    pools.add(name="isolated", ranges="10.127.0.2-10.127.0.254")
    check(pools.get(name="isolated")[0]["ranges"] == "10.127.0.2-10.127.0.254", "a pool")
    pools.remove(numbers="isolated")
    groups = api.get_resource("/user/group").get(name="billing")
    check("!policy" in groups[0]["policy"].split(","), "a group's policies")
    traffic = api.get_resource("/interface").call("monitor-traffic", {"interface": "ether1", "once": ""})
    check(len(traffic) == 1 and int(traffic[0]["rx-bits-per-second"]) >= 0, "one look at a port's traffic")


def main():
    port = int(sys.argv[1])
    version = tuple(int(part) for part in sys.argv[2].split("."))
    challenged = version < (6, 43)
    tls = sys.argv[3:] == ["tls"]
    wire = {"use_ssl": True, "ssl_verify": False, "ssl_verify_hostname": False} if tls else {}

    def pool(user="api", password="rahasia"):
        return routeros_api.RouterOsApiPool(
            HOST, username=user, password=password, port=port, plaintext_login=not challenged, **wire
        )

    bad = "cannot log in" if challenged else "invalid user name or password (6)"
    refused("a wrong password", bad, lambda: pool(password="wrong").get_api())

    connection = pool()
    api = connection.get_api()
    identity = api.get_resource("/system/identity").get()
    check(identity == [{"name": "MikroTik"}], "the identity")

    secrets = api.get_resource("/ppp/secret")
    rows = secrets.get()
    check(len(rows) == 20 and rows[0]["name"] == "plg00001", "all twenty secrets")
    check(len({row["id"] for row in rows}) == 20, "ids of their own")
    check(len(secrets.get(profile="pkg-cepat")) == 6, "a query on a field")
    check(secrets.get(name="nobody") == [], "an empty list")
    either = OrQuery(IsEqualQuery("name", "plg00001"), IsEqualQuery("name", "plg00002"), IsEqualQuery("name", "plg00003"))
    check(len(secrets.call("print", {}, additional_queries=(either,))) == 3, "a query with or")
    later = IsGreaterQuery("name", "plg00018")
    check(len(secrets.call("print", {}, additional_queries=(later,))) == 2, "a query with greater")

    made = secrets.add(name="budi", password="a=b", service="pppoe", profile="pkg-hemat", comment="Jl. Melati №3")
    identifier = made.done_message["ret"]
    check(identifier.startswith("*"), "an add returns the id")
    row = secrets.get(name="budi")[0]
    check(row["id"] == identifier and row["password"] == "a=b", "what was added")
    check(row["comment"] == "Jl. Melati №3", "a comment beyond ASCII")
    refused(
        "the same name again",
        "failure: secret with the same name already exists",
        lambda: secrets.add(name="budi", password="x"),
    )
    refused(
        "a profile that does not exist",
        "input does not match any value of profile",
        lambda: secrets.set(id=identifier, profile="gold"),
    )
    secrets.set(id=identifier, profile="isolated", disabled="yes")
    row = secrets.get(name="budi")[0]
    check((row["profile"], row["disabled"]) == ("isolated", "true"), "what was set")
    secrets.call("enable", {"id": identifier})
    check(secrets.get(name="budi")[0]["disabled"] == "false", "enabled again")

    promises = [secrets.call_async("print", {}, {"name": f"plg{number:05}"}) for number in range(1, 21)]
    promises.append(secrets.call_async("print"))
    answers = [promise.get() for promise in reversed(promises)]
    check(len(answers[0]) == 21, "the long list")
    names = [answer[0]["name"] for answer in answers[1:]]
    check(names == [f"plg{number:05}" for number in range(20, 0, -1)], "answers find their questions by tag")

    active = api.get_resource("/ppp/active")
    session = active.get(name="plg00009")[0]
    active.remove(id=session["id"])
    refused("to drop a session twice", "no such item", lambda: active.remove(id=session["id"]))

    queue = api.get_resource("/queue/simple")
    queue.add(name="uji", target="10.1.0.7/32", max_limit="2000k/10M")
    check(queue.get(name="uji")[0]["max-limit"] == "2M/10M", "a rate in the router's spelling")
    queue.remove(numbers="uji")
    check(queue.get(name="uji") == [], "removed by its name")

    lines(api)
    rules(api)

    secrets.remove(id=identifier)
    refused("to remove what is gone", "no such item", lambda: secrets.remove(id=identifier))
    refused("a command that does not exist", "no such command", lambda: secrets.call("burn"))
    check(len(secrets.get()) == 20, "after a refusal the answers are still in step")
    connection.disconnect()

    looking = pool(user="viewer")
    viewer = looking.get_api().get_resource("/ppp/secret")
    check(len(viewer.get()) == 20, "a viewer may look")
    refused("a viewer who writes", "not enough permissions (9)", lambda: viewer.add(name="x"))
    looking.disconnect()
    print(f"routeros_api {version[0]}.{version[1]}{' TLS' if tls else ''}: {checked} expectations met")


if __name__ == "__main__":
    try:
        main()
    except RouterOsApiError as error:
        sys.exit(f"routeros_api: {type(error).__name__}: {error}")
