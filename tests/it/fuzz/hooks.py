"""What the operations of the API are about, and what their answers must hold beside their document.

An operation that was never answered well fails the run by its name: it wants a row in MAKES or in BODIES.
"""

import itertools
import json
import os
import random
import re
import threading
import uuid
from collections import Counter, deque
from datetime import UTC, datetime, timedelta

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData

SCENE = json.loads(os.environ["KEYROOM_SCENE"])


class Refused(Exception):
    """A key may not do what every key of the scene may: it was ended, or cut, by a call before."""


class Key:
    """A key that calls."""

    def __init__(self, secret):
        self.secret = secret

    def headers(self):
        return {"Authorization": f"Bearer {self.secret}", "X-Forwarded-For": next(ADDRESSES)}

    def send(self, method, path, document=None, files=None):
        url = SCENE["url"] + path
        answer = requests.request(method, url, json=document, files=files, headers=self.headers(), timeout=30)
        if answer.status_code in (401, 403):
            raise Refused(answer.text)
        if not answer.ok:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def post(self, path, document=None):
        return self.send("POST", path, document)


class Callers:
    """Keys that may do everything, and call in turn: the refusals of each have a cap."""

    FEW = 10

    def __init__(self, secrets):
        self.keys = deque(map(Key, secrets))
        self.lock = threading.RLock()

    def next(self):
        with self.lock:
            while len(self.keys) < self.FEW:
                self.renew()
            self.keys.rotate()
            return self.keys[0]

    def renew(self):
        if not self.keys:
            raise AssertionError("every key of the scene was ended")
        by = self.keys[0]
        try:
            self.keys.append(Key(fresh_key(by)["secret"]))
        except Refused:
            self.drop(by.secret)

    def drop(self, secret):
        with self.lock:
            self.keys = deque(key for key in self.keys if key.secret != secret)

    def has(self, authorization):
        with self.lock:
            return any(authorization == f"Bearer {key.secret}" for key in self.keys)

    def first_who_can(self, work):
        """What comes of `work` with the first key that can do it."""
        while True:
            key = self.next()
            try:
                return work(key)
            except Refused:
                self.drop(key.secret)


CHANCE = random.Random(1)
# Addresses have caps too.
ADDRESSES = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in itertools.count(1))
CALLERS = Callers(SCENE["keys"])


def label():
    return f"made {uuid.uuid4()}"


def settings():
    """Of a key: what could not be made up well, each time otherwise."""
    addresses = CHANCE.choice([[], ["10.0.0.0/8", "127.0.0.1"], None])
    permissions = CHANCE.sample(["OBJECTS_LIST", "OBJECTS_FETCH", "LABELS_LIST", "COLLECTIONS_LIST"], 2)
    return {
        "label": label(),
        "permissions": permissions,
        "expires_at": in_an_hour(),
        "allowed_ips": addresses,
        "rate_limit_per_minute": CHANCE.choice([1, 100, 1_000_000]),
    }


def in_an_hour():
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def fresh_key(by):
    """A key that may do whatever its maker may, as often."""
    whole = by.send("GET", "/v1/whoami")
    new = {"label": label(), "permissions": whole["permissions"], "rate_limit_per_minute": 1_000_000}
    return by.post("/v1/secret-keys", new)


def secret_key(by):
    return by.post("/v1/secret-keys", {"label": label(), "permissions": ["OBJECTS_LIST"]})["id"]


def publishable_key(by):
    new = {"label": label(), "permissions": ["OBJECTS_LIST"], "allowed_origins": ["*"]}
    return by.post("/v1/publishable-keys", new)["id"]


def folder(by):
    return by.post("/v1/folders", {"name": label()})["id"]


def file(by):
    content = {"file": (label(), b"content")}
    path = f"{SCENE['url']}/v1/folders/{folder(by)}/files"
    answer = requests.post(path, files=content, headers=by.headers(), timeout=30)
    if answer.status_code in (401, 403):
        raise Refused(answer.text)
    return answer.json()["id"]


def made_label(by):
    return by.post("/v1/labels", {"name": label()})["id"]


def shared_folder(by):
    """And with what it is shared."""
    share = {"folder": folder(by), "type": "api_key", "subject": secret_key(by)}
    grant = {"type": "api_key", "id": share["subject"], "role": "user"}
    by.send("PUT", f"/v1/folders/{share['folder']}/access", {"grants": [grant]})
    return share


# What an operation is about, by the beginning of its path, the longest that there is: the variable parts of the path. It is
# made by the key that then makes the call.
MAKES = {
    "/v1/secret-keys/{id}": lambda by: {"id": secret_key(by)},
    "/v1/publishable-keys/{id}": lambda by: {"id": publishable_key(by)},
    "/v1/folders/{folder}": lambda by: {"folder": folder(by)},
    "/v1/folders/{folder}/access/{type}/{subject}": shared_folder,
    "/v1/files/{file}": lambda by: {"file": file(by)},
    "/v1/labels/{label}": lambda by: {"label": made_label(by)},
}

# What is done to it before the operation, by the end of its path.
FIRST = {
    "keys/{id}/activate": lambda by, it: by.post(f"{it}/deactivate"),
    "keys/{id}/restore": lambda by, it: by.post(f"{it}/delete"),
    "keys/{id}/finish-rotation": lambda by, it: by.post(f"{it}/rotate", {"grace_seconds": 3600}),
    "keys/{id}/undo-rotation": lambda by, it: by.post(f"{it}/rotate", {"grace_seconds": 3600}),
}

# A body for each operation whose example is not answered well as it stands; other fields can be made up beside these.
# What callers make is within themselves, so it ends before they do.
BODIES = {
    "createSecretKey": lambda by: settings(),
    "changeSecretKey": lambda by: settings(),
    "createPublishableKey": lambda by: settings() | {"allowed_origins": ["https://shop.example.com"]},
    "changePublishableKey": lambda by: settings(),
    "changeManySecretKeys": lambda by: {"ids": [secret_key(by), secret_key(by)]},
    "changeManyPublishableKeys": lambda by: {"ids": [publishable_key(by)]},
    "rotateSecretKey": lambda by: {"expires_at": in_an_hour()},
    "rotatePublishableKey": lambda by: {"expires_at": in_an_hour()},
    "createFolder": lambda by: {"name": label(), "parent_id": folder(by)},
    "changeFolder": lambda by: {"name": label(), "parent_id": None},
    "shareFolder": lambda by: {"grants": [{"type": "api_key", "id": secret_key(by), "role": "editor"}]},
    "changeFile": lambda by: {"name": label(), "folder_id": folder(by), "labels": []},
    "createLabel": lambda by: {"name": label()},
    "renameLabel": lambda by: {"name": label()},
    "searchFiles": lambda by: {"folder_ids": [folder(by)]},
    "reportLeakedKey": lambda by: {"key": fresh_key(by)["secret"]},
}

# Operations that end the key that makes the call.
ENDS_ITSELF = {"revokeSelf"}


def operation_id(case):
    return case.operation.definition.raw["operationId"]


@schemathesis.auth(refresh_interval=None)
class Authorization:
    """Each call is made by a key of the scene."""

    def get(self, case, context):
        return CALLERS.next()

    def set(self, case, key, context):
        case.headers["Authorization"] = f"Bearer {key.secret}"


def parts(case, by):
    """The variable parts of the path of a call; none: they stay as they were made up."""
    path = case.operation.path
    begins = [known for known in MAKES if path.startswith(known)]
    if not begins:
        return {}
    begins = max(begins, key=len)
    found = MAKES[begins](by)
    for end, first in FIRST.items():
        if path.endswith(end):
            first(by, begins.format(**found))
    return found


TURNS = itertools.count()
# What a key is told that cannot do everything any more.
ENDED = {
    "key_deactivated",
    "key_revoked",
    "key_expired",
    "key_rotated_out",
    "key_suspended",
    "ip_not_allowed",
    "permission_missing",
}
# The credential with which each thing was made.
MADE = {}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Three calls of four are about something that is there, unless they are made up to be wrong."""
    case.headers["X-Forwarded-For"] = next(ADDRESSES)
    meta = case.meta
    if meta is None or case.method.upper() != case.operation.method.upper():
        return
    if meta.phase.name.name == "STATEFUL":
        # What was made before is asked for by whoever made it: others may have no role in it.
        makers = [MADE[id] for id in case.path_parameters.values() if id in MADE]
        if makers and CALLERS.has(case.headers.get("Authorization")):
            case.headers["Authorization"] = makers[0]
        return
    is_example = meta.phase.name.name == "EXAMPLES"
    if not is_example and next(TURNS) % 4 == 0:
        return

    def work(by):
        mine = fresh_key(by)["secret"] if operation_id(case) in ENDS_ITSELF else by.secret
        found = {} if meta.is_negative_at(ParameterLocation.PATH) else parts(case, by)
        body = {}
        if isinstance(case.body, dict) and not meta.is_negative_at(ParameterLocation.BODY):
            body = BODIES.get(operation_id(case), lambda by: {})(by)
        return mine, found, body

    mine, found, body = CALLERS.first_who_can(work)
    # Calls without a key, and with one that is none, stay so.
    if CALLERS.has(case.headers.get("Authorization")):
        case.headers["Authorization"] = f"Bearer {mine}"
    case.path_parameters.update(found)
    # A cursor is what an answer has given.
    if not meta.is_negative_at(ParameterLocation.QUERY):
        case.query.pop("cursor", None)
    # Nor is a name of a request one of others.
    if "Idempotency-Key" in case.headers and not meta.is_negative_at(ParameterLocation.HEADER):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if body:
        case.body.update(body)


@schemathesis.hook
def after_call(context, case, response):
    """A key that was ended, or cut, calls no more."""
    sent = response.request.headers.get("Authorization", "")
    if response.status_code in (401, 403) and response.json()["code"] in ENDED:
        CALLERS.drop(sent.removeprefix("Bearer "))
    if response.status_code == 201:
        MADE[response.json()["id"]] = sent


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """What was made is found; but a body can name something else that is not. And no pattern of media types leaves forms out,
    which contents never are."""
    if isinstance(failure, RejectedPositiveData):
        sent = response.request.headers.get("Content-Type", "")
        return not (operation_id(case) == "replaceFile" and sent.startswith("multipart/"))
    return not (isinstance(failure, EnsureResourceAvailability) and isinstance(case.body, dict))


@schemathesis.check
class EveryOperationIsAnsweredWell:
    """And what was answered how often is printed."""

    def __init__(self):
        self.statuses = {}

    def after_response(self, ctx, response, case):
        if not self.statuses:
            every = case.operation.schema.get_all_operations()
            self.statuses = {found.ok().label: Counter() for found in every}
        self.statuses[case.operation.label][response.status_code] += 1

    def after_run(self, ctx):
        for operation, statuses in self.statuses.items():
            told = ", ".join(f"{status}: {times}" for status, times in sorted(statuses.items()))
            print(f"{operation}: {told}")
        never = [op for op, statuses in self.statuses.items() if not any(200 <= s < 300 for s in statuses)]
        if never:
            raise AssertionError("Never answered 2xx: " + ", ".join(never))
        # Caps that are met all the time would keep the calls from what they are about.
        every = sum(self.statuses.values(), Counter())
        if every[429] * 100 > every.total():
            raise AssertionError(f"{every[429]} of {every.total()} calls were one too many")


# What the audit log has of a page is its address, which is nobody's.
IDS = re.compile(r'"id": ?"([0-9A-Za-z-]{12,36})"')


@schemathesis.check
class NobodyElsewhereReachesIt:
    """The same call by a key of another workspace does nothing, and tells nothing."""

    def __init__(self):
        self.session = requests.Session()
        self.elsewhere = Key(SCENE["elsewhere"])
        whole = CALLERS.next().send("GET", "/v1/whoami")
        self.ours = {whole["workspace"]["id"]}

    def after_response(self, ctx, response, case):
        request = response.request
        if not 200 <= response.status_code < 300 or "Authorization" not in request.headers:
            return
        found = set(IDS.findall(response.text))
        self.ours |= found
        sent = request.body if isinstance(request.body, str) else (request.body or b"").decode(errors="replace")
        is_about_ours = "{" in case.operation.path or any(id in request.url + sent for id in self.ours)
        if not is_about_ours and request.method != "GET":
            return
        again = request.copy()
        again.headers.update(self.elsewhere.headers())
        answer = self.session.send(again, timeout=30)
        if answer.status_code in (401, 429):
            raise AssertionError(f"the key of another workspace is of no use: {answer.text}")
        if answer.status_code < 300 and "{" in case.operation.path:
            raise AssertionError(f"answered {answer.status_code} to a key of another workspace")
        told = [id for id in set(IDS.findall(answer.text)) if id in self.ours]
        if told:
            raise AssertionError(f"told a key of another workspace of {', '.join(told)}")
