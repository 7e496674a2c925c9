"""Somebody with a browser's manners: signs in, walks the links, and knows the forms of the pages."""

import base64
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookies import SimpleCookie

from demo import BACK, SCOPE


class Answer:
    """What came back."""

    def __init__(self, status, headers, text, url):
        self.status, self.headers, self.text, self.url = status, headers, text, url
        self.page = Page()
        if "html" in headers.get("content-type", ""):
            self.page.feed(text)


class Page(HTMLParser):
    """The links and forms of a page. A form is (method, action, [(name, value)], [words in it])."""

    def __init__(self):
        super().__init__()
        self.links, self.forms, self.refresh = [], [], None
        self._form, self._choice = None, None

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        if tag == "a" and of.get("href"):
            self.links.append(of["href"])
        elif tag == "meta" and (of.get("http-equiv") or "").lower() == "refresh":
            self.refresh = of["content"].split("url=", 1)[-1]
        elif tag == "form":
            self._form = ((of.get("method") or "get").upper(), of.get("action") or "", [], [])
            self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "textarea", "button", "select"):
            name, kind, value = of.get("name"), of.get("type"), of.get("value") or ""
            taken = dict(self._form[2])
            # Of several buttons or choices of one name, the first.
            if name and not (name in taken and (tag == "button" or kind in ("radio", "checkbox"))):
                self._form[2].append((name, value))
            self._choice = name if tag == "select" else None
        elif self._form is not None and tag == "option" and self._choice and of.get("value"):
            at = [name for name, _ in self._form[2]].index(self._choice)
            if not self._form[2][at][1]:
                self._form[2][at] = (self._choice, of["value"])

    def handle_data(self, data):
        if self._form is not None and data.strip():
            self._form[3].append(data.strip())

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None


class _NotOn(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Visitor:
    """One person with their cookies."""

    def __init__(self, origin, name):
        self.origin, self.name, self.jar = origin, name, {}
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NotOn()).open

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    def ask(self, path, form=None, follow=True, headers=None):
        url = urllib.parse.urljoin(self.origin + "/", path)
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(url, data=data, headers={"Cookie": self.cookie, **(headers or {})})
        try:
            got = self._open(request, timeout=30)
        except urllib.error.HTTPError as refused:
            got = refused
        with got:
            for line in got.headers.get_all("set-cookie") or []:
                for name, morsel in SimpleCookie(line).items():
                    if morsel["max-age"] == "0" or not morsel.value:
                        self.jar.pop(name, None)
                    else:
                        self.jar[name] = morsel.value
            headers_ = {name.lower(): value for name, value in got.headers.items()}
            answer = Answer(got.status, headers_, got.read().decode(errors="replace"), url)
        if follow and answer.status in (302, 303) and "location" in answer.headers:
            return self.ask(urllib.parse.urljoin(url, answer.headers["location"]))
        return answer

    def sign_in(self, token=None):
        """As the invented person whose button has the name; with a token, as its holder."""
        for _, action, fields, words in self.ask("/sign-in").page.forms:
            if token and "token" in dict(fields):
                self.ask(action, {**dict(fields), "token": token})
            elif not token and action == "/sign-in/demo" and any(word.startswith(self.name) for word in words):
                self.ask(action, fields)
        if not self.is_in():
            raise SystemExit(f"{self.name} could not sign in")
        return self

    def is_in(self):
        """Whether the session is still good."""
        return self.ask("/account", follow=False).status == 200

    def csrf(self):
        """The word that every form of this session bears."""
        forms = [dict(form[2]) for form in self.ask("/account").page.forms]
        return next(form["csrf"] for form in forms if "csrf" in form)

    def tell_stories(self):
        """Begins both stories of the academy, and tells them to their ends."""
        for _ in range(200):
            forms = self.ask("/staff/academy").page.forms
            step = next((form for form in forms if form[1].endswith(("/start", "/step"))), None)
            if step is None:
                return
            self.ask(step[1], step[2])
        raise SystemExit("the stories have no end")

    def app(self, number=None):
        """Lets the demo's app in; what it was granted, as the token endpoint told it."""
        verifier = "v" * 64
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": "charts",
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": SCOPE,
            "state": "s" * 16,
            "aud": f"{self.origin}/fhir",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        question = self.ask(self.ask("/oauth/authorize?" + urllib.parse.urlencode(asked)).page.refresh)
        consent = next((form for form in question.page.forms if "/oauth/consent/" in form[1]), None)
        if consent is None:
            raise SystemExit(f"{self.name} was not asked about the app: {question.status} {question.url}")
        answer = {**dict(consent[2]), "decision": "allow", "nhs_number": number or ""}
        back = self.ask(consent[1], answer).page.refresh or ""
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query).get("code")
        if not code:
            raise SystemExit(f"{self.name} could not let the app in: {back}")
        form = {
            "grant_type": "authorization_code",
            "code": code[0],
            "redirect_uri": BACK,
            "code_verifier": verifier,
            "client_id": "charts",
        }
        return json.loads(self.ask("/oauth/token", form).text)


def pattern_of(path, routes, method):
    """The route that an address belongs to, or None."""
    parts = path.split("/")
    best = None
    for of, route in routes:
        wanted = route.split("/")
        if of != method or len(wanted) != len(parts):
            continue
        if all(want == part or (re.fullmatch(r"\{.*\}", want) and part) for want, part in zip(wanted, parts)):
            fixed = sum(not want.startswith("{") for want in wanted)
            if best is None or fixed > best[0]:
                best = (fixed, route)
    return best and best[1]
