"""What is asked for: addresses and forms that the pages themselves lead to, for each person, a few of each route."""

import urllib.parse
from dataclasses import dataclass

from demo import TURNED_AWAY
from visitor import pattern_of

# Whoever asks for these is somebody else afterwards, or nobody: each is asked by a visitor of its own.
LAST = ("/sign-out", "/switch", "/account/sign-out", "/account/role", "/sign-in", "/set-up", "/confirm")
# The people in the stories, and their time, are needed by others.
LATER = ("/staff/academy/reset", "/staff/academy/clock")
# What no page leads to, or only with words that nobody has.
UNLINKED = [
    "/sign-in?again",
    "/sign-in?ended",
    "/sign-in/code",
    "/sign-in/passkey",
    "/sign-in/role",
    "/sign-in/with/nobody?assertedLoginIdentity=a.b.c",
    "/sign-in/further/nobody",
    "/sign-in/back/nobody?state=made-up&code=made-up&iss=made-up",
    "/oauth/authorize?client_id=charts&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fback&response_type=code&scope=openid&state=x",
    "/set-up",
]
# Forms that a page shows only in a state that the walk does not come to: of nobody, and of staff who are signed in.
UNSEEN = [
    ("/sign-in/code", ["code"]),
    ("/sign-in/passkey", ["credential"]),
    ("/sign-in/role", ["choice"]),
    ("/sign-in/with-role", ["word", "role"]),
    ("/set-up", ["setup", "password", "code"]),
    ("/oauth/token", ["grant_type", "scope", "client_id", "client_secret"]),
    ("/oauth/introspect", ["token", "client_id", "client_secret"]),
    ("/oauth/revoke", ["token", "client_id", "client_secret"]),
]
UNSEEN_BY_STAFF = [
    ("/account/passkey/remove", ["key"]),
    ("/account/role", ["choice"]),
    ("/staff/academy/start", ["story"]),
    ("/staff/academy/step", ["story", "run", "step", "when"]),
    ("/staff/followers/decide", ["kind", "follower", "bucket", "key", "what", "reason"]),
    ("/staff/privacy", ["id", "finding", "note"]),
    ("/oauth/consent/0123", ["decision", "nhs_number"]),
]
STAFF = [
    "/", "/staff/person", "/staff/region", "/staff/region/ages", "/staff/region/areas.geojson", "/staff/region/figures",
    "/staff/region/organisations", "/staff/academy", "/staff/followers",
    "/staff/followers/decide?kind=view&follower=lookup&bucket=1&key=1", "/oauth/consent/0123", "/staff/open/claim", "/staff/privacy",
    "/staff/privacy/looks", "/account", "/account/passkey", "/confirm", "/switch", "/shortcuts", "/accessibility",
]
CITIZEN = [
    "/", "/me", "/me/record", "/me/offline", "/me/worker.js", "/me/looked", "/me/details", "/me/sharing",
    "/me/sharing/give", "/me/sharing/items", "/me/for", "/account",
]


@dataclass(frozen=True)
class Target:
    """A request: with fields it is a form."""

    who: str
    method: str
    path: str
    route: str
    fields: tuple = ()

    @property
    def ends(self):
        """Whether it ends the session, or changes who one is, or what others need."""
        of = urllib.parse.urlsplit(self.path).path
        last = any(of == last or of.startswith(last + "/") for last in LAST)
        return self.method == "POST" and (last or of in LATER)


def walk(visitor, routes, begin, each=2):
    """Follows the links from `begin`, up to `each` addresses of every route; the targets that were found."""
    waiting, asked, found, counts = list(begin), set(), {}, {}
    if "/staff/person" in begin:
        search = next(form for form in visitor.ask("/staff/person").page.forms if form[1] == "/staff/person")
        # At the end: the people of the stories, whose records are open, come first.
        waiting.append(visitor.ask(search[1], {**dict(search[2]), "name": "a"}).url)
    while waiting:
        path = waiting.pop(0)
        split = urllib.parse.urlsplit(urllib.parse.urljoin(visitor.origin + "/", path))
        if f"{split.scheme}://{split.netloc}" != visitor.origin:
            continue
        route = pattern_of(split.path, routes, "GET")
        address = split.path + (f"?{split.query}" if split.query else "")
        names = tuple(sorted(urllib.parse.parse_qs(split.query, keep_blank_values=True)))
        if route is None or address in asked or counts.get((route, names), 0) >= each:
            continue
        asked.add(address)
        answer = visitor.ask(address)
        here = urllib.parse.urlsplit(answer.url).path
        if answer.status != 200:
            # A refusal in words is worth a try where no page leads elsewhere.
            if path in begin and here == split.path and answer.status not in TURNED_AWAY:
                found[address] = Target(visitor.name, "GET", address, route)
            continue
        counts[route, names] = counts.get((route, names), 0) + 1
        if here == split.path:
            found[address] = Target(visitor.name, "GET", address, route)
        else:
            waiting.append(answer.url)
        waiting.extend(urllib.parse.urljoin(answer.url, link) for link in answer.page.links)
        for method, action, fields, _ in answer.page.forms:
            to = urllib.parse.urlsplit(urllib.parse.urljoin(answer.url, action)).path
            of = pattern_of(to, routes, method)
            key = (method, of, tuple(sorted({name for name, _ in fields})))
            if of and key not in found:
                found[key] = Target(visitor.name, method, to, of, tuple(fields))
    return list(found.values())


def unlinked(visitor, routes):
    """Targets that no walk comes to, of somebody who is not signed in."""
    targets = []
    for address in UNLINKED:
        route = pattern_of(urllib.parse.urlsplit(address).path, routes, "GET")
        targets.append(Target(visitor.name, "GET", address, route))
    forms = visitor.ask("/sign-in").page.forms
    for _, action, fields, _ in forms[:2] + forms[-1:]:
        targets.append(Target(visitor.name, "POST", action, action, tuple(fields)))
    csrf = dict(forms[0][2])["csrf"]
    return [*targets, *_unseen(visitor, routes, UNSEEN, csrf)]


def unseen_by_staff(visitor, routes):
    """Forms of staff that stand on no page of the walk."""
    return list(_unseen(visitor, routes, UNSEEN_BY_STAFF, visitor.csrf()))


def _unseen(visitor, routes, forms, csrf):
    for path, names in forms:
        fields = (("csrf", csrf), *((name, "clara" if name == "story" else "1") for name in names))
        yield Target(visitor.name, "POST", path, pattern_of(path, routes, "POST"), fields)
